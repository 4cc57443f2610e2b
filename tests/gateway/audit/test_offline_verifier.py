"""The verifier that needs nothing of ours: it finds evidence right, and names what is wrong with it."""

import asyncio
import base64
import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from gateway.audit import Entry, SubjectLine, Trail, offline_verifier
from gateway.audit.seal.evidence import write_evidence
from gateway.audit.seal.notes import Change, Checkpoint, Signer
from gateway.audit.seal.proofs import prove, read_receipt
from gateway.audit.seal.rotation import replace_key
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.succession import Reason
from gateway.audit.seal.suites import suite_named
from gateway.audit.seal.turn import Turn
from gateway.errors import StartRefused
from gateway.store import Store
from schema.disclosure import Outcome, Standing
from schema.line_shapes import ALLOWED, LineShape, Ruling

SHAPE = LineShape([Ruling("TaxArrears.taxType", "A", ALLOWED, article="15(1)")], ["LegalPerson.taxArrears"])
SIGNER = Signer("city.example/trail", b"s" * 32)
SECOND, THIRD, THIEF = (Signer("city.example/trail", seed * 32) for seed in (b"2", b"3", b"t"))
MakeEntry = Callable[..., Entry]


def verify(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the folder's own verifier with nothing of ours in sight."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), *(arguments or [str(folder)])],
        cwd="/",
        env={"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


async def evidence(store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry, folder: Path) -> None:
    receipts = await asyncio.gather(*(trail.append(entry()) for _ in range(300)))
    await sealer.tick()
    write_evidence(folder, await prove(store.engine, [read_receipt(str(receipts[at]), b"") for at in (0, 7, 299)]))


@pytest.fixture
async def bundle(store: Store, trail: Trail, entry: MakeEntry, tmp_path: Path) -> Path:
    turn = Turn(store, 5.0)
    await evidence(store, Sealer(turn, SIGNER, suite_named("std")), trail, entry, tmp_path / "evidence")
    await turn.give_back()
    return tmp_path / "evidence"


def test_it_is_one_page() -> None:
    lines = Path(offline_verifier.__file__).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names


def test_evidence_is_right_by_itself_and_with_the_published_key(bundle: Path) -> None:
    status, told = verify(bundle)
    assert (status, told.count("right ")) == (0, 3)
    assert "compare the key with the published one" in told
    assert verify(bundle, str(bundle), SIGNER.reader.vkey)[0] == 0
    assert "verify.py" in (bundle / "README.md").read_text(encoding="utf-8")


async def test_evidence_of_the_national_suite_is_right(
    store: Store, trail: Trail, entry: MakeEntry, tmp_path: Path
) -> None:
    turn = Turn(store, 5.0)
    await evidence(store, Sealer(turn, SIGNER, suite_named("gm")), trail, entry, tmp_path / "evidence")
    await turn.give_back()
    status, told = verify(tmp_path / "evidence")
    assert (status, told.count("right ")) == (0, 3)


def changed(name: str, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    """Give what changes one value of the first entry."""

    def do(bundle: Path) -> None:
        path = min((bundle / "entries").iterdir())
        entry = json.loads(path.read_text(encoding="utf-8"))
        entry[name] = change(entry[name])
        path.write_text(json.dumps(entry), encoding="utf-8")

    return do


def rewritten(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    """Give what changes a file."""

    def do(bundle: Path) -> None:
        path = bundle / name
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    return do


def resign(note: str) -> str:
    return THIEF.sign(SIGNER.reader.open(note))


CHANGES = {
    "head": (changed("head", lambda head: head.replace('"tier":0', '"tier":1')), "not the one that the receipt names"),
    "receipt": (changed("receipt", lambda receipt: f"9{receipt}"), "not the one that the receipt names"),
    "sealed": (changed("sealed", lambda _: base64.b64encode(b"x").decode()), "not the one that the head names"),
    "index": (changed("index", lambda index: index + 1), "does not stand at this place"),
    "index beyond": (changed("index", lambda _: 300), "the path does not fit"),
    "path": (changed("path", lambda path: [path[1], path[0], *path[2:]]), "does not stand at this place"),
    "path longer": (changed("path", lambda path: [*path, path[0]]), "the path does not fit"),
    "path shorter": (changed("path", lambda path: path[:-1]), "the path does not fit"),
    "suite": (changed("suite", lambda _: "md5"), "md5"),
    "no JSON": (rewritten("entries/1.0.json", lambda _: "{"), "WRONG 1.0.json"),
    "root": (rewritten("checkpoint", lambda note: note.replace("\n300\n", "\n301\n")), "not signed with this key"),
    "signature": (rewritten("checkpoint", lambda note: f"{note[:-8]}AAAAAAA=\n"), "WRONG the checkpoint"),
    "resigned": (rewritten("checkpoint", resign), "not signed with this key"),
    "another log": (rewritten("checkpoint", lambda note: note.replace("city", "town")), "not signed by"),
    "key": (rewritten("log.vkey", lambda vkey: vkey.replace("+", "+0", 1)), "WRONG the checkpoint"),
    "key of another": (rewritten("log.vkey", lambda _: THIEF.reader.vkey), "not signed with this key"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_is_wrong_with_evidence_is_named(bundle: Path, kind: str) -> None:
    for path in (bundle / "entries").iterdir():
        assert '\\"tier\\":0' in path.read_text(encoding="utf-8")
    first = min((bundle / "entries").iterdir())
    first.rename(first.with_name("1.0.json"))
    change, why = CHANGES[kind]
    change(bundle)
    status, told = verify(bundle)
    assert status == 1
    assert "WRONG" in told
    assert why in told


def test_a_folder_signed_by_a_thief_throughout_is_told_by_the_published_key(bundle: Path) -> None:
    (bundle / "log.vkey").write_text(THIEF.reader.vkey)
    rewritten("checkpoint", resign)(bundle)
    assert verify(bundle)[0] == 0
    assert verify(bundle, str(bundle), SIGNER.reader.vkey)[0] == 1


@pytest.fixture
async def followed(store: Store, trail: Trail, entry: MakeEntry, tmp_path: Path) -> Path:
    """Give evidence of a log whose key was replaced twice."""
    turn = Turn(store, 5.0)
    await evidence(store, Sealer(turn, SIGNER, suite_named("std")), trail, entry, tmp_path / "before")
    await replace_key(store.engine, SIGNER, SECOND, Reason.YEARLY)
    await replace_key(store.engine, SECOND, THIRD, Reason.LEFT)
    await evidence(store, Sealer(turn, THIRD, suite_named("std")), trail, entry, tmp_path / "evidence")
    await turn.give_back()
    return tmp_path / "evidence"


def test_who_has_a_former_key_follows_the_successions(followed: Path) -> None:
    for signer, steps in ((SIGNER, 2), (SECOND, 1), (THIRD, 0)):
        status, told = verify(followed, str(followed), signer.reader.vkey)
        assert (status, told.count("right "), told.count("was replaced")) == (0, 3, steps)
        assert f"is signed with {THIRD.reader.vkey}" in told
    assert verify(followed, str(followed), THIEF.reader.vkey)[0] == 1
    before = followed.parent / "before"
    assert verify(before, str(before), SIGNER.reader.vkey)[0] == 0
    assert verify(before, str(before), THIRD.reader.vkey)[0] == 1


def succeeded(signature: Callable[[Checkpoint], str]) -> Callable[[str], str]:
    """Give what puts a thief in the place of the last key, however it is signed, and nothing else right."""

    def change(note: str) -> str:
        told = Checkpoint.read(note.partition("\n\n")[0] + "\n")
        taken = Change(SECOND.reader.vkey, THIEF.reader.vkey, "YEARLY")
        return signature(dataclasses.replace(told, change=taken))

    return change


SUCCESSIONS = {
    "because": lambda note: note.replace("because LEFT", "because YEARLY"),
    "without the former": lambda note: note.replace(note.partition("\n\n")[2].splitlines()[0] + "\n", ""),
    "without the new": lambda note: note.replace(note.splitlines()[-1] + "\n", ""),
    "by a thief alone": succeeded(THIEF.sign),
    "by a thief and none": succeeded(lambda told: THIEF.sign_too(SIGNER.sign(told))),
    "of nothing": lambda _: "",
    "of half": lambda note: note.replace("successor", "follower"),
}


@pytest.mark.parametrize("kind", SUCCESSIONS)
def test_a_succession_that_is_not_as_it_was_signed_leads_nowhere(followed: Path, kind: str) -> None:
    rewritten("successions/002", SUCCESSIONS[kind])(followed)
    status, told = verify(followed, str(followed), SIGNER.reader.vkey)
    assert (status, "WRONG the checkpoint" in told) == (1, True)
    assert verify(followed, str(followed), THIRD.reader.vkey)[0] == 0, "who has the present key needs none"


async def test_a_succession_without_the_former_key_is_not_followed(
    store: Store, trail: Trail, entry: MakeEntry, tmp_path: Path
) -> None:
    turn, folder = Turn(store, 5.0), tmp_path / "evidence"
    await trail.append(entry())
    await Sealer(turn, SIGNER, suite_named("std")).tick()
    await replace_key(store.engine, None, SECOND, Reason.LOST)
    await evidence(store, Sealer(turn, SECOND, suite_named("std")), trail, entry, folder)
    await turn.give_back()
    status, told = verify(folder, str(folder), SIGNER.reader.vkey)
    assert (status, "with this key, but with another of" in told) == (1, True)
    assert verify(folder, str(folder), SECOND.reader.vkey)[0] == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("SELECT 1", ""),
        ("DELETE FROM audit_shape", "was lost"),
        ("UPDATE audit_shape SET decision = 'TIER_FORBIDDEN'", "was lost"),
    ],
)
async def test_what_was_decided_is_evidence_too_and_what_was_lost_of_it_is_told(
    store: Store, trail: Trail, entry: MakeEntry, tmp_path: Path, change: str, why: str
) -> None:
    turn, folder = Turn(store, 5.0), tmp_path / "evidence"
    lines = SubjectLine("LP-1", Standing.DUTY, Outcome.DISCLOSED, "A", True, SHAPE, counts=(1,))  # noqa: FBT003 (a row)
    nothing = SubjectLine("LP-2", Standing.DUTY, Outcome.NOT_FOUND, "", counted=False)
    receipts = [await trail.append(each) for each in (entry(lines, nothing), entry(nothing))]
    await Sealer(turn, SIGNER, suite_named("std")).tick()
    await turn.give_back()
    async with store.engine.begin() as connection:
        await connection.execute(text(change))
    proved = await prove(store.engine, [read_receipt(str(each), b"") for each in receipts])
    write_evidence(folder, proved)
    status, told = verify(folder)
    assert (status, told.count("right ")) == ((1, 1) if why else (0, 2)), told
    assert f"what was decided ({SHAPE.digest.hex()}) {why}" in told or not why
    assert proved.undecided == ([str(receipts[0])] if why else [])
    written = json.loads(min((folder / "entries").iterdir()).read_text(encoding="utf-8"))["shapes"]
    assert written[SHAPE.digest.hex()] == (None if why else [list(each) for each in SHAPE.rows])


@pytest.mark.parametrize("change", [lambda rows: [*rows, rows[0]], lambda rows: rows[1:], lambda _: []])
async def test_decisions_that_were_changed_in_the_evidence_are_wrong(
    store: Store, trail: Trail, entry: MakeEntry, tmp_path: Path, change: Callable[[Any], Any]
) -> None:
    turn, folder = Turn(store, 5.0), tmp_path / "evidence"
    line = SubjectLine("LP-1", Standing.DUTY, Outcome.DISCLOSED, "A", True, SHAPE, counts=(1,))  # noqa: FBT003 (a row)
    receipt = await trail.append(entry(line))
    await Sealer(turn, SIGNER, suite_named("std")).tick()
    await turn.give_back()
    write_evidence(folder, await prove(store.engine, [read_receipt(str(receipt), b"")]))
    assert verify(folder)[0] == 0
    changed("shapes", lambda shapes: {name: change(rows) for name, rows in shapes.items()})(folder)
    status, told = verify(folder)
    assert (status, "is not what the head names" in told) == (1, True), told
    changed("shapes", lambda _: {})(folder)
    assert verify(folder)[0] == 1


def test_without_entries_or_folder_nothing_is_right(bundle: Path) -> None:
    for path in (bundle / "entries").iterdir():
        path.unlink()
    assert verify(bundle)[0] == 1
    assert verify(bundle, str(bundle / "nowhere"))[0] == 2
    assert verify(bundle, "a", "b", "c")[0] == 2


def test_evidence_is_not_written_over_something(bundle: Path) -> None:
    with pytest.raises(StartRefused, match="is there already"):
        write_evidence(bundle, None)  # type: ignore[arg-type] # it is not even looked at


@settings(max_examples=20)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_signatures_are_verified_as_the_librarys(seed: bytes, message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    offline_verifier.check_signature(public, message, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    for wrong in (bytes(flipped), signature[:-1], signature[:32] + b"\xff" * 32):
        with pytest.raises(offline_verifier.Wrong):
            offline_verifier.check_signature(public, message, wrong)
    with pytest.raises(offline_verifier.Wrong):
        offline_verifier.check_signature(public, message + b"x", signature)
