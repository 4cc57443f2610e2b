"""Rows and a shape, made an answer: one generated function per plan, one dict display per object.

Nothing is called for a plain column: `{"a": r[3], "b": r[4]} for r in page.rows` is the whole inner loop.
The source is generated from positions, fixed words and quoted response keys; values never enter it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.connector import RegisteredSubject
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.pages import cursor_of, list_of
from gateway.federation.subjects.records import Reading, Row
from gateway.federation.subjects.shape import (
    BackReference,
    ConnectionShape,
    Constant,
    Fields,
    NodesShape,
    PageInfoShape,
    ProviderShape,
    QueryCount,
    QueryLog,
    RecordValue,
    Shape,
    SourcesShape,
    SubjectValue,
    Total,
)
from schema import catalogue
from schema.catalogue import ENVELOPE
from schema.definition import Mask
from schema.masks import SHORTEST, mask_code, mask_name, mask_text

__all__ = ["Projection", "Surroundings", "compile_projection"]

Projection = Callable[[Any, Sequence[Any], "Surroundings"], dict[str, Any]]
"""(subject, pages by index, surroundings) -> the subject as it is answered."""


@dataclass(slots=True)
class Surroundings:
    """What a projection needs beside rows: the query count, the sources' standing, who looked."""

    query_count: int | None = None
    sources: Sequence[Mapping[str, Any]] = ()
    logs: Sequence[Mapping[str, Any] | None] = ()


@dataclass
class _Code:
    """The source being written, and the objects that it names."""

    kind: str
    readings: Mapping[str, Reading]
    cursors: Cursors
    agencies: Mapping[str, str]
    names: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def name(self, prefix: str, value: object) -> str:
        named = f"{prefix}{len(self.names)}"
        self.names[named] = value
        return named


def compile_projection(
    fields: Fields, kind: str, readings: Mapping[str, Reading], cursors: Cursors, agencies: Mapping[str, str]
) -> Projection:
    """Generate the projection of a subject's shape; *agencies* gives their names by code."""
    code = _Code(kind, readings, cursors, agencies)
    body = _object(fields, lambda shape: _of_subject(code, shape))
    source = "\n".join(["def project(s, p, x):", *(f"    {line}" for line in code.lines), f"    return {body}"])
    exec(source, code.names)  # noqa: S102 (see the module's docstring)
    projection: Projection = code.names["project"]
    return projection


def _object(fields: Fields, expression: Callable[[Shape], str]) -> str:
    return "{" + ", ".join(f"{key!r}: {expression(shape)}" for key, shape in fields.members) + "}"


def _of_subject(code: _Code, shape: Shape) -> str:
    match shape:
        case Constant(value):
            return repr(value) if value is None or isinstance(value, str) else code.name("c", value)
        case SubjectValue():
            return _subject_value(code, shape)
        case QueryCount():
            return "x.query_count"
        case QueryLog(index):
            return f"x.logs[{index}]"
        case SourcesShape(fields):
            return f"[{_object(fields, _of_mapping)} for m in x.sources]"
        case ConnectionShape():
            return _connection(code, shape)
    message = f"a subject has no {shape}"
    raise TypeError(message)


def _subject_value(code: _Code, shape: SubjectValue) -> str:
    attribute = shape.attribute
    if shape.masked:
        return f"{code.name('mask', mask_name)}(s.{attribute})"
    scrub = mask_text if attribute == "name" else mask_code
    return _clean(code, f"s.{attribute}", scrub) if shape.scrubbed else f"s.{attribute}"


def _of_mapping(shape: Shape) -> str:
    match shape:
        case Constant(value):
            return repr(value)
        case RecordValue(name):
            return f"m[{name!r}]"
    message = f"no value is made of {shape}"
    raise TypeError(message)


def _connection(code: _Code, shape: ConnectionShape) -> str:
    page = f"p[{shape.index}]"
    made = _object(shape.fields, lambda member: _of_connection(code, shape, page, member))
    return f"(None if {page} is None else {made})"


def _of_connection(code: _Code, connection: ConnectionShape, page: str, shape: Shape) -> str:
    match shape:
        case Constant(value):
            return repr(value)
        case Total():
            return f"{page}.total"
        case PageInfoShape(fields):
            return _object(fields, lambda member: _of_page(code, connection, page, member))
        case NodesShape(fields):
            node = _object(fields, lambda member: _of_record(code, connection, page, member))
            return f"[{node} for r in {page}.rows]"
    message = f"a connection has no {shape}"
    raise TypeError(message)


def _of_page(code: _Code, connection: ConnectionShape, page: str, shape: Shape) -> str:
    match shape:
        case Constant(value):
            return repr(value)
        case RecordValue("hasNextPage"):
            return f"{page}.has_next"
        case RecordValue("hasPreviousPage"):
            return f"{page}.has_previous"
        case RecordValue(name):
            place = 0 if name == "startCursor" else -1
            reading, cursors = code.readings[connection.record], code.cursors

            def write(subject: RegisteredSubject, rows: list[Row]) -> str | None:
                return cursor_of(cursors, list_of(connection.record, subject.id), reading, rows, place)

            return f"{code.name('cursor', write)}(s, {page}.rows)"
    message = f"a page has no {shape}"
    raise TypeError(message)


def _of_record(code: _Code, connection: ConnectionShape, page: str, shape: Shape) -> str:
    reading = code.readings[connection.record]
    match shape:
        case Constant(value):
            return repr(value) if value is None or isinstance(value, str) else code.name("c", value)
        case ProviderShape(fields):
            column = reading.layout.position["provider"]
            return _object(fields, lambda member: _of_provider(code, column, member))
        case BackReference(fields):
            made = _object(fields, lambda member: _of_subject(code, member))
            variable = f"back{len(code.lines)}"
            code.lines.append(f"{variable} = {made} if {page} is not None and {page}.rows else None")
            return variable
        case RecordValue():
            return _record_value(code, reading, shape)
    message = f"a record has no {shape}"
    raise TypeError(message)


def _of_provider(code: _Code, column: int, shape: Shape) -> str:
    match shape:
        case Constant(value):
            return repr(value)
        case RecordValue("code"):
            return _clean(code, f"r[{column}]", mask_code)
        case RecordValue("name"):
            own = _clean(code, f"r[{column}]", mask_code)
            return f"({code.name('agencies', code.agencies)}.get(r[{column}]) or {own})"
    message = f"an agency has no {shape}"
    raise TypeError(message)


def _record_value(code: _Code, reading: Reading, shape: RecordValue) -> str:
    """Write a value as its reader sees it: of the reader's own records it is the value itself."""
    told = _told_value(code, reading, shape)
    if not shape.own:
        return told
    column = reading.layout.position.get(shape.name)
    whole = told if column is None or shape.name in _DERIVED else f"r[{column}]"
    other = "None" if shape.alone else told
    return f"({whole} if r[{reading.layout.position['provider']}] == {shape.own!r} else {other})"


def _told_value(code: _Code, reading: Reading, shape: RecordValue) -> str:
    position, record = reading.layout.position, reading.layout.record
    derived = _DERIVED.get(shape.name) if shape.name not in record.fields else None
    if derived is not None:
        return derived(code, reading)
    column = f"r[{position[shape.name]}]"
    definition = record.fields.get(shape.name) or ENVELOPE[shape.name]
    scrub = mask_code if definition.type in _CODES or shape.name in _CODES_BY_NAME else mask_text
    clean = _clean(code, column, scrub)
    if shape.public and definition.mask in (Mask.NAME, Mask.NAME_IF_INDIVIDUAL):
        masked = f"({column} and {code.name('mask', mask_name)}({column}))"
        if definition.mask is Mask.NAME or code.kind == "INDIVIDUAL":
            return masked
        category = position.get("counterpartyCategory")
        return clean if category is None else f"({masked} if r[{category}] == 'NATURAL_PERSON' else {clean})"
    if shape.scrubbed and definition.type in _TEXTS:
        return clean
    if shape.scrubbed and definition.type == "[String!]":
        return f"({column} and [{code.name('scrub', mask_text)}(each) for each in {column}])"
    return column


def _clean(code: _Code, value: str, scrub: Callable[[str], str]) -> str:
    """Scrub a text of identity numbers, but for what is too short to hold one: most are."""
    return f"({value} if {value} is None or len({value}) < {SHORTEST} else {code.name('scrub', scrub)}({value}))"


_CODES = frozenset({"UnifiedSocialCreditCode", "OrganizationCode", "RegistrationNumber"})
_CODES_BY_NAME = frozenset({"taxpayerNumber", "taxRegistrationNumber", "debtorCode"})
"""Where a legal person's code belongs, though the catalogue knows it as a text only."""
_TEXTS = _CODES | {"String", "ID", "RegionCode", "IdDocumentNumber"}
"""The types whose values are whatever an agency wrote: all others are numbers, days and words of a list."""


def _method(code: _Code, prefix: str, method: Callable[[Any], Any]) -> str:
    return f"{code.name(prefix, method)}(r)"


def _catalogue_version(code: _Code, reading: Reading) -> str:
    own = _clean(code, f"r[{reading.layout.position['catalogueVersion']}]", mask_text)
    return f"({own} or {catalogue.VERSION!r})"


def _terminated_on(_: _Code, reading: Reading) -> str:
    position, retention = reading.layout.position, reading.layout.record.retention
    own = f"r[{position['terminatedOn']}]"
    return f"({own} or r[{position[retention.end]}])" if retention and retention.end in position else own


_DERIVED: Mapping[str, Callable[[_Code, Reading], str]] = {
    "id": lambda code, reading: _method(code, "id_of", reading.own_id),
    "recordTier": lambda code, reading: _method(code, "tier_of", reading.tier),
    "recordPolarity": lambda code, reading: _method(code, "polarity_of", reading.polarity),
    "occurredOn": lambda code, reading: _method(code, "occurred_on", reading.occurred_on),
    "retentionUntil": lambda code, reading: _method(code, "retention_until", reading.retention_until),
    "catalogueVersion": _catalogue_version,
    "terminatedOn": _terminated_on,
}
