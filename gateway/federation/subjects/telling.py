"""One subject, told: rows made lists, lists made pages, pages made the answer; an error for all that is not there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from typing import Any

from connectors.connector import RegisteredSubject
from connectors.errors import SourceUnavailable
from gateway.errors import BadUserInput, GatewayError, InternalError, SourceGarbled
from gateway.federation.subjects.arguments import read_after, read_first
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.gathering import Gathered
from gateway.federation.subjects.logs import log_told
from gateway.federation.subjects.outcomes import Outcomes, Timeliness, Told, is_there, lost
from gateway.federation.subjects.pages import Page, first_page, list_of, page_of
from gateway.federation.subjects.plan import ConnectionPlan, Path, SubjectPlan
from gateway.federation.subjects.project import Surroundings
from gateway.federation.subjects.records import deciding_columns
from gateway.federation.subjects.supergraph import CENTRE, Supergraph
from schema.disclosure import Outcome

__all__ = ["Teller"]

_NOTHING_BESIDE = Surroundings()


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells subjects over one supergraph."""

    supergraph: Supergraph
    cursors: Cursors

    def tell(
        self, plan: SubjectPlan, subject: RegisteredSubject, gathered: Gathered, root: Path, outcomes: Outcomes
    ) -> "_Telling":
        """Take up one subject, which stands at *root* in the answer."""
        return _Telling(self, plan, subject, gathered, root, outcomes)


@dataclass(slots=True, eq=False)
class _Telling:
    """One subject while it is told."""

    teller: Teller
    plan: SubjectPlan
    subject: RegisteredSubject
    gathered: Gathered
    root: Path
    outcomes: Outcomes
    rows: dict[str, list[Any]] = field(default_factory=dict)
    pages: list[Page | None] = field(default_factory=list)
    garbled: Mapping[str, str] = field(default_factory=dict)
    """Record types of which something was lost that decides on whole records, and the agency to blame."""

    def answer(self, query_count: int | None, logs: Sequence[Any] = ()) -> dict[str, Any]:
        """Give the subject as it is answered, reporting all that is not there; *logs* are pages or errors."""
        plan, gathered, outcomes, pages = self.plan, self.gathered, self.outcomes, self.pages
        everything = plan.viewpoint.clearance.everything
        doubtful = self._doubtful() if gathered.losses else ()
        for name, reading in plan.readings.items():
            self.rows[name] = reading.merge(
                gathered.rows.get(name, ()), outcomes.today, everything=everything, doubtful=doubtful
            )
        self.garbled = self._garbled() if gathered.losses else {}
        incomplete = gathered.failures or self.garbled
        for connection in plan.connections:
            if connection.plain_first is not None and not incomplete:
                pages.append(first_page(self.rows[connection.record.name], connection.plain_first))
            else:
                pages.append(self._page(connection))
        if plan.denied:
            outcomes.deny(self.root, plan, pages)
        if gathered.losses:
            self._report_losses()
        rows_of = [0 if page is None else len(page.rows) for page in pages]
        fields = self._disclosed() if None in pages else plan.fields
        outcome = Outcome.DISCLOSED if fields else Outcome.FAILED if plan.fields else Outcome.DENIED
        outcomes.told.append(Told(self.subject.id, outcome, plan.viewpoint, plan, fields, rows_of))
        if not plan.sources and not plan.counts and not plan.logs:
            return plan.project(self.subject, pages, _NOTHING_BESIDE)
        return plan.project(self.subject, pages, Surroundings(query_count, self._sources(), self._logs(logs)))

    def _logs(self, logs: Sequence[Any]) -> list[dict[str, Any] | None]:
        """Tell the pages of the subject's log; null has its error, and so have lines that cannot be told."""
        told: list[dict[str, Any] | None] = []
        for plan, page in zip(self.plan.logs, logs, strict=True):
            if isinstance(page, GatewayError):
                self._report(plan.under, [plan.path], page)
                told.append(None)
                continue
            if page.unread:
                self._report(plan.under, plan.lists, InternalError(f"{page.unread} entries cannot be opened"))
            if undecided := plan.undecided(page.nodes):
                self._report(plan.under, undecided, InternalError("what was decided cannot be read of some entries"))
            told.append(log_told(plan.fields, page))
        return told

    def _report(self, under: int | None, places: Iterable[Path], error: GatewayError) -> None:
        """Report what is not there, at each of the places, where the records exist below which they stand."""
        if is_there(under, self.pages):
            self.outcomes.errors.extend(((*self.root, *place), error) for place in places)

    def _page(self, connection: ConnectionPlan) -> Page | None:
        """Give one connection's page; null has its error."""
        if not is_there(connection.under, self.pages):
            return None
        name, variables = connection.record.name, self.outcomes.variables
        try:
            first = read_first(connection.first(variables))
            cursor = connection.after(variables)
            after = read_after(self.teller.cursors, list_of(name, self.subject.id), cursor)
        except BadUserInput as error:
            self.outcomes.errors.append(((*self.root, *connection.path), error))
            return None
        if not self._serving(name):
            nobody = SourceUnavailable("no connector serves it")
            self.outcomes.errors.append(((*self.root, *connection.path), lost(connection.record.agency, nobody)))
            return None
        failed = self._failed(name)
        if failed and self._report_failed(connection, failed):
            return None
        page = page_of(self.rows[name], self.plan.readings[name], first, after)
        if name in self.garbled:
            self._report_count(connection, SourceGarbled(self.garbled[name], "what decides on a record was lost"))
        if failed or name in self.garbled:
            page.total = None
        return page

    def _garbled(self) -> Mapping[str, str]:
        """Give the record types in which a value was lost on which the being of a record rests."""
        lost_of: dict[int, set[str]] = {}
        for loss in self.gathered.losses:
            lost_of.setdefault(id(loss.row), set()).add(loss.field)
        garbled: dict[str, str] = {}
        everything, doubtful = self.plan.viewpoint.clearance.everything, self._doubtful()
        for name, reading in self.plan.readings.items():
            expires, published = self.plan.viewpoint.expires, reading.published
            vital = deciding_columns(reading.layout.record, expires=expires, published=published)
            told = self.gathered.rows.get(name, ())
            for row in reading.in_question(told, self.outcomes.today, everything=everything, doubtful=doubtful):
                if not vital.isdisjoint(lost_of.get(id(row), ())):
                    garbled[name] = str(row[reading.layout.position["provider"]] or CENTRE)
        return garbled

    def _doubtful(self) -> set[int]:
        """Give the rows, by their ``id()``, of which it cannot be read until when they are published."""
        return {id(loss.row) for loss in self.gathered.losses if loss.field == "publicityUntil"}

    def _report_count(self, connection: ConnectionPlan, error: GatewayError) -> None:
        """Report what a connection's count lacks: at the count, or at the connection where none was selected."""
        for place in connection.totals or (connection.path,):
            self.outcomes.errors.append(((*self.root, *place), error))

    def _disclosed(self) -> tuple[str, ...]:
        """Give the coordinates that were told, without those of connections that came to nothing."""
        lost_paths = [
            connection.path for connection, page in zip(self.plan.connections, self.pages, strict=True) if page is None
        ]
        return tuple(
            each.coordinate
            for each in self.plan.disclosed
            if not any(each.path[: len(path)] == path for path in lost_paths)
        )

    def _failed(self, record: str) -> list[str]:
        failures = self.gathered.failures
        return [each.agency for each in self._serving(record) if each.agency in failures] if failures else []

    def _serving(self, record: str) -> Sequence[Any]:
        return self.teller.supergraph.serving.get((record, self.plan.viewpoint.kind), ())

    def _report_failed(self, connection: ConnectionPlan, failed: Sequence[str]) -> bool:
        """Report the sources that failed a connection, at its count where others did not; say whether all is lost."""
        all_lost = len(failed) == len(self._serving(connection.record.name))
        for agency in failed:
            failure = lost(agency, self.gathered.failures[agency])
            if all_lost:
                self.outcomes.errors.append(((*self.root, *connection.path), failure))
            else:
                self._report_count(connection, failure)
        return all_lost

    def _report_losses(self) -> None:
        """Report values that could not be read, where they would stand."""
        by_row: dict[int, list[str]] = {}
        for loss in self.gathered.losses:
            by_row.setdefault(id(loss.row), []).append(loss.field)
        for connection, page in zip(self.plan.connections, self.pages, strict=True):
            for n, row in enumerate(page.rows if page else ()):
                if id(row) in by_row:
                    self._report_lost_values(connection, n, row, by_row[id(row)])

    def _report_lost_values(
        self, connection: ConnectionPlan, n: int, row: Sequence[Any], columns: Sequence[str]
    ) -> None:
        """Report a record's lost values, once for each place, though several may be missing there."""
        layout = self.plan.readings[connection.record.name].layout
        provider = str(row[layout.position["provider"]])
        places = {place: column for column in columns for place in connection.watched.get(column, ())}
        for (nodes, key), column in places.items():
            path = (*self.root, *connection.path, nodes, n, key)
            self.outcomes.errors.append((path, SourceGarbled(provider, f"{column} cannot be read")))

    def _sources(self) -> list[Mapping[str, Any]]:
        """Say of each connector that this viewpoint may know whether it was asked and reached."""
        if not self.plan.sources:
            return []
        timeliness = self.outcomes.timeliness
        if isinstance(timeliness, GatewayError):
            self._report_unknown(timeliness)
            timeliness = {}
        asked = {fetch.connector.agency for fetch in self.plan.fetches} | {CENTRE}
        return [self._source(each, timeliness, asked=each in asked) for each in self.plan.known_sources]

    def _report_unknown(self, error: GatewayError) -> None:
        """Report of each source that it is not known how its agency reports, wherever that is asked."""
        for plan in self.plan.sources:
            unknown = product(range(len(self.plan.known_sources)), plan.reported)
            self._report(plan.under, ((*plan.path, *each) for each in unknown), error)

    def _source(self, agency: str, timeliness: Timeliness, *, asked: bool) -> Mapping[str, Any]:
        reached = asked and agency not in self.gathered.failures
        as_of = self.gathered.as_of.get(agency, self.outcomes.now if agency == CENTRE else None)
        last, overdue = timeliness.get(agency, (None, None))
        return {
            "connector": agency,
            "asked": asked,
            "reached": reached if asked else None,
            "asOf": _instant(as_of) if reached and as_of is not None else None,
            "stale": False if asked else None,
            "lastSubmission": None if last is None else last.isoformat(timespec="seconds"),
            "overdue": overdue,
        }


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
