"""How to mend each problem: one sentence a code, for the agency that owns the subgraph."""

from gateway.errors import Text


def mend_of(code: str) -> Text:
    return Text("", "")
