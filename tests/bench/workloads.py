"""What is asked: four workloads, the very same bytes for every implementation that speaks GraphQL.

W1 is one subject with six lists of four agencies, about sixty values; W2 a hundred subjects of the same selection in
one request; W3 is W1 over few subjects, so that a cache is warm; W4 is ``{__typename}``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

__all__ = ["LISTS", "Headers", "Workload", "leaves", "request", "workloads"]

FIRST = 10
"""How many records of each list are asked for at most."""

LISTS: Mapping[str, tuple[str, ...]] = {
    "taxCreditRatings": ("ratingYear", "grade", "score", "ratedOn"),
    "taxArrears": (
        "taxType", "arrearsPeriod", "arrearsBalance", "newArrears", "settlementStatus", "settledOn", "announcedOn",
        "announcingAuthority",
    ),
    "effectiveJudgments": ("caseNumber", "courtName", "documentType", "litigantRole", "amount", "effectiveOn"),
    "dishonestJudgmentDebtors": (
        "caseNumber", "courtName", "performanceStatus", "filedOn", "obligation", "publishedOn",
    ),
    "socialInsuranceRegistrations": (
        "unitNumber", "insuranceKinds", "insuredHeadcount", "insuredStatus", "registeredOn",
    ),
    "intellectualProperties": ("kind", "name", "number", "grantedOn", "validTo", "legalStatus"),
}  # fmt: skip
"""The lists of W1 and their fields: each record type is served by a single agency, so that the naive have it easy."""

Headers = Mapping[str, str]

_LISTS = "\n".join(f"    {name}(first: {FIRST}) {{ nodes {{ {' '.join(fields)} }} }}" for name, fields in LISTS.items())
_SELECTION = f"{{\n  name\n  ... on LegalPerson {{\n    unifiedSocialCreditCode\n{_LISTS}\n  }}\n}}"
ONE = f"query One($by: SubjectRef!) {{ subject(by: $by) {_SELECTION} }}"
MANY = f"query Many($by: [SubjectRef!]!) {{ subjects(by: $by) {_SELECTION} }}"

_SUBJECTS_AT_ONCE = 100
_WARM_SUBJECTS = 50
_REQUESTS_OF_MANY = 30
_PURPOSE = {"purpose": {"code": "SUPERVISION", "text": "2026年度双随机抽查第三批"}}


@dataclass(frozen=True, slots=True)
class Workload:
    """One way to ask: its name, at how many connections, and the bodies of its requests in random order.

    ``compared`` says to how many of them all implementations must first give the same answer.
    """

    name: str
    says: str
    connections: int
    compared: int
    bodies: tuple[bytes, ...]


def workloads(codes: Sequence[str], random: Random) -> tuple[Workload, ...]:
    """Give all workloads over subjects with these credit codes."""
    shuffled = random.sample(codes, len(codes))
    each = tuple(_one(code) for code in shuffled)
    hundreds = tuple(_many(random.choices(codes, k=_SUBJECTS_AT_ONCE)) for _ in range(_REQUESTS_OF_MANY))
    return (
        Workload("W1", "one subject, 6 lists of 4 agencies", 32, 25, each),
        Workload("W1@1", "the same at one connection", 1, 2, each),
        Workload("W2", f"{_SUBJECTS_AT_ONCE} subjects of W1 in one request", 4, 3, hundreds),
        Workload("W3", f"W1 over {_WARM_SUBJECTS} subjects, cache warm", 32, 5, each[:_WARM_SUBJECTS]),
        Workload("W4", "{__typename}", 32, 1, (_body("{__typename}", {}),)),
    )


def request(body: bytes, headers: Headers, path: str) -> bytes:
    """Give the bytes of a whole HTTP request."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", "Accept: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def leaves(value: Any) -> int:  # noqa: ANN401 (any JSON)
    """Give how many values an answer holds; a list of plain values is one.

    >>> leaves({"a": 1, "b": [{"c": None, "d": ["x", "y"]}]})
    3
    """
    if isinstance(value, dict):
        return sum(leaves(each) for each in value.values())
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return sum(leaves(each) for each in value)
    return 1


def _one(code: str) -> bytes:
    return _body(ONE, {"by": {"unifiedSocialCreditCode": code}})


def _many(codes: Sequence[str]) -> bytes:
    return _body(MANY, {"by": [{"unifiedSocialCreditCode": code} for code in codes]})


def _body(query: str, variables: Mapping[str, object]) -> bytes:
    return json.dumps({"query": query, "variables": variables, "extensions": _PURPOSE}, ensure_ascii=False).encode()
