"""Legal holds: what is kept beyond five years, on which article, until somebody releases it (AMB-27)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from gateway.audit.codes import HOLD, RELEASE
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.retention.acts import entry_of_act
from gateway.audit.retention.expire import Append
from gateway.errors import StartRefused, Text
from gateway.store import Store
from gateway.store.tables import HOLD as TABLE
from schema.days import ZONE

__all__ = ["Held", "Hold", "Holds"]


@dataclass(frozen=True, slots=True)
class Hold:
    """What is to be held: a subject by its id, one entry by its place, or a period; and why."""

    reason: str
    article: str
    subject_id: str | None = None
    place: tuple[int, int] | None = None
    period: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A hold as it stands."""

    id: int
    what: str
    reason: str
    article: str
    placed_by: str
    placed_at: datetime
    released_at: datetime | None


class NoSuchHold(StartRefused):
    """There is no hold of this number, or it was released already."""

    cure = Text("`xinyong audit holds` lists all.", "可用 `xinyong audit holds` 查看全部。")


class Holds:
    """Places and releases holds; each is an entry of the trail before it has effect."""

    def __init__(self, store: Store, names: Pseudonyms, append: Append) -> None:
        """Take the store, the keyed names of subjects, and how an entry is made durable."""
        self._store = store
        self._names = names
        self._append = append

    async def place(self, hold: Hold, person: str) -> int:
        """Hold entries, and give the hold's number.

        Raises:
            StartRefused: reason or article is missing, not exactly one thing is named, or a period holds no day.

        """
        named = [each for each in (hold.subject_id, hold.place, hold.period) if each is not None]
        if not hold.reason.strip() or not hold.article.strip() or len(named) != 1:
            message = "a hold needs a reason, an article, and one of: a subject, a receipt, a period"
            raise StartRefused(message)
        if hold.period is not None and hold.period[0] >= hold.period[1]:
            message = "the period ends before it begins, so that nothing would be held: give its first and its last day"
            raise StartRefused(message)
        key = None if hold.subject_id is None else self._names.subject(hold.subject_id)
        about = {"article": hold.article, "holds": _what(key, hold.place, hold.period)}
        await self._append(entry_of_act(HOLD, "hold", about, person=person, reason=hold.reason))
        stream, seq = hold.place or (None, None)
        begins, ends = hold.period or (None, None)
        row: dict[str, object] = {"subject_key": key, "stream": stream, "seq": seq, "from_at": begins, "to_at": ends}
        row |= {"reason": hold.reason, "article": hold.article, "placed_by": person, "placed_at": datetime.now(UTC)}
        try:
            async with self._store.engine.begin() as connection:
                placed = await connection.execute(insert(TABLE).values(row).returning(TABLE.c.id))
                number: int = placed.scalar_one()
        except (SQLAlchemyError, OSError) as failure:
            message = f"the hold could not be written: {failure}"
            raise StartRefused(message) from failure
        return number

    async def release(self, number: int, reason: str, person: str) -> None:
        """Let what was held expire.

        Raises:
            StartRefused: there is no such hold, or no reason.

        """
        if not reason.strip():
            message = "a release needs a reason"
            raise StartRefused(message)
        if not any(each.id == number and each.released_at is None for each in await self.all()):
            message = f"no hold {number} is in force"
            raise NoSuchHold(message)
        await self._append(entry_of_act(RELEASE, "release", {"hold": number}, person=person, reason=reason))
        released = {"released_by": person, "released_at": datetime.now(UTC), "released_for": reason}
        async with self._store.engine.begin() as connection:
            await connection.execute(update(TABLE).where(TABLE.c.id == number).values(released))

    async def all(self) -> list[Held]:
        """Give all holds, the released ones too."""
        async with self._store.engine.connect() as connection:
            rows = (await connection.execute(select(TABLE).order_by(TABLE.c.id))).all()
        return [_held(row) for row in rows]


def _held(row: object) -> Held:
    told = row._mapping  # type: ignore[attr-defined]  # noqa: SLF001 (SQLAlchemy's public name)
    place = None if told["stream"] is None else (told["stream"], told["seq"])
    period = None if told["from_at"] is None else (told["from_at"], told["to_at"])
    what = _what(told["subject_key"], place, period)
    return Held(
        told["id"], what, told["reason"], told["article"], told["placed_by"], told["placed_at"], told["released_at"]
    )


def _what(key: bytes | None, place: tuple[int, int] | None, period: tuple[datetime, datetime] | None) -> str:
    if key is not None:
        return f"subject {key.hex()}"
    if place is not None:
        return f"entry {place[0]}.{place[1]}"
    begins, ends = (each.astimezone(ZONE).isoformat() for each in period or ())
    return f"period {begins} to {ends}"
