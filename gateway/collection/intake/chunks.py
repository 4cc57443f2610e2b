"""A chunk of rows, carried from what was sent to what is kept, in one transaction (Art. 11, 12; R11.1, R12.6).

Read first, all of it and every problem; then whom each row is about; then where its record stands; then what becomes
of it. Only what was decided is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.collection.intake.identities import Identities, Unresolved, Whom
from gateway.collection.intake.records import Coming, Written, heads_of
from gateway.collection.intake.submission import Given
from gateway.collection.intake.versions import content_digest, decide
from gateway.errors import Text
from schema.definition import RecordDefinition
from schema.reporting import Reported, Row, RowCode, RowOutcome, RowProblem, read_row
from schema.retention import Anchor

__all__ = ["Done", "Firewall", "NoFirewall", "Read", "Strictness", "Taking", "Waiting", "read_chunk", "take_in"]

Read = Reported | list[RowProblem]


class Waiting(NamedTuple):
    """A row that a person is to look at before it is taken in, and why (R7.3, R9.4)."""

    row: Row
    reported: Reported
    reasons: tuple[RowProblem, ...]


class Firewall(Protocol):
    """What stands between a good row and the records: consent, suspicion, and what was deleted by law (Art. 9, 20)."""

    async def refused(
        self, connection: AsyncConnection, coming: Coming, rows: Sequence[tuple[Reported, str]]
    ) -> Sequence[RowProblem | None]:
        """Say of each row, with its subject's id, why it may not be taken in; None where it may."""
        ...

    async def hold(self, connection: AsyncConnection, coming: Coming, rows: Sequence[Waiting]) -> None:
        """Keep rows for a person to look at, in the same transaction."""
        ...


class NoFirewall:
    """Takes nothing that needs consent, and keeps nothing of what a person would have to look at."""

    async def refused(
        self,
        connection: AsyncConnection,  # noqa: ARG002 (the firewall's own call)
        coming: Coming,  # noqa: ARG002 (as above)
        rows: Sequence[tuple[Reported, str]],
    ) -> Sequence[RowProblem | None]:
        """Refuse what needs the subject's consent."""
        return [_without_consent(row) if row.consent_items else None for row, _ in rows]

    async def hold(self, connection: AsyncConnection, coming: Coming, rows: Sequence[Waiting]) -> None:
        """Keep nothing: the agency sends it again."""


@dataclass(slots=True)
class Done:
    """What became of a chunk: an outcome for each row, all problems, and the subjects who are read anew."""

    outcomes: list[RowOutcome] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    subject_ids: set[str] = field(default_factory=set)


class Strictness(NamedTuple):
    """How rows are read: as of which day, whether somebody types them, by which reading of Art. 20."""

    today: date
    typed: bool
    anchor: Anchor


def read_chunk(definition: RecordDefinition, rows: Sequence[Given], how: Strictness) -> list[Read]:
    """Read rows: pure, and so to be done beside the event loop."""
    today, typed, anchor = how
    return [
        read_row(definition, each, today=today, strict=typed, anchor=anchor) if isinstance(each, Row) else list(each)
        for each in rows
    ]


@dataclass(frozen=True, slots=True)
class Taking:
    """What is needed to take rows in."""

    identities: Identities
    firewall: Firewall


async def take_in(
    connection: AsyncConnection, taking: Taking, coming: Coming, given: Sequence[Given], read: Sequence[Read]
) -> tuple[Done, Written]:
    """Decide on every row of a chunk; nothing but the register and what waits is written yet."""
    done, written = Done(), Written(coming)
    good = [n for n, each in enumerate(read) if isinstance(each, Reported)]
    whom = await _resolved(connection, taking, coming, read, good)
    keyed = {n: _keyed(read[n], taking.identities) for n in good}
    keys = {n: keyed[n].natural_key(coming.provider, found.id) for n in good if isinstance(found := whom[n], Whom)}
    written.heads = await heads_of(connection, coming, keys.values())
    waiting: list[Waiting] = []
    entries: list[Any] = []
    renewed: dict[str, Mapping[str, Any]] = {}
    for n, each in enumerate(read):
        if not isinstance(each, Reported):
            done.outcomes.append(RowOutcome.REFUSED)
            done.problems.extend(each)
            continue
        done.problems.extend(each.warnings)
        found = whom[n]
        if isinstance(found, Whom):
            outcome = _decided(written, keyed[n], keys[n], found, done)
            if found.entry is not None and outcome in _WRITTEN:
                entries.append(found.entry)
            if coming.record_type == _REGISTRATION and outcome in _NEW:
                renewed[found.id] = keyed[n].values
        else:
            outcome, reasons = found
            done.problems.extend(reasons)
            row = given[n]
            if outcome is RowOutcome.QUARANTINED and isinstance(row, Row):
                waiting.append(Waiting(row, each, reasons))
        done.outcomes.append(outcome)
    if waiting:
        await taking.firewall.hold(connection, coming, waiting)
    await Identities.enter(connection, entries)
    await Identities.renew(connection, renewed.items())
    done.subject_ids = written.subject_ids
    return done, written


_REGISTRATION = "EntityRegistration"
"""The record type by which the register knows what a legal person is called now."""
_NEW = frozenset({RowOutcome.ACCEPTED, RowOutcome.UPDATED})
_WRITTEN = frozenset({RowOutcome.ACCEPTED, RowOutcome.UPDATED, RowOutcome.REVOKED, RowOutcome.STALE})
_Kept = tuple[RowOutcome, tuple[RowProblem, ...]]


async def _resolved(
    connection: AsyncConnection, taking: Taking, coming: Coming, read: Sequence[Any], good: Sequence[int]
) -> dict[int, Whom | _Kept]:
    """Say of each good row whom it is about, or what keeps it from being taken in."""
    found = await taking.identities.resolve(connection, [read[n] for n in good])
    whom: dict[int, Whom | _Kept] = {}
    asked: list[tuple[int, Whom]] = []
    for n, each in zip(good, found, strict=True):
        row: Reported = read[n]
        if isinstance(each, Unresolved):
            problem = RowProblem(row.row, each.column, each.code, each.said, "7(1)")
            outcome = RowOutcome.QUARANTINED if each.waits else RowOutcome.REFUSED
            whom[n] = outcome, (problem, *row.suspected)
        elif row.suspected:
            whom[n] = RowOutcome.QUARANTINED, row.suspected
        else:
            asked.append((n, each))
    told = [(_keyed(read[n], taking.identities), each.id) for n, each in asked]
    answers = await taking.firewall.refused(connection, coming, told)
    for (n, found_whom), refusal in zip(asked, answers, strict=True):
        whom[n] = found_whom if refusal is None else (RowOutcome.REFUSED, (refusal,))
    return whom


def _keyed(row: Any, identities: Identities) -> Reported:  # noqa: ANN401 (one of a list of either)
    reported: Reported = row
    return reported if reported.person is None else reported.with_person_key(identities.person_key(reported))


def _decided(written: Written, row: Reported, key: str, whom: Whom, done: Done) -> RowOutcome:
    digest = content_digest(row)
    decision = decide(written.heads.get(key), row.action, digest, row.source_updated_at, written.coming.at)
    if decision.outcome is RowOutcome.REFUSED:
        done.problems.append(RowProblem(row.row, None, RowCode.NO_SUCH_RECORD, _NOTHING, "11"))
    if decision.head is not None:
        written.stand(key, whom.id, decision.head)
    if decision.writes:
        written.add(key, (whom.id, whom.kind), row, digest)
    return decision.outcome


_NOTHING = Text(
    "you have reported no record with this key, so that none can be revoked", "贵单位没有报送过该记录，无可撤销"
)


def _without_consent(row: Reported) -> RowProblem:
    said = Text(
        "the subject's written consent to its collection is needed, presented and accepted first",
        "须先提交并受理信息主体的书面同意",
    )
    return RowProblem(row.row, row.consent_items[0], RowCode.CONSENT_REQUIRED, said, "9(3)")
