"""The masks of the catalogue, vector by vector (Art. 17)."""

import json
from pathlib import Path
from typing import Any

import pytest

from schema.definition import Mask
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
