"""Verifies the cumulative counts: ordinals 1 to n without a gap for each subject, and the tally that says n (R19.7)."""

from typing import Final

from gateway.audit.codes import OUTCOMES
from gateway.audit.verification.entries import Range
from gateway.audit.verification.findings import Findings
from gateway.audit.verification.snapshot import Snapshot
from schema.disclosure import Outcome
from schema.line_shapes import EVIDENCE_LOOKED_AT, LOG_LOOKED_AT

__all__ = ["verify_tallies"]

_DENIED: Final = OUTCOMES[Outcome.DENIED]
_DISCLOSED: Final = OUTCOMES[Outcome.DISCLOSED]

_COUNTED: Final = """
SELECT subject_key, count(*) FILTER (WHERE nth > 0) AS lines, count(DISTINCT nth) FILTER (WHERE nth > 0) AS different,
       coalesce(min(nth) FILTER (WHERE nth > 0), 0) AS lowest, coalesce(max(nth), 0) AS highest,
       count(*) FILTER (WHERE outcome = {denied}) AS denied,
       count(*) FILTER (WHERE outcome = {disclosed} AND nth = 0 AND shape NOT IN ({log}, {evidence})) AS uncounted,
       count(*) FILTER (WHERE outcome = {disclosed} AND nth = 0 AND shape = {evidence}) AS looks
  FROM audit_subject {where}
 GROUP BY subject_key"""
_GAPS: Final = """
SELECT subject_key, lines, different, lowest, highest FROM ({counted}) AS counted
 WHERE lines <> different OR (lines > 0 AND highest - lowest + 1 <> different)"""
_TALLIES: Final = """
SELECT subject_key, tally.n, tally.denied, tally.viewed + tally.own,
       coalesce(counted.lowest, 0), coalesce(counted.highest, 0),
       coalesce(counted.denied, 0), coalesce(counted.uncounted, 0)
  FROM (SELECT * FROM audit_tally WHERE organisation = '') AS tally LEFT JOIN ({counted}) AS counted USING (subject_key)
 WHERE {wrong}"""
# A subject's own looks at its evidence were counted once; they are not any more.
_EXACT: Final = """
tally.n <> coalesce(counted.highest, 0) OR (counted.highest > 0 AND counted.lowest <> 1)
 OR counted.lines <> counted.different OR counted.highest <> counted.different
 OR tally.denied <> coalesce(counted.denied, 0)
 OR tally.viewed + tally.own < coalesce(counted.uncounted, 0)
 OR tally.viewed + tally.own > coalesce(counted.uncounted + counted.looks, 0)"""
# What expired is counted still and has no line any more.
_AT_LEAST: Final = """
tally.n < coalesce(counted.highest, 0) OR (counted.highest > 0 AND tally.n <> counted.highest)
 OR tally.denied < coalesce(counted.denied, 0) OR tally.viewed + tally.own < coalesce(counted.uncounted, 0)"""
_UNCOUNTED: Final = """
SELECT DISTINCT line.subject_key FROM audit_subject AS line
 WHERE line.outcome IN ({denied}, {disclosed}) AND line.shape NOT IN ({log}, {evidence})
   AND NOT EXISTS (SELECT 1 FROM audit_tally AS tally
                    WHERE tally.subject_key = line.subject_key AND tally.organisation = '')"""


# Where old entries are held, newer ones may have expired before them.
_WITH_HOLDS: Final = """
tally.n < coalesce(counted.highest, 0)
 OR tally.denied < coalesce(counted.denied, 0) OR tally.viewed + tally.own < coalesce(counted.uncounted, 0)"""


async def verify_tallies(
    snapshot: Snapshot, among: Range, *, expired: bool, held: bool = False, found: Findings
) -> None:
    """Verify the ordinals of a range's lines; for the whole trail, the tallies too.

    *expired* says that some lines expired, *held* that there are some of the same time still.
    """
    where, values = among.where()
    log, evidence = len(values) + 1, len(values) + 2
    codes = {"denied": _DENIED, "disclosed": _DISCLOSED, "log": f"${log}", "evidence": f"${evidence}"}
    digests = LOG_LOOKED_AT.digest, EVIDENCE_LOOKED_AT.digest
    counted = _COUNTED.format(where=where, **codes)
    if not among.is_whole and not expired:
        async for page in snapshot.pages(_GAPS.format(counted=counted), *values, *digests):
            for key, lines, different, lowest, highest in page:
                what = f"{lines} counted lines have {different} different ordinals between {lowest} and {highest}"
                found.add("ordinal", f"audit_subject subject {bytes(key).hex()}", what)
    if not among.is_whole:
        return
    wrong = _WITH_HOLDS if held else _AT_LEAST if expired else _EXACT
    async for page in snapshot.pages(_TALLIES.format(counted=counted, wrong=wrong), *digests):
        for key, n, denied, other, lowest, highest, lines_denied, lines_other in page:
            what = (
                f"it says {n} counted, {denied} denied, {other} viewed or own; "
                f"the lines say {lowest} to {highest}, {lines_denied}, {lines_other}"
            )
            found.add("tally", f"audit_tally subject {bytes(key).hex()}", what)
    async for page in snapshot.pages(_UNCOUNTED.format(**codes), *digests):
        for (key,) in page:
            found.add("tally", f"audit_tally subject {bytes(key).hex()}", "it has lines and no tally")
