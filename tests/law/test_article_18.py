"""Art. 18: a query rests on a paper, and each paper opens what the law says it opens, to whom it names."""

from datetime import date

import pytest

from gateway.access.callers import Caller
from gateway.access.papers.holding import Candidate, hold
from gateway.access.papers.procedure import basis_of
from gateway.access.papers.rights import present
from gateway.errors import Forbidden, PaperInvalid
from schema.articles import ARTICLES
from schema.disclosure import OrganizationKind, PurposeCode, Role, Scope
from schema.papers import PaperKind, PaperState

TODAY = date(2026, 11, 23)
TAX_OFFICER = Caller("t1", "", "TAX", OrganizationKind.ADMINISTRATIVE, frozenset({Role.OFFICER}), None, "j")
SOMEBODY = Caller("s1", "", None, None, frozenset(), None, "j")
COMPANY = Caller("c1", "", "COMPANY", OrganizationKind.ENTERPRISE, frozenset(), None, "j")


def wording() -> str:
    article = ARTICLES[18]
    return "".join((*article.paragraphs, *article.items))


def own_id(kind: str, code: str) -> str:
    return f"{kind}:{code}"


def paper(kind: PaperKind, subject: str, **over: object) -> Candidate:
    given = {
        "id": kind.value,
        "kind": kind,
        "decided": PaperState.ACCEPTED,
        "organisation": None,
        "valid_from": TODAY,
        "valid_to": TODAY,
        "purposes": frozenset({PurposeCode.TRANSACTION}),
        "scope": Scope(all_shared=True),
        "used_up": False,
        "subject_ids": frozenset({subject}),
        "mine": True,
    }
    return Candidate(**{**given, **over})  # type: ignore[arg-type]  # an example's parts


def test_an_individual_queries_itself_with_a_valid_identity_document() -> None:
    """必须出具社会法人书面证明或本人有效身份证件."""
    assert "有效身份证件" in wording()
    held = hold(SOMEBODY, (), [paper(PaperKind.IDENTITY_DOCUMENT, "rid:1")], own_id, TODAY)
    assert held.own == {"rid:1"}
    expired = paper(PaperKind.IDENTITY_DOCUMENT, "rid:1", valid_to=date(2026, 11, 22))
    assert hold(SOMEBODY, (), [expired], own_id, TODAY).own == frozenset()


def test_a_legal_person_queries_itself_with_a_written_certificate_that_names_the_handler() -> None:
    certificate = paper(PaperKind.ENTITY_CERTIFICATE, "uscc:COMPANY")
    assert hold(COMPANY, (), [certificate], own_id, TODAY).own == {"uscc:COMPANY"}
    anothers = paper(PaperKind.ENTITY_CERTIFICATE, "uscc:COMPANY", mine=False)
    assert hold(COMPANY, (), [anothers], own_id, TODAY).own == frozenset()


def test_a_third_party_needs_its_own_paper_and_the_subjects_written_authorisation() -> None:
    assert "书面授权" in wording()
    authorisation = paper(PaperKind.AUTHORISATION, "uscc:OTHER", organisation="COMPANY", mine=False)
    certificate = paper(PaperKind.ENTITY_CERTIFICATE, "uscc:COMPANY")
    with pytest.raises(PaperInvalid, match="your own"):
        hold(COMPANY, ["AUTHORISATION"], [authorisation], own_id, TODAY)
    held = hold(COMPANY, ["AUTHORISATION"], [authorisation, certificate], own_id, TODAY)
    assert [each.subject_id for each in held.authorisations] == ["uscc:OTHER"]
    with pytest.raises(PaperInvalid):
        hold(COMPANY, ["ANOTHER"], [authorisation, certificate], own_id, TODAY)


def test_an_organ_needs_its_own_official_letter_for_what_is_shared_in_part() -> None:
    assert "正式函件" in wording()
    letter = paper(PaperKind.OFFICIAL_LETTER, "uscc:OTHER", organisation="TAX")
    held = hold(TAX_OFFICER, ["OFFICIAL_LETTER"], [letter], own_id, TODAY)
    assert [each.subject_ids for each in held.letters] == [{"uscc:OTHER"}]
    for others in (
        paper(PaperKind.OFFICIAL_LETTER, "uscc:OTHER", organisation="COURT"),
        paper(PaperKind.OFFICIAL_LETTER, "uscc:OTHER", organisation="TAX", mine=False),
    ):
        with pytest.raises(PaperInvalid):
            hold(TAX_OFFICER, ["OFFICIAL_LETTER"], [others], own_id, TODAY)
    with pytest.raises(Forbidden):
        present(COMPANY, PaperKind.OFFICIAL_LETTER)


@pytest.mark.parametrize("state", [each for each in PaperState if each is not PaperState.ACCEPTED])
def test_only_what_was_accepted_by_the_prescribed_procedure_opens_anything(state: PaperState) -> None:
    letter = paper(PaperKind.OFFICIAL_LETTER, "uscc:OTHER", organisation="TAX", decided=state)
    with pytest.raises(PaperInvalid) as refused:
        hold(TAX_OFFICER, ["OFFICIAL_LETTER"], [letter], own_id, TODAY)
    assert refused.value.legal_basis is not None
    assert refused.value.legal_basis.article == "18"


def test_consent_is_for_collecting_and_opens_no_query() -> None:
    consent = paper(PaperKind.COLLECTION_CONSENT, "rid:1", organisation="TAX")
    with pytest.raises(PaperInvalid):
        hold(TAX_OFFICER, ["COLLECTION_CONSENT"], [consent], own_id, TODAY)
    assert basis_of(PaperKind.COLLECTION_CONSENT).article == "9"
