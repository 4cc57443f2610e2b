"""A presented paper, read: whom it serves, whom it names, what of it is kept (Art. 18).

Numbers of persons are kept as a mask and a keyed digest, never as they are (R14.3).
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, Protocol, cast

from gateway.access.callers import Caller
from gateway.access.papers.checks import CERTIFICATE_DAYS
from gateway.access.papers.paper import Named, Written, WrittenGrant
from gateway.access.papers.procedure import GRANT_BASIS
from gateway.access.papers.rights import is_window
from gateway.access.papers.scopes import written_scope
from gateway.errors import Forbidden, Text
from schema.categories import AGENCIES
from schema.checked import canonical
from schema.days import day_of
from schema.disclosure import Scope
from schema.identifiers import check_unified_social_credit_code
from schema.masks import mask_identity_number, mask_text
from schema.papers import PaperKind
from schema.presented import (
    AuthorisationInput,
    CollectionConsentInput,
    EntityCertificateInput,
    GrantInput,
    IdentityDocumentInput,
    OfficialLetterInput,
    PaperInput,
)
from schema.references import SubjectRef

__all__ = [
    "Chosen",
    "IdentityKeys",
    "Served",
    "Subjects",
    "Taken",
    "chosen",
    "refs_of",
    "served_by",
    "write",
    "write_grant",
]


class IdentityKeys(Protocol):
    """Names identity numbers without telling them."""

    def id_number_digest(self, canonical: str) -> bytes:
        """Give the keyed hash of a number."""
        ...

    def subject_id(self, kind_prefix: str, canonical: str) -> str:
        """Give the graph's id of a subject."""
        ...


class Subjects(Protocol):
    """Finds the subjects that a paper names."""

    async def named(self, refs: Sequence[SubjectRef], today: date) -> list[Named | Text]:
        """Give each subject, or the words why there is none.

        An individual named by number and name is taken at the word: whether there is one is not told here (R15.8).

        Raises:
            SourceLost: the register of subjects was not reached.

        """
        ...

    async def registered(self, subject_ids: Sequence[str]) -> list[Named | None]:
        """Give what the register knows of each subject.

        Raises:
            SourceLost: as above.

        """
        ...


class Chosen(NamedTuple):
    """The one paper of a `PaperInput`: its kind, its content, and the name under which it was sent."""

    kind: PaperKind
    given: Any  # one of six inputs, which share nothing but that they are written down
    name: str


class Served(NamedTuple):
    """Whom a paper serves: persons by their accounts, or an organisation."""

    persons: tuple[str, ...] = ()
    organisation: str | None = None


class Taken(NamedTuple):
    """When a paper was taken in, and by whom the original was sighted, where somebody did."""

    on: date
    verifier: str | None = None


_KINDS: Final = (
    (PaperKind.IDENTITY_DOCUMENT, "identity_document", "identityDocument"),
    (PaperKind.ENTITY_CERTIFICATE, "entity_certificate", "entityCertificate"),
    (PaperKind.AUTHORISATION, "authorisation", "authorisation"),
    (PaperKind.OFFICIAL_LETTER, "official_letter", "officialLetter"),
    (PaperKind.COLLECTION_CONSENT, "collection_consent", "collectionConsent"),
    (PaperKind.RECOGNITION, "recognition", "recognition"),
)


def chosen(given: PaperInput) -> Chosen:
    """Give the one paper that was sent."""
    return next(
        Chosen(kind, content, name) for kind, attribute, name in _KINDS if (content := getattr(given, attribute))
    )


def refs_of(paper: Chosen) -> tuple[Sequence[SubjectRef], Sequence[tuple[str, ...]]]:
    """Give how the paper names its subjects, and where each stands in what was sent."""
    if paper.kind is PaperKind.OFFICIAL_LETTER:
        subjects = cast("OfficialLetterInput", paper.given).subjects
        return subjects, [("paper", paper.name, "subjects", str(n)) for n in range(len(subjects))]
    if paper.kind is PaperKind.RECOGNITION:
        return (), ()
    return (paper.given.subject,), (("paper", paper.name, "subject"),)


def served_by(paper: Chosen, caller: Caller) -> Served:
    """Say whom the paper serves: the caller, or at the window whom it names (Art. 18).

    Raises:
        Forbidden: it is for somebody else, or the window does not say for whom.

    """
    given = paper.given
    match paper.kind:
        case PaperKind.IDENTITY_DOCUMENT | PaperKind.ENTITY_CERTIFICATE:
            return Served((_for(caller, given.holder, caller.person),))
        case PaperKind.AUTHORISATION:
            return _requester(caller, given.requester)
        case PaperKind.OFFICIAL_LETTER:
            persons = tuple(dict.fromkeys(each.strip() for each in given.handlers))
            return Served(persons, _for(caller, given.organ, caller.organisation))
        case PaperKind.COLLECTION_CONSENT:
            return Served((), _for(caller, given.agency, caller.organisation))
        case _:  # a recognition
            return Served((), canonical(given.organisation).canonical)


def _for(caller: Caller, named: str | None, own: str | None) -> str:
    """Give for whom it is: the caller's own, or at the window the named one."""
    at_window = is_window(caller)
    whom = named.strip() if named else None if at_window else own
    if not whom or (not at_window and whom != own):
        raise Forbidden(
            Text(
                "at the window name whom it serves; elsewhere it is for oneself",
                "窗口代办须指明使用人；其他情形仅可为本人（本单位）提交",
            )
        )
    return whom


def _requester(caller: Caller, named: str | None) -> Served:
    """Say who is authorised: the caller's organisation, or itself; at the window a code names an organisation."""
    own = caller.organisation or caller.person
    whom = _for(caller, named, caller.person if named == caller.person else own)
    if is_window(caller):
        organisation = whom in AGENCIES or check_unified_social_credit_code(whom).valid
    else:
        organisation = whom == caller.organisation
    return Served((), whom) if organisation else Served((whom,))


def write(paper: Chosen, subjects: tuple[Named, ...], served: Served, keys: IdentityKeys, taken: Taken) -> Written:
    """Give what is kept of a paper that was found to be in order."""
    given = paper.given
    same = {
        "kind": paper.kind,
        "subjects": subjects,
        "evidence": tuple(dict.fromkeys(given.evidence)),
        "persons": served.persons,
        "organisation": served.organisation,
        "valid_to": given.valid_to,
    }
    match given:
        case IdentityDocumentInput():
            return _identity_document(given, same, keys, taken)
        case EntityCertificateInput():
            return _entity_certificate(given, same, keys)
        case AuthorisationInput():
            return _authorisation(given, same)
        case OfficialLetterInput():
            return _official_letter(given, same)
        case CollectionConsentInput():
            return _collection_consent(given, same)
        case _:  # a recognition
            number = _text(given.approval_document)
            return Written(
                **same, number=number, issued_on=given.issued_on, valid_from=given.valid_from or given.issued_on
            )


def write_grant(given: GrantInput, caller: Caller) -> WrittenGrant:
    """Give what is kept of a grant that was found to be in order.

    Raises:
        Forbidden: it is for another agency.

    """
    if given.agency and given.agency != caller.organisation:
        raise Forbidden(
            Text("a grant is asked for by its own agency", "只能为本单位提出授权申请"), legal_basis=GRANT_BASIS
        )
    return WrittenGrant(
        agency=caller.organisation or "",
        scope=Scope(restricted=frozenset(given.scope.restricted)),
        purposes=frozenset(given.purposes),
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        approval_document=_text(given.approval_document),
    )


_Same = Mapping[str, Any]


def _identity_document(given: IdentityDocumentInput, same: _Same, keys: IdentityKeys, taken: Taken) -> Written:
    number = canonical(given.number).canonical
    return Written(
        **same,
        valid_from=given.valid_from or taken.on,
        verification=given.verification,
        particulars={
            "documentType": given.document_type.name,
            "number": mask_identity_number(number),
            "numberDigest": keys.id_number_digest(number).hex(),
            **({"verifier": taken.verifier} if taken.verifier else {}),
        },
    )


def _entity_certificate(given: EntityCertificateInput, same: _Same, keys: IdentityKeys) -> Written:
    number = canonical(given.handler_id_number).canonical
    last = given.valid_to or given.issued_on + timedelta(CERTIFICATE_DAYS)
    return Written(
        **{**same, "valid_to": last},
        valid_from=given.issued_on,
        issued_on=given.issued_on,
        signature=given.signature,
        particulars={
            "handlerName": _text(given.handler_name),
            "handlerNumber": mask_identity_number(number),
            "handlerNumberDigest": keys.id_number_digest(number).hex(),
            "seal": _text(given.seal),
        },
    )


def _authorisation(given: AuthorisationInput, same: _Same) -> Written:
    return Written(
        **same,
        valid_from=given.valid_from or given.signed_on,
        purposes=frozenset(given.purposes),
        scope=written_scope(given.scope),
        max_uses=given.max_uses,
        signed_on=given.signed_on,
        signatory=_text(given.signatory),
        signature=given.signature,
        particulars={"seal": _text(given.seal)} if given.seal else {},
    )


def _official_letter(given: OfficialLetterInput, same: _Same) -> Written:
    number = {"caseNumber": _text(given.case_number)} if given.case_number else {}
    return Written(
        **same,
        valid_from=given.valid_from or given.issued_on,
        number=_letter_number(given.letter_number),
        purposes=frozenset(given.purposes),
        scope=written_scope(given.scope),
        max_uses=given.max_uses,
        issued_on=given.issued_on,
        signatory=_text(given.signatory),
        signature=given.signature,
        particulars={"seal": _text(given.seal), **number},
    )


def _collection_consent(given: CollectionConsentInput, same: _Same) -> Written:
    signed = day_of(given.signed_at.timestamp())
    return Written(
        **same,
        valid_from=given.valid_from or signed,
        scope=Scope(restricted=frozenset(given.items)),
        signed_on=signed,
        signatory=_text(given.signatory),
        signature=given.signature,
        particulars={
            "purpose": _text(given.purpose),
            "notice": mask_text(given.notice),
            "noticeVersion": _text(given.notice_version),
            "noticeGivenAt": given.notice_given_at.isoformat(),
            "signedAt": given.signed_at.isoformat(),
        },
    )


_BRACKETS: Final = str.maketrans("([【)]】", "〔〔〔〕〕〕")
"""However the year of a number is bracketed, it is written as GB/T 9704 has it."""


def _letter_number(written: str) -> str:
    """Give a letter's number in one spelling, so that the same letter is not presented twice by a blank (R18.4)."""
    return "".join(unicodedata.normalize("NFKC", _text(written)).split()).translate(_BRACKETS)


def _text(written: str) -> str:
    """Give what was written, without what reads like an identity number: it is kept nowhere as it is (R14.3)."""
    return mask_text(written.strip())
