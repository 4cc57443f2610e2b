"""What is unusual in the trail, to be looked at by a person: nothing is decided by it (R19.12, Art. 25).

Queries at night, one person with many subjects, many denials, one purpose text used again and again.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit.inspection.numbers import DENIED, hour_of
from gateway.audit.inspection.opening import Opened, Opener
from gateway.audit.inspection.search import COLUMNS
from gateway.store.tables import RECORD, SUBJECT
from schema.inspection import QueryLogAnomaly, QueryLogThresholds

__all__ = ["anomalies_in", "reused_purposes"]

Where = Sequence[ColumnElement[bool]]
_SHOWN: Final = 20
_RECEIPTS: Final = 10
_NIGHT: Final = (22, 6)
_PURPOSES_READ: Final = 1_000


async def anomalies_in(
    connection: AsyncConnection, opener: Opener, where: Where, thresholds: QueryLogThresholds
) -> list[QueryLogAnomaly]:
    """Give what passes its threshold, kind by kind, the most first; a threshold of 0 looks for nothing."""
    begin, end = _NIGHT
    hour = hour_of(connection.dialect.name)
    of_somebody = RECORD.c.organisation != ""
    night = [*where, of_somebody, or_(hour >= begin, hour < end)]
    return [
        *await _often(connection, opener, ("NIGHT_QUERIES", thresholds.night_queries), night),
        *await _many_subjects(connection, opener, thresholds.subjects, [*where, of_somebody]),
        *await _often(connection, opener, ("MANY_DENIALS", thresholds.denials), [*where, RECORD.c.outcome == DENIED]),
    ]


async def _often(
    connection: AsyncConnection, opener: Opener, kind: tuple[str, int], where: Where
) -> list[QueryLogAnomaly]:
    """Give who did something at least so often."""
    name, threshold = kind
    if threshold <= 0:
        return []
    own, count = (RECORD.c.viewer_key, RECORD.c.organisation), func.count()
    asked = select(*own, count).where(*where).group_by(*own).having(count >= threshold)
    rows = (await connection.execute(asked.order_by(count.desc()).limit(_SHOWN))).all()
    return [await _told(connection, opener, (name, n), [*where, RECORD.c.viewer_key == key]) for key, _, n in rows]


async def _many_subjects(
    connection: AsyncConnection, opener: Opener, threshold: int, where: Where
) -> list[QueryLogAnomaly]:
    """Give who asked about at least so many different subjects."""
    if threshold <= 0:
        return []
    same = and_(SUBJECT.c.stream == RECORD.c.stream, SUBJECT.c.seq == RECORD.c.seq, SUBJECT.c.at == RECORD.c.at)
    count = func.count(SUBJECT.c.subject_key.distinct())
    asked = select(RECORD.c.viewer_key, count).join(SUBJECT, same).where(*where).group_by(RECORD.c.viewer_key)
    rows = (await connection.execute(asked.having(count >= threshold).order_by(count.desc()).limit(_SHOWN))).all()
    return [
        await _told(connection, opener, ("MANY_SUBJECTS", n), [*where, RECORD.c.viewer_key == key]) for key, n in rows
    ]


async def _told(connection: AsyncConnection, opener: Opener, kind: tuple[str, int], where: Where) -> QueryLogAnomaly:
    """Name the person and the newest entries of what was found."""
    newest = select(*COLUMNS).where(*where).order_by(RECORD.c.at.desc()).limit(_RECEIPTS)
    opened = await opener.open(connection, (await connection.execute(newest)).all())
    person = next((each.body["person"] for each in opened if each.body is not None), None)
    return QueryLogAnomaly(
        kind=kind[0],
        organisation=opened[0].row.organisation,
        count=kind[1],
        receipts=[each.receipt for each in opened],
        requester=person,
    )


async def reused_purposes(
    connection: AsyncConnection, opener: Opener, where: Where, threshold: int
) -> tuple[tuple[int, int], list[QueryLogAnomaly]]:
    """Give who used one text for at least so many operations, and how many entries' texts were read, how many not.

    The texts are under seal, so no more than the newest thousand are opened.
    """
    if threshold <= 0:
        return (0, 0), []
    newest = select(*COLUMNS).where(*where, RECORD.c.purpose != "").order_by(RECORD.c.at.desc()).limit(_PURPOSES_READ)
    by_text: defaultdict[tuple[Any, ...], list[Opened]] = defaultdict(list)
    read = await opener.open(connection, (await connection.execute(newest)).all())
    for each in read:
        body = each.body
        if body is not None and body["purposeText"]:
            by_text[each.row.organisation, body["person"], body["purposeText"]].append(each)
    often = Counter({key: len(entries) for key, entries in by_text.items() if len(entries) >= threshold})
    told = [
        QueryLogAnomaly(
            kind="SAME_PURPOSE",
            organisation=key[0],
            count=count,
            receipts=[each.receipt for each in by_text[key][:_RECEIPTS]],
            requester=key[1],
            purpose_text=key[2],
        )
        for key, count in often.most_common(_SHOWN)
    ]
    unread = sum(each.body is None for each in read)
    return (len(read) - unread, unread), told
