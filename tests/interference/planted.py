"""Leaks planted into the gateway: each is a mistake that one could make, and each must tell two worlds apart.

A leak is named as it would be reported. Most need rows that the source should not have given; `_all_rows_come` lets
them in, and what the leak's own line does with them is the mistake.
"""

# A planted mistake reaches into rooms that nobody else may enter.
# ruff: noqa: SLF001, ANN401

import logging
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any, Final
from unittest import mock

import sqlalchemy as sa

from connectors.connector import Batch, RegisteredSubject, Selection, Table
from connectors.credit_centre import SUBJECT
from connectors.register import Register
from connectors.sources import statement
from gateway.answer.beholder import CallersEyes
from gateway.answer.credit import CreditInquiry
from gateway.answer.journey import _Journey
from gateway.errors import Forbidden, SourceGarbled, Text
from gateway.federation.rows import requests
from gateway.federation.subjects import columns, gathering, project, reach, telling
from gateway.federation.subjects.deciding import _Planning
from gateway.federation.subjects.pages import Page, cursor_of, first_page, page_of
from gateway.federation.subjects.reach import Reach
from gateway.federation.subjects.records import Layout, Reading
from gateway.federation.subjects.resolve import Resolver
from gateway.federation.subjects.telling import _Telling
from gateway.web import graphql, metrics
from schema.catalogue import ENVELOPE, RECORDS
from schema.definition import RecordDefinition
from schema.disclosure import Clearance, Decision
from schema.tiers import Tier
from tests.interference.watched import HEARD

__all__ = ["LEAKS", "Leak"]

Leak = Callable[[], AbstractContextManager[None]]
LEAKS: Final[dict[str, Leak]] = {}
"""Every leak by its name."""
_Row = list[Any]
_patched = mock.patch.object


def _planted(name: str) -> Callable[[Callable[[], Iterator[AbstractContextManager[Any]]]], Leak]:
    """Name a leak: a function that gives what must be patched for it."""

    def plant(patches: Callable[[], Iterator[AbstractContextManager[Any]]]) -> Leak:
        @contextmanager
        def leak() -> Iterator[None]:
            with ExitStack() as stack:
                for each in patches():
                    stack.enter_context(each)
                yield

        LEAKS[name] = leak
        return leak

    return plant


# What leaks need: rows that should not be there, and lists that know of them


class _Rows(list[_Row]):
    """The records that are there, and all that were given."""

    given: list[_Row]


def _all_rows_come() -> Iterator[AbstractContextManager[Any]]:
    """Let a source give what is above the tier; each list shows what is not, and remembers the rest."""
    merge = Reading.merge

    def merged(self: Reading, *given: Any, **how: Any) -> list[_Row]:
        rows = merge(self, *given, **how)
        shown = _Rows(row for row in rows if self.tier(row) == "A")
        shown.given = rows
        return shown

    yield _patched(statement, "_within_tier", lambda *_: iter(()))
    yield _patched(Reading, "merge", merged)


def _paged(change: Callable[[Page, _Rows, int, int], None]) -> Iterator[AbstractContextManager[Any]]:
    """Make pages of lists that remember; *change* gets a page, the list, and where the page begins and ends."""

    def first(rows: _Rows, count: int) -> Page:
        page = first_page(rows, count)
        change(page, rows, 0, count)
        return page

    def following(rows: _Rows, reading: Reading, count: int, after: Any) -> Page:
        page = page_of(rows, reading, count, after)
        if after is None:
            change(page, rows, 0, count)
        return page

    yield from _all_rows_come()
    yield _patched(telling, "first_page", first)
    yield _patched(telling, "page_of", following)


def _telling(told: Callable[[_Telling, list[_Row]], None]) -> Iterator[AbstractContextManager[Any]]:
    """Do something with all rows that were given of a subject when it has been told."""
    answer = _Telling.answer

    def answered(self: _Telling, *given: Any) -> Any:
        answers = answer(self, *given)
        told(self, [row for rows in self.rows.values() for row in getattr(rows, "given", rows)])
        return answers

    yield from _all_rows_come()
    yield _patched(_Telling, "answer", answered)


def _all_columns_come() -> AbstractContextManager[Any]:
    whole_record = columns.whole_record
    return _patched(reach, "whole_record", lambda record, _: whole_record(record, Tier.RESTRICTED))


def _hidden_places(reading: Reading) -> list[int]:
    fields = {**ENVELOPE, **reading.layout.record.fields}
    return [n for name, n in reading.layout.position.items() if name in fields and fields[name].tier > Tier.PUBLIC]


_GIVEN: defaultdict[int, list[_Row]] = defaultdict(list)
"""All rows that were given to a question, by the identity of what its log is heard by."""


def _remember(_: _Telling, rows: list[_Row]) -> None:
    _GIVEN[id(HEARD.get())] += rows


def _forget() -> list[_Row]:
    return _GIVEN.pop(id(HEARD.get()), [])


# Fields


def _decided_otherwise(is_open: Callable[[str, str], bool]) -> AbstractContextManager[Any]:
    decide = Clearance.decide

    def decided(self: Clearance, level: Tier, record: str = "", field: str = "") -> Decision:
        return self.public if is_open(record, field) else decide(self, level, record, field)

    return _patched(Clearance, "decide", decided)


@_planted("a field that nobody guards")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield _decided_otherwise(lambda _, field: field in ("contactPhone", "legalRepresentativeId", "arrearsBalance"))


@_planted("a field of the interface, guarded on no concrete type")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield _decided_otherwise(lambda _, field: field in ENVELOPE)


@_planted("names without their masks")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield _patched(project, "mask_name", lambda name: name)


@_planted("identity numbers in texts")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield _patched(project, "mask_text", lambda text: text)


# Lists


@_planted("an order by what is hidden")
def _() -> Iterator[AbstractContextManager[Any]]:
    def order(self: Reading, rows: list[_Row]) -> None:
        hidden = _hidden_places(self)
        rows.sort(key=lambda row: str([row[n] for n in hidden]))

    yield _all_columns_come()
    yield _patched(Reading, "_order", order)


@_planted("a filter on what is hidden")
def _() -> Iterator[AbstractContextManager[Any]]:
    merge = Reading.merge

    def filtered(self: Reading, *given: Any, **how: Any) -> list[_Row]:
        hidden = _hidden_places(self)
        return [row for row in merge(self, *given, **how) if all(row[n] is not None for n in hidden)]

    yield _all_columns_come()
    yield _patched(Reading, "merge", filtered)


@_planted("a total of all records")
def _() -> Iterator[AbstractContextManager[Any]]:
    def change(page: Page, rows: _Rows, *_: int) -> None:
        page.total = len(rows.given)

    yield from _paged(change)


@_planted("a next page of hidden records")
def _() -> Iterator[AbstractContextManager[Any]]:
    def change(page: Page, rows: _Rows, _: int, end: int) -> None:
        page.has_next = len(rows.given) > end

    yield from _paged(change)


@_planted("a page cut before hidden records are removed")
def _() -> Iterator[AbstractContextManager[Any]]:
    def change(page: Page, rows: _Rows, start: int, end: int) -> None:
        given = {id(row) for row in rows.given[start:end]}
        page.rows = [row for row in rows if id(row) in given]

    yield from _paged(change)


@_planted("a cursor that names a hidden record")
def _() -> Iterator[AbstractContextManager[Any]]:

    def change(page: Page, rows: _Rows, start: int, end: int) -> None:
        shown = _Rows(page.rows)
        shown.given = rows.given[start:end]
        page.rows = shown

    def named(cursors: Any, bound_to: str, reading: Reading, rows: Any, place: int) -> str | None:
        return cursor_of(cursors, bound_to, reading, getattr(rows, "given", rows), place)

    yield from _paged(change)
    yield _patched(project, "cursor_of", named)


@_planted("ids numbered before hidden records are removed")
def _() -> Iterator[AbstractContextManager[Any]]:
    numbers: dict[int, int] = {}
    own_id = Reading.own_id

    def number(rows: _Rows) -> None:
        numbers.update({id(row): n for n, row in enumerate(rows.given)})

    def change(page: Page, rows: _Rows, *_: int) -> None:
        number(rows)
        page.total = len(rows)

    yield from _paged(change)
    yield _patched(Reading, "own_id", lambda self, row: str(numbers.get(id(row), own_id(self, row))))


# Records


def _conditions_but(left_out: Callable[[Table, Any], bool]) -> AbstractContextManager[Any]:
    """Leave out some of the conditions under which a record is there."""
    within_tier = statement._within_tier

    def within(table: Table, selection: Selection, batch: Batch) -> Iterator[sa.ColumnElement[bool]]:
        rules = tuple(rule for rule in selection.record.tier_rules if not left_out(table, rule))
        reported = None if left_out(table, None) else table.record_tier
        narrowed = Selection(replace(selection.record, tier_rules=rules), selection.columns)
        return within_tier(replace(table, record_tier=reported), narrowed, batch)

    return _patched(statement, "_within_tier", within)


@_planted("a seal that is not looked at")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield _conditions_but(lambda _, rule: rule is not None and rule.tier is None)


@_planted("a reported tier that is not looked at")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield _conditions_but(lambda _, rule: rule is None)


@_planted("a rule on values that is not looked at")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield _conditions_but(lambda _, rule: rule is not None and rule.tier is Tier.SHARED)


@_planted("a record that one source alone has raised")
def _() -> Iterator[AbstractContextManager[Any]]:
    def without(_: Reading, rows: list[_Row], hidden: list[_Row]) -> list[_Row]:
        gone = {id(row) for row in hidden}
        return [row for row in rows if id(row) not in gone]

    yield _patched(Reading, "_without", without)


@_planted("publicity that does not end")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield _patched(Reading, "_no_longer_public", staticmethod(lambda *_: []))


@_planted("rows kept for one tier and given to another")
def _() -> Iterator[AbstractContextManager[Any]]:
    def place_of(connector: Any, selection: Selection, *_: Any) -> str:
        return f"{connector.agency}:{selection.digest}"

    yield _all_columns_come()
    yield _patched(requests, "place_of", place_of)
    yield _patched(gathering, "place_of", place_of)


# Around the data


@_planted("an error of a value that is hidden")
def _() -> Iterator[AbstractContextManager[Any]]:
    def report(self: _Telling) -> None:
        for loss in self.gathered.losses:
            self.outcomes.errors.append((self.root, SourceGarbled("TAX", f"{loss.field} cannot be read")))

    yield _all_columns_come()
    yield _patched(_Telling, "_report_losses", report)


@_planted("a refusal only where there is something to refuse")
def _() -> Iterator[AbstractContextManager[Any]]:
    answer = _Telling.answer

    def answered(self: _Telling, *given: Any) -> Any:
        there = {f".{RECORDS[name].graph_field}" for name in self.gathered.rows}
        denied = tuple(each for each in self.plan.denied if any(each.coordinate.endswith(name) for name in there))
        self.plan = replace(self.plan, denied=denied)
        return answer(self, *given)

    yield from _hidden_lists_are_fetched()
    yield _patched(statement, "_within_tier", lambda *_: iter(()))
    yield _patched(_Telling, "answer", answered)


def _hidden_lists_are_fetched() -> Iterator[AbstractContextManager[Any]]:
    """Fetch what will be withheld too."""
    connection = _Planning._connection

    def planned(self: _Planning, type_name: str, record: RecordDefinition, *given: Any) -> Any:
        shape = connection(self, type_name, record, *given)
        published = self.reach.is_published(record)
        self.columns.setdefault(record.name, set(Layout.always(record, expires=True, published=published)))
        return shape

    def asked_of(self: Reach, _: Any, record: RecordDefinition) -> Iterator[tuple[Tier, str]]:
        yield self.highest_of(record), ""

    yield _patched(_Planning, "_connection", planned)
    yield _patched(Reach, "_asked_of", asked_of)


@_planted("the outage of an agency that serves nothing but what is hidden")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield from _hidden_lists_are_fetched()


@_planted("a hidden agency among the sources of a subject")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield from _hidden_lists_are_fetched()
    yield _patched(Reach, "known_sources", lambda self: iter(self.supergraph.connectors))
    yield _patched(CreditInquiry, "sources", lambda _: [])


@_planted("a cost that counts hidden records")
def _() -> Iterator[AbstractContextManager[Any]]:
    cost = CreditInquiry.cost
    yield from _telling(_remember)
    yield _patched(CreditInquiry, "cost", lambda self: {**cost(self), "rows": len(_forget())})


@_planted("an entity tag over all records")
def _() -> Iterator[AbstractContextManager[Any]]:
    headers = graphql._headers

    def tagged(*given: Any) -> list[tuple[bytes, bytes]]:
        return [*headers(*given), (b"etag", str(zlib.crc32(str(sorted(map(str, _forget()))).encode())).encode())]

    yield from _telling(_remember)
    yield _patched(graphql, "_headers", tagged)


@_planted("a log that counts hidden records")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield from _telling(lambda _, rows: logging.getLogger("xinyong").warning("%s rows", len(rows)))


@_planted("metrics that tell who is not there from who may not be found")
def _() -> Iterator[AbstractContextManager[Any]]:
    yield _patched(metrics, "_TOLD_AS", {})


# Persons


@_planted("a person looked up before it is checked who asks")
def _() -> Iterator[AbstractContextManager[Any]]:
    may_find, tell = CallersEyes.may_find, Resolver._tell

    async def told(self: Resolver, errand: Any, found: Mapping[int, Any]) -> None:
        eyes = errand.outcomes.beholder
        there = {n: each for n, each in found.items() if may_find(eyes, each.subject.kind, each.subject.identifier)}
        await tell(self, errand, there)

    yield _patched(CallersEyes, "may_find", lambda *_: True)
    yield _patched(Resolver, "_tell", told)


@_planted("a person who may not be found, refused and not unknown")
def _() -> Iterator[AbstractContextManager[Any]]:
    registered = Resolver._registered

    async def refused(self: Resolver, waiting: Any, ns: Sequence[int], errand: Any, ids: Any) -> Any:
        found: Mapping[int, RegisteredSubject | None] = await registered(self, waiting, ns, errand, ids)
        for n, each in found.items():
            if each is not None and not errand.outcomes.beholder.may_find(each.kind, each.identifier):
                errand.outcomes.errors.append((errand.paths[n], Forbidden(Text("not yours to find", "无权查找"))))
        return found

    yield _patched(Resolver, "_registered", refused)


@_planted("a search that counts persons")
def _() -> Iterator[AbstractContextManager[Any]]:
    async def counted(self: Register, text: str) -> int:
        named = SUBJECT.c.name.like(self._bound(1), escape="\\")
        written = self._written(sa.select(sa.func.count()).select_from(SUBJECT).where(named))
        answers = await self._source.fetch(written, (f"%{text}%",))
        return int(answers[0][0])

    yield _patched(Register, "count", counted)


@_planted("a dry run that looks for the subject")
def _() -> Iterator[AbstractContextManager[Any]]:
    go = _Journey.go

    async def gone(self: Any) -> None:
        await go(self)
        if self._question.dry_run:
            await self._inquiry.read()
            self._extra["found"] = [each.outcome for each in self._inquiry._outcomes.told]

    yield _patched(_Journey, "go", gone)
