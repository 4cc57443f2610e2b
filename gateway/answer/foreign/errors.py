"""Errors of a foreign graph's fields, as they are told: a subgraph's own words pass, with code and request id."""

import logging
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from gateway.answer.question import Question
from gateway.errors import SourceGarbled, SourceLost, to_graphql
from gateway.federation.execution import FieldError

__all__ = ["note", "told"]

_LOG = logging.getLogger("xinyong")
_OURS: Final = {each.code: each for each in (SourceLost, SourceGarbled)}
_LINES: Final = 20
"""How many different failures of one question are written to the log at most."""


def told(error: FieldError, question: Question) -> dict[str, Any]:
    """Write an error as GraphQL answers it.

    What the gateway itself finds at a subgraph is said in its own words, in the asker's language; what the subgraph
    says of its fields passes as it came, ``extensions`` included.
    """
    kind = _OURS.get(error.code)
    if kind is not None:
        return to_graphql(kind(error.subgraph or ""), error.path, question.language, question.request_id)
    written = error.formatted()
    written["extensions"] |= {"requestId": question.request_id}
    if error.subgraph is not None:
        written["extensions"] |= {"connector": error.subgraph}
    return written


def note(errors: Iterable[FieldError], question: Question) -> None:
    """Write to the log what was found at the subgraphs: each failure once, with the number of fields that it cost."""
    found = Counter((each.subgraph, each.message) for each in errors if each.code in _OURS)
    for (subgraph, message), count in found.most_common(_LINES):
        _LOG.warning("request %s: subgraph %s: %s (fields lost: %d)", question.request_id, subgraph, message, count)
