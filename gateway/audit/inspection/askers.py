"""The keyed names under which a person may stand in the trail: one for each organisation that it acts for (R19.3)."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit.pseudonyms import Pseudonyms
from gateway.store.tables import RECORD

__all__ = ["viewer_keys"]

_MOST: Final = 5_000


async def viewer_keys(
    connection: AsyncConnection, names: Pseudonyms, person: str, organisation: str | None
) -> list[bytes]:
    """Give the keyed names of *person* that the trail knows, acting for *organisation* or for any."""
    if organisation is not None:
        return [names.viewer(organisation, person)]
    keys = [names.viewer(each, person) for each in await _organisations(connection)]
    known = select(RECORD.c.viewer_key).limit(1)
    return [key for key in keys if (await connection.execute(known.where(RECORD.c.viewer_key == key))).first()]


async def _organisations(connection: AsyncConnection) -> list[str]:
    """Give all that stand in the trail, going from one to the next in the index."""
    own = RECORD.c.organisation
    seen = select(func.min(own).label("name")).cte("seen", recursive=True)
    following = select(func.min(own)).where(own > seen.c.name).scalar_subquery()
    seen = seen.union_all(select(following).where(seen.c.name.is_not(None)))
    asked = select(seen.c.name).where(seen.c.name.is_not(None)).limit(_MOST)
    return list((await connection.scalars(asked)).all())
