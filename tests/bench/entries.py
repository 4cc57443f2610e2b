"""Entries as officers leave them, made by chance and the same in every run: what the benches of the trail write."""

import hashlib
from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Final, NamedTuple, TypeVar

from gateway.audit import Entry, SubjectLine
from schema.disclosure import OrganizationKind, Outcome, PurposeCode, QueryMethod, Standing
from schema.line_shapes import ALLOWED, COUNTED, LineShape, Ruling

__all__ = ["AGENCIES", "PAPERS", "PERSONS", "SHAPES", "BenchKeys", "Question", "entry_of", "question_of"]

_T = TypeVar("_T")
AGENCIES: Final = ("TAX", "COURT", "MARKET_REGULATION", "SOCIAL_INSURANCE", "HOUSING", "WATER")
PERSONS: Final = 40
"""Officers of each agency."""
PAPERS: Final = 200
SHAPES: Final = tuple(
    LineShape(
        [Ruling(f"Record{n}.field{k}", "AB"[k % 2], ALLOWED, article="15(1)") for k in range(12)]
        + [Ruling(f"Record{n}.secret", "C", "TIER_FORBIDDEN", "OFFICIAL_LETTER", "18")],
        [f"LegalPerson.record{n}"],
    )
    for n in range(8)
)
_PURPOSES: Final = (PurposeCode.LICENSING, PurposeCode.SUPERVISION)
_DIGEST: Final = hashlib.sha256(b"answer").digest()


class BenchKeys:
    """Keys of a scratch schema alone."""

    pseudonym = b"p" * 32
    receipt = b"r" * 32
    cursor = b"c" * 32

    def month_key(self, month: date) -> tuple[int, bytes]:
        """Give the one key."""
        return month.year * 100 + month.month, b"m" * 32

    def destroy_month(self, number: int) -> None:
        """Keep it: the scratch schema goes as a whole."""

    def existing_month_key(self, number: int) -> bytes | None:
        """Give the one key."""
        return self.month_key(date(number // 100, number % 100, 1))[1]


class Question(NamedTuple):
    """What of a question is counted: which subject, which of `AGENCIES` asked, and whether it was denied."""

    subject: int
    agency: int
    denied: bool


def question_of(random: Random, subjects: int) -> Question:
    """Ask about one subject; some are asked about far more often than others."""
    often = random.random() < 0.2
    subject = min(int(random.paretovariate(1.2)) - 1, subjects - 1) if often else int(random.random() * subjects)
    return Question(subject, int(random.random() * len(AGENCIES)), random.random() < 0.02)


def entry_of(question: Question, random: Random) -> Entry:
    """Make the entry of a question; all that is not counted is drawn by *random*."""
    agency = AGENCIES[question.agency]
    outcome = Outcome.DENIED if question.denied else Outcome.DISCLOSED
    shape = _one_of(SHAPES, random)
    line = SubjectLine(
        f"subject-{question.subject}",
        Standing.DUTY,
        outcome,
        "B",
        counted=True,
        shape=shape,
        counts=(3,) * sum(each.decision == COUNTED for each in shape.rows),
    )
    return Entry(
        request_id=f"{random.getrandbits(64):016x}",
        person=f"officer {int(random.random() * PERSONS)}",
        organisation=agency,
        organisation_kind=OrganizationKind.ADMINISTRATIVE,
        method=QueryMethod.API,
        channel="QUERY",
        purpose_code=_one_of(_PURPOSES, random),
        purpose_text="年度双随机抽查",
        papers=(f"LETTER-{int(random.random() * PAPERS)}",) if random.random() < 0.1 else (),
        operation_name="Subject",
        document_digest="ab" * 32,
        outcome=outcome,
        errors=(),
        subjects=(line,),
        sources=((agency, True, True), ("CREDIT_CENTRE", True, True)),
        trace_id=f"{random.getrandbits(128):032x}",
        spans=tuple((f"fetch {each}", 1_000, 250_000, (("subjects", 1),)) for each in AGENCIES),
        response_digest=_DIGEST,
        started_at_ns=1,
    )


def _one_of(choices: Sequence[_T], random: Random) -> _T:
    return choices[int(random.random() * len(choices))]
