"""A house seals what it answered: receipts are proved, two houses share one log, and a changed trail is noticed."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from gateway.access.keys import Keys
from gateway.audit.seal.notes import Signer
from gateway.audit.seal.proofs import prove, read_receipt
from gateway.audit.seal.succession import Reason
from gateway.audit.verification import Range, Report, Trust, verify_trail
from gateway.commands.log_key import rotate
from gateway.settings import Settings
from gateway.store import Address, migrate, open_store
from schema.line_shapes import EVIDENCE_LOOKED_AT
from tests.journeys.visitor import AS_OF, CODES, PERSONS, Place, Visitor, visiting

NAME = "query Name($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) { name } }"
LP_07 = {"code": CODES["LP-07"]}
ORIGIN = "city.example/trail"


def settings(place: Place, folder: Path) -> Settings:
    """Give the settings of a house that seals fast."""
    return place.settings(
        audit={"seal_s": 0.05, "origin": ORIGIN, "anchors": {"folder": folder / "anchors", "every_s": 0.1}}
    )


@asynccontextmanager
async def houses(place: Place, folder: Path, count: int) -> AsyncIterator[list[Visitor]]:
    """Open some houses on one database."""
    async with visiting(settings(place, folder)) as visitor:
        if count == 1:
            yield [visitor]
        else:
            async with houses(place, folder, count - 1) as others:
                yield [visitor, *others]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    begun = time.monotonic()
    while not await condition():
        assert time.monotonic() - begun < 30
        await asyncio.sleep(0.02)


async def verified(place: Place, visitor: Visitor, folder: Path) -> Report:
    signer = Signer(ORIGIN, visitor.house.keys.log)
    return await verify_trail(Address.parse(place.trail), Trust((signer.reader.vkey,), folder / "anchors"), Range())


async def test_what_was_answered_is_sealed_and_every_receipt_is_proved(files: Place, tmp_path: Path) -> None:
    async with visiting(settings(files, tmp_path)) as visitor:
        told = [await visitor.ask(NAME, LP_07, persona=persona) for persona in ("public", "company", "public")]
        receipts = [each.headers["audit-record"] for each in told]
        probed = await visitor.house.probe()
        counted = visitor.house.metrics.written().decode()
    assert probed["seal"]
    assert "xinyong_audit_seal_alarms 0.0" in counted
    report = await verified(files, visitor, tmp_path)
    assert (report.is_clean, report.entries, report.unsealed) == (True, 3, 0)
    assert report.anchored >= 2
    store = open_store(files.trail)
    proved = await prove(store.engine, [read_receipt(each, visitor.house.keys.receipt) for each in receipts])
    await store.close()
    assert proved.proofs[1].receipt == receipts[1]
    assert sorted(json.loads(proof.head)["seq"] for proof in proved.proofs) == [0, 1, 2]


LOOKED = """query Looked($code: String!) {
  queryLog(filter: {subject: {unifiedSocialCreditCode: $code}}) { nodes { receipt } } }"""
PDF = b"%PDF-1.7\n% certificate\n"


async def test_that_auditors_and_reviewers_looked_is_no_change_of_any_count(
    city: Place, tmp_path: Path, postgres_schema: str
) -> None:
    place = city if city.trail.startswith("sqlite") else replace(city, trail=postgres_schema)
    await migrate(place.trail)
    async with visiting(settings(place, tmp_path)) as visitor:
        for persona in ("public", "market-officer", "company"):
            await visitor.ask(NAME, LP_07, persona=persona)
        await visitor.ask(LOOKED, LP_07, persona="auditor")
        await visitor.ask(LOOKED, {"code": CODES["LP-11"]}, persona="auditor")  # nobody ever asked about it
        await visitor.ask(NAME, {"code": CODES["LP-10"]}, persona="tax-officer")
        assert visitor.house.evidence is not None
        transport = httpx2.ASGITransport(visitor.house.evidence)
        async with httpx2.AsyncClient(transport=transport, base_url="http://house.test") as client:
            headers = {"content-type": "application/pdf", **visitor.as_("company")}
            digest = (await client.post("/evidence", content=PDF, headers=headers)).json()["digest"]
            said = {"paper": certificate(digest)}
            assert (await visitor.ask(PRESENT, said, persona="company")).data["presentPaper"]["errors"] == []
            for persona in ("centre-approver", "company"):
                got = await client.get(f"/evidence/{digest}", headers=visitor.as_(persona))
                assert got.status_code == 200
    report = await verified(place, visitor, tmp_path)
    assert (report.is_clean, report.entries) == (True, 10)
    # Once, a subject's own looks at its evidence were counted: such trails verify, and no other count does.
    for more, clean in ((2, True), (1, False)):
        await raised(place, more)
        assert (await verified(place, visitor, tmp_path)).is_clean is clean


async def raised(place: Place, more: int) -> None:
    """Raise the count of own queries of whom files of evidence are about."""
    store = open_store(place.trail)
    changed = text("""UPDATE audit_tally SET own = own + :more WHERE organisation = ''
      AND subject_key IN (SELECT subject_key FROM audit_subject WHERE shape = :evidence)""")
    async with store.engine.begin() as connection:
        await connection.execute(changed, {"more": more, "evidence": EVIDENCE_LOOKED_AT.digest})
    await store.close()


PRESENT = "mutation Present($paper: PaperInput!) { presentPaper(paper: $paper) { errors { code } } }"


def certificate(digest: str) -> dict[str, Any]:
    """Give an entity certificate of LP-07 as its handler presents it."""
    return {
        "entityCertificate": {
            "subject": {"unifiedSocialCreditCode": CODES["LP-07"]},
            "issuer": CODES["LP-07"],
            "handlerName": "顾云舟",
            "handlerIdNumber": PERSONS["IN-03"]["idNumber"],
            "issuedOn": str(AS_OF),
            "seal": "4101990000009",
            "signature": "PAPER",
            "evidence": [digest],
        }
    }


async def test_two_houses_on_one_database_make_one_log(city: Place, tmp_path: Path, postgres_schema: str) -> None:
    place = city if city.trail.startswith("sqlite") else replace(city, trail=postgres_schema)
    await migrate(place.trail)
    async with houses(place, tmp_path, 2) as visitors:
        for _ in range(3):
            await asyncio.gather(*(each.ask(NAME, LP_07, persona="company") for each in visitors for _ in range(5)))

        async def sealed() -> bool:
            return (await verified(place, visitors[0], tmp_path)).log_size == 30

        await until(sealed)
        for each in visitors:
            assert (await each.house.probe())["seal"]
    report = await verified(place, visitors[0], tmp_path)
    assert (report.is_clean, report.entries, report.log_size) == (True, 30, 30)


async def test_a_house_takes_up_the_logs_new_key_while_it_answers(files: Place, tmp_path: Path) -> None:
    place = replace(files, keys=tmp_path / "keys")
    shutil.copytree(files.keys, place.keys)
    async with visiting(settings(place, tmp_path)) as visitor:
        former = Signer(ORIGIN, visitor.house.keys.log).reader.vkey

        async def ask_until_sealed(size: int) -> None:
            async def sealed() -> bool:
                return (await verified(place, visitor, tmp_path)).log_size == size

            await visitor.ask(NAME, LP_07, persona="company")
            await until(sealed)
            assert (await visitor.house.probe())["seal"]

        await ask_until_sealed(1)
        for number in (1, 2):  # each is an entry of its own
            await rotate(settings(place, tmp_path), Reason.YEARLY)
            await ask_until_sealed(1 + 2 * number)
    present = Signer(ORIGIN, Keys(place.keys).log).reader.vkey
    trust = Trust((former, present), tmp_path / "anchors", (present,))
    report = await verify_trail(Address.parse(place.trail), trust, Range())
    assert (report.findings, report.log_size, present != former) == ((), 5, True)


async def test_a_trail_that_is_changed_under_a_running_house_makes_it_unready(files: Place, tmp_path: Path) -> None:
    async with visiting(settings(files, tmp_path)) as visitor:
        await visitor.ask(NAME, LP_07, persona="company")

        async def sealed() -> bool:
            return (await verified(files, visitor, tmp_path)).log_size == 1

        await until(sealed)
        store = open_store(files.trail)
        async with store.engine.begin() as connection:
            await connection.execute(text("UPDATE audit_record SET seq = 9"))
        await store.close()
        told = await visitor.ask(NAME, LP_07, persona="company")

        async def unready() -> bool:
            return not (await visitor.house.probe())["seal"]

        await until(unready)
        assert told.status == 200
        assert b"xinyong_audit_seal_alarms 1.0" in visitor.house.metrics.written()


@pytest.mark.parametrize("wrong", [{"origin": "two words"}, {"suite": "md5"}, {"anchors": {"url": "ftp://x"}}])
def test_settings_of_the_seal_are_checked(files: Place, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        files.settings(audit=wrong)
