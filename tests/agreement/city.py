"""A city for the comparison: the demonstration's small one, and a heap of reported records in every state there is.

The stories of the demonstration are true to life, so they seldom tie, seldom lose a value, and nobody's record is
withdrawn twice. Here each subject also has records of equal days, raised tiers, newer and older copies of what its
agency holds, withdrawn, repaired and expired ones, and values that cannot be read.
"""

import hashlib
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson

from connectors.connector import Batch, Connector, Found, Selection, SubjectKey
from connectors.demonstration import write_city
from connectors.registry import discover
from connectors.sources.sql import SqlSource
from gateway.access import key_files
from gateway.access.keys import Keys
from gateway.settings import Settings
from schema.catalogue import RECORDS, VERSION
from schema.definition import FieldDefinition, RecordDefinition
from schema.tiers import Tier
from tests.papers import seed_papers

__all__ = ["AGENCIES", "AS_OF", "CENTRE", "Registered", "addresses", "copied", "registered", "settings_of", "write"]

AS_OF = date(2026, 11, 23)
CENTRE = "CREDIT_CENTRE"
AGENCIES = ("TAX", "COURT", "SOCIAL_INSURANCE", "MARKET_REGULATION", CENTRE)
_PROVIDERS = ("MARKET_REGULATION", "URBAN_MANAGEMENT", "EMERGENCY", "TAX", "SOMEBODY_ELSE")
_STATUSES = ("ACTIVE",) * 6 + ("CORRECTED", "REVOKED", "REPAIRED", "EXPIRED")
_SOMEBODYS_NUMBER = "410199199003070018"


@dataclass(frozen=True, slots=True)
class Registered:
    """A subject as the register holds it; ``identifier`` is its credit code or, opened, its identity number."""

    id: str
    kind: str
    identifier: str
    values: Mapping[str, Any]


def addresses(folder: Path) -> dict[str, str]:
    """Give each agency's database in a folder."""
    return {agency: f"sqlite:///{folder / f'{agency.lower()}.sqlite'}" for agency in AGENCIES}


def settings_of(folder: Path, *, cache: bool) -> Settings:
    """Give the settings of a gateway over the city in *folder*."""
    urls = addresses(folder)
    return Settings.model_validate(
        {
            "demo": True,
            "allow_synthetic_region": True,
            "as_of": AS_OF,
            "database": {"url": urls[CENTRE]},
            "audit": {"deadline_s": 20},
            "connectors": {agency: {"url": url, "deadline_s": 20} for agency, url in urls.items()},
            "keys": {"folder": folder / "keys"},
            "cache": {"enabled": cache},
            "limits": dict.fromkeys(("aliases", "fields", "directives", "cost"), 10**15),
        }
    )


def copied(folder: Path, target: Path) -> Path:
    """Give a copy of a city, keys included, so that gateways with trails of their own agree on every id."""
    return Path(shutil.copytree(folder, target))


async def write(folder: Path, seed: int) -> None:
    """Write the city into *folder*, which exists; ids and cursors are the same in every run of a seed."""
    key_files.make_folder(folder / "keys")
    for name in ("pseudonym", "cursor"):
        key_files.read_or_make(folder / "keys" / f"{name}.key", hashlib.sha256(f"{name} {seed}".encode()).digest)
    keys = Keys(folder / "keys")
    write_city(
        "small",
        addresses(folder),
        as_of=AS_OF,
        seed=seed,
        subject_id=keys.subject_id,
        seal=keys.seal,
        id_digest=keys.id_number_digest,
    )
    await seed_papers(addresses(folder)[CENTRE], folder / "keys", AS_OF)
    chance = random.Random(seed)  # noqa: S311 (the same in every run)
    subjects = registered(folder)
    rows = [row for each in subjects for row in _reported(each, chance)]
    rows += [row async for row in _copies(folder, keys, subjects, chance)]
    with sqlite3.connect(folder / f"{CENTRE.lower()}.sqlite") as database:
        for row in rows:
            marks = ", ".join("?" * len(row))
            statement = f"INSERT OR IGNORE INTO reported_record ({', '.join(row)}) VALUES ({marks})"  # noqa: S608 (ours)
            database.execute(statement, [*row.values()])
    database.close()


def registered(folder: Path) -> list[Registered]:
    """Give every subject of the register, in the order of its rows."""
    keys = Keys(folder / "keys")
    database = sqlite3.connect(folder / f"{CENTRE.lower()}.sqlite")
    database.row_factory = sqlite3.Row
    subjects = []
    for row in database.execute("SELECT * FROM subject ORDER BY rowid"):
        identifier = row["identifier"] or keys.open(row["sealed_identifier"], row["id"].encode()).decode()
        subjects.append(Registered(row["id"], row["kind"], identifier, dict(row)))
    database.close()
    return subjects


def _reported(subject: Registered, chance: random.Random) -> Iterator[dict[str, Any]]:
    for record in RECORDS.values():
        if subject.kind in record.subject_kinds and _kept_by_the_centre(record):
            for _ in range(chance.choice((0, 1, 3, 6))):
                payload = {name: _value(each, record, chance) for name, each in record.fields.items()}
                yield _row(subject, record, chance.choice(_PROVIDERS), payload, chance)


def _kept_by_the_centre(record: RecordDefinition) -> bool:
    return record.agency == "ANY" or record.name == "EntityRegistration"


async def _copies(
    folder: Path, keys: Keys, subjects: list[Registered], chance: random.Random
) -> AsyncIterator[dict[str, Any]]:
    """Give the centre older, equal and newer copies of what market regulation holds itself."""
    agency = "MARKET_REGULATION"
    source = SqlSource(addresses(folder)[agency])
    connector: Connector = discover()[agency](source, lambda number: keys.subject_id("rid", number))
    for record in RECORDS.values():
        if record.name not in connector.records or not _kept_by_the_centre(record):
            continue
        for subject in subjects:
            if not connector.serves_kind(record.name, subject.kind):
                continue
            selection = Selection(record, tuple(record.fields))
            keyed = SubjectKey(subject.id, subject.identifier)
            (found,) = await connector.gather(Batch(subject.kind, [keyed], (selection,), Tier.RESTRICTED))
            assert isinstance(found, Found)
            for values in found.rows[0]:
                if chance.random() < 0.6:
                    payload = dict(zip(record.fields, values, strict=True))
                    yield _row(subject, record, agency, payload, chance)
    await connector.close()


def _row(
    subject: Registered, record: RecordDefinition, provider: str, payload: Mapping[str, Any], chance: random.Random
) -> dict[str, Any]:
    parts = (provider, subject.id, *(str(payload[name]) for name in record.key))
    day = _day(chance)
    return {
        "record_type": record.name,
        "provider": provider,
        "subject_id": subject.id,
        "natural_key": hashlib.sha256("\x1f".join(parts).encode()).hexdigest(),
        "kind": subject.kind,
        "version": chance.choice((0, 1, 2, 3)),
        "reported_at": f"{day}T{chance.choice(('09:00:00+08:00', '15:30:00+08:00', '20:15:00+00:00'))}",
        "submission_id": f"S-{provider}-{day}",
        "submission_mode": chance.choice(("SYSTEM", "BATCH", "MANUAL")),
        "record_status": chance.choice(_STATUSES),
        "dispute_status": chance.choice(("NONE", "NONE", "IN_PROGRESS", "UPHELD", "REJECTED")),
        "subject_statement": chance.choice((None, "已履行", f"本人({_SOMEBODYS_NUMBER})不认可")),
        "corrected_from": chance.choice((None, "earlier")),
        "terminated_on": chance.choice((None, None, _day(chance))),
        "publicity_until": chance.choice((None, _day(chance))),
        "sealed": chance.random() < 0.1,
        "record_tier": max(str(record.tier.value), chance.choice("AAAABC")),
        "catalogue_version": chance.choice((VERSION, "0.1.0")),
        "payload": orjson.dumps({name: value for name, value in payload.items() if value is not None}).decode(),
    }


def _value(field: FieldDefinition, record: RecordDefinition, chance: random.Random) -> Any:  # noqa: ANN401 (a payload)
    if not field.required and chance.random() < 0.3:
        return None
    ruling = {name for rule in record.tier_rules for name in rule.when.fields}
    fragile = field.name not in record.key and field.name not in ruling and not field.is_list
    if fragile and field.enum is None and field.name == record.occurred_on and chance.random() < 0.1:
        return None
    if fragile and (field.enum is not None or field.type in ("Date", "Decimal", "Int")) and chance.random() < 0.02:
        return "不详"
    if field.is_list:
        return [_single(field, chance) for _ in range(chance.randrange(3))]
    if field.name in record.key and field.type == "String":
        return f"{field.chinese}{chance.randrange(1000)}"
    return _single(field, chance)


def _single(field: FieldDefinition, chance: random.Random) -> Any:  # noqa: ANN401 (a payload)
    if field.enum is not None:
        return chance.choice([member.name for member in field.enum])
    match field.type.strip("[]!"):
        case "Date":
            return _day(chance)
        case "Decimal":
            return str(chance.choice(("0", "1500.00", "10000", "0.005")))
        case "Int":
            return chance.randrange(2015, 2027)
        case "Boolean":
            return chance.random() < 0.5
    return chance.choice((f"{field.chinese}{chance.randrange(1000)}", f"见{_SOMEBODYS_NUMBER}号材料", "—", "王小明"))


def _day(chance: random.Random) -> str:
    """Give one of few days, so that many are equal; around five years ago there are more of them."""
    five_years_ago = AS_OF.replace(year=AS_OF.year - 5)
    days = (
        AS_OF,
        AS_OF - timedelta(10),
        AS_OF - timedelta(400),
        date(2024, 2, 29),
        date(2020, 2, 29),
        date(2012, 1, 31),
    )
    near = tuple(five_years_ago + timedelta(days) for days in (-1, 0, 1))
    return chance.choice(days + near + (AS_OF + timedelta(300),)).isoformat()
