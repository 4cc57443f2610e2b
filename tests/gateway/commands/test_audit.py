"""`xinyong audit verify|proof|export`: 0 where all is well, 1 with the row where it is not, 2 where it is misused."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from gateway.__main__ import cli, main
from gateway.access.keys import Keys
from gateway.audit import Receipt, open_trail
from gateway.audit.codes import AUDIT_READ
from gateway.audit.seal import Sealing, open_seal
from gateway.store import migrate, open_store
from tests.gateway.audit.conftest import FixedKeys
from tests.gateway.audit.verification.small_trail import ORIGIN, SIGNER, written

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def receipts(url: str, tmp_path: Path) -> list[Receipt]:
    """Write a trail, seal and anchor it, and leave the settings of its house in the working directory."""
    house = {
        "database": {"url": url},
        "keys": {"folder": str(tmp_path / "keys")},
        "audit": {"origin": ORIGIN, "anchors": {"folder": str(tmp_path / "anchors")}},
    }
    (tmp_path / "xinyong.yaml").write_text(json.dumps(house))
    keys = Keys(tmp_path / "keys")

    async def write() -> list[Receipt]:
        await migrate(url)
        store = open_store(url)
        seal = await open_seal(store, keys.log, Sealing(ORIGIN, "std", 60.0, tmp_path / "anchors", None, 60.0))
        trail = await open_trail(store, FixedKeys(), deadline_s=20)
        kept = await written(trail, 0, 30)
        await trail.close()
        await seal.close()
        await store.close()
        return kept

    return asyncio.run(write())


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in ("XINYONG_DATABASE_URL", "XINYONG_CONFIG"):
        monkeypatch.delenv(name, raising=False)

    def done(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return done


def spoil(url: str, statement: str) -> None:
    async def execute() -> None:
        store = open_store(url)
        async with store.engine.begin() as connection:
            await connection.execute(text(statement))
        await store.close()

    asyncio.run(execute())


def read(url: str, statement: str) -> int:
    async def ask() -> int:
        store = open_store(url)
        async with store.engine.connect() as connection:
            found = (await connection.execute(text(statement))).scalar_one()
        await store.close()
        return int(found)

    return asyncio.run(ask())


def test_a_trail_as_it_was_recorded_is_verified(run: Run, receipts: list[Receipt]) -> None:
    status, out, _ = run("audit", "verify")
    assert status == 0
    assert f"{len(receipts)} entries" in out
    assert "1 checkpoints, 2 anchored" in out
    assert "Every entry is as it was recorded." in out
    told = json.loads(run("audit", "verify", "--json")[1])
    assert (told["clean"], told["entries"], told["logSize"], told["findings"]) == (True, 30, 30, [])


def test_what_is_not_as_recorded_is_named_by_its_row(run: Run, receipts: list[Receipt], url: str) -> None:
    spoil(url, "UPDATE audit_record SET purpose = 'RESEARCH' WHERE seq = 7")
    status, out, _ = run("audit", "verify")
    assert status == 1
    assert f"column: audit_record stream {receipts[0].stream} seq 7: purpose is 'RESEARCH'" in out
    assert "1 thing(s) are not as recorded." in out
    told = json.loads(run("audit", "verify", "--json")[1])
    assert (told["clean"], told["found"]) == (False, 1)
    assert told["findings"][0]["row"] == f"audit_record stream {receipts[0].stream} seq 7"


def test_days_can_be_verified_by_themselves(run: Run, receipts: list[Receipt]) -> None:
    assert receipts
    assert "30 entries" in run("audit", "verify", "--from", "2020-01-01", "--to", "2999-01-01")[1]
    assert "0 entries" in run("audit", "verify", "--to", "2020-01-01")[1]
    assert run("audit", "verify", "--from", "2026-01-02", "--to", "2026-01-01")[0] == 2


def test_a_key_that_is_not_the_logs_is_a_finding(run: Run, receipts: list[Receipt], tmp_path: Path) -> None:
    assert receipts
    (tmp_path / "keys/log.key").unlink()
    status, out, _ = run("audit", "verify", "--key", SIGNER.reader.vkey)
    assert (status, "key: audit_log id 1" in out) == (1, True)
    assert "not to be used" in run("audit", "verify", "--key", "no+public+key")[2]
    assert run("audit", "verify")[0] == 0
    status, out, _ = run("audit", "verify", "--key", (tmp_path / "anchors/log.vkey").read_text())
    assert (status, "as it was recorded" in out) == (0, True)


@pytest.mark.parametrize("closed", [False, True])
def test_a_receipt_is_proved_open_or_closed(run: Run, receipts: list[Receipt], tmp_path: Path, *, closed: bool) -> None:
    receipt = receipts[11].opaque(Keys(tmp_path / "keys").receipt) if closed else str(receipts[11])
    status, out, _ = run("audit", "proof", receipt)
    assert (status, out.splitlines()[0]) == (0, "c2sp.org/tlog-proof@v1")
    told = json.loads(run("audit", "proof", receipt, "--json")[1])
    assert (told["receipt"], told["size"]) == (str(receipts[11]), 30)


def test_a_receipt_that_is_not_borne_out_ends_with_one(run: Run, receipts: list[Receipt], url: str) -> None:
    status, _, err = run("audit", "proof", "nonsense")
    assert status == 1
    assert "is no receipt" in err
    spoil(url, "DELETE FROM audit_record WHERE seq = 3")
    status, _, err = run("audit", "proof", next(str(each) for each in receipts if each.seq == 3))
    assert status == 1
    assert "it was removed, or the trail was set back" in err
    assert "Keep the receipt" in err


def test_evidence_is_written_with_its_verifier(run: Run, receipts: list[Receipt], tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    chosen = [argument for receipt in receipts[3:6] for argument in ("--receipt", str(receipt))]
    status, out, _ = run("audit", "export", str(folder), *chosen)
    assert (status, out.startswith("3 entries")) == (0, True)
    verifier = [sys.executable, "-I", str(folder / "verify.py"), str(folder)]
    assert subprocess.run(verifier, capture_output=True, check=False).returncode == 0
    status, _, err = run("audit", "export", str(folder), *chosen)
    assert status == 1
    assert "is there already" in err


def test_evidence_without_what_was_decided_says_so(run: Run, receipts: list[Receipt], url: str, tmp_path: Path) -> None:
    chosen = [argument for receipt in receipts[3:6] for argument in ("--receipt", str(receipt))]
    assert run("audit", "export", str(tmp_path / "whole"), *chosen)[2] == ""
    spoil(url, "DELETE FROM audit_shape")
    status, _, err = run("audit", "export", str(tmp_path / "evidence"), *chosen)
    assert (status, f"What was decided in {receipts[3]} was lost" in err) == (0, True)
    verifier = [sys.executable, "-I", str(tmp_path / "evidence/verify.py"), str(tmp_path / "evidence")]
    done = subprocess.run(verifier, capture_output=True, text=True, check=False)
    assert (done.returncode, "was lost" in done.stdout) == (1, True)


def test_writing_evidence_is_itself_an_entry(run: Run, receipts: list[Receipt], url: str, tmp_path: Path) -> None:
    counted = f"SELECT count(*) FROM audit_record WHERE kind = {AUDIT_READ}"  # noqa: S608 (a number of ours)
    before = read(url, counted)
    assert run("audit", "export", str(tmp_path / "evidence"), "--receipt", str(receipts[3]))[0] == 0
    assert read(url, counted) == before + 1


@pytest.mark.parametrize(
    "arguments",
    [["proof"], ["export", "folder"], ["verify", "--from", "yesterday"], ["verify", "--anchors", "nowhere"], ["burn"]],
)
def test_misuse_ends_with_two(run: Run, arguments: list[str]) -> None:
    assert run("audit", *arguments)[0] == 2


@pytest.mark.parametrize("command", ["audit", "audit verify", "audit proof", "audit export"])
def test_the_commands_explain_themselves(command: str) -> None:
    told = CliRunner().invoke(cli, [*command.split(), "--help"])
    assert told.exit_code == 0
    assert told.output.startswith(f"Usage: cli {command}")


def test_a_trail_that_cannot_be_read_is_told_with_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "xinyong.yaml").write_text(json.dumps({"database": {"url": f"sqlite:///{tmp_path}/none.sqlite"}}))
    status, _, err = run("audit", "verify")
    assert status == 1
    assert "cannot be read at database.url" in err


def test_how_far_a_verification_is_stands_beside_what_it_prints(
    run: Run, receipts: list[Receipt], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.commands.audit._EVERY_S_IN_A_FILE", 0.0)
    status, out, err = run("audit", "verify", "--json", "--processes", "2")
    assert (status, json.loads(out)["entries"]) == (0, len(receipts))
    assert "30 of 30 entries, " in err
    assert "s left" in err
