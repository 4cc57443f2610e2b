"""Two worlds for one standing: the same city, the second differing from the first only in what lies above it."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from connectors.connector import Connector
from connectors.registry import discover
from gateway.access.keys import Keys
from schema.identity import resident_check
from schema.tiers import Tier
from tests.agreement.city import AS_OF, CENTRE, Registered, registered
from tests.agreement.city import write as write_city
from tests.interference.agencies import hidden_above
from tests.interference.agencies import write as write_notes
from tests.interference.differing import Differing, Group, group_of
from tests.interference.rows import Lying, lying
from tests.interference.standings import Standing

__all__ = ["CITY_SEED", "Worlds", "of_standing", "the_city"]

CITY_SEED = 80
_GONE = {"SOCIAL_INSURANCE": "ac43", "COURT": "xs_ggry"}
"""Tables without a record of tier A."""
_NEW_NAMES = ("郑州有限公司", "中原星", "王郑州", "李公司")


@dataclass(frozen=True)
class Worlds:
    """Two folders, the connectors of both, and every subject of either."""

    one: Path
    other: Path
    connectors: Mapping[str, type[Connector]]
    subjects: tuple[Registered, ...]


async def the_city(folder: Path, seed: int) -> Path:
    """Write the city that all worlds are made of, into a folder that is there."""
    await write_city(folder, seed)
    Keys(folder / "keys")
    return folder


async def of_standing(city: Path, folder: Path, standing: Standing, seed: int) -> Worlds:
    """Write the two worlds of a standing into *folder*."""
    chance = Random(f"{seed}/{standing.name}")  # noqa: S311 (the same in every run)
    hidden = hidden_above(standing.others)
    connectors = {**discover(), hidden.agency: hidden}
    one = Path(shutil.copytree(city, folder / "one"))
    write_notes(_file(one, hidden.agency), registered(one), chance)
    other = Path(shutil.copytree(one, folder / "other"))
    known = registered(one)
    await _differ(other, standing, connectors, known, chance)
    _take_away(other, standing, hidden.agency)
    new = [each for each in registered(other) if each.id not in {one.id for one in known}]
    return Worlds(one, other, connectors, (*known, *new))


def _file(folder: Path, agency: str) -> Path:
    return folder / f"{agency.lower()}.sqlite"


async def _differ(
    folder: Path, standing: Standing, connectors: Mapping[str, type[Connector]], known: list[Registered], chance: Random
) -> None:
    keys = Keys(folder / "keys")
    rows = {
        agency: await lying(each, f"sqlite:///{_file(folder, agency)}", keys, known)
        for agency, each in connectors.items()
    }
    closed, mixed = _closed([each for some in rows.values() for each in some], standing)
    for agency, each in connectors.items():
        with closing(sqlite3.connect(_file(folder, agency))) as database:
            Differing(each, database, rows[agency], standing, chance, closed, mixed).write()
    _differ_in_people(folder, standing, keys, known, chance)


def _closed(rows: list[Lying], standing: Standing) -> tuple[set[Group], set[Group]]:
    """Give the records that are not there for a standing, and those of them that some source alone would show."""
    closed: set[Group] = set()
    shown: set[Group] = set()
    for each in rows:
        (closed if standing.hides(each.record, AS_OF) else shown).add(group_of(each.record))
    return closed, closed & shown


def _differ_in_people(folder: Path, standing: Standing, keys: Keys, known: list[Registered], chance: Random) -> None:
    """Let individuals whom the standing may not find be there, or not, or be called otherwise."""
    unseen = [each for each in known if not standing.finds(each)]
    with closing(sqlite3.connect(_file(folder, CENTRE))) as database, database:
        for each in unseen[::3]:
            database.execute("DELETE FROM subject WHERE id = ?", (each.id,))
        for each in unseen[1::3]:
            database.execute("UPDATE subject SET name = ? WHERE id = ?", (chance.choice(_NEW_NAMES), each.id))
        for n, name in enumerate(_NEW_NAMES if unseen else ()):
            number = f"41019919{chance.randrange(60, 99)}0{n + 1}15{chance.randrange(100, 999)}"
            _register(database, keys, number + resident_check(number), name)


def _register(database: sqlite3.Connection, keys: Keys, number: str, name: str) -> None:
    own = keys.subject_id("rid", number)
    sealed = keys.seal(number.encode(), own.encode())
    database.execute(
        "INSERT INTO subject (id, kind, sealed_identifier, name, id_digest) VALUES (?, 'INDIVIDUAL', ?, ?, ?)",
        (own, sealed, name, keys.id_number_digest(number)),
    )


def _take_away(folder: Path, standing: Standing, agency: str) -> None:
    """Let an agency that serves nothing within the standing be down, and tables without a record of tier A be gone.

    Who sees more of some would miss them; who reads how often others were queried would see for whom they were lost.
    """
    if standing.itself is not None or standing.opened or standing.counts:
        return
    _file(folder, agency).unlink()
    if standing.others is Tier.PUBLIC:
        for of, table in _GONE.items():
            with closing(sqlite3.connect(_file(folder, of))) as database, database:
                database.execute(f"DROP TABLE {table}")
