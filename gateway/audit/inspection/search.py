"""Finds entries newest first by the indexed columns alone; no body is opened for it (R19.12).

What is most selective leads: a subject, a paper, a coordinate, an asker; whatever else is wanted is looked up beside,
entry by entry, until the page is full. Where no subject and no paper leads, the newest month is looked through first:
on PostgreSQL a statement over sixty months costs more to plan than to carry out.
"""

import functools
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Exists,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit.inspection.hiding import is_any_hidden, is_hidden
from gateway.audit.inspection.wanted import At, Wanted
from gateway.store.tables import PAPER_LINE, RECORD, SHAPE, SUBJECT, Instant

__all__ = ["COLUMNS", "Row", "find", "lines_of"]

Row = Any
"""A row of `COLUMNS`; SQLAlchemy has no types for it."""
_READ: Final = (
    "stream",
    "seq",
    "at",
    "kind",
    "organisation",
    "way",
    "purpose",
    "outcome",
    "tier",
    "key_id",
    "head",
    "sealed",
    "leaf",
)
COLUMNS: Final = tuple(RECORD.c[name] for name in _READ)
_LOOKED_AT: Final = (*_READ, "viewer_key")
_MOST_SHAPES: Final = 100
"""A coordinate that more plans decide on stands in so many entries that they are found without an index."""
_WINDOWS: Final = (timedelta(days=31), timedelta(days=366), None)


class _Search(NamedTuple):
    """One search under way."""

    wanted: Wanted
    subject: bytes | None
    viewers: Sequence[bytes] | None
    shapes: Sequence[bytes] | None
    after: At | None
    most: int
    postgresql: bool
    first: datetime | None


async def find(
    connection: AsyncConnection,
    wanted: Wanted,
    keys: tuple[bytes | None, Sequence[bytes] | None],
    page: tuple[At | None, int],
) -> Sequence[Row]:
    """Give so many entries after a place (*page*); *keys* are those of the subject and of the askers."""
    if keys[0] is not None and wanted == Wanted(subject_id=wanted.subject_id):
        return await lines_of(connection, keys[0], page, hidden_on=None)
    shapes = None if wanted.coordinate is None else await _shapes_with(connection, wanted.coordinate)
    if shapes == [] or keys[1] == []:
        return ()
    search = _Search(wanted, *keys, shapes, *page, connection.dialect.name == "postgresql", wanted.first)
    if search.subject is not None or wanted.paper is not None:
        led: Sequence[Row] = (await connection.execute(_led(search))).all()
        return led
    rows: Sequence[Row] = ()
    for first in _windows(search):
        rows = (await connection.execute(_newest_of(search._replace(first=first)))).all()
        if len(rows) >= search.most:
            break
    return rows


async def lines_of(
    connection: AsyncConnection, subject: bytes, page: tuple[At | None, int], *, hidden_on: date | None
) -> Sequence[Row]:
    """Give a subject's lines after a place, with their entries; those hidden on a day are left out."""
    after, count = page
    asked = _lines(postgresql=connection.dialect.name == "postgresql", follows=after is not None, hides=bool(hidden_on))
    told: dict[str, object] = {"subject": subject, "count": count, "day": hidden_on}
    if after is not None:
        told |= {"at": after.at, "stream": after.stream, "seq": after.seq}
    rows: Sequence[Row] = (await connection.execute(asked, told)).all()
    return rows


@functools.cache
def _lines(*, postgresql: bool, follows: bool, hides: bool) -> Select[Any]:
    """Write the statement of a subject's lines once: it is asked on every page of every subject."""
    own, beside = SUBJECT.c, _beside(SUBJECT.c, postgresql=postgresql)
    chosen = _joined(SUBJECT, beside, postgresql=postgresql).where(own.subject_key == bindparam("subject"))
    if follows:
        at = bindparam("at", type_=Instant)
        place = tuple_(at, bindparam("stream", type_=Integer), bindparam("seq", type_=BigInteger))
        chosen = chosen.where(own.at <= at, tuple_(own.at, own.stream, own.seq) < place)
    if hides:
        # Mostly nothing is hidden from anybody: then no entry is looked at for it.
        day = bindparam("day", type_=Date)
        chosen = chosen.where(or_(~is_any_hidden(day), ~is_hidden(day, beside.c)))
    return chosen.order_by(*_newest(own)).limit(bindparam("count", type_=Integer))


async def _shapes_with(connection: AsyncConnection, coordinate: str) -> list[bytes]:
    asked = select(SHAPE.c.digest).distinct().where(SHAPE.c.coordinate == coordinate)
    return [bytes(digest) for digest in (await connection.scalars(asked)).all()]


def _windows(search: _Search) -> Iterator[datetime | None]:
    """Give from when on to look, ever farther back; the last one is as far as is wanted."""
    wanted, after = search.wanted, search.after
    end = after.at if after is not None else wanted.end or datetime.now(UTC)
    for window in _WINDOWS if search.postgresql and wanted.place is None else _WINDOWS[-1:]:
        if window is not None and (wanted.first is None or end - window > wanted.first):
            yield end - window
        else:
            yield wanted.first
            return


def _led(search: _Search) -> Select[Any]:
    """Select what a subject or a paper leads to, in the order of its index."""
    wanted, shapes = search.wanted, search.shapes
    if search.subject is not None:
        leading, own = SUBJECT, [SUBJECT.c.subject_key == search.subject]
        own += [SUBJECT.c.shape.in_(shapes)] if shapes else []
        own += [_cites(wanted.paper, SUBJECT.c)] if wanted.paper is not None else []
    else:
        leading, own = PAPER_LINE, [PAPER_LINE.c.paper == wanted.paper]
        own += [_decides(shapes, PAPER_LINE.c)] if shapes else []
    beside = _beside(leading.c, postgresql=search.postgresql)
    own += [*_of_record(search, beside.c), *_after(leading.c, search.after), *_between(leading.c.at, search)]
    chosen = _joined(leading, beside, postgresql=search.postgresql).where(*own)
    return chosen.order_by(*_newest(leading.c)).limit(search.most)


def _newest_of(search: _Search) -> Select[Any]:
    """Select the newest entries, found by their places first."""
    shapes = search.shapes
    if shapes and len(shapes) <= _MOST_SHAPES:
        places = _by_shapes(search, shapes)
    else:
        own = RECORD.c
        where = [*_of_record(search, own), *_after(own, search.after), *_between(own.at, search)]
        where += [_decides(shapes, own)] if shapes else []
        places = select(own.at, own.stream, own.seq).where(*where).order_by(*_newest(own)).limit(search.most)
    found = places.subquery()
    beside = _beside(found.c, postgresql=search.postgresql)
    return _joined(found, beside, postgresql=search.postgresql).order_by(*_newest(found.c))


def _by_shapes(search: _Search, shapes: Sequence[bytes]) -> Select[Any]:
    """Take the newest of each shape by its index, and of all these the newest."""
    own, parts = SUBJECT.c, []
    beside = _beside(own, postgresql=search.postgresql)
    of_record = _of_record(search, beside.c)
    for shape in shapes:
        chosen = select(own.at, own.stream, own.seq).distinct()
        if of_record:
            chosen = chosen.join(beside, true() if search.postgresql else _same(own))
        where = [own.shape == shape, *of_record, *_after(own, search.after), *_between(own.at, search)]
        parts.append(select(chosen.where(*where).order_by(*_newest(own)).limit(search.most).subquery()))
    every = union(*parts).subquery()
    newest: Any = select(every.c.at, every.c.stream, every.c.seq).order_by(*_newest(every.c)).limit(search.most)
    return cast("Select[Any]", newest)


def _of_record(search: _Search, columns: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 (a table's columns)
    """Say what the entry's own columns must be."""
    wanted, viewers = search.wanted, search.viewers
    where: list[ColumnElement[bool]] = []
    if wanted.place is not None:
        where += [columns.stream == wanted.place[0], columns.seq == wanted.place[1]]
    if viewers is not None:
        where.append(columns.viewer_key == viewers[0] if len(viewers) == 1 else columns.viewer_key.in_(viewers))
    for name in ("organisation", "purpose", "outcome"):
        value = getattr(wanted, name)
        where += [columns[name] == value] if value is not None else []
    return where


def _beside(columns: Any, *, postgresql: bool) -> Any:  # noqa: ANN401 (a table, or what stands for one)
    """Give the entry at a place, to be looked up one after the other: in one month of sixty."""
    if not postgresql:
        return RECORD
    looked_at = select(*(RECORD.c[name] for name in _LOOKED_AT)).where(_same(columns))
    return looked_at.limit(1).lateral("beside")


def _joined(leading: Any, beside: Any, *, postgresql: bool) -> Select[Any]:  # noqa: ANN401 (as above)
    columns = (beside.c[name] for name in _READ)
    joined: Any = select(*columns).select_from(leading).join(beside, true() if postgresql else _same(leading.c))
    return cast("Select[Any]", joined)


def _after(columns: Any, place: At | None) -> list[ColumnElement[bool]]:  # noqa: ANN401 (a table's columns)
    if place is None:
        return []
    at = literal(place.at, Instant)
    earlier = tuple_(columns.at, columns.stream, columns.seq) < tuple_(at, literal(place.stream), literal(place.seq))
    return [columns.at <= place.at, earlier]


def _between(at: Any, search: _Search) -> list[ColumnElement[bool]]:  # noqa: ANN401 (a column)
    first, end = search.first, search.wanted.end
    return ([at >= first] if first is not None else []) + ([at < end] if end is not None else [])


def _same(columns: Any) -> ColumnElement[bool]:  # noqa: ANN401 (a table's columns)
    own = RECORD.c
    return and_(own.stream == columns.stream, own.seq == columns.seq, own.at == columns.at)


def _newest(columns: Any) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401 (a table's columns)
    return columns.at.desc(), columns.stream.desc(), columns.seq.desc()


def _cites(paper: str, columns: Any) -> Exists:  # noqa: ANN401 (a table's columns)
    own = PAPER_LINE.c
    same = and_(own.at == columns.at, own.stream == columns.stream, own.seq == columns.seq)
    return exists().where(own.paper == paper, same)


def _decides(shapes: Sequence[bytes], columns: Any) -> Exists:  # noqa: ANN401 (a table's columns)
    own = SUBJECT.c
    same = and_(own.at == columns.at, own.stream == columns.stream, own.seq == columns.seq)
    return exists().where(own.shape.in_(shapes), same)
