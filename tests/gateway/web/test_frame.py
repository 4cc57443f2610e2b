import re
from pathlib import Path

import pytest

from gateway.web import words
from gateway.web.frame import visible
from schema.catalogue import RECORDS
from schema.disclosure import OrganizationKind, PurposeCode, Role, Standing
from schema.papers import GrantState, PaperKind, PaperState, ReviewDecision, SignatureKind, VerificationMethod
from schema.terms import DisputeStatus
from schema.tiers import Tier
from tests.gateway.web.console.made_up import made_up_house


@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\x1b", "\x9b", "\u2028", "\u00ad"])
def test_what_cannot_be_seen_is_named(unseen: str) -> None:
    assert visible(f"甲{unseen}乙") == f"甲⟦U+{ord(unseen):04X}⟧乙"


@pytest.mark.parametrize("plain", ["河南星野软件股份有限公司", "a\tb\nc", "é ü ß", "<script>", "👍"])
def test_what_can_be_seen_stays(plain: str) -> None:
    assert visible(plain) == plain


def test_style_and_icon_are_the_only_files_and_are_kept_by_the_browser(tmp_path: Path) -> None:
    with made_up_house(tmp_path / "keys") as browser:
        page = browser.open("/login").text
        loaded = re.findall(r'<link [^>]*href="([^"]+)"', page)
        assert len(loaded) == 2
        for path in loaded:
            file = browser.open(path)
            assert file.status_code == 200
            assert "immutable" in file.headers["cache-control"]
            assert file.headers["content-security-policy"].startswith("default-src 'none'")
            assert file.headers["content-type"].startswith(("text/css", "image/svg+xml"))


@pytest.mark.parametrize(
    ("listed", "words_of"),
    [
        (PaperKind, words.KINDS),
        (PaperState, words.STATES),
        (GrantState, words.STATES),
        (Role, words.ROLES),
        (OrganizationKind, words.ORGANISATION_KINDS),
        (PurposeCode, words.PURPOSES),
        (SignatureKind, words.SIGNATURES),
        (VerificationMethod, words.METHODS),
        (ReviewDecision, words.DECISIONS),
        (Standing, words.STANDINGS),
        (Tier, words.TIERS),
        (DisputeStatus, words.DISPUTES),
    ],
)
def test_every_word_of_the_graph_has_its_chinese_and_english(listed: type, words_of: dict[str, object]) -> None:
    assert {str(each.value) for each in listed} <= set(words_of)  # type: ignore[attr-defined]  # each is an enum


def test_a_word_that_is_in_no_list_stands_for_itself() -> None:
    assert words.said(words.STATES, "NEW").chinese == "NEW"
    assert words.agency("91410199DEM001025G").chinese == "91410199DEM001025G"
    assert words.agency(None).english == ""
    assert words.agency("TAX").chinese == "税务机关"
    assert words.agency("CREDIT_CENTRE").chinese == "市信用中心"


def test_a_scope_is_read_in_chinese() -> None:
    assert words.coordinate("SocialInsurancePayment").chinese == "社会保险费缴纳信息"
    assert words.coordinate("SocialInsurancePayment.paidAmount").chinese == "社会保险费缴纳信息 · 实缴金额(元)"
    assert words.coordinate("SocialInsurancePayment.gone").chinese == "社会保险费缴纳信息"
    assert words.coordinate("Gone.gone").chinese == "Gone.gone"


def test_values_of_records_are_read_in_chinese() -> None:
    rating = RECORDS["SocialInsurancePayment"].fields
    assert words.worded("UNPAID", rating["paymentStatus"]) != "UNPAID"
    assert words.worded("12.50", rating["paidAmount"]) == "12.50"
    assert words.worded([True, False], rating["paidAmount"]) == "是、否"
    insured = RECORDS["SocialInsuranceRegistration"].fields
    (listed,) = (each for each in insured.values() if each.is_list)
    assert "、" in words.worded(["PENSION", "MEDICAL"], listed)
