"""Whom a row is about: found in the register by codes, entered into it, or left to a person (Art. 7(1), 8(1); R7.3).

Never by name. A legal person with a new credit code gets its entry, an individual by the document's number, which is
sealed; a legal person by older codes alone must be registered already. Codes that lead to two subjects are a conflict.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import Date, bindparam, func, select, update
from sqlalchemy import Text as Text_
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.credit_centre import SUBJECT
from gateway.collection.intake.statements import inserting
from gateway.errors import Text
from schema.identifiers import check_unified_social_credit_code
from schema.identity import document_key
from schema.records.enums import IdDocumentType
from schema.reporting import Reported, RowCode, SubjectNamed
from schema.reporting.spelling import folded
from schema.terms import SubjectKind

__all__ = ["Identities", "IdentityKeys", "Unresolved", "Whom"]

_SYNTHETIC: Final = "410199"
_CODES: Final = ("organization_code", "registration_number", "taxpayer_number")
"""The register's columns by which a legal person is found besides its credit code."""


class IdentityKeys(Protocol):
    """The gateway's keyed functions on identities."""

    def subject_id(self, kind_prefix: str, canonical: str) -> str:
        """Give the id of a subject."""
        ...

    def id_number_digest(self, canonical: str) -> bytes:
        """Give the digest by which a number is found."""
        ...

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """Seal, bound to a place."""
        ...


@dataclass(frozen=True, slots=True)
class Whom:
    """A subject that was found, or that gets this entry in the register when its record is taken in."""

    id: str
    kind: SubjectKind
    entry: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why nobody knows whom a row is about; ``waits`` says that a person is to look at it."""

    code: RowCode
    said: Text
    column: str | None = None
    waits: bool = False


class _Known(NamedTuple):
    """A subject that the register has, or that a row before in the same file brings into it, with its entry."""

    kind: str
    name: str
    entry: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Register:
    """What is known of the subjects of some rows: by id, and ids by older codes."""

    subjects: dict[str, _Known]
    coded: dict[tuple[str, str], str]

    def expect(self, entry: Mapping[str, Any]) -> None:
        """Know whoever a row brings in, so that a later row of the same file does not contradict it (R7.3)."""
        if entry["id"] in self.subjects:
            return
        self.subjects[entry["id"]] = _Known(entry["kind"], entry["name"], entry)
        for name in _CODES:
            if entry[name] is not None:
                self.coded.setdefault((name, entry[name]), entry["id"])

    def found(self, own: str, kind: SubjectKind) -> Whom:
        """Give one who is known; who is not entered yet is entered with whichever row is taken in."""
        known = self.subjects.get(own)
        return Whom(own, kind, None if known is None else known.entry)


_CONFLICT: Final = Unresolved(
    RowCode.IDENTITY_CONFLICT,
    Text("its codes belong to different subjects: a person will look at it", "各代码属于不同主体：转人工核对"),
    waits=True,
)
_OTHER_NAME: Final = Unresolved(
    RowCode.IDENTITY_CONFLICT,
    Text(
        "the register knows this number by another name: a person will look at it",
        "该证件号码登记的姓名不同：转人工核对",
    ),
    "subjectName",
    waits=True,
)
_UNKNOWN: Final = Unresolved(
    RowCode.SUBJECT_UNKNOWN,
    Text("no registered subject has these codes: send its credit code", "登记簿中没有该主体：请填写统一社会信用代码"),
    waits=True,
)
_NAMELESS: Final = Unresolved(
    RowCode.SUBJECT_REQUIRED,
    Text("the subject is not registered yet: send its name", "该主体尚未登记：请填写名称"),
    "subjectName",
)
_MADE_UP: Final = Unresolved(RowCode.FORMAT, Text(f"region {_SYNTHETIC} is made up", f"行政区划 {_SYNTHETIC} 为虚构"))


class Identities:
    """Finds subjects in the register, many at once."""

    def __init__(self, keys: IdentityKeys, *, allow_synthetic_region: bool) -> None:
        """Name subjects by *keys*; the made-up region of the demonstration passes there alone."""
        self._keys = keys
        self._synthetic = allow_synthetic_region

    async def resolve(self, connection: AsyncConnection, rows: Sequence[Reported]) -> list[Whom | Unresolved]:
        """Say of each row whom it is about."""
        ids = [self._own_id(row.subject) for row in rows]
        register = _Register(
            await self._registered(connection, [each for each in ids if each]),
            await self._coded(connection, [row.subject for row in rows]),
        )
        found: list[Whom | Unresolved] = []
        for row, own in zip(rows, ids, strict=True):
            whom = self._whom(row, own, register)
            if isinstance(whom, Whom) and whom.entry is not None:
                register.expect(whom.entry)
            found.append(whom)
        return found

    def person_key(self, row: Reported) -> str:
        """Give the platform's key of the person inside a record: by its number, else by the agency's own."""
        person = row.person
        if person is None:
            return ""
        if person.id_number is not None:
            return self._keys.subject_id(document_key(person.id_type), person.id_number)
        return self._keys.subject_id("own", person.own_number or "")

    @staticmethod
    async def enter(connection: AsyncConnection, entries: Iterable[Mapping[str, Any]]) -> None:
        """Enter subjects into the register; who is in it already stays as it is."""
        rows = list({each["id"]: dict(each) for each in entries}.values())
        if rows:
            await connection.execute(inserting(connection, SUBJECT).on_conflict_do_nothing(), rows)

    @staticmethod
    async def renew(connection: AsyncConnection, registered: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Let the register say of legal persons what their registration says now: a name that changed, above all."""
        rows = [
            {
                "of_id": own,
                "new_name": said.get("entityName"),
                "new_type": said.get("organizationType"),
                "new_day": _day(said.get("establishedOn")),
                "new_region": said.get("regionCode"),
            }
            for own, said in registered
        ]
        if rows:
            await connection.execute(_RENEWAL, rows)

    def _own_id(self, subject: SubjectNamed) -> str | None:
        """Give the id that the row itself tells: by credit code, or by the number of a document."""
        if subject.kind is SubjectKind.INDIVIDUAL:
            id_type = None if subject.id_type is None else subject.id_type.name
            return self._keys.subject_id(document_key(id_type), subject.id_number or "")
        code = _credit_code(subject)
        return None if code is None else self._keys.subject_id("uscc", code)

    async def _registered(self, connection: AsyncConnection, ids: Sequence[str]) -> dict[str, _Known]:
        if not ids:
            return {}
        asked = select(SUBJECT.c.id, SUBJECT.c.kind, SUBJECT.c.name).where(SUBJECT.c.id.in_(sorted(set(ids))))
        return {row.id: _Known(row.kind, row.name) for row in (await connection.execute(asked)).all()}

    async def _coded(self, connection: AsyncConnection, subjects: Sequence[SubjectNamed]) -> dict[tuple[str, str], str]:
        """Give the ids of the subjects that have the older codes which rows name."""
        found: dict[tuple[str, str], str] = {}
        for name in _CODES:
            codes = sorted({code for each in subjects if (code := getattr(each, name)) is not None})
            if codes:
                asked = select(SUBJECT.c[name], SUBJECT.c.id).where(SUBJECT.c[name].in_(codes))
                found |= {(name, row[0]): row[1] for row in (await connection.execute(asked)).all()}
        return found

    def _whom(self, row: Reported, own: str | None, register: _Register) -> Whom | Unresolved:
        subject = row.subject
        if not self._synthetic and _is_synthetic(subject):
            return _MADE_UP
        if subject.kind is SubjectKind.INDIVIDUAL:
            return self._individual(subject, own or "", register)
        return self._legal_person(row, own, register)

    @staticmethod
    def _legal_person(row: Reported, own: str | None, register: _Register) -> Whom | Unresolved:
        subject, coded = row.subject, register.coded
        named = {found for name in _CODES if (found := coded.get((name, getattr(subject, name) or ""))) is not None} | (
            {own} if own is not None else set()
        )
        if len(named) > 1 or _contradicts_itself(subject):
            return _CONFLICT
        if own is None:
            return register.found(named.pop(), SubjectKind.LEGAL_PERSON) if named else _UNKNOWN
        if own in register.subjects:
            return register.found(own, SubjectKind.LEGAL_PERSON)
        if subject.name is None:
            return _NAMELESS
        return Whom(own, SubjectKind.LEGAL_PERSON, _entry_of_legal_person(own, row))

    def _individual(self, subject: SubjectNamed, own: str, register: _Register) -> Whom | Unresolved:
        known = register.subjects.get(own)
        if known is None:
            return Whom(own, SubjectKind.INDIVIDUAL, self._entry_of_individual(own, subject))
        same = known.kind == SubjectKind.INDIVIDUAL.name and folded(known.name) == folded(subject.name or "")
        return register.found(own, SubjectKind.INDIVIDUAL) if same else _OTHER_NAME

    def _entry_of_individual(self, own: str, subject: SubjectNamed) -> dict[str, Any]:
        number = subject.id_number or ""
        return {
            **dict.fromkeys(_COLUMNS),
            "id": own,
            "kind": SubjectKind.INDIVIDUAL.name,
            "name": subject.name,
            "sealed_identifier": self._keys.seal(number.encode(), own.encode()),
            "id_digest": self._keys.id_number_digest(number),
        }


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


_RENEWAL: Final = (
    update(SUBJECT)
    .where(SUBJECT.c.id == bindparam("of_id"), SUBJECT.c.kind == SubjectKind.LEGAL_PERSON.name)
    .values(
        name=func.coalesce(bindparam("new_name", type_=Text_), SUBJECT.c.name),
        organization_type=func.coalesce(bindparam("new_type", type_=Text_), SUBJECT.c.organization_type),
        established_on=func.coalesce(bindparam("new_day", type_=Date), SUBJECT.c.established_on),
        region_code=func.coalesce(bindparam("new_region", type_=Text_), SUBJECT.c.region_code),
    )
)
_COLUMNS: Final = tuple(column.name for column in SUBJECT.columns)


def _entry_of_legal_person(own: str, row: Reported) -> dict[str, Any]:
    subject, said = row.subject, row.values
    code = _credit_code(subject) or ""
    return {
        **dict.fromkeys(_COLUMNS),
        "id": own,
        "kind": SubjectKind.LEGAL_PERSON.name,
        "identifier": code,
        "name": subject.name,
        "organization_code": code[8:17],
        "registration_number": subject.registration_number,
        "taxpayer_number": subject.taxpayer_number or code,
        "organization_type": said.get("organizationType"),
    }


def _credit_code(subject: SubjectNamed) -> str | None:
    """Give the credit code; a taxpayer's number of eighteen characters is one (三证合一)."""
    if subject.unified_social_credit_code is not None:
        return subject.unified_social_credit_code
    number = subject.taxpayer_number
    if number is None or check_unified_social_credit_code(number).errors:
        return None
    return number


def _contradicts_itself(subject: SubjectNamed) -> bool:
    code, own = _credit_code(subject), subject.organization_code
    return code is not None and own is not None and code[8:17] != own


def _is_synthetic(subject: SubjectNamed) -> bool:
    code, number = _credit_code(subject), subject.id_number
    return (code is not None and code[2:8] == _SYNTHETIC) or (
        number is not None and subject.id_type in (None, IdDocumentType.RESIDENT_ID) and number[:6] == _SYNTHETIC
    )
