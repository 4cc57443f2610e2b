"""What exists for whom, written again plainly from the law's documents and the catalogue; nothing of the gateway's.

A record exists for a caller if its own tier is within the caller's clearance (R15.2); several copies of it are one,
of which the higher version counts, then the agency's; withdrawn and repaired records are for their subject alone; an
individual's negative record is for nobody once its five years are over (Art. 20); for who sees tier A alone a record
is gone after the last day of its publicity, the earliest that any copy of it names (R17.3); newest first, nulls last,
then id.
"""

import base64
import hashlib
from calendar import monthrange
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, ClassVar

from connectors import columns as read
from connectors.connector import Batch, Connector, Found, Selection, SubjectKey, Table
from connectors.registry import discover
from connectors.sources.sql import SqlSource
from gateway.access.keys import Keys
from schema.catalogue import ENVELOPE, RECORDS
from schema.definition import RecordDefinition
from schema.masks import mask_text
from schema.tiers import Tier
from tests.agreement.city import AGENCIES, Registered, addresses, registered

__all__ = ["Knowledge", "Record", "floor_of", "know", "scrubbed"]

SEALED = "X"
"""What stands for the tier of a sealed record where it is read with its tier: above all of them."""
_DERIVED = {"id", "recordType", "subject", "categories", "recordPolarity", "occurredOn", "retentionUntil"}
_SHANGHAI = timezone(timedelta(hours=8))


@dataclass(eq=False)
class Record:
    """One record as one source tells it."""

    definition: RecordDefinition
    subject: Registered
    values: Mapping[str, Any]
    source: str
    lost: frozenset[str]
    identity: bytes = field(repr=False)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 (a value of any field)
        """Give a value by its name in the graph; the rules may also ask for the kind of subject."""
        return self.subject.kind if name == "subjectKind" else self.values.get(name)

    @property
    def natural_key(self) -> tuple[Any, ...]:
        """Provider and key: two records with the same are one."""
        return (self["provider"], *(self[name] for name in self.definition.key))

    @property
    def id(self) -> str:
        """The opaque id; only its making is the gateway's, which nobody can derive from the law."""
        named = "\x1f".join([self.definition.name, *map(str, self.natural_key)])
        hashed = hashlib.blake2b(named.encode(), key=self.identity, digest_size=15).digest()
        return base64.urlsafe_b64encode(hashed).decode()

    @property
    def excluded(self) -> bool:
        """Whether it is sealed, or a rule says that it is for nobody."""
        return self["recordTier"] == SEALED or any(
            rule.tier is None and rule.when.holds_for(self.__getitem__) for rule in self.definition.tier_rules
        )

    @property
    def tier(self) -> Tier:
        """The strictest of its type's tier, of what was reported, of each rule that holds (R15.2)."""
        levels = [self.definition.tier]
        if self["recordTier"] and self["recordTier"] != SEALED:
            levels.append(Tier(self["recordTier"]))
        levels += [
            rule.tier for rule in self.definition.tier_rules if rule.tier and rule.when.holds_for(self.__getitem__)
        ]
        return max(levels)

    @property
    def polarity(self) -> str:
        """What it says of its subject: as the type, a field, or the first rule that holds."""
        definition = self.definition
        if definition.polarity:
            return str(definition.polarity)
        if definition.polarity_field:
            return self[definition.polarity_field] or "NEUTRAL"
        held = (word for word, when in definition.polarity_rules if when is None or when.holds_for(self.__getitem__))
        return str(next(held, "NEUTRAL"))

    @property
    def reported_on(self) -> str | None:
        """The day in Zhengzhou on which it was reported."""
        instant = self["reportedAt"]
        return instant and datetime.fromisoformat(instant).astimezone(_SHANGHAI).date().isoformat()

    @property
    def occurred_on(self) -> str | None:
        """The day that dates it: a month counts as its last day, a year as its last, else the day of the report."""
        name = self.definition.occurred_on
        if name is None:
            return self.reported_on
        value = self[name]
        if value is None:
            return None
        match self.definition.fields[name].type:
            case "Int":
                return f"{value}-12-31"
            case "String":
                return f"{value}-{monthrange(int(value[:4]), int(value[5:]))[1]}"
        return str(value)

    @property
    def ended_on(self) -> str | None:
        """When the conduct or event ended."""
        retention = self.definition.retention
        return self["terminatedOn"] or (self[retention.end] if retention and retention.end else None)

    @property
    def protected(self) -> bool:
        """Whether Art. 20 protects its subject: an individual, or an individual business (AMB-05)."""
        return self.subject.kind == "INDIVIDUAL" or self.subject.identifier.startswith("92")

    @property
    def retention_until(self) -> str | None:
        """The last day of its five years: of individuals, and of individual businesses (AMB-05), negative ones only."""
        retention = self.definition.retention
        if retention is None or not self.protected or self.polarity != "NEGATIVE":
            return None
        if not self.ended_on and retention.ongoing and retention.ongoing.holds_for(self.__getitem__):
            return None
        anchor = self.ended_on or self.occurred_on or self.reported_on
        return anchor and _years_after(date.fromisoformat(anchor), retention.years).isoformat()


def _years_after(day: date, years: int) -> date:
    """Give the same day *years* later; of 29 February the 28th, where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def floor_of(definition: RecordDefinition, kind: str) -> Tier:
    """Give the least tier that any record of a type can have for a kind of subject."""
    raised = [
        rule.tier
        for rule in definition.tier_rules
        if rule.tier and rule.when.fields == {"subjectKind"} and rule.when.holds({"subjectKind": kind})
    ]
    return max([definition.tier, *raised])


@dataclass
class Knowledge:
    """Everything that is known of the city's subjects, without any tier."""

    subjects: list[Registered]
    records: Mapping[tuple[str, str], list[Record]]
    serving: Mapping[tuple[str, str], list[str]]
    """By record type and kind of subject: the connectors that know of such records, the centre last."""
    names: Mapping[str, str]
    """Of connectors, by agency."""
    identity: bytes = field(repr=False)
    _seen: dict[Any, list[Record]] = field(default_factory=dict, repr=False)

    def visible(  # noqa: PLR0913 (all that existence depends on)
        self, subject: Registered, name: str, highest: Tier, today: date, *, itself: bool, failing: Collection[str]
    ) -> list[Record]:
        """Give the records of one type that exist for a caller, in their order."""
        asked = (subject.id, name, highest, today, itself, *failing)
        if asked not in self._seen:
            self._seen[asked] = self._existing(subject, name, highest, today, itself=itself, failing=failing)
        return self._seen[asked]

    def _existing(  # noqa: PLR0913 (as above)
        self, subject: Registered, name: str, highest: Tier, today: date, *, itself: bool, failing: Collection[str]
    ) -> list[Record]:
        told = _merged(self._open(subject, name, highest, today, failing=failing, doubtful_too=False))
        told = _shown(told, itself=itself)
        kept = [each for each in told if not (each.retention_until and each.retention_until < today.isoformat())]
        kept.sort(key=lambda each: each.id)
        kept.sort(key=lambda each: each.occurred_on or "", reverse=True)
        return kept

    def doubtful(  # noqa: PLR0913 (as above)
        self, subject: Registered, name: str, highest: Tier, today: date, *, itself: bool, failing: Collection[str]
    ) -> bool:
        """Say whether a value was lost on which rests whether this caller may see a record."""
        told = self._open(subject, name, highest, today, failing=failing, doubtful_too=True)
        unread = [each for each in told if highest is Tier.PUBLIC and "publicityUntil" in each.lost]
        return any(_deciding(each, highest) & each.lost for each in _shown([*_merged(told), *unread], itself=itself))

    def _open(  # noqa: PLR0913 (as above)
        self,
        subject: Registered,
        name: str,
        highest: Tier,
        today: date,
        *,
        failing: Collection[str],
        doubtful_too: bool,
    ) -> list[Record]:
        """Give what every source tells, without what one of them hides: its copies elsewhere are hidden too."""
        told = [each for each in self.records.get((subject.id, name), []) if each.source not in failing]
        hidden = {each.natural_key for each in told if each.excluded or each.tier > highest}
        if highest is Tier.PUBLIC:
            hidden |= {
                each.natural_key for each in told if _is_no_longer_public(each, today, doubtful_too=doubtful_too)
            }
        return [each for each in told if each.natural_key not in hidden]


def _shown(records: Iterable[Record], *, itself: bool) -> list[Record]:
    shown = {"ACTIVE", "CORRECTED"} | ({"REVOKED", "REPAIRED"} if itself else set())
    return [each for each in records if each["recordStatus"] in shown]


def _is_no_longer_public(record: Record, today: date, *, doubtful_too: bool) -> bool:
    """Say whether the last day of publicity is over; what cannot be read is not published either (R17.3)."""
    if "publicityUntil" in record.lost:
        return not doubtful_too
    until = record["publicityUntil"]
    return until is not None and date.fromisoformat(until) < today


def _deciding(record: Record, highest: Tier) -> set[str]:
    """Give what a record's being there rests on: its status, its publicity, its term where Art. 20 protects."""
    definition, retention = record.definition, record.definition.retention
    published = {"publicityUntil"} if highest is Tier.PUBLIC else set()
    if retention is None or not record.protected:
        return {"recordStatus"} | published
    ending = {"terminatedOn"} | ({retention.end} if retention.end else set())
    ongoing = set(retention.ongoing.fields) if retention.ongoing else set()
    polarity = {each for _, when in definition.polarity_rules if when for each in when.fields}
    polarity |= {definition.polarity_field} if definition.polarity_field else set()
    return (
        published | {"recordStatus", "reportedAt", definition.occurred_on or "reportedAt"} | ending | ongoing | polarity
    )


def _merged(records: Iterable[Record]) -> list[Record]:
    best: dict[tuple[Any, ...], Record] = {}
    for each in records:
        known = best.get(each.natural_key)
        if known is None or (each["version"] or 0) > (known["version"] or 0):
            best[each.natural_key] = each
    return list(best.values())


async def know(folder: Path) -> Knowledge:
    """Learn all that the agencies of the city in *folder* hold, without filters of tier."""
    keys = Keys(folder / "keys")
    subjects = registered(folder)
    records: dict[tuple[str, str], list[Record]] = {}
    serving: dict[tuple[str, str], list[str]] = {}
    names = {}
    for agency in AGENCIES:
        connector = _unfiltered(discover()[agency], addresses(folder)[agency], keys)
        names[agency] = connector.name
        for name in connector.records:
            for kind in RECORDS[name].subject_kinds:
                if connector.serves_kind(name, kind):
                    serving.setdefault((name, kind), []).append(agency)
                    told = [each for each in subjects if each.kind == kind]
                    for subject, found in zip(told, await _told(connector, name, kind, told), strict=True):
                        records.setdefault((subject.id, name), []).extend(
                            Record(RECORDS[name], subject, values, agency, lost, keys.cursor) for values, lost in found
                        )
        await connector.close()
    return Knowledge(subjects, records, serving, names, keys.cursor)


def _unfiltered(agency: type[Connector], url: str, keys: Keys) -> Connector:
    """Give a connector that hides nothing, and tells of each record the tier that was reported."""

    def open_table(table: Table) -> Table:
        if table.record_tier is None:
            return table
        return replace(table, fields={**table.fields, "recordTier": read.text(table.record_tier)}, record_tier=None)

    class Unfiltered(agency):  # type: ignore[valid-type, misc]  # any connector's own class
        tables: ClassVar = tuple(open_table(table) for table in agency.tables)

    connector: Connector = Unfiltered(SqlSource(url), lambda number: keys.subject_id("rid", number))
    return connector


async def _told(
    connector: Connector, name: str, kind: str, subjects: list[Registered]
) -> list[list[tuple[dict[str, Any], frozenset[str]]]]:
    columns = tuple(dict.fromkeys([*RECORDS[name].fields, *(each for each in ENVELOPE if each not in _DERIVED)]))
    selection = Selection(replace(RECORDS[name], tier_rules=()), columns)
    keys = [SubjectKey(each.id, each.identifier) for each in subjects]
    answers = await connector.gather(Batch(kind, keys, (selection,), Tier.RESTRICTED))
    founds = [each for each in answers if isinstance(each, Found)]
    assert len(founds) == len(subjects)
    return [
        [
            (
                dict(zip(columns, row, strict=True)),
                frozenset(loss.field for loss in found.losses if loss.row is row),
            )
            for row in found.rows[0]
        ]
        for found in founds
    ]


def scrubbed(value: Any, scrub: Callable[[str], str] = mask_text) -> Any:  # noqa: ANN401 (a value of any field)
    """Mask identity numbers, which are of tier C, in a text of a lower tier (R17.1)."""
    if isinstance(value, list):
        return [scrubbed(each, scrub) for each in value]
    return scrub(value) if isinstance(value, str) else value
