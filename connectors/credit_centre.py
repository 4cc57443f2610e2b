"""What the credit centre keeps itself: the register of subjects, and the records that any agency reported (Art. 12).

A reported record's values are one JSON document under the catalogue's own names: an enum as its name, a day as ISO
8601, money as a decimal string, a list as a list. So one rule maps every record type, and a new one needs no column.
Only the latest version of a record is here; earlier ones are kept apart, in its history.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from connectors import columns as read
from connectors.connector import Connector, Key, Table
from connectors.wall import SEALED, Wall
from schema.catalogue import RECORDS
from schema.definition import EnumClass, FieldDefinition

__all__ = ["METADATA", "OF_ANY_AGENCY", "REPORTED_RECORD", "SUBJECT", "WALL", "CreditCentre"]

METADATA = sa.MetaData()

SUBJECT = sa.Table(
    "subject",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True, comment="the gateway's keyed id"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("identifier", sa.Text, index=True, comment="the credit code; null for individuals"),
    sa.Column("sealed_identifier", sa.LargeBinary, comment="an individual's identity number, under AES-GCM"),
    sa.Column("name", sa.Text, nullable=False, index=True),
    sa.Column("organization_code", sa.Text, index=True),
    sa.Column("registration_number", sa.Text, index=True),
    sa.Column("taxpayer_number", sa.Text, index=True),
    sa.Column("organization_type", sa.Text),
    sa.Column("established_on", sa.Date),
    sa.Column("region_code", sa.Text),
    sa.Column("id_digest", sa.LargeBinary, index=True, comment="an identity number under a keyed hash, to find it by"),
)
"""The subject register: each subject once, with every code it is found by (R7.3)."""

REPORTED_RECORD = sa.Table(
    "reported_record",
    METADATA,
    sa.Column("record_type", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False, comment="the reporting agency's code"),
    sa.Column("subject_id", sa.Text, nullable=False),
    sa.Column("natural_key", sa.Text, nullable=False, comment="digest of the catalogue's natural key"),
    sa.Column("kind", sa.Text, nullable=False, comment="the subject's kind"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("reported_at", sa.Text, nullable=False, comment="ISO 8601 with its zone"),
    sa.Column("submission_id", sa.Text, nullable=False),
    sa.Column("submission_mode", sa.Text, nullable=False),
    sa.Column("record_status", sa.Text, nullable=False),
    sa.Column("dispute_status", sa.Text, nullable=False),
    sa.Column("subject_statement", sa.Text),
    sa.Column("corrected_from", sa.Text),
    sa.Column("terminated_on", sa.Date),
    sa.Column("publicity_until", sa.Date),
    sa.Column("sealed", sa.Boolean, nullable=False),
    sa.Column("record_tier", sa.Text, nullable=False, comment="as reported: A, B or C; rules only raise it"),
    sa.Column("catalogue_version", sa.Text, nullable=False),
    sa.Column("payload", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
    sa.PrimaryKeyConstraint("record_type", "provider", "subject_id", "natural_key"),
    sa.Index("reported_record_by_subject", "subject_id", "record_type"),
)


def _hidden(record: type) -> sa.Table:
    """Name the view of what the wall hides of a record type, by its natural key and version (R15.2)."""
    spelt = _CAPITAL.sub(r"_\1", record.__name__).lower()
    return sa.Table(
        f"hidden{spelt}",
        sa.MetaData(),  # the wall makes it: it is never created as a table
        sa.Column("record_type", sa.Text),
        sa.Column("provider", sa.Text),
        sa.Column("subject_id", sa.Text),
        sa.Column("version", sa.Integer),
        sa.Column("payload", JSONB(), comment="the natural key alone"),
    )


_CAPITAL = re.compile(r"([A-Z])")
_STATUSES = {name: name for name in ("ACTIVE", "CORRECTED", "REVOKED", "REPAIRED", "EXPIRED")}
_DISPUTES = {name: name for name in ("NONE", "IN_PROGRESS", "UPHELD", "REJECTED")}
_MODES = {name: name for name in ("SYSTEM", "BATCH", "MANUAL")}


class _Value(FunctionElement[str]):
    """A value of the payload as text: a list as its JSON, a boolean as ``true`` or ``1``."""

    inherit_cache = True
    type = sa.Text()


@compiles(_Value, "postgresql")
def _value_postgresql(element: _Value, compiler: Any, **kw: Any) -> str:  # noqa: ANN401 (SQLAlchemy's own interface)
    document, name = element.clauses
    return f"({compiler.process(document, **kw)} ->> {compiler.process(name, **kw)})"


@compiles(_Value, "sqlite")
def _value_sqlite(element: _Value, compiler: Any, **kw: Any) -> str:  # noqa: ANN401 (as above)
    document, name = element.clauses
    # Joined to nothing, since SQLite would else remember that it was JSON, and give a list as a list.
    return f"(json_extract({compiler.process(document, **kw)}, '$.' || {compiler.process(name, **kw)}) || '')"


def _list(column: sa.ColumnElement[Any], named: EnumClass | None) -> read.Column:
    words = None if named is None else {member.name for member in named}

    def parse(raw: object) -> list[str]:
        parsed = raw if isinstance(raw, list) else orjson.loads(str(raw))
        if not isinstance(parsed, list):
            message = f"{raw!r} is no list"
            raise read.Unreadable(message)
        if not all(isinstance(each, str) and (words is None or each in words) for each in parsed):
            message = f"{raw!r} has a member that is no word of its list"
            raise read.Unreadable(message)
        return parsed

    return read.Column(column, parse)


_READERS: dict[str, Callable[[sa.ColumnElement[Any]], read.Column]] = {
    "Date": read.day,
    "Decimal": read.yuan,
    "Int": read.number,
    "Boolean": lambda column: read.flag(column, yes=("true", "1"), no=("false", "0")),
}


def _by_name(column: sa.ColumnElement[Any], named: EnumClass) -> read.Column:
    return read.code(column, {member.name: member for member in named})


def _field(field: FieldDefinition) -> read.Column:
    column = _Value(REPORTED_RECORD.c.payload, sa.literal(field.name))
    if field.is_list:
        return _list(column, field.enum)
    if field.enum is not None:
        return _by_name(column, field.enum)
    return _READERS.get(field.type, read.text)(column)


_ENVELOPE = {
    "provider": read.text(REPORTED_RECORD.c.provider),
    "version": read.number(REPORTED_RECORD.c.version),
    "reportedAt": read.instant(REPORTED_RECORD.c.reported_at),
    "submissionId": read.text(REPORTED_RECORD.c.submission_id),
    "submissionMode": read.code(REPORTED_RECORD.c.submission_mode, _MODES),
    "recordStatus": read.code(REPORTED_RECORD.c.record_status, _STATUSES),
    "disputeStatus": read.code(REPORTED_RECORD.c.dispute_status, _DISPUTES),
    "subjectStatement": read.text(REPORTED_RECORD.c.subject_statement),
    "correctedFrom": read.text(REPORTED_RECORD.c.corrected_from),
    "terminatedOn": read.day(REPORTED_RECORD.c.terminated_on),
    "publicityUntil": read.day(REPORTED_RECORD.c.publicity_until),
    "sealed": read.flag(REPORTED_RECORD.c.sealed, yes=(True, 1), no=(False, 0)),
    "catalogueVersion": read.text(REPORTED_RECORD.c.catalogue_version),
}


def _of_subject(key: Key) -> sa.ColumnElement[bool]:
    return REPORTED_RECORD.c.subject_id == key.id


_REPORTED: tuple[type, ...] = tuple(definition.python_type for definition in RECORDS.values())
"""The record types that an agency may report: all, since one whose system is not connected reports its own too."""

OF_ANY_AGENCY = frozenset(name for name, definition in RECORDS.items() if definition.agency == "ANY") | {
    # registers of establishments, associations, law firms, unions: all but market regulation's own
    "EntityRegistration"
}
"""The record types that agencies report whose systems are not connected, whatever the settings say."""

WALL = Wall(
    REPORTED_RECORD,
    {record.__name__: _hidden(record) for record in _REPORTED},
    open_to_readers=(SUBJECT,),
    definitions=tuple(RECORDS.values()),
)
"""The second wall before reported records, in PostgreSQL (Art. 15)."""


_OWN_TIER: sa.ColumnElement[str] = sa.case((REPORTED_RECORD.c.sealed, SEALED), else_=REPORTED_RECORD.c.record_tier)
"""A record's tier as reported; what is sealed is above all, of whatever type it is (R15.2, AMB-46)."""


def _table(record: type) -> Table:
    definition = RECORDS[record.__name__]
    fields = {name: _field(field) for name, field in definition.fields.items()}
    # A value that the record type shares with the envelope is policy's if policy set one, else the provider's.
    shared = {
        name: read.day(sa.func.coalesce(sa.cast(REPORTED_RECORD.c[column], sa.Text), fields[name].column))
        for name, column in {"terminatedOn": "terminated_on", "publicityUntil": "publicity_until"}.items()
        if name in fields
    }
    return Table(
        record,
        REPORTED_RECORD,
        dict.fromkeys(definition.subject_kinds, _of_subject),
        fields | _ENVELOPE | shared,
        where=REPORTED_RECORD.c.record_type == definition.name,
        record_tier=_OWN_TIER,
        hidden=WALL.hidden[definition.name],
    )


class CreditCentre(Connector):
    """The credit centre, which passes on what agencies reported; the provider of each answers for it (Art. 4)."""

    agency = "CREDIT_CENTRE"
    name = "郑州市信用中心(演示)"
    wall: ClassVar = WALL
    tables: ClassVar = tuple(_table(record) for record in _REPORTED)

    def __post_init__(self) -> None:
        """Serve what it is said to serve, else what is nobody's own system: the rest its agencies answer themselves."""
        if self.served is None:
            self.served = OF_ANY_AGENCY
        super().__post_init__()
