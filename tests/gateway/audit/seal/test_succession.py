"""A key takes another's place by a note that names both; nobody makes one of what the former key signed otherwise."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.audit.seal.notes import Change, Checkpoint, NoteRefused, Signer
from gateway.audit.seal.succession import LogKeys, Reason, Succession, signed_succession

ORIGIN = "city.example/trail"
FIRST, SECOND, THIRD, THIEF = (Signer(ORIGIN, seed * 32) for seed in (b"1", b"2", b"3", b"t"))
AT = datetime(2026, 11, 26, 7, 40, 33, 123456, tzinfo=UTC)


def checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, bytes(range(32)), AT)


def succession(number: int, size: int, former: Signer, successor: Signer, reason: Reason = Reason.YEARLY) -> Succession:
    by = former if reason.is_witnessed else former.reader.vkey
    note = signed_succession(checkpoint(size), reason, by, successor)
    return Succession(number, size, successor.reader.vkey, reason, AT, note)


ONE = succession(1, 10, FIRST, SECOND)
KEYS = LogKeys(FIRST.reader.vkey, (ONE, succession(2, 20, SECOND, THIRD, Reason.LEFT)))


def test_a_succession_is_a_checkpoint_that_names_both_keys_and_that_both_sign() -> None:
    text, _, signatures = ONE.note.partition("\n\n")
    assert text.splitlines()[4:] == [
        f"predecessor {FIRST.reader.vkey}",
        f"successor {SECOND.reader.vkey}",
        "because YEARLY",
    ]
    assert len(signatures.splitlines()) == 2
    told = FIRST.reader.open(ONE.note)
    assert told == SECOND.reader.open(ONE.note) == ONE.check(FIRST.reader.vkey)
    assert told.change == Change(FIRST.reader.vkey, SECOND.reader.vkey, "YEARLY")
    with pytest.raises(NoteRefused, match="not of the log's key"):
        THIRD.reader.open(ONE.note)


def test_what_the_former_key_signed_otherwise_makes_nobody_its_successor() -> None:
    """Any checkpoint is signed by the former key, and anybody can put a second signature below."""
    taken = Succession(1, 10, THIEF.reader.vkey, "YEARLY", AT, THIEF.sign_too(FIRST.sign(checkpoint(10))))
    with pytest.raises(NoteRefused, match="other keys"):
        taken.check(FIRST.reader.vkey)
    alone = signed_succession(checkpoint(10), Reason.YEARLY, FIRST.reader.vkey, THIEF)
    with pytest.raises(NoteRefused, match="the key before did not sign it"):
        replace(taken, note=alone).check(FIRST.reader.vkey)
    other = SECOND.sign_too(FIRST.sign(FIRST.reader.open(ONE.note)))
    with pytest.raises(NoteRefused, match="not of the log's key"):
        replace(taken, note=other).check(FIRST.reader.vkey)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ONE, size=11),
        replace(ONE, reason="LEFT"),
        replace(ONE, vkey=THIRD.reader.vkey),
        replace(ONE, note=ONE.note.replace("because YEARLY", "because STOLEN")),
        replace(ONE, vkey="no key"),
    ],
)
def test_what_a_succession_does_not_say_is_not_believed(wrong: Succession) -> None:
    with pytest.raises(NoteRefused):
        wrong.check(FIRST.reader.vkey)
    assert not LogKeys(FIRST.reader.vkey, (wrong,)).leads_from(FIRST.reader.vkey)


@pytest.mark.parametrize("lines", ["successor x\n", "predecessor x\nsuccessor y\n", "a\nb\nc\n"])
def test_a_note_that_tells_of_half_a_change_is_no_checkpoint(lines: str) -> None:
    with pytest.raises(NoteRefused):
        Checkpoint.read(f"{checkpoint(10)}{lines}")


def test_each_checkpoint_is_opened_with_the_key_of_its_size() -> None:
    for size, signer in ((1, FIRST), (10, FIRST), (11, SECOND), (20, SECOND), (21, THIRD), (99, THIRD)):
        note = signer.sign(checkpoint(size))
        assert KEYS.open(note) == checkpoint(size)
        assert KEYS.former_of(note) is None
        for other in {FIRST, SECOND, THIRD} - {signer}:
            with pytest.raises(NoteRefused):
                KEYS.open(other.sign(checkpoint(size)))
            assert KEYS.former_of(other.sign(checkpoint(size))) == other.reader.vkey
    assert KEYS.former_of(THIEF.sign(checkpoint(5))) is None
    assert KEYS.former_of("no note") is None


def test_a_succession_is_opened_where_it_is_of_this_log() -> None:
    assert KEYS.open(ONE.note).size == 10
    with pytest.raises(NoteRefused, match="a key that the log does not know"):
        LogKeys(FIRST.reader.vkey).open(ONE.note)
    with pytest.raises(NoteRefused, match="a key that the log does not know"):
        KEYS.open(succession(1, 11, FIRST, SECOND).note)


def test_the_newest_checkpoint_is_shown_as_the_present_key_signed_it() -> None:
    assert KEYS.newest(21, "plain") == "plain"
    assert THIRD.reader.open(KEYS.newest(20, "plain")).size == 20
    twice = LogKeys(FIRST.reader.vkey, (succession(1, 10, FIRST, SECOND), succession(2, 10, SECOND, THIRD)))
    assert THIRD.reader.open(twice.newest(10, "plain")).size == 10
    assert (twice.of_size(10), twice.of_size(11)) == (FIRST.reader.vkey, THIRD.reader.vkey)


def test_who_trusts_a_key_follows_it_to_the_present_one_unless_it_was_lost_or_stolen() -> None:
    assert KEYS.present == THIRD.reader.vkey
    assert all(KEYS.leads_from(each.reader.vkey) for each in (FIRST, SECOND, THIRD))
    assert not KEYS.leads_from(THIEF.reader.vkey)
    for reason in (Reason.STOLEN, Reason.LOST):
        keys = LogKeys(FIRST.reader.vkey, (succession(1, 10, FIRST, SECOND, reason),))
        assert keys.open(keys.successions[0].note).size == 10
        assert not keys.leads_from(FIRST.reader.vkey)
        assert keys.leads_from(SECOND.reader.vkey)
