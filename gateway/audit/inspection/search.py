"""Finds entries newest first by the indexed columns alone; no body is opened for it (R19.12).

What is most selective leads: a subject, a paper, a coordinate, an asker; whatever else is wanted is looked up beside.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Exists, FromClause, Select, and_, exists, literal, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit.inspection.hiding import is_hidden
from gateway.audit.inspection.wanted import At, Wanted
from gateway.store.tables import PAPER_LINE, RECORD, SHAPE, SUBJECT, Instant

__all__ = ["COLUMNS", "Row", "find", "lines_of"]

Row = Any
"""A row of `COLUMNS`; SQLAlchemy has no types for it."""
_READ: Final = "stream seq at kind organisation way purpose outcome tier key_id head sealed leaf"
COLUMNS: Final = tuple(RECORD.c[name] for name in _READ.split())
_MOST_SHAPES: Final = 100
"""A coordinate that more plans decide on stands in so many entries that they are found without an index."""


async def find(
    connection: AsyncConnection,
    wanted: Wanted,
    keys: tuple[bytes | None, Sequence[bytes] | None],
    page: tuple[At | None, int],
) -> Sequence[Row]:
    """Give so many entries after a place (*page*); *keys* are those of the subject and of the askers."""
    shapes = None if wanted.coordinate is None else await _shapes_with(connection, wanted.coordinate)
    subject, viewers = keys
    if shapes == [] or viewers == []:
        return ()
    found = _places(wanted, subject, viewers, shapes, page).subquery()
    asked = select(*COLUMNS).join(found, _same(found.c)).order_by(*_newest(found.c))
    return (await connection.execute(asked)).all()


def lines_of(
    subject: bytes,
    page: tuple[At | None, int],
    hidden_on: Any = None,  # noqa: ANN401 (a day, or None)
) -> Select[Any]:
    """Select a subject's lines after a place, with their entries; those hidden on a day are left out."""
    after, count = page
    chosen = select(*COLUMNS).select_from(SUBJECT).join(RECORD, _same(SUBJECT.c))
    chosen = chosen.where(SUBJECT.c.subject_key == subject, *_after(SUBJECT.c, after))
    if hidden_on is not None:
        chosen = chosen.where(~is_hidden(hidden_on))
    return chosen.order_by(*_newest(SUBJECT.c)).limit(count)


async def _shapes_with(connection: AsyncConnection, coordinate: str) -> list[bytes]:
    asked = select(SHAPE.c.digest).distinct().where(SHAPE.c.coordinate == coordinate)
    return [bytes(digest) for digest in (await connection.scalars(asked)).all()]


def _places(
    wanted: Wanted,
    subject: bytes | None,
    viewers: Sequence[bytes] | None,
    shapes: Sequence[bytes] | None,
    page: tuple[At | None, int],
) -> Select[Any]:
    after, count = page
    beside = _of_record(wanted, viewers)
    leading: FromClause
    if subject is not None:
        leading, own = SUBJECT, [SUBJECT.c.subject_key == subject]
        own += [SUBJECT.c.shape.in_(shapes)] if shapes else []
        own += [_cites(wanted.paper, SUBJECT.c)] if wanted.paper is not None else []
    elif wanted.paper is not None:
        leading, own = PAPER_LINE, [PAPER_LINE.c.paper == wanted.paper]
        own += [_decides(shapes, PAPER_LINE.c)] if shapes else []
    elif shapes and len(shapes) <= _MOST_SHAPES:
        return _by_shapes(shapes, beside, page, wanted)
    else:
        leading, own = RECORD, [_decides(shapes, RECORD.c)] if shapes else []
    where = [*own, *beside, *_after(leading.c, after), *_between(leading.c.at, wanted.first, wanted.end)]
    chosen = select(leading.c.at, leading.c.stream, leading.c.seq)
    if leading is not RECORD and beside:
        chosen = chosen.join(RECORD, _same(leading.c))
    return chosen.where(*where).order_by(*_newest(leading.c)).limit(count)


def _by_shapes(
    shapes: Sequence[bytes], beside: Sequence[ColumnElement[bool]], page: tuple[At | None, int], wanted: Wanted
) -> Select[Any]:
    """Take the newest of each shape by its index, and of all these the newest."""
    after, count = page
    parts = []
    for shape in shapes:
        columns = SUBJECT.c
        chosen = select(columns.at, columns.stream, columns.seq).distinct()
        if beside:
            chosen = chosen.join(RECORD, _same(columns))
        where = [columns.shape == shape, *beside, *_after(columns, after)]
        chosen = chosen.where(*where, *_between(columns.at, wanted.first, wanted.end))
        parts.append(select(chosen.order_by(*_newest(columns)).limit(count).subquery()))
    every = union(*parts).subquery()
    return select(every.c.at, every.c.stream, every.c.seq).order_by(*_newest(every.c)).limit(count)


def _of_record(wanted: Wanted, viewers: Sequence[bytes] | None) -> list[ColumnElement[bool]]:
    """Say what the entry's own columns must be."""
    columns = RECORD.c
    where: list[ColumnElement[bool]] = []
    if wanted.place is not None:
        where += [columns.stream == wanted.place[0], columns.seq == wanted.place[1]]
    if viewers is not None:
        where.append(columns.viewer_key == viewers[0] if len(viewers) == 1 else columns.viewer_key.in_(viewers))
    if wanted.organisation is not None:
        where.append(columns.organisation == wanted.organisation)
    if wanted.purpose is not None:
        where.append(columns.purpose == wanted.purpose)
    if wanted.outcome is not None:
        where.append(columns.outcome == wanted.outcome)
    return where


def _after(columns: Any, place: At | None) -> list[ColumnElement[bool]]:  # noqa: ANN401 (a table's columns)
    if place is None:
        return []
    at = literal(place.at, Instant)
    earlier = tuple_(columns.at, columns.stream, columns.seq) < tuple_(at, literal(place.stream), literal(place.seq))
    return [columns.at <= place.at, earlier]


def _between(at: Any, first: datetime | None, end: datetime | None) -> list[ColumnElement[bool]]:  # noqa: ANN401 (a column)
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
