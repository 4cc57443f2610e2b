"""The demonstration: a synthetic city, one subject asked as three persons, a paper at work, and nothing of it real."""

import asyncio
import json
import shutil
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from connectors.demonstration import write_city
from gateway.access import tokens
from gateway.access.keys import Keys
from gateway.access.papers import EvidenceFiles
from gateway.access.papers.demonstration import CITED, seed
from gateway.app import open_house
from gateway.errors import PapersUnavailable, StartRefused
from gateway.settings import load
from gateway.store import open_store
from gateway.store import prepare as prepare_tables
from schema.days import day_of

__all__ = ["QUERY", "prepare", "remove", "show"]

Door = Callable[[dict[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]

AGENCIES: Final = ("TAX", "COURT", "SOCIAL_INSURANCE", "MARKET_REGULATION", "CREDIT_CENTRE")
SEED: Final = 80
SUBJECT: Final = "91410199DEM001076Q"
"""LP-07 of the story, whose handler is the persona ``company``."""

QUERY: Final = """query Subject($code: String!) {
  subject(by: {unifiedSocialCreditCode: $code}) {
    name
    queryCount
    effectiveJudgments(first: 2) { totalCount nodes { caseNumber causeOfAction outcomeSummary } }
    administrativePenalties(first: 2) { totalCount nodes { penaltyDocumentNumber fineAmount recordStatus remarks } }
    ... on LegalPerson {
      taxCreditRatings(first: 2) { totalCount nodes { ratingYear grade score } }
      socialInsurancePayments(first: 2) { totalCount nodes { period insuranceKind paymentStatus paidAmount } }
      entityRegistrations(first: 1) { nodes { entityName registeredCapital } }
    }
    sources { connector asked reached }
  }
}"""
"""What the three persons ask: one subject, four agencies and the centre."""

ON_PAPER: Final = """query OnPaper($code: String!) {
  subject(by: {unifiedSocialCreditCode: $code}) {
    ... on LegalPerson { socialInsurancePayments(first: 1) { nodes { period paidAmount } } }
  }
}"""
"""What an officer asks twice: a field of tier C, without a letter and with it."""
OF_THE_LETTER: Final = "91410199DEM0011054"
"""LP-10 of the story, whom the tax authority's letter lists."""
LETTER: Final = "DEMO-LETTER-TAX"

PERSONAS: Final = (
    ("public", "the public", "公众", None),
    ("company", "the subject itself", "主体本人", None),
    ("market-officer", "an officer on duty, with a purpose", "履行职责的公职人员", ("SUPERVISION", "年度双随机抽查")),
)


def remove(folder: Path) -> None:
    """Remove the demonstration's data, trail and keys.

    Raises:
        StartRefused: the folder is not the demonstration's.

    """
    if folder.exists() and not (folder / "xinyong.yaml").is_file():
        message = f"{folder} is not a demonstration's folder: nothing was removed"
        raise StartRefused(message)
    shutil.rmtree(folder, ignore_errors=True)


def prepare(size: str, folder: Path) -> None:
    """Write the city and its papers, or keep what a run of the same size and day wrote; trail and keys stay."""
    folder.mkdir(parents=True, exist_ok=True)
    today = day_of(time.time())
    _write_settings(folder)
    _write_city(size, folder, today)
    asyncio.run(_write_papers(folder, today))


async def _write_papers(folder: Path, today: date) -> None:
    """Write the demonstration's papers, or move their days; what was presented since is kept.

    Raises:
        StartRefused: an earlier version wrote the folder, whose tables these are not.

    """
    settings = load(folder / "xinyong.yaml")
    keys = Keys(settings.keys.folder)
    files = EvidenceFiles(settings.evidence_folder, keys, settings.evidence.file_bytes)
    store = open_store(settings.database.url)
    try:
        await prepare_tables(store)
        await seed(store, keys, files, today)
    except PapersUnavailable as error:
        message = f"the papers cannot be written to {folder}, perhaps of an earlier version: run `make demo-reset`"
        raise StartRefused(message) from error
    finally:
        await store.close()


def _write_city(size: str, folder: Path, today: date) -> None:
    mark = folder / "city.json"
    wanted = {"size": size, "seed": SEED, "asOf": today.isoformat()}
    if mark.is_file() and json.loads(mark.read_text(encoding="utf-8")) == wanted:
        _say(f"The city is there already: {folder}")
        return
    mark.unlink(missing_ok=True)
    keys = Keys(folder / "keys")
    begun = time.monotonic()
    written = write_city(
        size,  # type: ignore[arg-type]  # click offers the three sizes alone
        _addresses(folder),
        as_of=today,
        seed=SEED,
        subject_id=keys.subject_id,
        seal=keys.seal,
        id_digest=keys.id_number_digest,
        progress=_progress if sys.stderr.isatty() else None,
    )
    mark.write_text(json.dumps(wanted), encoding="utf-8")
    _say(f"A synthetic city was written to {folder} in {time.monotonic() - begun:.1f} s: {written}")


def show(folder: Path) -> None:
    """Ask one subject as three persons, through the gateway's own door, and print the three answers."""
    asyncio.run(_show(folder))


async def _show(folder: Path) -> None:
    settings = load(folder / "xinyong.yaml")
    house = await open_house(settings)
    try:
        _print(QUERY)
        for persona, english, chinese, purpose in PERSONAS:
            asked = _Asked(QUERY, SUBJECT, persona, purpose)
            status, headers, answer = await _ask(house.door, asked, settings.keys.folder)
            _print(f"\n──── {english} · {chinese} (xinyong --demo token {persona}) ────")
            _print(f"HTTP {status}  Audit-Record: {headers.get('audit-record', '-')}")
            _print("\n".join(_told(answer)))
        _print("\n──── a paper at work · 正式函件的效力 (xinyong --demo token tax-officer) ────")
        _print(ON_PAPER)
        for paper in (None, LETTER):
            asked = _Asked(ON_PAPER, OF_THE_LETTER, "tax-officer", ("ENFORCEMENT", "税收违法案件执行核查"), paper)
            _, _, answer = await _ask(house.door, asked, settings.keys.folder)
            _print(f"\n{'citing ' + paper if paper else 'without a paper'} · {'引用该函件' if paper else '未引用材料'}")
            _print("\n".join(_told(answer)))
        _print("\n".join(_papers()))
    finally:
        await house.close()


class _Asked(NamedTuple):
    """One question of the demonstration."""

    query: str
    code: str
    persona: str
    purpose: tuple[str, str] | None
    paper: str | None = None


async def _ask(door: Door, asked: _Asked, keys_folder: Path) -> tuple[int, Mapping[str, str], dict[str, Any]]:
    """Bring the question to the door as a server would."""
    token = tokens.issue(asked.persona, keys_folder, time.time(), timedelta(hours=1))
    extensions: dict[str, Any] = {"papers": [asked.paper]} if asked.paper else {}
    if asked.purpose:
        extensions["purpose"] = {"code": asked.purpose[0], "text": asked.purpose[1]}
    said = {"query": asked.query, "variables": {"code": asked.code}, "extensions": extensions}
    headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
    if token:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    body = json.dumps(said, ensure_ascii=False).encode()
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    await door(scope, receive, send)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, json.loads(sent[1]["body"])


def _told(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write an answer: the data, then one line for each thing that is not in it."""
    yield json.dumps(answer.get("data"), ensure_ascii=False, indent=2)
    for error in answer.get("errors", ()):
        extensions = error["extensions"]
        paper = f", missing {extensions['missingPaper']}" if "missingPaper" in extensions else ""
        article = f" (Art. {extensions['legalBasis']['article']})" if "legalBasis" in extensions else ""
        yield f"  {extensions['code']}: {error['message']}{paper}{article}"


def _papers() -> Iterator[str]:
    """Name the papers that may be cited, and by whom."""
    yield "\nPapers to cite · 可引用的材料 (extensions.papers):"
    for own_id, persona, english, chinese in CITED:
        yield f"  {own_id:20} {persona:14} {english} · {chinese}"


def _addresses(folder: Path) -> dict[str, str]:
    return {agency: f"sqlite:///{(folder / f'{agency.lower()}.sqlite').resolve()}" for agency in AGENCIES}


def _write_settings(folder: Path) -> None:
    addresses = _addresses(folder)
    settings = {
        "demo": True,
        "allow_synthetic_region": True,
        "database": {"url": addresses.pop("CREDIT_CENTRE")},
        "connectors": {agency: {"url": url} for agency, url in addresses.items()},
        "keys": {"folder": str((folder / "keys").resolve())},
        "audit": {"origin": "demonstration.invalid/trail", "anchors": {"folder": str((folder / "anchors").resolve())}},
        "limits": {"subjects_per_hour": None},
    }
    text = "# The demonstration's settings, written by `xinyong demo`.\n" + yaml.safe_dump(settings, sort_keys=False)
    (folder / "xinyong.yaml").write_text(text, encoding="utf-8")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _progress(what: str, done: int, total: int) -> None:
    end = "\n" if done >= total else ""
    sys.stderr.write(f"\r{what}: {done:,} of {total:,}".ljust(70) + end)
    sys.stderr.flush()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
