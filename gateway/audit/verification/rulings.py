"""Verifies what was decided: the rows of each shape are those that lines and heads name by their digest (R19.1)."""

from collections.abc import Iterable
from typing import Final

from gateway.audit.verification.findings import Findings
from gateway.audit.verification.snapshot import Snapshot
from schema.line_shapes import UNDECIDED, Ruling, digest_of

__all__ = ["verify_rulings"]

_ROWS: Final = """
SELECT digest, coordinate, tier, decision, missing_paper, article FROM audit_shape ORDER BY digest, position"""
_NAMED: Final = "SELECT DISTINCT shape FROM audit_subject"


async def verify_rulings(snapshot: Snapshot, found: Findings, named: Iterable[bytes] | None = None) -> None:
    """Verify all shapes: none altered, and none missing that a line names (*named*, where they are known already)."""
    shapes: dict[bytes, list[Ruling]] = {}
    async for page in snapshot.pages(_ROWS):
        for digest, *ruling in page:
            shapes.setdefault(bytes(digest), []).append(Ruling(*ruling))
    for digest, rows in shapes.items():
        if digest_of(rows) != digest:
            found.add("shape", f"audit_shape digest {digest.hex()}", "its rows are not those that it was named after")
    if named is None:
        named = [bytes(each) async for page in snapshot.pages(_NAMED) for (each,) in page]
    for digest in sorted({*named} - {*shapes, UNDECIDED.digest}):
        found.add("shape", f"audit_shape digest {digest.hex()}", "it is not there, and lines name it")
