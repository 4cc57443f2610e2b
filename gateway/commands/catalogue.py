"""The commands of versions of the catalogue: propose, review, approve, publish, list, diff (Art. 26; R26.1).

Who gives them is known by a token, as at the door; each step is an entry of the trail before it has effect.
"""

import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from gateway.access.callers import Caller
from gateway.app import verifier_of
from gateway.collection.catalogue import CallersCatalogues, CatalogueOffice, CatalogueRegister, KeptVersion, Proposed
from gateway.collection.catalogue.errors import CatalogueRefused
from gateway.commands.retention import trail_beside
from gateway.errors import BadUserInput, Text
from gateway.settings import Settings
from gateway.store import open_store, prepare
from schema.catalogue_versions import Change, applied, changes, document_problems, is_overlay, overlay_problems
from schema.catalogue_versions.overlay import MUNICIPAL
from schema.catalogue_versions.shown import CatalogueVersion
from schema.disclosure import OrganizationKind, Role

__all__ = [
    "Decided",
    "approve",
    "change_lines",
    "change_tree",
    "compared",
    "listed",
    "propose",
    "proposed_lines",
    "publish",
    "review",
    "version_lines",
    "version_tree",
]

_MOST_BYTES: Final = 20_000_000
_HERE: Final = Caller(
    "GATEWAY", "", "CREDIT_CENTRE", OrganizationKind.CREDIT_CENTRE, frozenset({Role.OPERATOR}), None, "command line"
)
"""Who reads at the command line: whoever may run it there has the database anyway."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the command line says of a version: which, what is decided, why, and whose token says so."""

    version: str
    region: str
    reason: str
    token: str
    accepts: bool = True


async def propose(settings: Settings, file: Path, effective_from: date, reason: str, token: str) -> Proposed:
    """Propose the catalogue, or the county's overlay, that stands in *file*.

    Raises:
        ClientError: it was not taken, and all that is wrong.

    """
    document = read_document(file)
    async with _office(settings, token) as office:
        return await office.propose(document, effective_from, reason)


async def review(settings: Settings, told: Decided) -> KeptVersion:
    """Review a version for the centre."""
    async with _office(settings, told.token) as office:
        return await office.review(told.region, told.version, accepts=told.accepts, reason=told.reason)


async def approve(settings: Settings, told: Decided) -> KeptVersion:
    """Approve a version for the supervisor."""
    async with _office(settings, told.token) as office:
        return await office.approve(told.region, told.version, accepts=told.accepts, reason=told.reason)


async def publish(settings: Settings, told: Decided, *, knows_breaking: bool) -> KeptVersion:
    """Publish a version that was approved."""
    async with _office(settings, told.token) as office:
        return await office.publish(told.region, told.version, knows_breaking=knows_breaking, reason=told.reason)


async def listed(settings: Settings, region: str | None) -> list[CatalogueVersion]:
    """Give all versions, those on their way too."""
    async with _reading(settings) as desk:
        return await desk.versions(region)


async def compared(settings: Settings, region: str, before: str | None, after: str | None) -> list[Change]:
    """Give what *after* changes of *before*: a version's number, ``declared``, or a file.

    Raises:
        ClientError: there is no such version, or the file is no catalogue.

    """
    told = [_file_or_number(before), _file_or_number(after or "declared")]
    async with _reading(settings) as desk:
        old, new = [await _whole(desk, region, each) for each in told]
    return changes(old, new)


def _file_or_number(named: str | None) -> object:
    """Give the document of a file, else the number as it is."""
    return read_document(Path(named)) if named is not None and Path(named).is_file() else named


async def _whole(desk: CallersCatalogues, region: str, document: object) -> Mapping[str, Any]:
    if document is None or isinstance(document, str):
        return await desk.whole(region, document)
    if not is_overlay(document):
        problems = document_problems(document)
        if problems or not isinstance(document, Mapping):
            raise CatalogueRefused(problems)
        return document
    assert isinstance(document, Mapping)  # noqa: S101 (it names a region)
    municipal = await desk.whole(MUNICIPAL, None)
    problems = overlay_problems(document, municipal)
    if problems:
        raise CatalogueRefused(problems)
    return applied(document, municipal)


def read_document(file: Path) -> object:
    """Read a catalogue's file.

    Raises:
        BadUserInput: it is too large, or no JSON.

    """
    if file.stat().st_size > _MOST_BYTES:
        raise BadUserInput(Text(f"{file}: more than {_MOST_BYTES} bytes", f"{file}：超过 {_MOST_BYTES} 字节"))
    try:
        read: object = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadUserInput(Text(f"{file} is no JSON", f"{file} 不是 JSON")) from error
    return read


def proposed_lines(proposed: Proposed) -> Iterator[str]:
    """Say what was proposed, and what it would change."""
    version = proposed.version
    yield f"{version.region} {version.version} is proposed, from {version.effective_from}: {version.breaking} breaking."
    yield from change_lines(proposed.changes)


def change_lines(found: Sequence[Change]) -> Iterator[str]:
    """Write changes, a line each."""
    for each in found:
        mark = "BREAKING" if each.breaking else "        "
        turned = f" ({each.before or '-'} -> {each.after or '-'})" if each.before or each.after else ""
        yield f"{mark} {each.coordinate}: {each.kind}: {each.said.english}{turned}"


def change_tree(found: Sequence[Change]) -> list[dict[str, Any]]:
    """Give changes as JSON."""
    return [
        {
            "kind": each.kind.value,
            "coordinate": each.coordinate,
            "breaking": each.breaking,
            "said": each.said.english,
            "saidChinese": each.said.chinese,
            "before": each.before,
            "after": each.after,
        }
        for each in found
    ]


def version_lines(versions: Sequence[CatalogueVersion]) -> Iterator[str]:
    """Write versions, a line each."""
    for each in versions:
        mark = "*" if each.in_force else " "
        told = f"{each.state.value}, from {each.effective_from}, {each.breaking} breaking"
        yield f"{mark} {each.region} {each.version}: {told}"


def version_tree(versions: Sequence[CatalogueVersion]) -> list[dict[str, Any]]:
    """Give versions as JSON."""
    return [
        {
            "region": each.region,
            "version": each.version,
            "state": each.state.value,
            "effectiveFrom": each.effective_from.isoformat(),
            "inForce": each.in_force,
            "digest": each.digest,
            "breaking": each.breaking,
            "history": [
                {"at": step.at.isoformat(), "actor": step.actor, "to": step.to.value, "reason": step.reason}
                for step in each.history
            ],
        }
        for each in versions
    ]


@asynccontextmanager
async def _office(settings: Settings, token: str) -> AsyncIterator[CatalogueOffice]:
    verified = (await verifier_of(settings)).verified(token.strip(), time.time())
    async with trail_beside(settings) as (store, _, trail):
        register = CatalogueRegister(store.engine)
        yield CatalogueOffice(register, verified.caller, time.time(), trail.append)


@asynccontextmanager
async def _reading(settings: Settings) -> AsyncIterator[CallersCatalogues]:
    store = open_store(settings.database.url)
    try:
        await prepare(store)
        yield CallersCatalogues(CatalogueRegister(store.engine), _HERE, time.time())
    finally:
        await store.close()
