"""Afterwards: whether each answer has its entry with the digest of the very bytes received, and every count adds up."""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from gateway.audit.body import MonthCipher, unseal
from gateway.audit.entry import read_opaque
from tests.chaos.asking import Heard, Kind
from tests.chaos.city import City
from tests.chaos.database import Database
from tests.chaos.processes import ROOT, environment

__all__ = ["Kept", "Reckoning", "answers", "doubles", "gaps", "ordinals", "reckon"]

_MOST = 10
"""How many of one kind are named."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How many things are not as they must be, by kind, and some of each kind by name."""

    entries: int
    streams: int
    kept_not_answered: int
    """Entries of questions that were refused or lost: known to be possible, and never a loss."""
    counts: Mapping[str, int]
    named: tuple[str, ...]
    verified: str
    """The last line of ``xinyong audit verify``."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not any(self.counts.values())


@dataclass(frozen=True, slots=True)
class Kept:
    """What an entry says that an asker can compare."""

    stream: int
    seq: int
    leaf: bytes
    answer: bytes
    request_id: str
    key_id: int


WHAT: Final = (
    "answers without entry",
    "receipts that name another entry",
    "digests that differ",
    "questions with two entries",
    "ordinals missing or twice",
    "tallies that are not their lines",
    "places missing in a stream",
    "findings of the verification",
)


async def reckon(heard: Sequence[Heard], city: City, database: Database) -> Reckoning:
    """Compare all that was received with all that was kept, both read past the wire."""
    kept = {(each.stream, each.seq): each for each in await _entries(city, database)}
    found = [*answers(heard, kept, city), *doubles(kept), *await _ordinals(database), *gaps(kept)]
    last, findings = _verified(city, database)
    found += [("findings of the verification", each) for each in findings]
    answered = {each.request_id for each in heard if each.kind == Kind.ANSWERED}
    others = sum(each.request_id not in answered for each in kept.values())
    numbers = Counter(what for what, _ in found)
    counts = {what: numbers[what] for what in WHAT}
    named: dict[str, list[str]] = defaultdict(list)
    for what, which in found:
        named[what].append(f"{what}: {which}")
    some = tuple(each for every in named.values() for each in every[:_MOST])
    return Reckoning(len(kept), len({stream for stream, _ in kept}), others, counts, some, last)


async def _entries(city: City, database: Database) -> list[Kept]:
    rows = await database.ask("SELECT stream, seq, leaf, head, sealed, key_id FROM xinyong.audit_record")
    keys = {number: city.keys.existing_month_key(number) for number in {row["key_id"] for row in rows}}
    return [_kept(row, keys[row["key_id"]] or b"") for row in rows]


def _kept(row: Any, key: bytes) -> Kept:  # noqa: ANN401 (asyncpg has no types)
    head = json.loads(row["head"])
    body = json.loads(unseal(row["sealed"], row["stream"], row["seq"], key))
    return Kept(row["stream"], row["seq"], row["leaf"], bytes.fromhex(head["answer"]), body["request"], row["key_id"])


def answers(heard: Sequence[Heard], kept: Mapping[tuple[int, int], Kept], city: City) -> Iterator[tuple[str, str]]:
    """Look for the entry of each answer: by its receipt, with the digest of the bytes received."""
    ciphers: dict[int, MonthCipher] = {}
    for each in heard:
        if each.kind != Kind.ANSWERED:
            continue
        stream, seq, leaf = _place(each.receipt, city)
        entry = kept.get((stream, seq))
        if entry is None:
            yield "answers without entry", f"{each.request_id}, receipt {each.receipt}"
        elif not entry.leaf.startswith(leaf) or entry.request_id != each.request_id:
            yield "receipts that name another entry", f"{each.request_id}, receipt {each.receipt}"
        else:
            if entry.key_id not in ciphers:
                key = city.keys.existing_month_key(entry.key_id) or b""
                ciphers[entry.key_id] = MonthCipher(date.min, entry.key_id, key)
            if ciphers[entry.key_id].digest(each.told) != entry.answer:
                yield "digests that differ", f"{each.request_id}, receipt {each.receipt}"


def _place(receipt: str, city: City) -> tuple[int, int, bytes]:
    """Read a receipt, open or closed, as stream, number and the beginning of the leaf."""
    if receipt.count(".") == 2:
        stream, seq, leaf = receipt.split(".")
        return int(stream), int(seq), bytes.fromhex(leaf)
    return read_opaque(receipt, city.keys.receipt) or (-1, -1, b"")


def doubles(kept: Mapping[tuple[int, int], Kept]) -> Iterator[tuple[str, str]]:
    """Look for questions that were entered twice."""
    counted = Counter(each.request_id for each in kept.values())
    yield from (("questions with two entries", request_id) for request_id, n in counted.items() if n > 1)


def gaps(kept: Mapping[tuple[int, int], Kept]) -> Iterator[tuple[str, str]]:
    """Look for places that are missing in a stream."""
    places = sorted(kept)
    for before, after in pairwise([(-1, -1), *places]):
        expected = before[1] + 1 if before[0] == after[0] else 0
        if after[1] != expected:
            yield "places missing in a stream", f"{after[0]}.{expected}"


async def _ordinals(database: Database) -> list[tuple[str, str]]:
    lines = await database.ask("SELECT subject_key, nth FROM xinyong.audit_subject WHERE nth > 0")
    tallies = await database.ask("SELECT subject_key, n FROM xinyong.audit_tally WHERE organisation = ''")
    nths: dict[bytes, list[int]] = defaultdict(list)
    for key, nth in lines:
        nths[key].append(nth)
    return list(ordinals(nths, {key: n for key, n in tallies if n}))


def ordinals(nths: Mapping[bytes, Sequence[int]], tallies: Mapping[bytes, int]) -> Iterator[tuple[str, str]]:
    """Look whether each subject's ordinals run from 1 without a gap, and to its tally."""
    for key in sorted(nths.keys() | tallies.keys()):
        found = nths.get(key, ())
        if sorted(found) != list(range(1, len(found) + 1)):
            yield "ordinals missing or twice", key.hex()
        if tallies.get(key, 0) != len(found):
            yield "tallies that are not their lines", key.hex()


def _verified(city: City, database: Database) -> tuple[str, list[str]]:
    """Run ``xinyong audit verify`` on the database itself; give its last line and its findings."""
    config: Path = city.configured("verify", database.port)
    command = [sys.executable, "-m", "gateway", "--config", str(config), "audit", "verify"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines() or [done.stderr.strip() or "it says nothing"]
    return lines[-1], lines[:-1] if done.returncode else []
