"""The register of versions in the gateway's own database (Art. 26)."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.collection.catalogue.errors import CatalogueUnavailable
from gateway.collection.catalogue.version import KeptStep, KeptVersion
from gateway.errors import BadUserInput, StateConflict, Text
from gateway.store.asking import DEADLINE_S, asked
from gateway.store.tables import CATALOGUE_STEP, CATALOGUE_VERSION
from schema.catalogue_versions.shown import CatalogueVersionState

__all__ = ["CatalogueRegister"]

_TABLE = CATALOGUE_VERSION.c
_BRIEF = [each for each in CATALOGUE_VERSION.c if each.name != "document"]


class CatalogueRegister:
    """Versions, written and read."""

    def __init__(self, engine: AsyncEngine, deadline_s: float = DEADLINE_S) -> None:
        """Keep them in the database of *engine*; each request has *deadline_s* seconds."""
        self._engine = engine
        self._deadline_s = deadline_s

    async def keep(self, version: KeptVersion) -> None:
        """Write a new version with its first step.

        Raises:
            BadUserInput: the region has a version of that number.
            CatalogueUnavailable: the database did not take it.

        """
        row = {each.name: getattr(version, each.name) for each in _BRIEF if each.name != "state"}
        row |= {"state": version.state.value, "document": json.dumps(version.document, ensure_ascii=False)}
        try:
            async with asked(CatalogueUnavailable, self._deadline_s), self._engine.begin() as connection:
                await connection.execute(insert(CATALOGUE_VERSION).values(row))
                await connection.execute(insert(CATALOGUE_STEP).values(_step_row(version, 0, version.steps[0])))
        except IntegrityError as error:
            said = Text(f"there is a version {version.version} already", f"版本 {version.version} 已存在")
            raise BadUserInput(said) from error

    async def move(self, version: KeptVersion, step: KeptStep, *, reviewed_by: str | None = None) -> None:
        """Write one step of a version, if it is still in the state from which the step leads.

        Raises:
            StateConflict: another was faster; the error names the state.
            CatalogueUnavailable: the database did not take it.

        """
        own = and_(_TABLE.region == version.region, _TABLE.version == version.version)
        changed = {"state": step.to_state.value} | ({} if reviewed_by is None else {"reviewed_by": reviewed_by})
        moving = update(CATALOGUE_VERSION).where(own, _TABLE.state == version.state.value).values(changed)
        steps = CATALOGUE_STEP.c
        count = (
            select(func.count())
            .select_from(CATALOGUE_STEP)
            .where(steps.region == version.region, steps.version == version.version)
        )
        async with asked(CatalogueUnavailable, self._deadline_s), self._engine.begin() as connection:
            if (await connection.execute(moving)).rowcount != 1:
                found = (await connection.execute(select(_TABLE.state).where(own))).scalar_one()
                raise StateConflict(found, Text(f"it is {found} by now", f"当前状态已为 {found}"))
            n = (await connection.execute(count)).scalar_one()
            await connection.execute(insert(CATALOGUE_STEP).values(_step_row(version, n, step)))

    async def versions(self, region: str | None = None) -> list[KeptVersion]:
        """Give the versions of a region, of all where none is named, the newest first, without their documents.

        Raises:
            CatalogueUnavailable: the database did not answer.

        """
        if region is not None and not region.isprintable():
            return []
        listed = select(*_BRIEF).order_by(_TABLE.proposed_at.desc(), _TABLE.version)
        steps = select(CATALOGUE_STEP).order_by(CATALOGUE_STEP.c.n)
        if region is not None:
            listed, steps = listed.where(_TABLE.region == region), steps.where(CATALOGUE_STEP.c.region == region)
        async with asked(CatalogueUnavailable, self._deadline_s), self._engine.connect() as connection:
            rows = (await connection.execute(listed)).all()
            of: defaultdict[tuple[str, str], list[KeptStep]] = defaultdict(list)
            for each in (await connection.execute(steps)).all():
                of[each.region, each.version].append(_step(each))
        return [_version(each, of[each.region, each.version]) for each in rows]

    async def document(self, version: KeptVersion) -> dict[str, Any]:
        """Give what a version says.

        Raises:
            CatalogueUnavailable: the database did not answer.

        """
        own = and_(_TABLE.region == version.region, _TABLE.version == version.version)
        async with asked(CatalogueUnavailable, self._deadline_s), self._engine.connect() as connection:
            written = (await connection.execute(select(_TABLE.document).where(own))).scalar_one()
        read: dict[str, Any] = json.loads(written)
        return read


def _version(row: Any, steps: Sequence[KeptStep]) -> KeptVersion:  # noqa: ANN401 (a row has no type)
    return KeptVersion(
        region=row.region,
        version=row.version,
        state=CatalogueVersionState(row.state),
        effective_from=row.effective_from,
        digest=row.digest,
        breaking=row.breaking,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        reviewed_by=row.reviewed_by,
        steps=steps,
    )


def _step(row: Any) -> KeptStep:  # noqa: ANN401 (as above)
    came_from = None if row.from_state is None else CatalogueVersionState(row.from_state)
    return KeptStep(row.at, row.actor, row.organisation, came_from, CatalogueVersionState(row.to_state), row.reason)


def _step_row(version: KeptVersion, n: int, step: KeptStep) -> dict[str, Any]:
    return {
        "region": version.region,
        "version": version.version,
        "n": n,
        "at": step.at,
        "actor": step.actor,
        "organisation": step.organisation,
        "from_state": None if step.from_state is None else step.from_state.value,
        "to_state": step.to_state.value,
        "reason": step.reason,
    }
