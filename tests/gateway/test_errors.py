from collections.abc import Iterator

import pytest

from gateway import errors
from gateway.errors import (
    AuditUnavailable,
    BadUserInput,
    ClientError,
    GatewayError,
    InternalError,
    ParsingError,
    PurposeRequired,
    SourceLost,
    Text,
    TierForbidden,
    TooDeep,
    to_graphql,
    withheld,
)
from schema.articles import MEASURES
from schema.disclosure import Decision, LegalBasis, Paper
from schema.tiers import Tier

PROTOCOL_WORDS = {errors.PersistedQueryNotFound: "PersistedQueryNotFound"}
"""Words that clients compare letter by letter, so that they are the same in every language."""
CLOSED = Decision(allowed=False, legal_basis=LegalBasis("18", paragraph="2"), reason="no letter")


def every_kind() -> Iterator[type[GatewayError]]:
    for thing in vars(errors).values():
        if isinstance(thing, type) and issubclass(thing, GatewayError) and hasattr(thing, "code"):
            yield thing


def extensions_of(error: GatewayError) -> dict[str, object]:
    extensions = to_graphql(error, ["subject"], "en", "r-1")["extensions"]
    assert isinstance(extensions, dict)
    return extensions


@pytest.mark.parametrize("kind", list(every_kind()), ids=lambda kind: kind.__name__)
def test_every_error_speaks_two_languages_and_says_what_to_do(kind: type[GatewayError]) -> None:
    if kind in PROTOCOL_WORDS:
        assert kind.said == Text(PROTOCOL_WORDS[kind], PROTOCOL_WORDS[kind])
    for words in (kind.cure,) if kind in PROTOCOL_WORDS else (kind.said, kind.cure):
        assert words.english.isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in words.chinese)
    assert 400 <= kind.status < 600


def test_a_client_reads_what_it_can_mend() -> None:
    error = BadUserInput(Text("first is 1 to 100", "first 应为 1 至 100"))
    assert error.message() == "The request has a value that cannot be used: first is 1 to 100"
    assert error.message("zh") == "请求中有不可用的值：first 应为 1 至 100"


@pytest.mark.parametrize("error", [InternalError("table trail is gone"), SourceLost("TAX", "10.0.0.7 refused")])
def test_what_only_the_operator_can_mend_stays_in_the_log(error: GatewayError) -> None:
    assert error.detail.english in str(error)
    written = str(to_graphql(error, None, "en", "r-1")) + str(to_graphql(error, None, "zh", "r-1"))
    assert "trail" not in written
    assert "10.0.0.7" not in written


def test_a_withheld_field_names_tier_paper_and_article() -> None:
    decision = Decision(allowed=False, legal_basis=CLOSED.legal_basis, reason="", missing_paper=Paper.OFFICIAL_LETTER)
    error = withheld("PersonIdentity.address", Tier.RESTRICTED, decision)
    assert isinstance(error, TierForbidden)
    told = extensions_of(error)
    assert told["code"] == "TIER_FORBIDDEN"
    assert (told["tier"], told["coordinate"]) == ("C", "PersonIdentity.address")
    assert told["missingPaper"] == "OFFICIAL_LETTER"
    assert told["hint"] == "Cite an official letter that lists this subject."
    assert told["legalBasis"] == {
        "instrument": "郑政办〔2017〕80号",
        "article": "18",
        "paragraph": "2",
        "item": None,
        "rulePack": MEASURES.rule_pack,
        "status": "EXPIRED",  # since 11 July 2019, and applied all the same (R27.1)
    }


@pytest.mark.parametrize("paper", list(Paper))
def test_every_missing_paper_has_its_hint(paper: Paper) -> None:
    error = TierForbidden("A.b", Tier.SHARED, Decision(False, CLOSED.legal_basis, "", missing_paper=paper))  # noqa: FBT003
    assert error.hint("en") != TierForbidden.cure.english
    assert error.hint("zh") != error.hint("en")


def test_where_only_the_purpose_is_missing_only_the_purpose_is_asked_for() -> None:
    decision = Decision(allowed=False, legal_basis=LegalBasis("19"), reason="", purpose_missing=True)
    error = withheld("A.b", Tier.SHARED, decision)
    assert isinstance(error, PurposeRequired)
    assert "missingPaper" not in extensions_of(error)


def test_where_no_paper_would_open_it_none_is_named() -> None:
    told = extensions_of(withheld("A.b", Tier.SHARED, CLOSED))
    assert "missingPaper" not in told
    assert told["hint"] == TierForbidden.cure.english


def test_a_lost_agency_is_named() -> None:
    assert extensions_of(SourceLost("TAX"))["connector"] == "TAX"


def test_the_place_in_the_document_is_given_where_there_is_one() -> None:
    assert to_graphql(ParsingError("unexpected }", [(3, 7)]), None, "en", "r-1")["locations"] == [
        {"line": 3, "column": 7}
    ]
    assert "locations" not in to_graphql(TooDeep(20, 21), None, "en", "r-1")


def test_an_error_of_the_whole_request_has_no_path() -> None:
    assert "path" not in to_graphql(InternalError(), None, "en", "r-1")
    assert to_graphql(SourceLost("TAX"), ["subject", "penalties", 0], "en", "r")["path"] == ["subject", "penalties", 0]


def test_a_limit_says_how_much_is_allowed_and_how_much_was_asked() -> None:
    assert TooDeep(20, 21).message().endswith("at most 20, 21 found")
    assert TooDeep(20).message("zh").endswith("上限 20")


def test_the_law_is_named_where_it_is_the_reason() -> None:
    basis = AuditUnavailable().legal_basis
    assert basis is not None
    assert basis.article == "19"
    assert InternalError().legal_basis is None
    assert not isinstance(AuditUnavailable(), ClientError)
