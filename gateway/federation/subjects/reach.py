"""How far a viewpoint reaches into agencies' records: which agencies are asked for what, up to which tier (Art. 15)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.connector import OPEN, Connector
from gateway.federation.planning.needs import Need
from gateway.federation.rows.requests import UpTo, records_needed
from gateway.federation.subjects.columns import floor_of, whole_record
from gateway.federation.subjects.graph import TYPE_NAMES
from gateway.federation.subjects.plan import Viewpoint
from gateway.federation.subjects.records import Layout, Reading, excluding_columns, tier_columns
from gateway.federation.subjects.supergraph import CENTRE, Supergraph
from schema.catalogue import ENVELOPE, RECORDS
from schema.definition import RecordDefinition
from schema.retention import Anchor
from schema.tiers import Tier

__all__ = ["Reach"]


@dataclass(frozen=True, slots=True)
class Reach:
    """What of the agencies' records is open to one viewpoint."""

    supergraph: Supergraph
    viewpoint: Viewpoint

    def highest_of(self, record: RecordDefinition) -> Tier:
        """Give the strictest tier of a type's records that are open, whosever they are."""
        floor = floor_of(record, self.viewpoint.kind) or record.tier
        return self.viewpoint.clearance.highest_of(record.name, floor)

    def reports(self, record: RecordDefinition) -> bool:
        """Say whether the viewpoint is that of an agency whose own records of a type may be here."""
        own = self.viewpoint.clearance.own
        return bool(own) and any(each.agency in (own, CENTRE) for each in self.serving(record))

    def others_serve(self, record: RecordDefinition) -> bool:
        """Say whether a type's records may be of other agencies than the viewpoint's own."""
        return any(each.agency != self.viewpoint.clearance.own for each in self.serving(record))

    def is_published(self, record: RecordDefinition) -> bool:
        """Say whether a record's term of publicity ends it: for who sees what is public alone (R17.3).

        Where no source says until when, nobody is asked for it.
        """
        if self.highest_of(record) is not Tier.PUBLIC:
            return False
        return any(each.tells(record.name, "publicityUntil") for each in self.serving(record))

    def serving(self, record: RecordDefinition) -> Sequence[Connector]:
        """Give the connectors that serve a record type for this kind of subject."""
        return self.supergraph.serving.get((record.name, self.viewpoint.kind), ())

    def known_sources(self) -> Iterator[str]:
        """Name the connectors of which anything may be seen: no other may be named (R15.7)."""
        for agency, connector in self.supergraph.connectors.items():
            if agency == CENTRE or any(self._may_see(connector, record) for record in connector.records):
                yield agency

    def _may_see(self, connector: Connector, name: str) -> bool:
        kind = self.viewpoint.kind
        floor = floor_of(RECORDS[name], kind) if connector.serves_kind(name, kind) else None
        clearance = self.viewpoint.clearance
        if floor is None:
            return False
        return clearance.decide_records(floor, name).allowed or connector.agency == clearance.own

    def reading(
        self, record: RecordDefinition, wanted: set[str], identity: bytes, anchor: Anchor, *, whole_records: bool
    ) -> Reading:
        """Say how a type's rows are read, with the columns *wanted* and those without which they cannot be."""
        viewpoint, serving, columns = self.viewpoint, self.serving(record), wanted
        if whole_records:
            highest = Tier.RESTRICTED if self.reports(record) else self.highest_of(record)
            columns = columns | whole_record(record, highest)
        if any(not each.filters_tiers for each in serving):
            columns = columns | tier_columns(record) | excluding_columns(record)
        if len(serving) > 1:
            columns = columns | {OPEN}
        return Reading(
            Layout(record, tuple(sorted(columns))),
            viewpoint.kind,
            expires=viewpoint.expires,
            identity=identity,
            all_active=all(each.is_constant(record.name, "recordStatus") for each in serving),
            own=viewpoint.clearance.own,
            published=self.is_published(record),
            anchor=anchor,
        )

    def needs(self, readings: Mapping[str, Reading]) -> Iterator[Need]:
        """Give what must be known of the subject's records: what is open up to different tiers is needed apart."""
        on = TYPE_NAMES[self.viewpoint.kind]
        for name, reading in readings.items():
            record = RECORDS[name]
            asked: dict[tuple[Tier, str], set[str]] = {}
            for connector in self.serving(record):
                for reach in self._asked_of(connector, record):
                    asked.setdefault(reach, set()).add(connector.agency)
            for (highest, own), agencies in asked.items():
                columns = reading.layout.columns if own else self._open_columns(record, reading, highest)
                yield records_needed(on, record, columns, UpTo(highest, own), frozenset(agencies))

    def _asked_of(self, connector: Connector, record: RecordDefinition) -> Iterator[tuple[Tier, str]]:
        """Say up to which tier a connector is asked for a type's records, and whose: one's own before others'."""
        own, floor = self.viewpoint.clearance.own, floor_of(record, self.viewpoint.kind)
        if own and connector.agency in (own, CENTRE):
            yield Tier.RESTRICTED, own
        others = connector.agency != own
        if others and floor and self.viewpoint.clearance.decide_records(floor, record.name).allowed:
            yield self.highest_of(record), ""

    def _open_columns(self, record: RecordDefinition, reading: Reading, highest: Tier) -> tuple[str, ...]:
        """Give the columns of a layout that are open in others' records: all, where one has none of one's own there."""
        columns, clearance = reading.layout.columns, self.viewpoint.clearance
        if not clearance.own:
            return columns
        always = (
            Layout.always(record, expires=self.viewpoint.expires) | tier_columns(record) | excluding_columns(record)
        )

        def is_open(name: str) -> bool:
            definition = record.fields.get(name) or ENVELOPE.get(name)
            return definition is None or name in always or definition.tier <= highest

        return tuple(name for name in columns if is_open(name))
