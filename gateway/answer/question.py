"""What comes in by a door, and what leaves by it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from gateway.access.callers import Caller
from gateway.access.purposes import Problem
from gateway.audit.entry import Entry
from gateway.errors import GatewayError, Language
from gateway.federation.execution.timing import Timing
from schema.disclosure import Purpose, QueryMethod

__all__ = ["Answer", "Question"]


class Question(NamedTuple):
    """One question as it came through a door."""

    caller: Caller
    document: str
    operation_name: str | None
    variables: Mapping[str, Any]
    purpose: Purpose | None
    purpose_problem: Problem | None
    """Why what was sent as a purpose is none."""
    papers: tuple[str, ...]
    dry_run: bool
    fail_on_denied: bool
    method: QueryMethod
    channel: str
    request_id: str
    language: Language
    trace_id: str
    started_ns: int
    client: str = ""
    """Who is counted where askers are: the person with its organisation, of the public the address."""
    by_get: bool = False
    """Whether it came by a method that changes nothing."""
    passed: Mapping[str, str] = MappingProxyType({})
    """Headers for a foreign graph's subgraphs, by name in lower case."""


class Answer(NamedTuple):
    """What leaves by the door: a status, the body's bytes, and the receipt that the header repeats."""

    status: int
    body: bytes
    receipt: str | None
    refused: GatewayError | None = None
    stages: tuple[tuple[str, int], ...] = ()
    """Names and nanoseconds of the stages: ``Server-Timing``."""
    entry: Entry | None = None
    """What was recorded; nothing where that could not be."""
    timings: Sequence[Timing] = ()
