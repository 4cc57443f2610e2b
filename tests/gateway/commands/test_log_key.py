"""`xinyong keys rotate-log`: whole or to be done again, and whoever has a key that was published can follow it."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from gateway.__main__ import cli
from gateway.access import key_files
from gateway.access.keys import Keys
from gateway.access.log_key import LogKeyFiles
from gateway.audit import open_trail
from gateway.audit.codes import LOG_KEY
from gateway.audit.seal import Sealing, open_seal
from gateway.audit.seal.notes import Reader, Signer
from gateway.audit.seal.succession import Reason
from gateway.commands import log_key
from gateway.commands.check import notes
from gateway.errors import AuditUnavailable, StartRefused
from gateway.settings import Settings
from gateway.store import migrate, open_store
from tests.gateway.audit.conftest import FixedKeys
from tests.gateway.audit.seal.test_anchors import Department, department, read_log
from tests.gateway.audit.verification.small_trail import ORIGIN, written

__all__ = ["department"]


class House:
    """A house of a trail: its settings, keys and anchors, and its commands."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.keys, self.anchors = folder / "keys", folder / "anchors"
        self.files = LogKeyFiles(self.keys)
        self.settings: dict[str, object] = {
            "database": {"url": url},
            "keys": {"folder": str(self.keys)},
            "audit": {"origin": ORIGIN, "anchors": {"folder": str(self.anchors)}},
        }
        self.write_settings()

    def write_settings(self) -> None:
        """Write them down."""
        (self.folder / "xinyong.yaml").write_text(json.dumps(self.settings))

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command, and give its status and what it said, the error too."""
        done = CliRunner().invoke(cli, ["--config", str(self.folder / "xinyong.yaml"), *arguments])
        if isinstance(done.exception, StartRefused):
            return 1, str(done.exception)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    def seal(self, first: int, count: int) -> list[str]:
        """Write entries, seal and anchor them as the gateway does, and give their receipts."""

        async def work() -> list[str]:
            await migrate(self.url)
            store = open_store(self.url)
            sealing = Sealing(ORIGIN, "std", 60.0, self.anchors, None, 60.0)
            seal = await open_seal(store, Keys(self.keys).log, sealing, self.files.all)
            trail = await open_trail(store, FixedKeys(), deadline_s=20)
            kept = await written(trail, first, count)
            await trail.close()
            await seal.close()
            await store.close()
            return list(map(str, kept))

        return asyncio.run(work())

    def read(self, statement: str) -> Sequence[object]:
        """Read the first column of some rows."""

        async def ask() -> Sequence[object]:
            store = open_store(self.url)
            async with store.engine.connect() as connection:
                found = (await connection.scalars(text(statement))).all()
            await store.close()
            return found

        return asyncio.run(ask())

    @property
    def vkey(self) -> str:
        """The public key of ``log.key``."""
        seed = self.files.present()
        assert seed is not None
        return Signer(ORIGIN, seed).reader.vkey

    def findings(self, *arguments: str) -> list[tuple[str, str]]:
        """Verify the trail, and give kind and row of what was found."""
        told = json.loads(self.run("audit", "verify", "--json", *arguments)[1])
        return [(each["kind"], each["row"]) for each in told["findings"]]

    def evidence(self, name: str, receipts: Sequence[str]) -> Path:
        """Export evidence of entries."""
        chosen = [argument for receipt in receipts for argument in ("--receipt", receipt)]
        assert self.run("audit", "export", str(self.folder / name), *chosen)[0] == 0
        return self.folder / name


def verified(folder: Path, *key: str) -> tuple[int, str]:
    """Run the folder's own verifier."""
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder), *key],
        env={"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> House:
    """Give a house on each engine in turn, its log of 30 entries sealed and anchored."""
    sqlite = request.param == "sqlite"
    opened = House(
        tmp_path, f"sqlite:///{tmp_path}/trail.sqlite" if sqlite else request.getfixturevalue("postgres_schema")
    )
    opened.seal(0, 30)
    return opened


def test_the_log_goes_on_with_another_key_and_every_key_that_was_published_leads_to_it(house: House) -> None:
    before = house.evidence("before", house.seal(30, 3))
    keys, receipts = [house.vkey], list[str]()
    for number, reason in enumerate(("yearly", "left"), 1):
        status, said = house.run("keys", "rotate-log", "--because", reason)
        assert (status, house.files.next()) == (0, None), said
        keys.append(house.vkey)
        assert said.splitlines()[1] == keys[-1] != keys[-2]
        assert keys[-2] in said.splitlines()[2]
        size = read_log(house.anchors)
        assert (house.anchors / "log.vkey").read_text() == f"{keys[-1]}\n"
        receipts = house.seal(40 * number, 5)
        assert read_log(house.anchors) > size
        assert house.findings() == []
        for key in keys:
            assert house.findings("--key", key) == []
    after = house.evidence("after", receipts)
    assert len(set(keys)) == 3
    assert [verified(before, *key)[0] for key in ((), (keys[0],), (keys[2],))] == [0, 0, 1]
    assert [verified(after, key)[0] for key in keys] == [0, 0, 0]
    assert verified(after)[0] == 0
    told = json.loads(house.run("keys", "log", "--json")[1])
    assert [each["vkey"] for each in told] == keys
    assert [each["reason"] for each in told] == [None, "YEARLY", "LEFT"]
    assert "beyond 33, YEARLY" in house.run("keys", "log")[1]
    assert len(house.read(f"SELECT seq FROM audit_record WHERE kind = {LOG_KEY}")) == 2  # noqa: S608 (a number of ours)


def test_evidence_between_the_change_and_the_next_entry_has_the_new_key(house: House, tmp_path: Path) -> None:
    receipts, old = house.seal(40, 2), house.vkey
    house.run("keys", "rotate-log", "--because", "yearly")
    bundle = house.evidence("between", receipts)
    assert (bundle / "log.vkey").read_text().strip() == house.vkey
    assert [verified(bundle, *key)[0] for key in ((), (old,), (house.vkey,))] == [0, 0, 0]
    proof = json.loads(house.run("audit", "proof", receipts[0], "--json")[1])
    assert proof["vkey"] == house.vkey
    for name in ("001", "checkpoint"):
        note = next(tmp_path.glob(f"between/**/{name}"))
        spoilt = note.read_text().replace("because YEARLY", "because LEFT")
        note.write_text(spoilt)
        assert verified(bundle, old)[0] == 1


class Killed(BaseException):
    """The process is gone."""


def killed(step: Callable[..., object], *, after: bool) -> Callable[..., object]:
    """Give a step at whose beginning or end the process is killed."""

    def struck(*arguments: object, **named: object) -> object:
        if after:
            step(*arguments, **named)
        raise Killed

    async def struck_later(*arguments: object, **named: object) -> object:
        if after:
            await step(*arguments, **named)  # type: ignore[misc] # a coroutine function
        raise Killed

    return struck_later if asyncio.iscoroutinefunction(step) else struck


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("place", "step"),
    [
        (LogKeyFiles, "make_next"),
        (log_key, "replace_key"),
        (log_key, "_is_told"),
        (log_key, "_anchored"),
        (LogKeyFiles, "settle"),
        (key_files, "replace"),
    ],
)
def test_killed_at_any_step_it_is_done_by_doing_it_again(
    house: House, monkeypatch: pytest.MonkeyPatch, place: object, step: str, *, after: bool
) -> None:
    old = house.vkey
    with monkeypatch.context() as patched:
        patched.setattr(place, step, killed(getattr(place, step), after=after))
        with pytest.raises(Killed):
            house.run("keys", "rotate-log", "--because", "yearly")
    house.seal(40, 2)  # the gateway goes on meanwhile, with whichever key the log has
    assert house.findings() == []
    if house.vkey == old or house.files.next() is not None:
        status, said = house.run("keys", "rotate-log", "--because", "left")
        assert status == 0, said
    assert (house.files.next(), house.vkey != old) == (None, True)
    house.seal(50, 2)
    assert house.findings("--key", old) == []
    assert len(house.read("SELECT number FROM audit_log_key")) == 1
    assert len(house.read(f"SELECT seq FROM audit_record WHERE kind = {LOG_KEY}")) == 1  # noqa: S608 (as above)


def test_while_an_anchor_or_the_trail_fails_the_former_key_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = house.vkey
    away = house.folder / "away"
    house.anchors.rename(away)
    house.anchors.write_text("no folder")
    status, said = house.run("keys", "rotate-log", "--because", "yearly")
    assert (status, "cannot be" in said, house.vkey) == (1, True, old)
    house.anchors.unlink()
    away.rename(house.anchors)

    async def refuse(*_: object) -> bool:
        message = "the disk is full"
        raise AuditUnavailable(message)

    with monkeypatch.context() as patched:
        patched.setattr(log_key, "_is_told", refuse)
        status, said = house.run("keys", "rotate-log", "--because", "yearly")
    assert (status, "could not be kept" in said, house.vkey) == (1, True, old)
    assert house.run("keys", "rotate-log", "--because", "yearly")[0] == 0
    assert house.vkey != old
    assert house.findings() == []


@pytest.mark.parametrize("reason", ["stolen", "lost"])
def test_without_the_former_key_only_who_was_told_outside_believes_the_new_one(house: House, reason: str) -> None:
    old = house.vkey
    if reason == "lost":
        (house.keys / "log.key").unlink()
        assert "it is not the log" not in house.run("keys", "rotate-log", "--because", "yearly")[1]
        assert house.read("SELECT number FROM audit_log_key") == []
    assert house.run("keys", "rotate-log", "--because", reason)[0] == 0
    receipts = house.seal(40, 3)
    assert house.findings() == []  # the anchor has the new key
    house.settings["audit"] = {"origin": ORIGIN}
    house.write_settings()
    assert house.findings() == [("unwitnessed", "audit_log_key number 1")]
    assert house.findings("--key", old) == [("unwitnessed", "audit_log_key number 1")]
    assert house.findings("--key", house.vkey) == []
    bundle = house.evidence("after", receipts)
    assert [verified(bundle, key)[0] for key in (old, house.vkey)] == [1, 0]
    assert "with another of" in verified(bundle, old)[1]
    assert "not signed by the one before" in house.run("keys", "log")[1]


def test_a_reason_that_does_not_go_with_the_key_is_refused(house: House) -> None:
    status, said = house.run("keys", "rotate-log", "--because", "lost")
    assert (status, "it is not lost" in said) == (1, True)
    (house.keys / "log.key").unlink()
    status, said = house.run("keys", "rotate-log", "--because", "left")
    assert (status, "restore it, or replace it as LOST or STOLEN" in said) == (1, True)
    house.settings["audit"] = {"origin": "another.example"}
    house.write_settings()
    status, said = house.run("keys", "rotate-log", "--because", "lost")
    assert (status, "audit.origin is another.example" in said) == (1, True)
    assert house.files.next() is None
    assert house.read("SELECT number FROM audit_log_key") == []


def test_before_anything_was_sealed_there_is_no_key_to_replace(tmp_path: Path) -> None:
    house = House(tmp_path, f"sqlite:///{tmp_path}/trail.sqlite")
    status, said = house.run("keys", "rotate-log", "--because", "yearly")
    assert (status, "nothing was sealed yet" in said, house.files.next()) == (1, True, None)
    assert house.run("keys", "log")[1] == "Nothing was sealed yet.\n"


def test_keys_of_before_are_refused_and_a_key_put_back_is_not_taken_up_again(house: House) -> None:
    backup = house.folder / "backup"
    shutil.copytree(house.keys, backup)
    house.run("keys", "rotate-log", "--because", "yearly")
    present = house.keys.rename(house.folder / "present")
    backup.rename(house.keys)
    size = house.read("SELECT max(size) FROM audit_checkpoint")
    house.seal(40, 2)
    assert house.read("SELECT max(size) FROM audit_checkpoint") == size
    assert house.findings() == [("key", "audit_log id 1")]
    shutil.copy(present / "log.key", house.keys / "log.key")
    shutil.copy(house.keys / "log.key", house.keys / "log-next.key")
    house.seal(50, 2)
    assert house.findings() == []
    assert house.run("keys", "rotate-log", "--because", "yearly")[0] == 0  # it finds that one finished
    assert len(house.read("SELECT number FROM audit_log_key")) == 1


def test_a_next_key_of_a_former_time_is_not_used_again(house: House) -> None:
    seed = house.files.present()
    assert seed is not None
    house.run("keys", "rotate-log", "--because", "yearly")
    key_files.replace(house.keys / "log-next.key", seed)
    assert house.run("keys", "rotate-log", "--because", "yearly")[0] == 0
    assert house.files.present() != seed
    house.seal(40, 1)
    assert house.findings() == []
    assert len(house.read("SELECT number FROM audit_log_key")) == 2


async def test_a_key_that_was_not_replaced_to_the_end_is_noted(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"database": {"url": f"sqlite:///{tmp_path}/x.sqlite"}, "keys": {"folder": tmp_path}}
    )
    assert "keys" not in {each.room for each in await notes(lambda: settings)}
    LogKeyFiles(tmp_path).make_next()
    assert "the former key is not gone" in {each.room: each.text for each in await notes(lambda: settings)}["keys"]
    (tmp_path / "log-next.key").chmod(0o644)
    assert "others may read" in {each.room: each.text for each in await notes(lambda: settings)}["keys"]


async def test_the_succession_is_posted_to_the_other_department_or_the_former_key_is_kept(
    tmp_path: Path, department: Department
) -> None:
    house = House(tmp_path, f"sqlite:///{tmp_path}/trail.sqlite")
    house.settings["audit"] = {"origin": ORIGIN, "anchors": {"url": department.url}}
    settings = Settings.model_validate(house.settings)
    await asyncio.to_thread(house.seal, 0, 3)
    former, department.status = house.vkey, 500
    with pytest.raises(StartRefused, match="answered 500"):
        await log_key.rotate(settings, Reason.YEARLY)
    assert house.vkey == former
    department.status = 201
    replaced = await log_key.rotate(settings, Reason.YEARLY)
    assert (replaced.former, replaced.succession.vkey, replaced.anchors) == (former, house.vkey, 1)
    assert department.notes == [replaced.succession.note] * 2
    for vkey in (former, house.vkey):
        assert Reader.of(vkey).open(department.notes[1]).size == 3


def test_whoever_has_no_anchor_is_warned(house: House) -> None:
    house.settings["audit"] = {"origin": ORIGIN}
    house.write_settings()
    assert "No anchor is set" in house.run("keys", "rotate-log", "--because", "stolen")[1]
