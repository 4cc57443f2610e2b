"""Verifies the counts of each organisation's queries of a subject: without a gap, and as its tally says (R19.7)."""

from typing import Final

from gateway.audit.verification.findings import Findings
from gateway.audit.verification.snapshot import PostgresqlSnapshot, Snapshot

__all__ = ["verify_organisations"]

# Who acts for no organisation is counted alone.
_COUNTED: Final = """
SELECT line.subject_key, CASE WHEN organisation = '' THEN {viewer} ELSE organisation END AS asker, count(*) AS lines,
       count(DISTINCT nth_of_organisation) AS different, min(nth_of_organisation) AS lowest,
       max(nth_of_organisation) AS highest
  FROM audit_subject AS line JOIN audit_record AS record USING (stream, seq, at)
 WHERE nth > 0
 GROUP BY 1, 2"""
_WRONG: Final = """
WITH counted AS MATERIALIZED ({counted})
SELECT subject_key, organisation, tally.n, coalesce(counted.lines, 0), coalesce(counted.lowest, 0),
       coalesce(counted.highest, 0)
  FROM (SELECT * FROM audit_tally WHERE organisation <> '') AS tally
  LEFT JOIN (SELECT subject_key, asker AS organisation, lines, different, lowest, highest FROM counted)
         AS counted USING (subject_key, organisation)
 WHERE {wrong}
UNION ALL
SELECT subject_key, asker, NULL, lines, lowest, highest FROM counted
 WHERE NOT EXISTS (SELECT 1 FROM audit_tally AS tally
                    WHERE tally.subject_key = counted.subject_key AND tally.organisation = counted.asker)"""
_GAPS: Final = "counted.lines <> counted.different OR counted.highest - counted.lowest + 1 <> counted.different"
_EXACT: Final = "tally.n <> coalesce(counted.highest, 0) OR counted.lowest <> 1"
# What expired is counted still and has no line any more.
_AT_LEAST: Final = "tally.n <> coalesce(counted.highest, tally.n)"
# Where old entries are held, newer ones may have expired before them.
_WITH_HOLDS: Final = "tally.n < coalesce(counted.highest, 0)"


async def verify_organisations(snapshot: Snapshot, *, expired: bool, held: bool, found: Findings) -> None:
    """Verify the ordinals of all lines by who asked, and the tallies; *expired* and *held* as for the tallies."""
    viewer = "encode(viewer_key, 'hex')" if isinstance(snapshot, PostgresqlSnapshot) else "lower(hex(viewer_key))"
    counted = _COUNTED.format(viewer=viewer)
    wrong = _WITH_HOLDS if held else _AT_LEAST if expired else f"{_GAPS} OR {_EXACT}"
    async for page in snapshot.pages(_WRONG.format(counted=counted, wrong=wrong)):
        for key, organisation, n, lines, lowest, highest in page:
            row = f"audit_tally subject {bytes(key).hex()} organisation {organisation}"
            what = f"it says {n}, and the {lines} lines go from {lowest} to {highest}"
            found.add("tally", row, what if n is not None else "it is not there, and there are lines of it")
