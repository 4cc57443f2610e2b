"""Errors of a foreign graph's fields, as they are told: a subgraph's own words pass, with code and request id."""

import logging
from typing import Any

from gateway.answer.question import Question
from gateway.errors import SourceGarbled, SourceLost, to_graphql
from gateway.federation.execution import FieldError

__all__ = ["told"]

_LOG = logging.getLogger("xinyong")
_OURS = {each.code: each for each in (SourceLost, SourceGarbled)}


def told(error: FieldError, question: Question) -> dict[str, Any]:
    """Write an error as GraphQL answers it.

    What the gateway itself finds at a subgraph is said in its own words, in the asker's language, and its detail goes
    to the log; what the subgraph says of its fields passes as it came, ``extensions`` included.
    """
    kind = _OURS.get(error.code)
    if kind is not None:
        subgraph = error.subgraph or "?"
        _LOG.warning("request %s: subgraph %s: %s", question.request_id, subgraph, error.message)
        return to_graphql(kind(subgraph, error.message), error.path, question.language, question.request_id)
    written = error.formatted()
    written["extensions"] |= {"requestId": question.request_id}
    if error.subgraph is not None:
        written["extensions"] |= {"connector": error.subgraph}
    return written
