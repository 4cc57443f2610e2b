"""Records as they are kept: where each stands, every version, and the newest for whoever reads (Art. 4, 11; R4.2).

A version is written once. What a reader sees is the newest, put in the place of the one before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.credit_centre import REPORTED_RECORD
from gateway.collection.intake.statements import one_by_one, replacing
from gateway.collection.intake.versions import Head
from gateway.store.tables import RECORD_HEAD, RECORD_VERSION
from schema.reporting import Action, Reported
from schema.terms import SubjectKind, SubmissionMode

__all__ = ["Coming", "Written", "heads_of"]


@dataclass(frozen=True, slots=True)
class Coming:
    """Where rows come from: what every record of a submission has in common (R4.1)."""

    submission_id: str
    provider: str
    record_type: str
    mode: SubmissionMode
    officer: str
    at: datetime
    catalogue_version: str

    @property
    def reported_at(self) -> str:
        """The instant as records have it."""
        return self.at.isoformat(timespec="seconds")


@dataclass(slots=True)
class Written:
    """What a chunk of rows changes, gathered before anything is written."""

    coming: Coming
    heads: dict[str, Head] = field(default_factory=dict)
    _changed: dict[str, str] = field(default_factory=dict)
    _versions: list[dict[str, Any]] = field(default_factory=list)
    _shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    _withdrawn: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def subject_ids(self) -> set[str]:
        """The subjects of whom something else is to be read from now on."""
        return {each["subject_id"] for each in self._versions}

    def stand(self, key: str, subject_id: str, head: Head) -> None:
        """Let a record's head be this one."""
        self.heads[key] = head
        self._changed[key] = subject_id

    def add(self, key: str, whom: tuple[str, SubjectKind], row: Reported, digest: str) -> None:
        """Write a version, of the head that the record has now."""
        head, (subject_id, kind) = self.heads[key], whom
        place = {
            "record_type": self.coming.record_type,
            "provider": self.coming.provider,
            "subject_id": subject_id,
            "natural_key": key,
        }
        self._versions.append(
            {**place, **self._version_of(head, row, digest), "kind": kind.name, "record_status": head.status}
        )
        if row.action is Action.REVOKE:
            self._withdraw(key, place, head)
            return
        self._withdrawn.pop(key, None)
        self._shown[key] = {
            **place,
            **self._standing(head),
            "kind": kind.name,
            "dispute_status": "NONE",
            "subject_statement": None,
            "corrected_from": None if head.version == 1 else f"{key[:24]}.{head.version - 1}",
            "terminated_on": row.terminated_on,
            "publicity_until": row.publicity_until,
            "sealed": row.sealed,
            "record_tier": str(row.record_tier.value),
            "catalogue_version": self.coming.catalogue_version,
            "payload": dict(row.values),
        }

    def _withdraw(self, key: str, place: Mapping[str, Any], head: Head) -> None:
        shown = self._shown.get(key)
        if shown is not None:
            self._shown[key] = {**shown, **self._standing(head)}
        else:
            changed = {f"new_{name}": value for name, value in self._standing(head).items()}
            self._withdrawn[key] = {**{f"of_{name}": value for name, value in place.items()}, **changed}

    def _standing(self, head: Head) -> dict[str, Any]:
        coming = self.coming
        return {
            "version": head.version,
            "record_status": head.status,
            "reported_at": coming.reported_at,
            "submission_id": coming.submission_id,
            "submission_mode": coming.mode.value,
        }

    def _version_of(self, head: Head, row: Reported, digest: str) -> dict[str, Any]:
        coming = self.coming
        return {
            "version": head.version,
            "action": row.action.value,
            "payload": dict(row.values),
            "content_digest": digest,
            "terminated_on": row.terminated_on,
            "publicity_until": row.publicity_until,
            "sealed": row.sealed,
            "record_tier": str(row.record_tier.value),
            "source_updated_at": row.source_updated_at,
            "reported_at": coming.reported_at,
            "submission_id": coming.submission_id,
            "row": row.row,
            "mode": coming.mode.value,
            "officer": coming.officer,
            "source_id": row.source_id,
            "reason": row.correction_reason,
            "statement": row.statement,
            "catalogue_version": coming.catalogue_version,
        }

    async def write(self, connection: AsyncConnection) -> None:
        """Write all of it, in the transaction of *connection*."""
        if self._versions:
            await connection.execute(RECORD_VERSION.insert(), self._versions)
        if self._changed:
            heads = [self._head_row(key, subject_id) for key, subject_id in self._changed.items()]
            await connection.execute(replacing(connection, RECORD_HEAD), heads)
        if self._shown:
            kept = ("dispute_status", "subject_statement")
            await connection.execute(replacing(connection, REPORTED_RECORD, *kept), list(self._shown.values()))
        if self._withdrawn:
            await connection.execute(_WITHDRAWING, list(self._withdrawn.values()))

    def _head_row(self, key: str, subject_id: str) -> dict[str, Any]:
        head = self.heads[key]
        return {
            "record_type": self.coming.record_type,
            "provider": self.coming.provider,
            "natural_key": key,
            "subject_id": subject_id,
            "version": head.version,
            "record_status": head.status,
            "ordered_at": head.ordered_at,
            "content_at": head.content_at,
            "content_digest": head.content,
        }


_PLACE: Final = ("record_type", "provider", "subject_id", "natural_key")
_STANDING: Final = ("version", "record_status", "reported_at", "submission_id", "submission_mode")
_WITHDRAWING: Final = (
    update(REPORTED_RECORD)
    .where(*(REPORTED_RECORD.c[name] == bindparam(f"of_{name}") for name in _PLACE))
    .values({name: bindparam(f"new_{name}") for name in _STANDING})
)


async def heads_of(connection: AsyncConnection, coming: Coming, keys: Iterable[str]) -> dict[str, Head]:
    """Give where the records of these keys stand; of new ones nothing is in it."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    columns = RECORD_HEAD.c
    told = [
        columns.natural_key,
        columns.version,
        columns.record_status,
        columns.ordered_at,
        columns.content_at,
        columns.content_digest,
    ]
    of_these = [columns.record_type == coming.record_type, columns.provider == coming.provider]
    asked = one_by_one(connection, told, of_these, {columns.natural_key: wanted})
    return {
        row.natural_key: Head(row.version, row.record_status, row.ordered_at, row.content_at, row.content_digest)
        for row in (await connection.execute(asked)).all()
    }
