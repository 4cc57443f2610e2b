"""What a row does to a record: in any order, and however often (Art. 11; R12.6)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from gateway.collection.intake.versions import Head, decide
from schema.reporting import Action, RowOutcome

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
UPSERT, REVOKE = Action.UPSERT, Action.REVOKE


class Increment(NamedTuple):
    """What an agency says of one record, as of a moment."""

    action: Action
    digest: str
    minute: int

    @property
    def at(self) -> datetime:
        """The moment."""
        return NOW + timedelta(minutes=self.minute)


INCREMENTS = st.lists(
    st.builds(Increment, st.sampled_from([UPSERT, UPSERT, REVOKE]), st.sampled_from("abc"), st.integers(1, 5)),
    min_size=1,
    max_size=8,
)


def state_after(increments: Sequence[Increment]) -> tuple[str, str | None, int]:
    """Give a record's state and content once all of it came, and how many versions were written."""
    head: Head | None = None
    written = 0
    for each in increments:
        decision = decide(head, each.action, each.digest, each.at, NOW)
        head = decision.head or head
        written += decision.writes
        assert not decision.writes or (head is not None and head.version == written)
    assert head is not None
    return head.status, head.content, written


@given(INCREMENTS, st.randoms(use_true_random=False), st.integers(1, 3))
def test_any_order_and_any_repetition_leads_to_one_state(
    increments: list[Increment], chance: object, times: int
) -> None:
    again = increments * times
    chance.shuffle(again)  # type: ignore[attr-defined]  # a Random
    assert state_after(again)[:2] == state_after(increments)[:2]


@given(INCREMENTS)
def test_what_is_sent_again_as_a_whole_writes_nothing_more(increments: list[Increment]) -> None:
    assert state_after(increments * 2)[2] == state_after(increments)[2]


@given(INCREMENTS)
def test_the_newest_increment_decides_whether_a_record_is_in_force(increments: list[Increment]) -> None:
    status, content, _ = state_after(increments)
    newest = max(increments, key=lambda each: (each.minute, each.action is REVOKE, each.digest))
    said = [each for each in increments if each.action is UPSERT]
    assert (status == "REVOKED") is (newest.action is REVOKE)
    assert content == (max(said, key=lambda each: (each.minute, each.digest)).digest if said else None)


def test_what_does_not_say_when_it_is_of_is_newer_than_all_before() -> None:
    outcomes = []
    head = None
    for action, digest in ((UPSERT, "a"), (UPSERT, "a"), (UPSERT, "b"), (UPSERT, "a"), (REVOKE, ""), (UPSERT, "a")):
        decision = decide(head, action, digest, None, NOW)
        head = decision.head or head
        outcomes.append(decision.outcome.value)
    assert outcomes == ["ACCEPTED", "UNCHANGED", "UPDATED", "UPDATED", "REVOKED", "UPDATED"]


def test_there_must_be_something_to_revoke_unless_it_is_still_to_come() -> None:
    assert decide(None, REVOKE, "", None, NOW).outcome is RowOutcome.REFUSED
    awaited = decide(None, REVOKE, "", NOW, NOW)
    assert awaited.outcome is RowOutcome.REVOKED
    late = decide(awaited.head, UPSERT, "a", NOW - timedelta(1), NOW)
    assert late.outcome is RowOutcome.STALE
    assert late.head is not None
    assert (late.head.status, late.head.content, late.writes) == ("REVOKED", "a", True)


def test_a_repaired_record_stays_repaired_when_it_is_reported_anew() -> None:
    repaired = Head(2, "REPAIRED", NOW, NOW, "a")
    decision = decide(repaired, UPSERT, "b", None, NOW)
    assert decision.head is not None
    assert (decision.outcome, decision.head.status) == (RowOutcome.UPDATED, "REPAIRED")
