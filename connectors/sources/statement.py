"""One statement for a whole batch: declared tables in, SQL and the reading of its rows out.

Each selection is a correlated sub-select that gives a subject's records as one JSON text, so that rows stay aligned
with the keys and nothing is regrouped. Only wanted columns are in it, and records above the batch's tier are not.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import replacement_traverse

from connectors.columns import NULL_WORDS, Column, Reader, Unreadable, text
from connectors.connector import LIMIT, OPEN, Batch, Found, Key, Loss, Selection, SubjectKey, Table
from connectors.errors import SourceError, SourceMisbehaved
from schema.conditions import Comparison
from schema.definition import TierRule
from schema.tiers import Tier

__all__ = ["JsonRow", "Statement", "build"]

Raw = list[list[Any]]
_BLANKS = " \t\r\n\u3000"
"""What stands around a text without meaning anything."""
_SHORTEST_ROW = 4
"""Bytes of a record's JSON at least, so that a short answer cannot hold too many."""
_UNREADABLE = (Unreadable, TypeError, ValueError, ArithmeticError)
_OPEN = Column(sa.literal_column("1"), bool)
_PLAIN_TEXT = text(sa.literal_column("''")).read


class JsonRow(FunctionElement[Any]):
    """A record as a JSON array, spelt as each database spells it."""

    inherit_cache = True
    type = sa.JSON()


@compiles(JsonRow, "postgresql")
def _json_row_postgresql(element: JsonRow, compiler: Any, **kw: Any) -> str:
    return f"json_build_array({compiler.process(element.clauses, **kw)})"


@compiles(JsonRow, "sqlite")
def _json_row_sqlite(element: JsonRow, compiler: Any, **kw: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **kw)})"


@dataclass(frozen=True, slots=True)
class _Spelling:
    """What differs between the databases outside of SQLAlchemy's reach."""

    key: Key
    aggregate: str
    whole: str


def _key(identifier: str, subject_id: str) -> Key:
    text_of = sa.literal_column(identifier, sa.Text)
    return Key(
        sa.literal_column(subject_id, sa.Text),
        text_of,
        sa.func.substr(text_of, 9, 9),
        sa.func.substr(text_of, 9, 8).concat("-").concat(sa.func.substr(text_of, 17, 1)),
    )


_SPELLINGS = {
    "postgresql": _Spelling(
        _key("nullif(asked.identifier, '')", "asked.id"),
        "json_agg(found.record)",
        "SELECT json_agg(json_build_array({}) ORDER BY asked.n)::text"
        " FROM unnest(string_to_array($1, E'\\n'), string_to_array($2, E'\\n'))"
        " WITH ORDINALITY AS asked(identifier, id, n)",
    ),
    "sqlite": _Spelling(
        _key("nullif(json_extract(asked.value, '$[0]'), '')", "json_extract(asked.value, '$[1]')"),
        "json_group_array(json(found.record))",
        "SELECT json_group_array(json_array({})) FROM (SELECT value FROM json_each(?) ORDER BY key) AS asked",
    ),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled batch: its SQL, how keys are bound, and how each selection's text is read."""

    sql: str
    dialect: str
    reading: Callable[[list[Raw | None]], tuple[Raw, ...]]
    """Reads all selections of one subject at once."""
    careful: tuple[Callable[[Raw], tuple[Raw, tuple[Loss, ...]]], ...]
    """Reads one selection, value by value, where the fast way found what it cannot read."""
    names: tuple[str, ...]

    def parameters(self, keys: "list[SubjectKey] | tuple[SubjectKey, ...]") -> tuple[Any, ...]:
        """Bind the keys of a batch."""
        if self.dialect == "postgresql":
            # one text each: the driver looks at every element of an array, which costs more than the rest of a batch
            return "\n".join([key.identifier for key in keys]), "\n".join([key.id for key in keys])
        return (orjson.dumps([(key.identifier, key.id) for key in keys]).decode(),)

    def read(self, written: str) -> list[Found | SourceError]:
        """Read the database's answer: one JSON text for the whole batch, a list for each subject.

        Raises:
            SourceMisbehaved: it is no such JSON. More records than `LIMIT` are that one subject's failure.

        """
        try:
            answers = orjson.loads(written)
            if len(written) > LIMIT * _SHORTEST_ROW:
                return [self._too_many(answer) or self._found(answer) for answer in answers]
            return [self._found(answer) for answer in answers]
        except (orjson.JSONDecodeError, TypeError) as error:
            raise SourceMisbehaved(str(error)) from error

    def _found(self, answer: list[Raw | None]) -> Found:
        try:
            return Found(self.reading(answer))
        except _UNREADABLE:
            parts = [reading(raw or []) for raw, reading in zip(answer, self.careful, strict=True)]
            return Found(tuple(rows for rows, _ in parts), tuple(loss for _, losses in parts for loss in losses))

    def _too_many(self, answer: list[Raw | None]) -> SourceMisbehaved | None:
        for raw, name in zip(answer, self.names, strict=True):
            if raw and len(raw) > LIMIT:
                return SourceMisbehaved(f"more than {LIMIT} records of {name} for one subject")
        return None


def build(tables: Mapping[str, Table], batch: Batch, dialect: Dialect, *, walled: bool = False) -> Statement:
    """Build the statement of a batch; the keys themselves are bound later.

    *walled* says that it runs behind a wall, which hides records above the batch's tier from the statement too.
    """
    spelling = _SPELLINGS[dialect.name]
    parts, readings = [], _Readings()
    for selection in batch.selections:
        table = tables[selection.record.name]
        columns = _columns(table, selection)
        inner: sa.Select[tuple[Any]] | sa.CompoundSelect[tuple[Any]]
        inner = _subselect(table, columns, selection, batch, spelling.key)
        if walled and table.hidden is not None and OPEN in selection.columns:
            inner = sa.union_all(inner, _hidden(table, table.hidden, columns, selection, batch, spelling.key))
        compiled = inner.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        found = str(compiled).replace("%%", "%")
        # compiled from the declared table; no value of an asker is in it
        parts.append(f"(SELECT {spelling.aggregate} FROM ({found}) AS found)")  # noqa: S608
        readings.add(table, selection, columns)
    sql = spelling.whole.replace("{}", ", ".join(parts))
    names = tuple(each.record.name for each in batch.selections)
    return Statement(sql, dialect.name, readings.compiled(), tuple(readings.careful), names)


def _columns(table: Table, selection: Selection) -> list[Column]:
    """Give the columns to be read, each once, in the selection's order."""
    wanted = (table.fields.get(name) for name in selection.columns)
    return list(dict.fromkeys(column for column in wanted if column is not None and column.column is not None))


def _subselect(
    table: Table, columns: list[Column], selection: Selection, batch: Batch, key: Key
) -> "sa.Select[tuple[Any]]":
    opened = sa.and_(sa.true(), *_within_tier(table, selection, batch))
    statement = sa.select().select_from(table.rows).where(table.matches[batch.kind](key)).limit(LIMIT + 1)
    if table.where is not None:
        statement = statement.where(table.where)
    if batch.own:
        statement = statement.where(_is_of(batch.own, table))
    if OPEN in selection.columns:
        known = _told_of_closed(table, selection)
        expressions = [
            _expression(column) if column in known else sa.case((opened, _expression(column))) for column in columns
        ]
        expressions.append(sa.case((opened, sa.literal_column("1")), else_=sa.literal_column("0")))
    else:
        expressions = [_expression(column) for column in columns] or [sa.literal_column("1")]
        statement = statement.where(opened)
    return statement.add_columns(JsonRow(*expressions).label("record"))


def _told_of_closed(table: Table, selection: Selection) -> set[Column]:
    """Give the columns that are told of a record above the batch's tier: its natural key and version."""
    named = {"provider", "version", *selection.record.key}
    return {table.fields[name] for name in named if name in table.fields}


def _hidden(  # noqa: PLR0913, PLR0917 (as the sub-select that it completes)
    table: Table, hidden: sa.FromClause, columns: list[Column], selection: Selection, batch: Batch, key: Key
) -> "sa.Select[tuple[Any]]":
    """Select what a wall hides, as the sub-select itself would tell of it without a wall."""

    def there(element: Any, **_: Any) -> Any:
        return hidden.c[element.name] if isinstance(element, sa.Column) and element.table is table.rows else None

    def told(expression: Any) -> Any:
        return replacement_traverse(expression, {}, there)

    known = _told_of_closed(table, selection)
    expressions = [told(_expression(column)) if column in known else sa.null() for column in columns]
    statement = sa.select(JsonRow(*expressions, sa.literal_column("0")).label("record")).select_from(hidden)
    statement = statement.where(told(table.matches[batch.kind](key))).limit(LIMIT + 1)
    if batch.own:
        statement = statement.where(told(_is_of(batch.own, table)))
    return statement if table.where is None else statement.where(told(table.where))


def _within_tier(table: Table, selection: Selection, batch: Batch) -> Iterator[sa.ColumnElement[bool]]:
    """Give the conditions under which a record exists for the batch's tier (R15.2)."""
    if table.record_tier is not None:
        yield table.record_tier.in_([tier.value for tier in Tier if tier <= batch.highest])
    for rule in selection.record.tier_rules:
        if rule.tier is None or rule.tier > batch.highest:
            yield _does_not_hold(rule, table, batch.kind)


def _is_of(agency: str, table: Table) -> sa.ColumnElement[bool]:
    """Say whether an agency answers for a record (Art. 4)."""
    provider = table.fields.get("provider")
    if provider is not None and provider.column is not None:
        return sa.cast(provider.column, sa.Text) == sa.literal(agency)
    return sa.true() if provider is not None and provider.value == agency else sa.false()


def _expression(column: Column) -> Any:
    if _is_trimmed(column):
        return sa.func.trim(column.column, _BLANKS)
    return sa.cast(column.column, sa.Text) if column.as_text and column.column is not None else column.column


def _does_not_hold(rule: TierRule, table: Table, kind: str) -> sa.ColumnElement[bool]:
    """Say in the agency's own codes that a rule does not raise the record (R15.2)."""
    return sa.and_(
        sa.true(),
        *(
            sa.or_(sa.false(), *(_differs(comparison, table, kind) for comparison in group))
            for group in rule.when.alternatives
        ),
    )


def _differs(comparison: Comparison, table: Table, kind: str) -> sa.ColumnElement[bool]:
    column = table.fields.get(comparison.field)
    if comparison.field == "subjectKind" or column is None or column.column is None:
        value = kind if comparison.field == "subjectKind" else column.value if column else None
        return sa.false() if comparison.holds(value) else sa.true()
    if column.raw_values is None:
        message = f"{comparison.field} decides on a tier: map it with code() or flag(), so that its values are known"
        raise SourceMisbehaved(message)
    raw_values, null_too = column.admitted(comparison)
    admitted = _of_type(column.column, raw_values + (sorted(NULL_WORDS) if null_too else []))
    condition = column.column.in_(admitted) if admitted else sa.false()
    return sa.or_(condition, column.column.is_(None)) if null_too else condition


def _of_type(column: sa.ColumnElement[Any], raw_values: list[Any]) -> list[Any]:
    """Keep the values that a column of this type can hold at all."""
    try:
        kept = column.type.python_type
    except NotImplementedError:
        return raw_values
    if kept is bool:
        return [bool(raw) for raw in raw_values if raw in (0, 1)]
    return [raw for raw in raw_values if isinstance(raw, kept) and not isinstance(raw, bool)]


class _Readings:
    """The readings of a statement's selections, generated: one list display each, no call but a look-up per value."""

    def __init__(self) -> None:
        self.careful: list[Callable[[Raw], tuple[Raw, tuple[Loss, ...]]]] = []
        self._names: dict[str, Any] = {"nothing": frozenset({None, *NULL_WORDS})}
        self._displays: list[str] = []

    def add(self, table: Table, selection: Selection, columns: list[Column]) -> None:
        """Add a selection whose rows hold *columns*, in this order."""
        number = len(self._displays)
        position = {column: n for n, column in enumerate(columns)}
        readers: list[Any] = [Reader(column.read) if column.read else Reader(lambda raw: raw) for column in columns]
        if OPEN in selection.columns:
            readers.append(Reader(bool))
        displayed, fields = [], []
        for n, name in enumerate(selection.columns):
            column = _OPEN if name == OPEN else table.fields.get(name)
            place = len(columns) if name == OPEN else position.get(column) if column is not None else None
            fields.append((name, column, place))
            if column is None:
                displayed.append("None")
            elif place is None:
                self._names[f"constant{number}_{n}"] = column.value
                displayed.append(f"constant{number}_{n}")
            elif _is_trimmed(column):
                displayed.append(f"(None if raw{place} in nothing else raw{place})")
            elif column.read is None:
                displayed.append(f"raw{place}")
            else:
                self._names[f"reader{number}_{place}"] = readers[place]
                displayed.append(f"reader{number}_{place}[raw{place}]")
        unpacked = ", ".join(f"raw{n}" for n in range(len(readers) or 1))
        self._displays.append(f"[[{', '.join(displayed)}] for ({unpacked},) in answer[{number}] or ()]")
        self.careful.append(partial(_read_carefully, fields=fields, readers=readers))

    def compiled(self) -> Callable[[list[Raw | None]], tuple[Raw, ...]]:
        """Compile the reading of one subject's answer."""
        source = f"lambda answer: ({', '.join(self._displays)},)"
        reading: Callable[[list[Raw | None]], tuple[Raw, ...]] = eval(source, self._names)  # noqa: S307 (generated from positions and fixed words alone)
        return reading


def _is_trimmed(column: Column) -> bool:
    """Say whether the database itself trims a column: plain text of a text column."""
    return column.read is _PLAIN_TEXT and not column.as_text and _is_text(column.column)


def _is_text(column: Any) -> bool:
    return isinstance(getattr(column, "type", None), sa.String)


def _read_carefully(
    raw: Raw, fields: list[tuple[str, Column | None, int | None]], readers: list[Any]
) -> tuple[Raw, tuple[Loss, ...]]:
    """Read rows value by value, noting each one that cannot be read; nothing is lost of a record that is not there."""
    rows: Raw = []
    losses: list[Loss] = []
    opened = next((n for n, (name, _, _) in enumerate(fields) if name == OPEN), None)
    for given in raw:
        row: list[Any] = []
        lost: list[Loss] = []
        for name, column, position in fields:
            if column is None or position is None:
                row.append(column.value if column else None)
                continue
            try:
                row.append(readers[position][given[position]])
            except _UNREADABLE:
                row.append(None)
                lost.append(Loss(row, name))
        rows.append(row)
        if opened is None or row[opened]:
            losses += lost
    return rows, tuple(losses)
