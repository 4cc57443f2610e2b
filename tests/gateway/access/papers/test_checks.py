"""What is wrong with a paper is told all at once, each with its field; nothing of it is kept (R18.1 to R18.4)."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.errors import Forbidden, NotSubject
from schema.disclosure import PurposeCode
from schema.papers import VerificationMethod
from schema.presented import ScopeInput
from schema.references import IndividualRef, SubjectRef
from schema.scalars import UnifiedSocialCreditCode
from tests.gateway.access.papers.office import (
    CODES,
    NOW,
    PAPERS,
    PERSONS,
    Office,
    authorisation,
    collection_consent,
    day,
    entity_certificate,
    identity_document,
    legal,
    official_letter,
    person,
    recognition,
)

WRONG: list[tuple[str, Any, dict[str, Any], str, str]] = [
    ("individual", identity_document, {"valid_to": day(-1)}, "PAPER_INVALID", "validTo"),
    ("individual", identity_document, {"number": PERSONS["IN-09"]["idNumber"]}, "PAPER_INVALID", "number"),
    ("individual", identity_document, {"number": "410199200104231075"}, "BAD_USER_INPUT", "number"),
    (
        "individual",
        identity_document,
        {"verification": VerificationMethod.WINDOW_SIGHTED},
        "PAPER_INVALID",
        "verification",
    ),
    ("individual", identity_document, {"valid_from": day(1)}, "PAPER_INVALID", "validFrom"),
    ("individual", identity_document, {"evidence": []}, "EVIDENCE_REQUIRED", "evidence"),
    ("individual", identity_document, {"evidence": ["0" * 64]}, "EVIDENCE_REQUIRED", "evidence.0"),
    ("third-party", entity_certificate, {"issuer": CODES["LP-10"]}, "PAPER_INVALID", "issuer"),
    ("third-party", entity_certificate, {"handler_name": "顾云舟"}, "PAPER_INVALID", "handlerName"),
    ("third-party", entity_certificate, {"handler_id_number": "1"}, "BAD_USER_INPUT", "handlerIdNumber"),
    ("third-party", entity_certificate, {"issued_on": day(-31)}, "PAPER_INVALID", "validTo"),
    ("third-party", entity_certificate, {"issued_on": day(1)}, "PAPER_INVALID", "issuedOn"),
    ("third-party", entity_certificate, {"seal": " "}, "BAD_USER_INPUT", "seal"),
    ("third-party", authorisation, {"signatory": "麦知秋"}, "PAPER_INVALID", "signatory"),
    ("third-party", authorisation, {"signatory": CODES["LP-02"]}, "PAPER_INVALID", "signatory"),
    ("third-party", authorisation, {"seal": None}, "PAPER_INVALID", "seal"),
    ("third-party", authorisation, {"seal": "4101\u202e99"}, "BAD_USER_INPUT", "seal"),
    ("third-party", authorisation, {"evidence": ["x\x00"]}, "EVIDENCE_REQUIRED", "evidence.0"),
    ("third-party", authorisation, {"subject": legal("LP-02")}, "PAPER_INVALID", "requester"),
    ("third-party", authorisation, {"subject": person("IN-09")}, "PAPER_INVALID", "signatory"),
    ("third-party", authorisation, {"signed_on": day(1)}, "PAPER_INVALID", "signedOn"),
    ("third-party", authorisation, {"valid_from": day(-6)}, "PAPER_INVALID", "validFrom"),
    ("third-party", authorisation, {"valid_to": day(-6)}, "PAPER_INVALID", "validTo"),
    ("third-party", authorisation, {"scope": ScopeInput()}, "BAD_USER_INPUT", "scope"),
    ("third-party", authorisation, {"scope": ScopeInput(restricted=["*"])}, "BAD_USER_INPUT", "scope.restricted.0"),
    (
        "third-party",
        authorisation,
        {"scope": ScopeInput(restricted=["SocialInsurancePayment.*"])},
        "BAD_USER_INPUT",
        "scope.restricted.0",
    ),
    ("third-party", authorisation, {"scope": ScopeInput(shared=["Nothing"])}, "BAD_USER_INPUT", "scope.shared.0"),
    (
        "third-party",
        authorisation,
        {"scope": ScopeInput(shared=["TaxArrears"] * 201)},
        "BAD_USER_INPUT",
        "scope.shared",
    ),
    ("third-party", authorisation, {"purposes": []}, "PAPER_INVALID", "purposes"),
    ("third-party", authorisation, {"purposes": [PurposeCode.SELF]}, "PAPER_INVALID", "purposes"),
    ("third-party", authorisation, {"max_uses": 0}, "BAD_USER_INPUT", "maxUses"),
    (
        "third-party",
        authorisation,
        {"subject": SubjectRef(unified_social_credit_code="91410199DEM0099999")},
        "BAD_USER_INPUT",
        "subject",
    ),
    ("tax-officer", official_letter, {"valid_to": day(-3 + 91)}, "PAPER_INVALID", "validTo"),
    ("tax-officer", official_letter, {"signatory": "程税安"}, "PAPER_INVALID", "signatory"),
    ("tax-officer", official_letter, {"signatory": "demo:tax-officer"}, "PAPER_INVALID", "signatory"),
    ("tax-officer", official_letter, {"handlers": []}, "PAPER_INVALID", "handlers"),
    ("tax-officer", official_letter, {"handlers": [PERSONS["IN-09"]["idNumber"]]}, "BAD_USER_INPUT", "handlers"),
    ("tax-officer", official_letter, {"handlers": ["demo:tax-officer\x00"]}, "BAD_USER_INPUT", "handlers"),
    ("centre-operator", entity_certificate, {"holder": PERSONS["IN-09"]["idNumber"]}, "BAD_USER_INPUT", "holder"),
    ("centre-operator", authorisation, {"requester": "a\u202eb"}, "BAD_USER_INPUT", "requester"),
    ("tax-officer", official_letter, {"subjects": []}, "PAPER_INVALID", "subjects"),
    ("tax-officer", official_letter, {"subjects": [legal("LP-10")] * 2}, "BAD_USER_INPUT", "subjects.1"),
    ("tax-officer", official_letter, {"subjects": [legal("LP-10")] * 101}, "PAPER_INVALID", "subjects"),
    ("tax-officer", official_letter, {"purposes": [PurposeCode.ADJUDICATION]}, "PAPER_INVALID", "purposes"),
    ("tax-officer", official_letter, {"letter_number": ""}, "BAD_USER_INPUT", "letterNumber"),
    ("tax-officer", official_letter, {"case_number": "\x07"}, "BAD_USER_INPUT", "caseNumber"),
    (
        "tax-officer",
        official_letter,
        {"scope": ScopeInput(restricted=["PersonIdentity.nothing"])},
        "BAD_USER_INPUT",
        "scope.restricted.0",
    ),
    ("tax-reporter", collection_consent, {"given_expressly": False}, "PAPER_INVALID", "givenExpressly"),
    ("tax-reporter", collection_consent, {"document_of_its_own": False}, "PAPER_INVALID", "documentOfItsOwn"),
    (
        "tax-reporter",
        collection_consent,
        {"notice_given_at": NOW - timedelta(hours=3)},
        "PAPER_INVALID",
        "noticeGivenAt",
    ),
    ("tax-reporter", collection_consent, {"signed_at": NOW + timedelta(hours=1)}, "PAPER_INVALID", "signedAt"),
    ("tax-reporter", collection_consent, {"signed_at": NOW.replace(tzinfo=None)}, "BAD_USER_INPUT", "signedAt"),
    ("tax-reporter", collection_consent, {"items": ["PersonIdentity"]}, "PAPER_INVALID", "items"),
    ("tax-reporter", collection_consent, {"items": []}, "PAPER_INVALID", "items"),
    ("tax-reporter", collection_consent, {"notice": ""}, "BAD_USER_INPUT", "notice"),
    ("tax-reporter", collection_consent, {"signatory": "他人"}, "PAPER_INVALID", "signatory"),
    ("tax-reporter", collection_consent, {"subject": legal("LP-10")}, "PAPER_INVALID", "subject"),
    ("supervisor", recognition, {"organisation": UnifiedSocialCreditCode("1")}, "BAD_USER_INPUT", "organisation"),
    ("supervisor", recognition, {"valid_to": day(-1)}, "PAPER_INVALID", "validTo"),
    ("supervisor", recognition, {"approval_document": " "}, "BAD_USER_INPUT", "approvalDocument"),
]


@pytest.mark.parametrize("kind", PAPERS)
async def test_a_paper_that_is_in_order_has_no_problem(office: Office, kind: str) -> None:
    persona, given = PAPERS[kind]
    payload = await office.present(persona, given())
    assert payload.errors == []
    assert payload.paper is not None
    assert payload.paper.state.value == "SUBMITTED"


@pytest.mark.parametrize(
    ("persona", "given", "over", "code", "field"), WRONG, ids=[f"{each[4]}-{n}" for n, each in enumerate(WRONG)]
)
async def test_what_is_wrong_is_told_with_its_field_and_nothing_is_kept(  # noqa: PLR0913, PLR0917 (one example's parts)
    small_office: Office,
    persona: str,
    given: Any,  # noqa: ANN401 (an input's maker)
    over: dict[str, Any],
    code: str,
    field: str,
) -> None:
    payload = await small_office.present(persona, given(**over))
    assert payload.paper is None
    assert (code, field) in {(each.code, ".".join(each.field[2:])) for each in payload.errors}
    assert all(each.message and each.message_chinese for each in payload.errors)
    listed = await small_office.desk(persona).papers(None, None, None, (20, None))
    assert listed.total_count == 0


async def test_all_that_is_wrong_is_told_at_once(small_office: Office) -> None:
    given = official_letter(
        letter_number="", valid_to=day(200), handlers=[], subjects=[legal("LP-10"), legal("LP-10")], evidence=[]
    )
    payload = await small_office.present("tax-officer", given)
    fields = {".".join(each.field[2:]) for each in payload.errors}
    assert {"letterNumber", "validTo", "handlers", "subjects.1", "evidence"} <= fields


async def test_a_law_that_is_broken_is_named(small_office: Office) -> None:
    payload = await small_office.present("tax-reporter", collection_consent(given_expressly=False))
    (error,) = payload.errors
    assert error.legal_basis is not None
    assert (error.legal_basis.article, error.legal_basis.item) == ("9", "3")


async def test_anothers_document_is_not_ones_own(small_office: Office) -> None:
    number = PERSONS["IN-09"]["idNumber"]
    with pytest.raises(NotSubject):
        await small_office.present("individual", identity_document(subject=person("IN-09"), number=number))
    impostor = SubjectRef(individual=IndividualRef(id_number=number, name=PERSONS["IN-09"]["name"]))
    payload = await small_office.present("auditor", identity_document(subject=impostor, number=number))
    assert [each.field[-1] for each in payload.errors] == ["subject"]


async def test_nobody_authorises_oneself_by_a_paper_of_ones_own(office: Office) -> None:
    certificate = entity_certificate(subject=legal("LP-10"), issuer=CODES["LP-10"], holder="demo:auditor")
    await office.accepted("centre-operator", certificate)
    payload = await office.present("auditor", authorisation(requester="demo:auditor"))
    assert ("PAPER_INVALID", "requester") in {(each.code, each.field[-1]) for each in payload.errors}


async def test_an_authorisation_serves_an_organisation_or_a_person(office: Office) -> None:
    for persona, requester, organisation, persons in (
        ("third-party", None, CODES["LP-02"], []),
        ("third-party", "demo:third-party", None, ["demo:third-party"]),
        ("centre-operator", "TAX", "TAX", []),
        ("centre-operator", CODES["LP-02"], CODES["LP-02"], []),
        ("centre-operator", "demo:individual", None, ["demo:individual"]),
    ):
        paper = await office.presented(persona, authorisation(requester=requester))
        assert (paper.organisation, paper.holders) == (organisation, persons)


@pytest.mark.parametrize(
    "again", [" 郑税函〔2026〕118号", "郑税函［２０２６］１１８ 号", "郑税函(2026)118号", "郑税函【2026】118 号"]
)
async def test_a_letter_is_not_presented_anew_by_another_spelling_of_its_number(office: Office, again: str) -> None:
    first = await office.presented("tax-officer", official_letter(letter_number="郑税函〔2026〕118号"))
    assert first.number == "郑税函〔2026〕118号"
    payload = await office.present("tax-officer", official_letter(letter_number=again))
    assert [(each.code, each.field[-1]) for each in payload.errors] == [("PAPER_INVALID", "letterNumber")]


async def test_only_the_window_presents_for_another(small_office: Office) -> None:
    with pytest.raises(Forbidden):
        await small_office.present("third-party", entity_certificate(holder="demo:company"))
    with pytest.raises(Forbidden):
        await small_office.present("third-party", authorisation(requester="91410199DEM0013591"))
    with pytest.raises(Forbidden):
        await small_office.present("tax-officer", official_letter(organ="COURT"))
    payload = await small_office.present("centre-operator", entity_certificate(holder="demo:third-party"))
    assert payload.paper is not None
    assert payload.paper.holders == ["demo:third-party"]
    with pytest.raises(Forbidden):  # the window says for whom
        await small_office.present("centre-operator", entity_certificate())


@pytest.mark.parametrize(
    ("persona", "given", "article"),
    [
        ("public", identity_document, "18"),
        ("third-party", official_letter, "18"),
        ("tax-reporter", official_letter, "18"),
        ("credit-service", official_letter, "18"),
        ("third-party", collection_consent, "9"),
        ("tax-officer", recognition, "15"),
        ("centre-approver", recognition, "15"),
    ],
)
async def test_who_may_not_present_a_paper_is_refused_by_its_article(
    small_office: Office,
    persona: str,
    given: Any,  # noqa: ANN401 (an input's maker)
    article: str,
) -> None:
    desk = small_office.desk(persona)
    sent = desk.present(given(), draft=False) if persona == "public" else small_office.present(persona, given())
    with pytest.raises(Forbidden) as refused:
        await sent
    assert refused.value.legal_basis is not None
    assert refused.value.legal_basis.article == article


@pytest.mark.parametrize(
    ("signatory", "named"), [("局长\u3000甲", "U+3000"), ("局长\u200b甲", "U+200B"), ("甲\u202e乙", "U+202E")]
)
async def test_a_character_that_cannot_be_seen_is_named(office: Office, signatory: str, named: str) -> None:
    given = official_letter(evidence=[await office.file("tax-officer")], signatory=signatory)
    (error,) = (await office.desk("tax-officer").present(given, draft=False)).errors
    assert (error.code, error.field[-1]) == ("BAD_USER_INPUT", "signatory")
    assert named in error.message
    assert named in error.message_chinese
