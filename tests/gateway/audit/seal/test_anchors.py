"""What is laid down outside: in C2SP's form, written once, never of another log (R19.10)."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import text

from gateway.audit import Entry, Trail
from gateway.audit.seal.anchors import FolderAnchor, HttpAnchor
from gateway.audit.seal.errors import AnchorFailed, LogRefused
from gateway.audit.seal.notes import Reader, Signer
from gateway.audit.seal.rotation import replace_key
from gateway.audit.seal.rows import Sealed, newest_checkpoint
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.stored import StoredLog
from gateway.audit.seal.succession import Reason
from gateway.audit.seal.suites import STD
from gateway.audit.seal.tiles import number_path
from gateway.audit.seal.turn import Turn
from gateway.store import Store
from tests.gateway.audit.seal.conftest import SIGNER
from tests.gateway.audit.seal.test_tree import defined_root

MakeEntry = Callable[..., Entry]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "anchors"


@pytest.fixture
def anchor(store: Store, folder: Path) -> FolderAnchor:
    return FolderAnchor(folder, SIGNER.reader, StoredLog(store.engine, STD))


async def sealed(sealer: Sealer, trail: Trail, entry: MakeEntry, count: int) -> Sealed:
    await asyncio.gather(*(trail.append(entry()) for _ in range(count)))
    done = await sealer.tick()
    assert done is not None
    return done


async def newest_of(store: Store) -> Sealed:
    async with store.engine.connect() as connection:
        newest = await newest_checkpoint(connection)
    assert newest is not None
    return newest


def read_log(folder: Path) -> int:
    """Verify a folder as a stranger does who knows C2SP's documents alone; give the log's size."""
    reader = Reader.of((folder / "log.vkey").read_text())
    checkpoint = reader.open((folder / "checkpoint").read_text())
    whole, width = divmod(checkpoint.size, 256)
    rows = [(folder / "tile/0" / number_path(number)).read_bytes() for number in range(whole)]
    if width:
        rows.append((folder / "tile/0" / f"{number_path(whole)}.p" / str(width)).read_bytes())
        assert len(rows[-1]) == 32 * width
    leaves = [row[at : at + 32] for row in rows for at in range(0, len(row), 32)]
    assert defined_root(leaves) == checkpoint.root
    if whole:
        above = (folder / "tile/1/000.p" / str(whole)).read_bytes()
        assert above == b"".join(defined_root(leaves[at : at + 256]) for at in range(0, 256 * whole, 256))
    return checkpoint.size


def names_in(folder: Path) -> list[str]:
    """Give the names of all files below."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def written_at(folder: Path) -> dict[Path, int]:
    """Give when each file below was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


async def test_a_stranger_can_verify_the_folder(
    anchor: FolderAnchor, folder: Path, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    for count, size in ((100, 100), (156, 256), (300, 556)):
        await anchor.publish(await sealed(sealer, trail, entry, count))
        assert read_log(folder) == size
    assert names_in(folder / "checkpoints") == ["100", "256", "556"]
    assert not [name for name in names_in(folder) if name.startswith(".")]


async def test_what_is_there_is_not_written_again(
    anchor: FolderAnchor, folder: Path, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    first = await sealed(sealer, trail, entry, 10)
    await anchor.publish(first)
    before = written_at(folder)
    await anchor.publish(first)
    await anchor.publish(await sealed(sealer, trail, entry, 10))
    after = written_at(folder)
    assert {path.name for path in before if before[path] != after[path]} == {"checkpoint"}


async def test_checkpoints_that_were_not_anchored_are_made_up_for_by_the_next(
    anchor: FolderAnchor, folder: Path, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    for _ in range(2):
        await sealed(sealer, trail, entry, 200)
    await anchor.publish(await sealed(sealer, trail, entry, 200))
    assert read_log(folder) == 600


async def test_an_anchor_that_holds_another_file_in_our_place_refuses_the_log(
    anchor: FolderAnchor, folder: Path, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    newest = await sealed(sealer, trail, entry, 10)
    other = folder / "tile/0/000.p/10"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"another log")
    with pytest.raises(LogRefused, match="is there already, and is another"):
        await anchor.publish(newest)


async def test_a_log_that_was_set_back_or_rebuilt_is_not_that_of_the_anchor(
    anchor: FolderAnchor, folder: Path, store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    assert await anchor.agree() is None
    await anchor.publish(await sealed(sealer, trail, entry, 10))
    known = await anchor.agree()
    assert known is not None
    assert known.size == 10
    newest = await sealed(sealer, trail, entry, 5)
    await anchor.publish(newest)
    async with store.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit_checkpoint WHERE size = 15"))
    with pytest.raises(LogRefused, match="it was set back"):
        await anchor.agree()
    shutil.copy(folder / "checkpoints/010", folder / "checkpoint")
    assert (await anchor.agree()) is not None
    thief = Signer(SIGNER.name, b"t" * 32)
    (folder / "checkpoint").write_text(thief.sign(known))
    with pytest.raises(LogRefused, match="not of this log"):
        await anchor.agree()
    async with store.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit_tile"))
    shutil.copy(folder / "checkpoints/010", folder / "checkpoint")
    with pytest.raises(LogRefused, match="tile 0/0 is not in the database"):
        await anchor.agree()


async def test_when_the_key_is_replaced_the_folder_has_every_key_and_what_leads_from_each_to_the_next(
    anchor: FolderAnchor, folder: Path, store: Store, turn: Turn, trail: Trail, entry: MakeEntry
) -> None:
    signers = [SIGNER, Signer(SIGNER.name, b"2" * 32), Signer(SIGNER.name, b"3" * 32)]
    vkeys = [each.reader.vkey for each in signers]
    await anchor.publish(await sealed(Sealer(turn, SIGNER, STD), trail, entry, 300))
    for number in (1, 2):
        before = written_at(folder)
        keys = await replace_key(store.engine, signers[number - 1], signers[number], Reason.YEARLY)
        newest = await newest_of(store)
        await anchor.publish(newest)
        assert (folder / "log.vkey").read_text() == f"{vkeys[number]}\n"
        assert read_log(folder) == newest.size, "the newest checkpoint is signed with the newest key"
        assert (folder / "checkpoint").read_text() == keys.successions[-1].note
        assert signers[number - 1].reader.open((folder / "checkpoint").read_text()).size == newest.size
        after = written_at(folder)
        assert {path.name for path in before if before[path] != after[path]} == {"checkpoint", "log.vkey"}
        await anchor.publish(newest)
        assert written_at(folder) == after
        await anchor.publish(await sealed(Sealer(turn, signers[number], STD), trail, entry, 10))
        assert read_log(folder) == newest.size + 10
    assert [path.read_text().strip() for path in sorted((folder / "keys").iterdir())] == vkeys
    assert names_in(folder / "successions") == ["001", "002"]
    for name, signer in (("300", signers[0]), ("310", signers[1]), ("320", signers[2])):
        assert signer.reader.open((folder / "checkpoints" / name).read_text()).size == int(name)


async def test_an_empty_folder_gets_the_whole_succession(
    folder: Path, store: Store, turn: Turn, trail: Trail, entry: MakeEntry
) -> None:
    await sealed(Sealer(turn, SIGNER, STD), trail, entry, 10)
    successor = Signer(SIGNER.name, b"2" * 32)
    await replace_key(store.engine, SIGNER, successor, Reason.LEFT)
    anchor = FolderAnchor(folder, successor.reader, StoredLog(store.engine, STD))
    await anchor.publish(await sealed(Sealer(turn, successor, STD), trail, entry, 10))
    assert read_log(folder) == 20
    assert (names_in(folder / "keys"), names_in(folder / "successions")) == (["000", "001"], ["001"])
    (folder / "log.vkey").write_text(Signer(SIGNER.name, b"t" * 32).reader.vkey)
    with pytest.raises(LogRefused, match="is there already, and is another"):
        await anchor.publish(await newest_of(store))


async def test_a_log_from_before_its_key_was_replaced_is_not_that_of_the_anchor(
    anchor: FolderAnchor, store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    await sealed(sealer, trail, entry, 10)
    await replace_key(store.engine, SIGNER, Signer(SIGNER.name, b"2" * 32), Reason.YEARLY)
    await anchor.publish(await newest_of(store))
    async with store.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit_log_key"))
    with pytest.raises(LogRefused, match="a key that the log does not know"):
        await anchor.agree()


async def test_a_folder_that_takes_nothing_is_a_failure_and_no_more(
    store: Store, tmp_path: Path, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    (tmp_path / "file").write_text("no folder")
    newest = await sealed(sealer, trail, entry, 1)
    for place in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(AnchorFailed):
            await FolderAnchor(place, SIGNER.reader, StoredLog(store.engine, STD)).publish(newest)


class Department:
    """Another department, which takes checkpoints by HTTP."""

    def __init__(self) -> None:
        self.status = 201
        self.notes: list[str] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        """Take one."""
        self.notes.append(await request.text())
        return web.Response(status=self.status)


@pytest.fixture
async def department() -> AsyncIterator[Department]:
    taker = Department()
    application = web.Application()
    application.router.add_post("/checkpoints", taker.take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    taker.url = f"http://127.0.0.1:{runner.addresses[0][1]}/checkpoints"
    yield taker
    await runner.cleanup()


async def test_a_checkpoint_is_posted_as_it_was_signed(department: Department) -> None:
    anchor = HttpAnchor(department.url)
    await anchor.publish(Sealed(1, b"", "the — note\n"))
    assert department.notes == ["the — note\n"]
    for department.status in (302, 409, 500):
        with pytest.raises(AnchorFailed, match=f"answered {department.status}"):
            await anchor.publish(Sealed(1, b"", "note"))


async def test_a_department_that_is_not_there_is_a_failure(unused_tcp_port: int) -> None:
    with pytest.raises(AnchorFailed, match="did not answer"):
        await HttpAnchor(f"http://127.0.0.1:{unused_tcp_port}/").publish(Sealed(1, b"", "note"))
