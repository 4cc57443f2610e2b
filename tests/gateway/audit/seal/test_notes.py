"""Checkpoints are signed notes that anybody can read, and that only the log's key can write."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.seal.notes import Checkpoint, NoteRefused, Reader, Signer

SIGNER = Signer("city.example/trail", b"s" * 32)
AT = datetime(2026, 11, 26, 7, 40, 33, 123456, tzinfo=UTC)
CHECKPOINT = Checkpoint("city.example/trail", 4711, bytes(range(32)), AT)
NOTE = SIGNER.sign(CHECKPOINT)


def test_a_note_says_origin_size_root_and_instant_and_is_read_again() -> None:
    assert NOTE.startswith(
        "city.example/trail\n4711\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nsealed 2026-11-26T07:40:33.123456Z\n\n"
        "— city.example/trail "
    )
    assert Reader.of(SIGNER.reader.vkey).open(NOTE) == CHECKPOINT


def test_signatures_of_witnesses_are_passed_over() -> None:
    assert SIGNER.reader.open(f"{NOTE}— witness.example AAAA\n") == CHECKPOINT


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_a_note_with_one_other_character_is_refused_or_means_the_same(at: int, character: str) -> None:
    changed = NOTE[:at] + character + NOTE[at + 1 :]
    try:
        assert SIGNER.reader.open(changed) == CHECKPOINT
    except NoteRefused:
        assert changed != NOTE


@pytest.mark.parametrize(
    ("note", "why"),
    [
        (Signer("city.example/trail", b"t" * 32).sign(CHECKPOINT), "not of the log's key"),
        (Signer("other.example", b"s" * 32).sign(CHECKPOINT), "not signed by"),
        (SIGNER.sign(Checkpoint("other.example", 1, bytes(32), AT)), "it is of the log other.example"),
        (SIGNER.sign(Checkpoint("city.example/trail", -1, b"short", AT)), "not written as"),
        ("", "not signed by"),
    ],
)
def test_a_note_of_another_key_or_log_is_refused(note: str, why: str) -> None:
    with pytest.raises(NoteRefused, match=why):
        SIGNER.reader.open(note)


@pytest.mark.parametrize(
    "vkey", ["", "a+b", "city.example/trail+00000000+AXXX", SIGNER.reader.vkey.replace("+", "+0", 1)]
)
def test_what_is_no_public_key_is_refused(vkey: str) -> None:
    with pytest.raises(NoteRefused):
        Reader.of(vkey)
