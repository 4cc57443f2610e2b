"""The reckoning itself: whatever a run must not show, it would see."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from gateway.access.keys import Keys
from gateway.audit.body import answer_digest
from gateway.audit.entry import Receipt
from tests.chaos.asking import Heard, Kind
from tests.chaos.city import City
from tests.chaos.offices import Office
from tests.chaos.reckoning import Kept, answers, doubles, gaps, ordinals

ANSWER = b'{"data":{"subject":null}'
LEAF = bytes(range(32))
OFFICE = Office("east", Path("east.yaml"), None, port=1)


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path, Keys(tmp_path / "keys"))


def entry(city: City, seq: int = 0, answer: bytes = ANSWER, request_id: str = "chaos-0") -> Kept:
    number, key = city.keys.month_key(date(2026, 11, 1))
    return Kept(1, seq, LEAF, answer_digest(answer, key), request_id, number)


def heard(receipt: str, request_id: str = "chaos-0") -> Heard:
    return Heard(OFFICE, request_id, Kind.ANSWERED, 0.0, 0.1, receipt, hashlib.sha256(ANSWER).digest())


def found(city: City, receipt: str, *entries: Kept) -> list[str]:
    kept = {(each.stream, each.seq): each for each in entries}
    return [what for what, _ in answers([heard(receipt)], kept, city)]


def test_an_answer_whose_entry_has_its_digest_is_right_by_an_open_and_by_a_closed_receipt(city: City) -> None:
    receipt = Receipt(1, 0, LEAF)
    assert found(city, str(receipt), entry(city)) == []
    assert found(city, receipt.opaque(city.keys.receipt), entry(city)) == []


def test_an_answer_without_entry_is_found(city: City) -> None:
    assert found(city, str(Receipt(1, 1, LEAF)), entry(city)) == ["answers without entry"]
    assert found(city, "made-up", entry(city)) == ["answers without entry"]


def test_a_receipt_of_another_leaf_or_question_is_found(city: City) -> None:
    other = ["receipts that name another entry"]
    assert found(city, str(Receipt(1, 0, bytes(32))), entry(city)) == other
    assert found(city, str(Receipt(1, 0, LEAF)), entry(city, request_id="chaos-1")) == other


def test_an_entry_of_other_bytes_is_found(city: City) -> None:
    assert found(city, str(Receipt(1, 0, LEAF)), entry(city, answer=ANSWER + b" ")) == ["digests that differ"]


def test_a_question_entered_twice_and_a_missing_place_are_found(city: City) -> None:
    kept = {(1, seq): entry(city, seq) for seq in (0, 2)}
    assert list(doubles(kept)) == [("questions with two entries", "chaos-0")]
    assert list(gaps(kept)) == [("places missing in a stream", "1.1")]
    assert list(gaps({(1, 1): entry(city, 1)})) == [("places missing in a stream", "1.0")]


@pytest.mark.parametrize(
    ("nths", "tally", "wrong"),
    [
        ([1, 2, 3], 3, []),
        ([1, 3], 2, ["ordinals missing or twice"]),
        ([1, 2, 2], 3, ["ordinals missing or twice"]),
        ([1, 2], 3, ["tallies that are not their lines"]),
        ([], 1, ["tallies that are not their lines"]),
    ],
)
def test_ordinals_run_from_one_to_the_tally(nths: list[int], tally: int, wrong: list[str]) -> None:
    assert [what for what, _ in ordinals({b"s": nths} if nths else {}, {b"s": tally})] == wrong
