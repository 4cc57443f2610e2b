"""The masks of the catalogue, vector by vector (Art. 17)."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.definition import Mask
from schema.identity import resident_check
from schema.masks import mask, mask_identity_number, mask_name, mask_phone, mask_text

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))["masks"]
MASKS = {"NAME": mask_name, "ID": mask_identity_number, "PHONE": mask_phone}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["input"])
def test_a_value_is_masked_as_the_vectors_say(vector: dict[str, Any]) -> None:
    assert MASKS[vector["kind"]](vector["input"]) == vector["output"]


def test_a_name_is_masked_only_where_it_is_a_persons() -> None:
    assert mask(Mask.NAME_IF_INDIVIDUAL, "欧阳若兰", "INDIVIDUAL") == "欧***"
    assert mask(Mask.NAME_IF_INDIVIDUAL, "某某公司", "LEGAL_PERSON") == "某某公司"
    assert mask(Mask.NAME, "张三", "LEGAL_PERSON") == "张*"
    assert mask(Mask.ID, "410199199003070018", "LEGAL_PERSON") == "4101************18"


@pytest.mark.parametrize("short", ["", "张", "1234567"])
def test_what_is_too_short_to_mask_in_part_is_masked_whole(short: str) -> None:
    assert mask_identity_number(short) == "*" * len(short)
    assert mask_name(short[:1]) == "*" * len(short[:1])


def test_identity_numbers_of_third_persons_in_texts_are_masked() -> None:
    assert mask_text("李某(身份证41019919790630009X)与王某410199199003070010") == (
        "李某(身份证4101************9X)与王某4101************10"
    )


def test_codes_of_legal_persons_in_texts_are_left() -> None:
    text = "向91410199DEM0000145支付, 注册号410199000000018, 案号(2020)豫0199执1号"
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ID410199199003070018", "ID4101************18"),
        ("410199199003070018号", "4101************18号"),
        ("410199199003070018A", "4101************18A"),
        ("410199199003070018" + "41019919790630009x", "4101************18" + "4101************9x"),
        ("41019919790630009X" + "410199199003070010", "4101************9X" + "4101************10"),
        ("证号４１０１９９１９９００３０７００１８。", "证号４１０１************１８。"),
        ("４１０１９９１９７９０６３０００９Ｘ", "４１０１************９Ｘ"),
        ("410199 19900307 0018", "4101** ******** **18"),
        ("410199-19900307-0018", "4101**-********-**18"),
        ("410199－19900307\u30000010", "4101**－********\u3000**10"),
        ("4 1 0 1 9 9 1 9 9 0 0 3 0 7 0 0 1 8", "4 1 0 1 * * * * * * * * * * * * 1 8"),
        ("00410199199003070018777", "004101************18777"),
    ],
)
def test_a_number_is_masked_however_it_is_written(text: str, masked: str) -> None:
    assert mask_text(text) == masked
    assert len(masked) == len(text)


def test_a_mistyped_number_beside_other_digits_is_masked() -> None:
    assert mask_text("410199199003070010 13800000000") == "4101************10 13800000000"
    assert mask_text("91410199DEM0000145 410199199003070010") == "91410199DEM0000145 4101************10"


def test_of_numbers_that_overlap_no_hidden_digit_is_shown() -> None:
    first, second = "410199199003071918", "900307191801010013"
    assert first[8:] == second[:10]
    assert resident_check(first) + resident_check(second) == first[-1] + second[-1]
    assert mask_text(first[:8] + second) == "4101" + "*" * 20 + second[-2:]


@pytest.mark.parametrize(
    "text",
    [
        "410199199013070018",  # no thirteenth month
        "0410199199003070010",  # nineteen digits, none of them a number with a good check character
        "14101991990023000180",  # no thirtieth of February
        "410199  199003070018",  # two blanks: not one run
        "4101991990030700X8",
        "2020-01-15 2019-12-31 2018-06-30",
        "41019919900307001",
    ],
)
def test_what_is_no_number_is_left(text: str) -> None:
    assert mask_text(text) == text


@given(st.text("0189 -X４年", max_size=80))
def test_a_mask_changes_nothing_but_hidden_digits(text: str) -> None:
    masked = mask_text(text)
    assert len(masked) == len(text)
    assert all(after in (before, "*") for before, after in zip(text, masked, strict=True))


@given(st.text("0123456789 x", max_size=30), st.text("0123456789 x", max_size=30))
def test_a_number_never_comes_out_of_the_digits_around_it(before: str, after: str) -> None:
    assert "991990030700" not in mask_text(f"{before}410199199003070018{after}")
