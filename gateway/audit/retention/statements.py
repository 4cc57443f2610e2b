"""The statements of expiry, for both engines: which entries are over, and on SQLite how they go.

On PostgreSQL they go through the functions of ``gateway/store/functions.sql``, which decide the same by themselves.
"""

from typing import Final

__all__ = ["BELOW", "MONTHS", "NEWEST_BEFORE", "SQLITE_EXPIRE", "SQLITE_PRUNE"]

_LOG_INDEX: Final = """
(SELECT CASE WHEN record.seq < run.first_seq + run.n THEN run.first_index + record.seq - run.first_seq END
   FROM audit_run AS run WHERE run.stream = record.stream AND run.first_seq <= record.seq
  ORDER BY run.first_seq DESC LIMIT 1)"""

_HELD: Final = """
EXISTS (SELECT 1 FROM audit_hold AS hold
         WHERE hold.released_at IS NULL
           AND ((hold.stream = record.stream AND hold.seq = record.seq)
                OR (record.at >= hold.from_at AND record.at < hold.to_at)
                OR EXISTS (SELECT 1 FROM audit_subject AS line
                            WHERE line.subject_key = hold.subject_key AND line.at = record.at
                              AND line.stream = record.stream AND line.seq = record.seq)))"""

NEWEST_BEFORE: Final = "SELECT size, at FROM audit_checkpoint WHERE at < :before ORDER BY size DESC LIMIT 1"

BELOW: Final = f"""
SELECT count(*) AS below, coalesce(sum(CASE WHEN at < :kept_from AND NOT held THEN 1 ELSE 0 END), 0) AS over
  FROM (SELECT record.at, {_HELD} AS held FROM audit_record AS record
         WHERE record.at < :horizon AND {_LOG_INDEX} < :below) AS among"""  # noqa: S608 (parts of our own)
"""Counts the entries below an index of the log that are there, and those of them whose five years are over."""

SQLITE_EXPIRE: Final = (
    f"""
CREATE TEMP TABLE expired AS
SELECT stream, seq, at FROM audit_record AS record
 WHERE at < :kept_from AND {_LOG_INDEX} < :below AND NOT {_HELD} ORDER BY at LIMIT :most""",  # noqa: S608 (as above)
    """
DELETE FROM audit_subject
 WHERE at BETWEEN (SELECT min(at) FROM expired) AND (SELECT max(at) FROM expired)
   AND (stream, seq, at) IN (SELECT stream, seq, at FROM expired)""",
    "DELETE FROM audit_paper WHERE (stream, seq, at) IN (SELECT stream, seq, at FROM expired)",
    "DELETE FROM audit_record WHERE (stream, seq, at) IN (SELECT stream, seq, at FROM expired)",
    "DROP TABLE temp.expired",
)

SQLITE_PRUNE: Final = f"""
DELETE FROM audit_tile
 WHERE level = 0 AND n < :below / 256
   AND n NOT IN (SELECT {_LOG_INDEX} / 256 FROM audit_record AS record
                  WHERE record.at < :horizon AND {_LOG_INDEX} < :below)"""  # noqa: S608 (as above)

MONTHS: Final = "SELECT key_id, month FROM audit_key WHERE destroyed_at IS NULL ORDER BY key_id"
"""The months whose keys are there."""
