"""What a paper of each kind must say before anybody reviews it (R9.5, R15.4, R18.1 to R18.4, AMB-08, AMB-10).

Pure: what was written, whom it names and the day in; all problems out, each with its field. Whether the file shows what
was written is for a person to say.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from gateway.access.callers import Caller
from gateway.access.duties import fitting_purposes
from gateway.access.papers.paper import Named
from gateway.access.papers.problems import Problem, invalid, unusable
from gateway.access.papers.procedure import GRANT_BASIS, basis_of
from gateway.access.papers.scopes import check_names, check_scope
from gateway.errors import Text
from schema.days import day_of
from schema.disclosure import LegalBasis, PurposeCode
from schema.identifiers import check_unified_social_credit_code
from schema.identity import check_id_document_number
from schema.masks import mask_text
from schema.papers import PaperKind, VerificationMethod
from schema.presented import (
    AuthorisationInput,
    CollectionConsentInput,
    EntityCertificateInput,
    GrantInput,
    IdentityDocumentInput,
    OfficialLetterInput,
    RecognitionInput,
)
from schema.records.enums import IdDocumentType
from schema.terms import SubjectKind

__all__ = ["CERTIFICATE_DAYS", "LETTER_DAYS", "MOST_SUBJECTS", "Circumstances", "check_grant", "check_paper"]

LETTER_DAYS: Final = 90
"""Days that an official letter may be used after its issue (AMB-08)."""
CERTIFICATE_DAYS: Final = 30
"""Days that an entity certificate is valid after its issue where it says nothing else (R18.2)."""
MOST_SUBJECTS: Final = 100
_MOST_HANDLERS: Final = 20
_MOST_USES: Final = 1_000_000
_LONGEST: Final = 200
_LONGEST_NOTICE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who presents, whether at the window for another, on what day, and whom the paper serves."""

    caller: Caller
    at_window: bool
    today: date
    now: datetime
    served: frozenset[str] = frozenset()
    """The persons and the organisation that the paper serves."""
    number_matches: bool = True
    """Whether the number on an identity document is its subject's."""


@dataclass(frozen=True, slots=True)
class _Paper:
    """One paper under inspection: gives problems at its fields."""

    place: tuple[str, ...]
    basis: LegalBasis
    seen: Circumstances

    def wrong(self, field: str, english: str, chinese: str) -> Problem:
        return invalid((*self.place, field), Text(english, chinese), self.basis)

    def unusable(self, field: str, english: str, chinese: str) -> Problem:
        return unusable((*self.place, field), Text(english, chinese))

    def texts(self, **texts: str | None) -> Iterator[Problem]:
        """Give each text that is empty, too long, or cannot be seen."""
        for field, text in texts.items():
            most = _LONGEST_NOTICE if field == "notice" else _LONGEST
            if not text or not text.strip() or len(text) > most:
                yield self.unusable(field, f"1 to {most} characters are needed", f"须填写 1 至 {most} 字")
            elif unseen := [each for each in text.replace("\n", "") if not each.isprintable()]:
                name = f"U+{ord(unseen[0]):04X}"
                said = (
                    f"it holds a character that cannot be seen: write it without {name}",
                    f"含有不可见字符 {name}，请删除",
                )
                yield self.unusable(field, *said)

    def made(self, field: str, day: date) -> Iterator[Problem]:
        """Refuse a paper made tomorrow."""
        if day > self.seen.today:
            yield self.wrong(field, "this day is in the future", "日期晚于今日")

    def term(self, made: date | None, first: date | None, last: date | None) -> Iterator[Problem]:
        """Refuse days out of their order, and a paper that has ended."""
        if made is not None and first is not None and first < made:
            yield self.wrong("validFrom", "it is valid before it was made", "生效日期早于出具日期")
        start = first or made
        if last is not None and start is not None and last < start:
            yield self.wrong("validTo", "it ends before it begins", "截止日期早于生效日期")
        elif last is not None and last < self.seen.today:
            yield self.wrong("validTo", "it has expired", "已过有效期")

    def purposes(self, listed: Sequence[PurposeCode], fitting: frozenset[PurposeCode]) -> Iterator[Problem]:
        """Refuse a paper for nothing, and purposes that are not its requester's."""
        if not listed:
            yield self.wrong("purposes", "a paper says what for", "须载明查询目的")
        if not set(listed) <= fitting:
            yield self.wrong("purposes", "a purpose is none of the requester's", "查询目的与查询人不符")

    def uses(self, most: int | None) -> Iterator[Problem]:
        if most is not None and not 1 <= most <= _MOST_USES:
            yield self.unusable("maxUses", "at least one use", "使用次数至少为一次")


_Subjects = Sequence[Named | None]
_OTHERS: Final = frozenset(PurposeCode) - {PurposeCode.SELF}


def check_paper(kind: PaperKind, given: Any, subjects: _Subjects, seen: Circumstances, name: str) -> list[Problem]:  # noqa: ANN401 (one of six inputs)
    """Give all that is wrong with what was written of a paper (Art. 9(3), 15, 18).

    *subjects* are those that it names, None where there is no such one, which is told elsewhere.
    """
    paper = _Paper(("paper", name), basis_of(kind), seen)
    return [*_served(paper, kind), *_CHECKS[kind](paper, given, subjects)]


def check_grant(given: GrantInput, seen: Circumstances) -> list[Problem]:
    """Give all that is wrong with what was written of a grant: tier C by name, for the agency's purposes (R15.5)."""
    paper = _Paper(("grant",), GRANT_BASIS, seen)
    return list(_grant(paper, given))


def _served(paper: _Paper, kind: PaperKind) -> Iterator[Problem]:
    """Refuse whom no token can name: what cannot be seen, and identity numbers, which are kept nowhere (R14.3)."""
    caller = paper.seen.caller
    for whom in paper.seen.served - {caller.person, caller.organisation}:
        if check_unified_social_credit_code(whom).valid:
            continue
        if len(whom) > _LONGEST or not whom.isprintable() or mask_text(whom) != whom:
            yield paper.unusable(
                _SERVED[kind], "as the token names them, not by number", "须按令牌所载填写，不得填写证件号码"
            )


def _identity_document(paper: _Paper, given: IdentityDocumentInput, subjects: _Subjects) -> Iterator[Problem]:
    seen = paper.seen
    resident = given.document_type is IdDocumentType.RESIDENT_ID
    fault = check_id_document_number(given.number, on=seen.today, resident=resident)
    if fault.errors:
        said = fault.errors[0]
        yield paper.unusable(
            "number", f"this is no number of such a document: {said.value}", f"证件号码有误：{said.chinese}"
        )
    elif not seen.number_matches:
        yield paper.wrong("number", "this is not the subject's number", "证件号码与信息主体不符")
    yield from _of_kind(paper, subjects, SubjectKind.INDIVIDUAL)
    if given.verification is VerificationMethod.WINDOW_SIGHTED and not seen.at_window:
        yield paper.wrong("verification", "the window alone sights documents", "须由窗口人员核验原件")
    if not seen.at_window and _is_other(seen.caller, [each.name for each in subjects if each]):
        yield paper.wrong("subject", "this is another person's document", "并非本人的身份证件")
    yield from paper.term(None, given.valid_from, given.valid_to)
    if given.valid_from:
        yield from paper.made("validFrom", given.valid_from)


def _entity_certificate(paper: _Paper, given: EntityCertificateInput, subjects: _Subjects) -> Iterator[Problem]:
    seen = paper.seen
    yield from paper.texts(handlerName=given.handler_name, seal=given.seal)
    yield from _of_kind(paper, subjects, SubjectKind.LEGAL_PERSON)
    issuer = check_unified_social_credit_code(given.issuer)
    if any(each is not None and each.code != issuer.canonical for each in subjects):
        yield paper.wrong("issuer", "the subject itself issues the certificate", "证明须由该单位自身出具")
    fault = check_id_document_number(given.handler_id_number, on=seen.today)
    if fault.errors:
        said = fault.errors[0]
        yield paper.unusable(
            "handlerIdNumber", f"this is no identity number: {said.value}", f"证件号码有误：{said.chinese}"
        )
    if not seen.at_window and _is_other(seen.caller, [given.handler_name]):
        yield paper.wrong("handlerName", "the certificate names another handler", "证明所载经办人并非本人")
    yield from paper.made("issuedOn", given.issued_on)
    yield from paper.term(given.issued_on, None, given.valid_to or given.issued_on + timedelta(CERTIFICATE_DAYS))


def _authorisation(paper: _Paper, given: AuthorisationInput, subjects: _Subjects) -> Iterator[Problem]:
    yield from paper.texts(signatory=given.signatory)
    yield from check_scope(given.scope, (*paper.place, "scope"))
    yield from paper.purposes(given.purposes, _OTHERS)
    yield from paper.uses(given.max_uses)
    for subject in subjects:
        if subject is not None:
            yield from _signed_by(paper, given, subject)
    yield from paper.made("signedOn", given.signed_on)
    yield from paper.term(given.signed_on, given.valid_from, given.valid_to)


def _signed_by(paper: _Paper, given: AuthorisationInput, subject: Named) -> Iterator[Problem]:
    """Refuse what the subject did not sign, or the requester signed for itself."""
    seen, signatory = paper.seen, given.signatory.strip()
    if given.seal and given.seal.strip():
        yield from paper.texts(seal=given.seal)
    if {subject.code, subject.id} & seen.served:
        yield paper.wrong("requester", "nobody authorises oneself", "不得自行授权")
    if subject.kind is SubjectKind.INDIVIDUAL:
        if signatory != subject.name:
            yield paper.wrong("signatory", "the subject itself signs", "须由被查询人本人签署")
        return
    if not (given.seal or "").strip():
        yield paper.wrong("seal", "a legal person's authorisation is sealed", "单位出具的授权须加盖公章")
    if not seen.at_window and signatory in {seen.caller.name, seen.caller.person, seen.caller.organisation}:
        yield paper.wrong("signatory", "the requester cannot sign for the subject", "不得由查询人自行签署")


def _official_letter(paper: _Paper, given: OfficialLetterInput, subjects: _Subjects) -> Iterator[Problem]:
    caller = paper.seen.caller
    yield from paper.texts(letterNumber=given.letter_number, signatory=given.signatory, seal=given.seal)
    if given.case_number is not None:
        yield from paper.texts(caseNumber=given.case_number)
    if not 1 <= len(subjects) <= MOST_SUBJECTS:
        yield paper.wrong(
            "subjects", f"1 to {MOST_SUBJECTS} subjects, one by one", f"须逐一列明 1 至 {MOST_SUBJECTS} 个主体"
        )
    yield from paper.purposes(
        given.purposes, _OTHERS if paper.seen.at_window else fitting_purposes(caller.organisation_kind)
    )
    yield from _handlers(paper, given)
    if given.scope:
        yield from check_scope(given.scope, (*paper.place, "scope"))
    yield from paper.uses(given.max_uses)
    yield from paper.made("issuedOn", given.issued_on)
    yield from paper.term(given.issued_on, given.valid_from, given.valid_to)
    if given.valid_to > given.issued_on + timedelta(LETTER_DAYS):
        yield paper.wrong("validTo", f"at most {LETTER_DAYS} days from its issue", f"自出具之日起最长 {LETTER_DAYS} 日")


def _handlers(paper: _Paper, given: OfficialLetterInput) -> Iterator[Problem]:
    caller, signatory = paper.seen.caller, given.signatory.strip()
    named = [each.strip() for each in given.handlers]
    if not 1 <= len(named) <= _MOST_HANDLERS or any(not 0 < len(each) <= _LONGEST for each in named):
        yield paper.wrong(
            "handlers", f"1 to {_MOST_HANDLERS} handlers by name", f"须列明 1 至 {_MOST_HANDLERS} 名经办人"
        )
    own = signatory in (caller.name, caller.person) and not paper.seen.at_window
    if signatory in named or own:
        yield paper.wrong("signatory", "a handler cannot sign the letter", "不得由经办人自行签发")


def _collection_consent(paper: _Paper, given: CollectionConsentInput, subjects: _Subjects) -> Iterator[Problem]:
    yield from paper.texts(
        purpose=given.purpose, notice=given.notice, noticeVersion=given.notice_version, signatory=given.signatory
    )
    yield from _of_kind(paper, subjects, SubjectKind.INDIVIDUAL)
    if not given.items:
        yield paper.wrong("items", "the items are named field by field", "须逐项列明采集内容")
    yield from check_names(given.items, (*paper.place, "items"))
    if any("." not in each for each in given.items):
        yield paper.wrong("items", "a record type as a whole is no item", "须列明具体指标，不得笼统同意")
    if not given.given_expressly:
        yield paper.wrong("givenExpressly", "silence or a ticked box is no consent", "沉默、默认勾选不构成同意")
    if not given.document_of_its_own:
        yield paper.wrong(
            "documentOfItsOwn", "a clause in another contract is no consent", "合同中的条款不构成书面同意"
        )
    if any(each is not None and each.name != given.signatory.strip() for each in subjects):
        yield paper.wrong("signatory", "the subject itself signs", "须由本人签署")
    yield from _told_before(paper, given)


def _told_before(paper: _Paper, given: CollectionConsentInput) -> Iterator[Problem]:
    """Refuse a consent that was signed before its consequences were told (Art. 9(3): 明确告知)."""
    told, signed = _instant(given.notice_given_at), _instant(given.signed_at)
    if told is None or signed is None:
        yield paper.unusable("signedAt", "instants carry their zone", "时间须带时区")
        return
    if told >= signed:
        yield paper.wrong("noticeGivenAt", "the notice is given before the signing", "告知须在签署之前")
    if signed > paper.seen.now:
        yield paper.wrong("signedAt", "this is in the future", "签署时间晚于当前时间")
    yield from paper.term(day_of(signed.timestamp()), given.valid_from, given.valid_to)


def _recognition(paper: _Paper, given: RecognitionInput, subjects: _Subjects) -> Iterator[Problem]:
    del subjects
    yield from paper.texts(approvalDocument=given.approval_document)
    fault = check_unified_social_credit_code(given.organisation)
    if fault.errors:
        said = fault.errors[0]
        yield paper.unusable(
            "organisation", f"this is no credit code: {said.value}", f"统一社会信用代码有误：{said.chinese}"
        )
    yield from paper.made("issuedOn", given.issued_on)
    yield from paper.term(given.issued_on, given.valid_from, given.valid_to)


def _grant(paper: _Paper, given: GrantInput) -> Iterator[Problem]:
    yield from paper.texts(approvalDocument=given.approval_document)
    yield from check_names(given.scope.restricted, (*paper.place, "scope", "restricted"))
    if not given.scope.restricted or given.scope.all_shared or given.scope.shared:
        yield paper.wrong(
            "scope", "a grant names what of tier C it opens, and only that", "授权须逐项列明有限共享类内容"
        )
    yield from paper.purposes(given.purposes, fitting_purposes(paper.seen.caller.organisation_kind))
    yield from paper.term(None, given.valid_from, given.valid_to)


_SERVED: Final[Mapping[PaperKind, str]] = {
    PaperKind.IDENTITY_DOCUMENT: "holder",
    PaperKind.ENTITY_CERTIFICATE: "holder",
    PaperKind.AUTHORISATION: "requester",
    PaperKind.OFFICIAL_LETTER: "handlers",
    PaperKind.COLLECTION_CONSENT: "agency",
    PaperKind.RECOGNITION: "organisation",
}
"""The field of each kind that says whom it serves."""


def _of_kind(paper: _Paper, subjects: _Subjects, kind: SubjectKind) -> Iterator[Problem]:
    if any(each is not None and each.kind is not kind for each in subjects):
        yield paper.wrong("subject", "this kind of subject has no such paper", "该类主体不适用此种材料")


def _is_other(caller: Caller, names: Sequence[str]) -> bool:
    """Say whether the token names a person that a paper does not."""
    return caller.name != caller.person and caller.name not in [each.strip() for each in names]


def _instant(at: datetime) -> datetime | None:
    return at if at.tzinfo is not None else None


_CHECKS: Final[Mapping[PaperKind, Callable[[_Paper, Any, _Subjects], Iterator[Problem]]]] = MappingProxyType(
    {
        PaperKind.IDENTITY_DOCUMENT: _identity_document,
        PaperKind.ENTITY_CERTIFICATE: _entity_certificate,
        PaperKind.AUTHORISATION: _authorisation,
        PaperKind.OFFICIAL_LETTER: _official_letter,
        PaperKind.COLLECTION_CONSENT: _collection_consent,
        PaperKind.RECOGNITION: _recognition,
    }
)
