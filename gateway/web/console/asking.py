"""How a page asks the graph: one document through the house's own desk, as the session's caller (Art. 19).

The answer comes back as it would over HTTP: read from the same bytes that the trail has the digest of.
"""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.access.callers import Caller
from gateway.answer import Desk, Question
from gateway.errors import ClientError, GatewayError, ServiceError, Text
from gateway.web.refusal import Refusal, Refused
from schema.disclosure import QueryMethod

__all__ = ["Reply", "ask"]

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the graph answered."""

    data: Data
    errors: Sequence[Mapping[str, Any]]
    receipt: str | None

    def of(self, field: str) -> Any:  # noqa: ANN401 (JSON)
        """Give a root field that the page cannot do without; null where there is none and nobody said why.

        Raises:
            Refused: the graph said why not.

        """
        value = self.data.get(field)
        if value is None:
            for error in self.errors:
                if error.get("path", [field])[0] == field:
                    raise Refused(refusal_of(error))
        return value

    def missing(self) -> list[Refusal]:
        """Say once what was not given, and why, in the order in which it was told."""
        told: dict[tuple[str, str], Mapping[str, Any]] = {}
        for each in self.errors:
            told.setdefault((each["extensions"]["code"], each["message"]), each)
        return [refusal_of(each) for each in told.values()]

    def lacks(self, field: str) -> bool:
        """Say whether something is missing of the fields of this name, or below them."""
        return any(field in each.get("path", ()) for each in self.errors)


async def ask(desk: Desk, caller: Caller, document: str, variables: Mapping[str, Any]) -> Reply:
    """Ask one question by the website (R19.5).

    Raises:
        Refused: the graph refused it as a whole.
        AuditUnavailable: it could not be recorded, so it was not answered.

    """
    answer = await desk.answer(_question(caller, document, variables))
    told = orjson.loads(answer.body)
    errors = told.get("errors", ())
    if told.get("data") is None:
        raise Refused(refusal_of(errors[0]))
    return Reply(told["data"], errors, answer.receipt)


def _question(caller: Caller, document: str, variables: Mapping[str, Any]) -> Question:
    return Question(
        caller=caller,
        document=document,
        operation_name=None,
        variables=variables,
        purpose=None,
        purpose_problem=None,
        papers=(),
        dry_run=False,
        fail_on_denied=False,
        method=QueryMethod.WEBSITE,
        channel="QUERY",
        request_id=secrets.token_hex(8),
        language="zh",
        trace_id=secrets.token_hex(16),
        started_ns=time.time_ns(),
        client=caller.client,
    )


def refusal_of(error: Mapping[str, Any]) -> Refusal:
    """Read a refusal from an error of an answer: its words are Chinese, the English are the fixed ones of its code."""
    told = error["extensions"]
    kind = _kinds().get(told["code"])
    basis = told.get("legalBasis") or {}
    return Refusal(
        code=told["code"],
        status=500 if kind is None else kind.status,
        said=Text("" if kind is None else kind.said.english, error["message"]),
        cure=Text("" if kind is None else kind.cure.english, told["hint"]),
        article=basis.get("article"),
        state=told.get("state"),
        missing_paper=told.get("missingPaper"),
    )


_KINDS: Final[dict[str, type[GatewayError]]] = {}


def _kinds() -> Mapping[str, type[GatewayError]]:
    """Give the first error of each code, in the order of the tree; read when all rooms have declared theirs."""
    if not _KINDS:
        for kind in _below(ClientError, ServiceError):
            if hasattr(kind, "code"):
                _KINDS.setdefault(kind.code, kind)
    return _KINDS


def _below(*kinds: type[GatewayError]) -> Iterator[type[GatewayError]]:
    for kind in kinds:
        yield kind
        yield from _below(*kind.__subclasses__())
