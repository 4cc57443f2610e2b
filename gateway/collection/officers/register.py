"""The register of reporting officers in the gateway's own database (Art. 10; R10.1)."""

import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, exists, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.collection.officers.errors import NoSuchOfficer, OfficersUnavailable
from gateway.collection.officers.officer import Officer
from gateway.errors import OfficerRequired, StateConflict, Text
from gateway.store.asking import DEADLINE_S, asked
from gateway.store.tables import REPORTING_OFFICER

__all__ = ["OfficerRegister"]

_LOG: Final = logging.getLogger("xinyong")
_TABLE: Final = REPORTING_OFFICER.c
_NAMED: Final = "ACTIVE"
_ID_BYTES: Final = 8


class OfficerRegister:
    """Who is named, written and read."""

    def __init__(self, engine: AsyncEngine, deadline_s: float = DEADLINE_S) -> None:
        """Keep them in the database of *engine*; each request has *deadline_s* seconds."""
        self._engine = engine
        self._deadline_s = deadline_s

    async def has_named(self, agency: str) -> bool:
        """Say whether an agency ever named somebody; that its last one has gone keeps nothing out (R10.1).

        Raises:
            OfficersUnavailable: the database did not answer.

        """
        if not agency.isprintable():
            return False
        ever = select(literal(1)).where(exists().where(_TABLE.agency == agency))
        async with asked(OfficersUnavailable, self._deadline_s), self._engine.connect() as connection:
            return (await connection.execute(ever)).first() is not None

    async def check(self, agency: str) -> None:
        """Refuse an agency that never named who reports for it.

        Raises:
            OfficerRequired: it did not.
            OfficersUnavailable: the database did not answer.

        """
        if not await self.has_named(agency):
            raise OfficerRequired

    async def name(self, officer: Officer) -> None:
        """Write that somebody reports for an agency.

        Raises:
            StateConflict: the person does already.
            OfficersUnavailable: the database did not take it.

        """
        try:
            async with asked(OfficersUnavailable, self._deadline_s), self._engine.begin() as connection:
                await connection.execute(insert(REPORTING_OFFICER).values(_row(officer)))
        except IntegrityError as error:
            said = Text("that person is a reporting officer already", "该人员已是报送人员")
            raise StateConflict(_NAMED, said) from error

    async def name_first(self, officers: Iterable[Officer]) -> None:
        """Write the first officers of agencies that never named one; of processes that do so at once, one does.

        Raises:
            OfficersUnavailable: the database did not take it.

        """
        try:
            async with asked(OfficersUnavailable, self._deadline_s), self._engine.begin() as connection:
                known = set((await connection.execute(select(_TABLE.agency).distinct())).scalars())
                rows = [_row(each) for each in officers if each.agency not in known]
                if rows:
                    await connection.execute(insert(REPORTING_OFFICER), rows)
        except IntegrityError:
            _LOG.info("another process named the first reporting officers")

    async def end(self, agency: str, person: str, by: str, reason: str, at: datetime) -> Officer:
        """Write that a person reports for an agency no longer, and give the naming that ended.

        Raises:
            NoSuchOfficer: the person does not.
            OfficersUnavailable: the database did not take it.

        """
        if not (agency.isprintable() and person.isprintable()):
            raise NoSuchOfficer
        own = and_(_TABLE.agency == agency, _TABLE.person == person, _TABLE.ended_at.is_(None))
        ending = (
            update(REPORTING_OFFICER).where(own).values(ended_at=at, ended_by=by, reason=reason).returning(_TABLE.id)
        )
        async with asked(OfficersUnavailable, self._deadline_s), self._engine.begin() as connection:
            ended = (await connection.execute(ending)).scalar()
            if ended is None:
                raise NoSuchOfficer
            row = (await connection.execute(select(REPORTING_OFFICER).where(_TABLE.id == ended))).one()
        return _officer(row)

    async def named(self, agencies: Sequence[str] | None = None) -> Mapping[str, list[Officer]]:
        """Give all namings by agency, of those alone that are listed; the first first.

        Raises:
            OfficersUnavailable: the database did not answer.

        """
        listed: Select[Any] = select(REPORTING_OFFICER).order_by(_TABLE.named_at, _TABLE.id)
        if agencies is not None:
            listed = listed.where(_TABLE.agency.in_([each for each in agencies if each.isprintable()]))
        async with asked(OfficersUnavailable, self._deadline_s), self._engine.connect() as connection:
            rows = (await connection.execute(listed)).all()
        found: defaultdict[str, list[Officer]] = defaultdict(list)
        for row in rows:
            found[row.agency].append(_officer(row))
        return found


def new_id() -> str:
    """Give a new id of a naming."""
    return f"RO-{secrets.token_hex(_ID_BYTES)}"


def _row(officer: Officer) -> dict[str, Any]:
    return {each.name: getattr(officer, each.name) for each in _TABLE}


def _officer(row: Any) -> Officer:  # noqa: ANN401 (a row has no type)
    return Officer(**{each.name: getattr(row, each.name) for each in _TABLE})
