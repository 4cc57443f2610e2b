"""Finds connectors by their entry points, and refuses all at once what does not fit the catalogue (Art. 4, 26).

An agency registers its connector in the group ``xinyong.connectors``: ``water = "zz_water.connector:Water"``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points

from sqlalchemy import ColumnClause
from sqlalchemy.sql import visitors

from connectors.columns import Column
from connectors.connector import Connector, Table
from schema.catalogue import ENVELOPE, RECORDS
from schema.definition import RecordDefinition
from schema.prohibited import prohibited_in_name
from schema.terms import SubjectKind

__all__ = ["GROUP", "ConnectorsRefused", "check", "discover", "register"]

GROUP = "xinyong.connectors"
_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


class ConnectorsRefused(Exception):
    """Connectors do not fit the catalogue or one another; ``problems`` says what is wrong and how to mend it."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep every problem, in the order found."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def discover(group: str = GROUP) -> dict[str, type[Connector]]:
    """Give the installed connectors by agency code, in the order of their entry points' names.

    Raises:
        ConnectorsRefused: one cannot be loaded, or does not fit.

    """
    loaded: list[type[Connector]] = []
    problems: list[str] = []
    for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
        found = _load(entry)
        if isinstance(found, str):
            problems.append(found)
        else:
            loaded.append(found)
    problems += _problems(loaded)
    if problems:
        raise ConnectorsRefused(problems)
    return {each.agency: each for each in loaded}


def register(classes: Iterable[type[Connector]]) -> dict[str, type[Connector]]:
    """Give these connectors by agency code, in their order.

    Raises:
        ConnectorsRefused: one does not fit the catalogue, or two speak for the same agency.

    """
    listed = list(classes)
    problems = _problems(listed)
    if problems:
        raise ConnectorsRefused(problems)
    return {each.agency: each for each in listed}


def check(connector: type[Connector]) -> list[str]:
    """Give every problem of one connector, each with its mend; none means that it fits the catalogue."""
    return list(_check(connector))


def _load(entry: EntryPoint) -> type[Connector] | str:
    try:
        found = entry.load()
    except (ImportError, AttributeError) as error:
        return f"The entry point {entry.name} = {entry.value} cannot be loaded ({error}): install or mend that package"
    if not (isinstance(found, type) and issubclass(found, Connector)):
        return f"The entry point {entry.name} = {entry.value} is no connector: name a subclass of connectors.Connector"
    return found


def _problems(classes: list[type[Connector]]) -> list[str]:
    problems = [problem for each in classes for problem in _check(each)]
    speakers: dict[str, list[str]] = defaultdict(list)
    for each in classes:
        speakers[getattr(each, "agency", "")].append(_path(each))
    problems += [
        f"{' and '.join(paths)} both speak for {agency}: an agency has one connector, so remove one of them"
        for agency, paths in speakers.items()
        if agency and len(paths) > 1
    ]
    return problems


def _check(connector: type[Connector]) -> Iterator[str]:
    where = _path(connector)
    for attribute in ("agency", "name"):
        if not getattr(connector, attribute, ""):
            yield f"{where} has no {attribute}: set the class attribute {attribute} = '...'"
    code = getattr(connector, "agency", "")
    if code and not _CODE.fullmatch(code):
        yield f"{where} speaks for {code!r}: spell the agency's code in capitals with underscores, like CIVIL_AFFAIRS"
    declared: list[str] = []
    for table in connector.tables:
        declared.append(table.record.__name__)
        yield from _check_table(f"{where}, {table.record.__name__}", table)
    marked = [record.__name__ for method in vars(connector).values() for record in getattr(method, "__serves__", ())]
    for name in marked:
        if name not in RECORDS:
            yield f"{where} serves {name}, which the catalogue does not know: add it in schema/records or remove it"
    served = declared + marked
    if not served:
        yield f"{where} serves nothing: declare tables, or mark a method with @serves"
    for name in sorted({name for name in served if served.count(name) > 1}):
        yield f"{where} serves {name} twice: join its tables into one declaration, or keep one"


def _check_table(where: str, table: Table) -> Iterator[str]:
    definition = RECORDS.get(table.record.__name__)
    if definition is None:
        yield f"{where}: the catalogue does not know this record type; add it in schema/records or remove the table"
        return
    for name in table.fields:
        if name not in definition.fields and name not in ENVELOPE:
            yield f"{where}: {name} is no field of it; it has {', '.join(definition.fields)}, and the envelope's"
    yield from _check_prohibited(where, table, definition)
    for name in definition.key:
        if name not in table.fields:
            yield f"{where}: {name} is part of its natural key and is not mapped; add it to fields"
    for name in _ruling(definition):
        if not _closed(table.fields.get(name)):
            yield f"{where}: {name} decides on a tier; map it with code() or flag(), so that its values are known"
    yield from _check_kinds(where, table, definition)


def _check_prohibited(where: str, table: Table, definition: RecordDefinition) -> Iterator[str]:
    """Refuse a column of the agency that Art. 9 forbids, under whatever field it would be served (R9.2, R9.6)."""
    individual = SubjectKind.INDIVIDUAL in definition.subject_kinds
    for name, column in table.fields.items():
        field = definition.fields.get(name)
        for own in _own_names(column):
            item = prohibited_in_name(own)
            if item is None:
                continue
            allowed = item.with_consent and (not individual or (field is not None and field.prohibited is not None))
            if not allowed:
                yield (
                    f"{where}: PROHIBITED_FIELD: {name} is read from the agency's column {own!r}, which means "
                    f"{item.english} ({item.chinese}), and Art. {item.article} forbids to collect it: remove the column"
                )


def _own_names(column: Column) -> list[str]:
    """Give the names of the agency's columns in an expression."""
    if column.column is None:
        return []
    return [each.name for each in visitors.iterate(column.column) if isinstance(each, ColumnClause)]


def _check_kinds(where: str, table: Table, definition: RecordDefinition) -> Iterator[str]:
    if not table.matches:
        kinds = ", ".join(definition.subject_kinds)
        yield f"{where}: it says for no kind of subject how a record names it; add one of {kinds} to matches"
    for kind in table.matches:
        if kind not in definition.subject_kinds:
            yield f"{where}: it is not about {kind}; remove that kind from matches"


def _ruling(definition: RecordDefinition) -> list[str]:
    """Give the fields whose values raise a record's tier (R15.2)."""
    return sorted({name for rule in definition.tier_rules for name in rule.when.fields} - {"subjectKind"})


def _closed(column: Column | None) -> bool:
    """Say whether a column's values are known beforehand; what is not mapped, or always the same, is."""
    return column is None or column.column is None or column.raw_values is not None


def _path(connector: type[Connector]) -> str:
    return f"{connector.__module__}.{connector.__qualname__}"
