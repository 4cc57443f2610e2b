"""The people of the demonstration before a room of papers, and papers ready to be presented."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from connectors.demonstration import sample
from gateway.access.callers import PUBLIC_CALLER, Caller
from gateway.access.keys import Keys
from gateway.access.papers import CallersDesk, PapersRoom
from gateway.access.papers.paper import Named
from gateway.access.personas import PERSONAS
from gateway.errors import Text
from gateway.store import Store
from schema.desk import PaperPayload
from schema.disclosure import PurposeCode
from schema.papers import Paper, ReviewDecision, SignatureKind, VerificationMethod
from schema.presented import (
    AuthorisationInput,
    CollectionConsentInput,
    EntityCertificateInput,
    IdentityDocumentInput,
    OfficialLetterInput,
    PaperInput,
    RecognitionInput,
    ScopeInput,
)
from schema.references import IndividualRef, SubjectRef
from schema.scalars import UnifiedSocialCreditCode
from schema.terms import SubjectKind

NOW: Final = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Noon in Zhengzhou."""
TODAY: Final = date(2026, 11, 23)
CODES: Final = {each["key"]: each["unifiedSocialCreditCode"] for each in sample()["legalPersons"]}
NAMES: Final = {each["unifiedSocialCreditCode"]: each["name"] for each in sample()["legalPersons"]}
PERSONS: Final = {each["key"]: each for each in sample()["individuals"]}
PDF: Final = b"%PDF-1.7\n% evidence of a test\n"
CREDIT_SERVICE: Final = "91410199DEM0013591"


def caller(persona: str) -> Caller:
    """Give a persona as a caller."""
    who = PERSONAS[persona]
    if who.is_public:
        return PUBLIC_CALLER
    roles = frozenset() if who.role is None else frozenset({who.role})
    subject = None if who.subject is None else tuple(who.subject.split(":"))
    return Caller(f"demo:{persona}", who.person, who.organisation, who.kind, roles, subject, "jti")  # type: ignore[arg-type]  # two parts


@dataclass
class Townspeople:
    """The subjects of the demonstration, found as a register would."""

    keys: Keys
    renamed: dict[str, str] = field(default_factory=dict)

    async def named(self, refs: Sequence[SubjectRef], today: date) -> list[Named | Text]:
        """Give each subject."""
        del today
        return [self._named(each) for each in refs]

    async def registered(self, subject_ids: Sequence[str]) -> list[Named | None]:
        """Give what the register knows."""
        known = {self.keys.subject_id("rid", each["idNumber"]): each["name"] for each in PERSONS.values()}
        known |= self.renamed
        return [Named(each, SubjectKind.INDIVIDUAL, known[each]) if each in known else None for each in subject_ids]

    def _named(self, ref: SubjectRef) -> Named | Text:
        if ref.individual:
            own_id = self.keys.subject_id("rid", ref.individual.id_number)
            return Named(own_id, SubjectKind.INDIVIDUAL, ref.individual.name)
        code = ref.unified_social_credit_code or ""
        if code not in NAMES:
            return Text("there is no such subject", "没有该主体")
        return Named(self.keys.subject_id("uscc", code), SubjectKind.LEGAL_PERSON, NAMES[code], code)


@dataclass
class Office:
    """The room, with the people before it."""

    room: PapersRoom
    store: Store
    keys: Keys
    people: Townspeople
    now: float = NOW.timestamp()

    def desk(self, persona: str, *, days: int = 0) -> CallersDesk:
        """Give the desk as a persona finds it, some days from today."""
        return self.room.desk(caller(persona), self.now + 86_400 * days)

    def id_of(self, key: str) -> str:
        """Give the id of a subject of the demonstration."""
        if key in CODES:
            return self.keys.subject_id("uscc", CODES[key])
        return self.keys.subject_id("rid", PERSONS[key]["idNumber"])

    async def file(self, persona: str, content: bytes = PDF) -> str:
        """Send a file, and give its digest."""
        sent = await self.room.take_file(caller(persona), content, ("application/pdf", "证明.pdf"), self.now)
        return sent.digest

    async def present(self, persona: str, given: PaperInput, *, draft: bool = False) -> PaperPayload:
        """Present a paper, after its evidence was sent."""
        await self.file(persona)
        return await self.desk(persona).present(given, draft=draft)

    async def presented(self, persona: str, given: PaperInput) -> Paper:
        """Present a paper that is in order."""
        payload = await self.present(persona, given)
        assert payload.errors == []
        assert payload.paper is not None
        return payload.paper

    async def accepted(self, persona: str, given: PaperInput) -> str:
        """Present a paper, have it accepted, and give its id."""
        paper = await self.presented(persona, given)
        payload = await self.desk("centre-approver").review(paper.id, ReviewDecision.ACCEPT, "核对无误")
        assert payload.errors == []
        return str(paper.id)


def day(days: int) -> date:
    """Give a day, some days from today."""
    return TODAY + timedelta(days)


def digest(content: bytes = PDF) -> str:
    """Give the digest of a file."""
    return hashlib.sha256(content).hexdigest()


def legal(key: str) -> SubjectRef:
    """Name a legal person."""
    return SubjectRef(unified_social_credit_code=CODES[key])


def person(key: str) -> SubjectRef:
    """Name an individual."""
    return SubjectRef(individual=IndividualRef(id_number=PERSONS[key]["idNumber"], name=PERSONS[key]["name"]))


def identity_document(**over: Any) -> PaperInput:  # noqa: ANN401 (an input's fields)
    """Give the identity document of IN-10."""
    given = {
        "subject": person("IN-10"),
        "number": PERSONS["IN-10"]["idNumber"],
        "verification": VerificationMethod.EID,
        "evidence": [digest()],
        "valid_to": day(3_000),
    }
    return PaperInput(identity_document=IdentityDocumentInput(**{**given, **over}))


def entity_certificate(**over: Any) -> PaperInput:  # noqa: ANN401 (an input's fields)
    """Give the certificate of LP-02 for the persona ``third-party``."""
    given = {
        "subject": legal("LP-02"),
        "issuer": UnifiedSocialCreditCode(CODES["LP-02"]),
        "handler_name": "麦知秋",
        "handler_id_number": PERSONS["IN-01"]["idNumber"],
        "issued_on": day(-1),
        "seal": "4101990000021",
        "signature": SignatureKind.E_SIGNATURE,
        "evidence": [digest()],
    }
    return PaperInput(entity_certificate=EntityCertificateInput(**{**given, **over}))


def authorisation(**over: Any) -> PaperInput:  # noqa: ANN401 (an input's fields)
    """Give LP-10's authorisation of LP-02."""
    given = {
        "subject": legal("LP-10"),
        "scope": ScopeInput(all_shared=True, restricted=["SocialInsurancePayment"]),
        "purposes": [PurposeCode.TRANSACTION],
        "signatory": "洪源生",
        "seal": "4101990000100",
        "signed_on": day(-5),
        "valid_to": day(60),
        "signature": SignatureKind.PAPER,
        "evidence": [digest()],
    }
    return PaperInput(authorisation=AuthorisationInput(**{**given, **over}))


def official_letter(**over: Any) -> PaperInput:  # noqa: ANN401 (an input's fields)
    """Give the tax authority's letter for LP-10 and IN-09."""
    given = {
        "letter_number": "郑税函〔2026〕118号",
        "issued_on": day(-3),
        "signatory": "局长甲",
        "seal": "4101990000009",
        "signature": SignatureKind.PAPER,
        "subjects": [legal("LP-10"), person("IN-09")],
        "purposes": [PurposeCode.SUPERVISION, PurposeCode.ENFORCEMENT],
        "handlers": ["demo:tax-officer"],
        "valid_to": day(60),
        "evidence": [digest()],
    }
    return PaperInput(official_letter=OfficialLetterInput(**{**given, **over}))


def collection_consent(**over: Any) -> PaperInput:  # noqa: ANN401 (an input's fields)
    """Give IN-09's consent that the tax authority collects one item."""
    given = {
        "subject": person("IN-09"),
        "items": ["PersonIdentity.maritalStatus"],
        "purpose": "个体经营税收优惠核验",
        "notice": "提供上述信息可能影响您的信用评价，您有权拒绝。",
        "notice_version": "2026-1",
        "notice_given_at": NOW - timedelta(hours=5),
        "signatory": PERSONS["IN-09"]["name"],
        "signed_at": NOW - timedelta(hours=3),
        "signature": SignatureKind.PAPER,
        "given_expressly": True,
        "document_of_its_own": True,
        "valid_to": day(365),
        "evidence": [digest()],
    }
    return PaperInput(collection_consent=CollectionConsentInput(**{**given, **over}))


def recognition(**over: Any) -> PaperInput:  # noqa: ANN401 (an input's fields)
    """Give the recognition of the demonstration's credit service."""
    given = {
        "organisation": UnifiedSocialCreditCode(CREDIT_SERVICE),
        "approval_document": "郑发改信用〔2026〕3号",
        "issued_on": day(-30),
        "valid_to": day(300),
        "evidence": [digest()],
    }
    return PaperInput(recognition=RecognitionInput(**{**given, **over}))


PAPERS: Final = {
    "identity document": ("individual", identity_document),
    "entity certificate": ("third-party", entity_certificate),
    "authorisation": ("third-party", authorisation),
    "official letter": ("tax-officer", official_letter),
    "collection consent": ("tax-reporter", collection_consent),
    "recognition": ("supervisor", recognition),
}
"""Each kind of paper with who presents it."""
