"""The desk at which one caller opens, finds, decides and reads cases: `schema.violation_desk.ViolationDesk` (Art. 25).

Who may is asked first, then what is wrong is told all at once, and only then a step is written, with its actor and
reason. Each mutation is an operation, and so an entry of the trail before its answer leaves.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, false

from gateway.access.callers import Caller
from gateway.access.papers.archive import Place
from gateway.access.papers.desk import folded, reasoned
from gateway.access.papers.pages import page_info, read_cursor, read_first
from gateway.access.papers.problems import Problem, unusable, user_error
from gateway.access.papers.rights import is_staff
from gateway.access.papers.rows import Seals
from gateway.collection.violations import rights
from gateway.collection.violations.case import Case, Evidence, Step
from gateway.collection.violations.cases import new_id
from gateway.collection.violations.errors import NoSuchCase
from gateway.collection.violations.procedure import CaseStep, case_step, step_of
from gateway.collection.violations.register import CaseRegister, opened
from gateway.collection.violations.shown import show
from gateway.errors import Text
from gateway.store.tables import VIOLATION
from schema.categories import AGENCIES
from schema.violation_desk import ViolationPayload
from schema.violations import (
    Violation,
    ViolationConnection,
    ViolationFinding,
    ViolationInput,
    ViolationKind,
    ViolationMeasure,
    ViolationState,
)

__all__ = ["CallersCases"]

_DOCUMENT: Final = range(2, 101)
_REFERENCE: Final = 100
_CENTRE: Final = "CREDIT_CENTRE"
"""The centre reports nothing of its own, and answers for its management all the same (Art. 25(4))."""


@dataclass(frozen=True, slots=True)
class CallersCases:
    """The desk as one caller finds it at one moment."""

    register: CaseRegister
    keys: Seals
    caller: Caller
    now: float

    async def open(self, given: ViolationInput) -> ViolationPayload:
        """Open a case with what a person has found.

        Raises:
            Forbidden: this caller opens none.

        """
        rights.open_case(self.caller)
        problems = [*_of_agency(given.agency), *_of_text("said", given.said), *_of_reference(given)]
        if problems:
            return _refused(problems)
        case_id = new_id()
        said = folded(given.said)
        reference = folded(given.reference) if given.reference else case_id
        rule = folded(given.rule) if given.rule else None
        evidence = Evidence("PERSON", reference, Text(said, said), matter=case_id, rule=rule)
        who = (self.caller.person, self.caller.organisation)
        return await self._shown(
            await self.register.put(opened(case_id, given.kind, given.agency, evidence, who, self.at))
        )

    async def find(self, case_id: str, finding: ViolationFinding, reason: str) -> ViolationPayload:
        """Say whether there was a violation, with the reason."""
        case = await self._case(case_id)
        rights.find(self.caller, case)
        return await self._move(case, step_of(finding), reason)

    async def decide(self, case_id: str, measure: ViolationMeasure, document: str, reason: str) -> ViolationPayload:
        """Decide what follows from a violation, by a written decision."""
        case = await self._case(case_id)
        rights.decide(self.caller, case, measure)
        return await self._move(case, step_of(measure), reason, document=document)

    async def close(self, case_id: str, reason: str) -> ViolationPayload:
        """Close a case whose measure was carried out."""
        case = await self._case(case_id)
        rights.close(self.caller, case)
        return await self._move(case, CaseStep.CLOSE, reason)

    async def violation(self, case_id: str) -> Violation | None:
        """Give a case, None where there is none that the caller may see."""
        found = [] if self.caller.is_public else await self.register.cases([case_id])
        return show(found[0], self.caller) if found and rights.may_read(self.caller, found[0]) else None

    async def violations(
        self,
        state: ViolationState | None,
        kind: ViolationKind | None,
        agency: str | None,
        page: tuple[int, str | None],
    ) -> ViolationConnection:
        """Give a page of cases: staff all, an agency's own people those against it.

        Raises:
            BadUserInput: the page cannot be read.

        """
        first, after = read_first(page[0]), read_cursor(page[1], self.caller.person, self.keys)
        where = [*self._visible()]
        where += [] if state is None else [VIOLATION.c.state == state.value]
        where += [] if kind is None else [VIOLATION.c.kind == kind.value]
        where += [] if agency is None else [VIOLATION.c.agency == agency if agency.isprintable() else false()]
        found, more, total = await self.register.page(where, first, after)
        places = [Place(each.opened_at, each.id) for each in found]
        return ViolationConnection(
            nodes=[show(each, self.caller) for each in found],
            page_info=page_info(places, self.caller.person, self.keys, after=after is not None, more=more),
            total_count=total,
        )

    @property
    def at(self) -> datetime:
        """The instant, aware."""
        return datetime.fromtimestamp(self.now, UTC)

    def _visible(self) -> list[ColumnElement[bool]]:
        if self.caller.is_public:
            return [false()]
        if is_staff(self.caller):
            return []
        return [VIOLATION.c.agency == self.caller.organisation if rights.is_alleged(self.caller) else false()]

    async def _case(self, case_id: str) -> Case:
        """Give a case that the caller may know of.

        Raises:
            NoSuchCase: there is none for this caller.

        """
        found = [] if self.caller.is_public else await self.register.cases([case_id])
        if not found or not rights.may_read(self.caller, found[0]):
            raise NoSuchCase
        return found[0]

    async def _move(self, case: Case, step: CaseStep, reason: str, *, document: str | None = None) -> ViolationPayload:
        to = case_step(case.state, step, case.kind)
        problems = reasoned(reason) + ([] if document is None else _of_text("document", document, _DOCUMENT))
        if problems:
            return _refused(problems)
        caller = self.caller
        number = None if document is None else folded(document)
        await self.register.move(
            case, Step(self.at, caller.person, caller.organisation, case.state, to, folded(reason), number)
        )
        return await self._shown(case.id)

    async def _shown(self, case_id: str) -> ViolationPayload:
        (case,) = await self.register.cases([case_id])
        return ViolationPayload(violation=show(case, self.caller), errors=[])


def _of_agency(code: str) -> list[Problem]:
    if code in (*AGENCIES, _CENTRE) and code != "ANY":
        return []
    said = Text("there is no agency of that code in the catalogue", "目录中没有该单位代码")
    return [unusable(("violation", "agency"), said)]


def _of_text(name: str, text: str, length: range = range(2, 501)) -> list[Problem]:
    written = " ".join(text.split())
    if len(written) in length and written.isprintable():
        return []
    most = length.stop - 1
    said = Text(f"{length.start} to {most} characters are needed", f"须填写 {length.start} 至 {most} 字")
    return [unusable(("violation", name) if name == "said" else (name,), said)]


def _of_reference(given: ViolationInput) -> list[Problem]:
    named = {"reference": given.reference, "rule": given.rule}
    said = Text(f"at most {_REFERENCE} characters, on one line", f"至多 {_REFERENCE} 字，且为一行")
    return [
        unusable(("violation", name), said)
        for name, text in named.items()
        if text and not (len(text) <= _REFERENCE and text.isprintable())
    ]


def _refused(problems: list[Problem]) -> ViolationPayload:
    return ViolationPayload(violation=None, errors=[user_error(each) for each in problems])
