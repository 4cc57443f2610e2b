"""One row read against its record type: a `Reported`, or every problem of it at once (Art. 7 to 9, 11, 12).

Pure: the day comes in. What needs the register, an agency's competence or earlier versions is for who submits.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from schema.days import ZONE
from schema.definition import FieldDefinition, RecordDefinition
from schema.records.enums import IdDocumentType
from schema.reporting import firewall
from schema.reporting.compiled import CONTENT_DIGEST, PLATFORM_KEYS, CompiledRecord, Part, Plan, Step, compiled
from schema.reporting.problems import RowCode, RowProblem
from schema.reporting.readers import PLAIN
from schema.reporting.reported import PersonNamed, Reported
from schema.reporting.row import Action, Row
from schema.reporting.subject import SubjectNamed, read_id_number, subject_of
from schema.reporting.texts import Reader, Unreadable, digest_of
from schema.reporting.together import Finding, inner_code, of_the_subject, of_the_term, of_the_values
from schema.retention import Anchor, Term
from schema.terms import SubjectKind
from schema.tiers import Tier

__all__ = ["MOST_COLUMNS", "read_row"]

MOST_COLUMNS: Final = 200
"""Columns that a row may have: no record type has a quarter of them."""

_CLOCKS: Final = timedelta(days=1)
"""By how much an agency's clock may be ahead."""
_NOT_PLANNED: Final = Plan()


def read_row(
    definition: RecordDefinition, row: Row, *, today: date, strict: bool = False, anchor: Anchor = Anchor.END
) -> Reported | list[RowProblem]:
    """Read a row: what it reports, or all that keeps it from being taken in (R11.1).

    *strict* is for rows that a person types one by one: what is only odd in data that an agency has held for long (the
    code inside a credit code) is wrong there. *anchor* is the city's reading of Art. 20, by which a term is over.
    """
    return _Reading(compiled(definition), row, today, strict=strict, anchor=anchor).result()


class _Reading:
    """One row being read: what is known of it so far, and what is wrong."""

    def __init__(self, record: CompiledRecord, row: Row, today: date, *, strict: bool, anchor: Anchor) -> None:
        self._compiled = record
        self._definition = record.definition
        self._row = row
        self._today = today
        self._strict = strict
        self._anchor = anchor
        self._until: date | None = None
        self._plan = _NOT_PLANNED
        self._problems: list[RowProblem] = []
        self._warnings: list[RowProblem] = []
        self._values: dict[str, Any] = {}
        self._common: dict[str, Any] = {}
        self._subject: dict[str, object] = {}
        self._faulty: set[str] = set()
        self._protected = False  # as Art. 9 and 20 protect individuals

    def result(self) -> Reported | list[RowProblem]:
        """Read the columns, then what they say together."""
        self._columns()
        said = self._common.get("action")
        action = Action.UPSERT if said is None else Action[said]
        self._numbers()
        person = self._person()
        self._digest()
        self._complete(action, person)
        subject = self._whom()
        self._protected = subject is not None and subject.protected
        self._forbidden(subject)
        self._together(subject, action)
        self._as_of()
        if self._problems or subject is None:
            return self._problems
        return self._reported(action, subject, person)

    # --- columns

    def _columns(self) -> None:
        given = self._row.values
        if len(given) > MOST_COLUMNS:
            said = Unreadable(RowCode.TOO_MANY_COLUMNS, f"at most {MOST_COLUMNS} columns", f"最多 {MOST_COLUMNS} 列")
            self._wrong(None, said)
            return
        plan = self._plan = self._compiled.plan(tuple(given))
        values = self._values
        for (name, plainly, step), value in zip(plan.steps, given.values(), strict=True):
            if plainly is not None and type(value) in PLAIN:
                try:
                    read = plainly(value)
                except Unreadable as wrong:
                    self._wrong(name, wrong)
                else:
                    if read is not None:
                        values[name] = read
            elif value is not None and step is not None:
                self._otherwise(step, value)
        if plan.shared:
            self._common = {name: values.pop(name) for name in plan.shared if name in values}
        if plan.subject:
            self._subject = {name: values.pop(name) for name in plan.subject if name in values}

    def _otherwise(self, step: Step, value: object) -> None:
        """Read a value that is not plain, or the second of its field."""
        name, part, read, again = step
        kind = type(value)
        if (kind is dict or kind is list) and (found := firewall.nested(name, value)) is not None:
            self._found([found])
        elif not again or name not in self._values:
            self._taken(self._values, name, value, read)
        elif part is Part.FIELD:
            self._further(name, value, read)
        else:
            self._found([Finding(name, RowCode.DUPLICATE_COLUMN, firewall.TWICE)])

    def _further(self, name: str, value: object, reader: Reader) -> None:
        """Join what a second column says of the same field to the first, where it is a list."""
        further: dict[str, Any] = {}
        self._taken(further, name, value, reader)
        if further and isinstance(self._values[name], list):
            self._values[name] = list(dict.fromkeys([*self._values[name], *further[name]]))
        elif further:
            self._found([Finding(name, RowCode.DUPLICATE_COLUMN, firewall.TWICE)])

    def _taken(self, into: dict[str, Any], name: str, value: object, reader: Reader) -> None:
        try:
            read = reader(value)
        except Unreadable as wrong:
            self._wrong(name, wrong)
        else:
            if read is not None:
                into[name] = read

    def _found(self, findings: Iterable[Finding]) -> None:
        for column, code, said, article, warning in findings:
            if column is not None and not warning:
                self._faulty.add(column)
            into = self._warnings if warning else self._problems
            into.append(RowProblem(self._row.number, column, str(code), said, article, warning))

    def _wrong(self, column: str | None, wrong: Unreadable, *, article: str | None = None) -> None:
        if column is not None:
            self._faulty.add(column)
        self._problems.append(RowProblem(self._row.number, column, str(wrong.code), wrong.said, article))

    # --- what columns say together

    def _numbers(self) -> None:
        """Read numbers of identity documents by their types."""
        for name, type_field in self._plan.numbers:
            if name in self._values:
                given = self._values.pop(name)
                said = self._values.get(type_field) if type_field else None
                id_type = IdDocumentType[said] if said else IdDocumentType.RESIDENT_ID
                self._taken(self._values, name, given, read_id_number(self._today, id_type))

    def _person(self) -> PersonNamed | None:
        """Say whose key the platform has to make, if a part of the natural key is one."""
        for name in self._compiled.persons:
            own = self._values.pop(name, None)
            for given in PLATFORM_KEYS[name]:
                if self._values.get(given) is not None:
                    return PersonNamed(name, self._type_of(given), self._values[given])
            return PersonNamed(name, own_number=own) if own is not None else None
        return None

    def _type_of(self, number: str) -> str:
        type_field = self._compiled.numbers.get(number)
        said = self._values.get(type_field) if type_field else None
        return str(said or IdDocumentType.RESIDENT_ID.name)

    def _digest(self) -> None:
        """Make the digest that stands for a content in its key."""
        if self._compiled.has_digest and "content" in self._values:
            self._values[CONTENT_DIGEST] = digest_of(self._values["content"])

    def _complete(self, action: Action, person: PersonNamed | None) -> None:
        """Ask for what the provider must report, and for the whole natural key; who revokes gives the key alone."""
        wanted, given = self._compiled.wanted[action], self._values.keys()
        if given >= wanted:
            return
        missing = wanted - given - self._faulty - ({person.key_field} if person else set())
        for name, field in self._definition.fields.items():
            if name in missing:
                self._wrong(name, _missing(field, key=name in self._compiled.key))

    def _whom(self) -> SubjectNamed | None:
        found = subject_of(self._definition, self._subject, self._values, self._today)
        if isinstance(found, SubjectNamed):
            code = found.unified_social_credit_code
            if code is not None and (odd := inner_code("subjectUnifiedSocialCreditCode", code, strict=self._strict)):
                self._found([odd])
            return found
        for column, wrong in found:
            self._wrong(column, wrong, article="7(1)")
        return None

    def _forbidden(self, subject: SubjectNamed | None) -> None:
        """Say of each column that the catalogue has not whether Art. 9 forbids it."""
        if self._plan.undeclared:
            kinds = self._definition.subject_kinds
            individual = SubjectKind.INDIVIDUAL in kinds if subject is None else self._protected
            for name in self._plan.undeclared:
                value = self._row.values[name]
                self._found(firewall.undeclared_with(self._definition, name, value, individual=individual))

    def _together(self, subject: SubjectNamed | None, action: Action) -> None:
        """Look at the values as a whole; who takes a record back says nothing but which."""
        if action is Action.REVOKE:
            return
        statement = self._common.get("statement")
        self._found(
            of_the_values(self._compiled.checks, self._values, self._today, statement=statement, strict=self._strict)
        )
        terminated = self._common.get("terminatedOn")
        if terminated is not None and terminated > self._today.isoformat():
            self._wrong("terminatedOn", Unreadable(RowCode.FUTURE_DATE, "this day is in the future", "日期晚于今日"))
        elif subject is not None and self._protected:
            self._found(of_the_subject(self._definition, self._values, subject))
            dated = {**self._values, "terminatedOn": self._ended(), "reportedAt": self._today}
            self._until, over = of_the_term(Term(self._definition, self._anchor), dated, self._today)
            self._found(over)

    def _as_of(self) -> None:
        """Refuse an instant that is still to come: everything after it would be older, and never count (R12.6)."""
        at = self._common.get("sourceUpdatedAt")
        if at is not None and at.astimezone(ZONE).date() > self._today + _CLOCKS:
            self._wrong("sourceUpdatedAt", Unreadable(RowCode.FUTURE_DATE, "it is still to come", "时间晚于当前"))

    def _ended(self) -> date | None:
        said = self._common.get("terminatedOn") or self._values.get("terminatedOn")
        return None if said is None else date.fromisoformat(said)

    def _reported(self, action: Action, subject: SubjectNamed, person: PersonNamed | None) -> Reported:
        common, values = self._common, self._values
        upsert = action is Action.UPSERT
        if not upsert:  # whoever takes a record back says which, and brings in no value unread by any wall (Art. 9, 20)
            values = {name: value for name, value in values.items() if name in self._compiled.key}
        until = common.get("publicityUntil") or values.get("publicityUntil")
        tier, said = self._definition.tier, common.get("recordTier")
        return Reported(
            definition=self._definition,
            row=self._row.number,
            action=action,
            subject=subject,
            values=values,
            source_updated_at=common.get("sourceUpdatedAt"),
            terminated_on=self._ended(),
            publicity_until=None if until is None else date.fromisoformat(until),
            record_tier=tier if said is None else max(tier, Tier[said]),
            sealed=bool(common.get("sealed")),
            correction_reason=common.get("correctionReason"),
            statement=common.get("statement"),
            source_id=common.get("sourceId"),
            person=person,
            kept_until=self._until,
            consent_items=self._consent_items() if upsert else (),
            suspected=self._suspected(),
            warnings=tuple(self._warnings),
        )

    def _consent_items(self) -> tuple[str, ...]:
        """Give the values that may be kept of an individual with consent alone (R9.5)."""
        if not self._protected:
            return ()
        return tuple(name for name in self._compiled.consent if self._values.get(name) is not None)

    def _suspected(self) -> tuple[RowProblem, ...]:
        if self._row.reviewed:
            return ()
        found = firewall.suspected(self._compiled, self._plan, self._values, self._common, individual=self._protected)
        return tuple(RowProblem(self._row.number, *each) for each in found) if found else ()


def _missing(field: FieldDefinition, *, key: bool) -> Unreadable:
    if key:
        return Unreadable(
            RowCode.KEY_INCOMPLETE,
            f"{field.name} is part of the natural key: without it no record can be told from another",
            f"“{field.chinese}”是自然键的一部分, 不得为空",
        )
    code = _MISSING.get(field.name, RowCode.REQUIRED)
    return Unreadable(code, f"{field.name} must be reported", f"“{field.chinese}”为必填项")


_MISSING: Final[Mapping[str, RowCode]] = {
    "effectiveOn": RowCode.NOT_EFFECTIVE,
    "legalBasis": RowCode.LEGAL_BASIS_REQUIRED,
}
"""What is said where a field is missing on which the law itself insists (R7.4, R7.8)."""
