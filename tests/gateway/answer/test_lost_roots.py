"""A root field of the gateway's own that fails: what becomes of the answer, of its entry, and of the papers cited."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.access.callers import PUBLIC_CALLER
from gateway.answer import CreditGraph, Desk
from gateway.errors import Forbidden, GatewayError, PapersUnavailable, Text
from schema.about import Viewer
from schema.desk import PaperPayload
from schema.disclosure import LegalBasis, Outcome, Standing
from tests.gateway.answer.test_answer import (
    ARREARS,
    BOTH,
    CODE,
    OFFICER,
    PAYMENTS,
    UNKNOWN,
    WITH_LETTER,
    Office,
    asks,
    told,
)

REFUSED = Forbidden(Text("no", "否"), legal_basis=LegalBasis("18"))
SILENT = PapersUnavailable("down")
VIEWER = Viewer(person=None, organisation=None, organisation_kind=None, roles=[], standings=[Standing.PUBLIC])


class Counter:
    """A desk of papers at which every step but one succeeds."""

    def __init__(self, fails_with: GatewayError) -> None:
        self.fails_with = fails_with
        self.done: list[str] = []

    async def submit(self, paper_id: str) -> PaperPayload:
        """Hand a draft in; the one named ``bad`` fails."""
        if paper_id == "bad":
            raise self.fails_with
        self.done.append(paper_id)
        return PaperPayload(paper=None, errors=[])

    async def papers(self, *_: object) -> None:
        """Give no page."""
        raise self.fails_with


class Failing:
    """A root value of which the viewer cannot be read."""

    def __init__(self, fails_with: Exception) -> None:
        self._fails_with = fails_with

    @property
    def viewer(self) -> Viewer:
        """Fail."""
        raise self._fails_with


def furnished(office: Office, root_value: Any, desk: Any = None) -> Office:  # noqa: ANN401 (anything that is read by name)
    """Give the office with a root value, and with a desk of papers."""
    credit = office.desk.graph
    assert isinstance(credit, CreditGraph)
    credit = replace(credit, root_value=lambda _, __: root_value, desk=lambda _, __: desk)
    office.desk = Desk(credit, office.trail, b"receipt key")
    return office


@pytest.fixture
def office() -> Office:
    return furnished(Office(), Failing(ValueError("unforeseen")))


async def test_where_what_is_never_null_fails_the_data_are_null_as_a_whole(office: Office) -> None:
    answer = await office.ask("__typename me: viewer { person } again: viewer { person } papers { totalCount }")
    assert answer.status == 200
    assert told(answer)["data"] is None
    (error,) = told(answer)["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["me"], "INTERNAL_SERVER_ERROR")
    assert (office.entry.outcome, office.entry.errors) == (Outcome.FAILED, ("INTERNAL_SERVER_ERROR",))


async def test_a_field_below_that_is_never_null_and_fails_takes_them_along(office: Office) -> None:
    nobody: Any = None
    furnished(office, SimpleNamespace(viewer=replace(VIEWER, standings=[nobody])))
    answer = told(await office.ask("viewer { person standings }"))
    assert answer["data"] is None
    assert [each["path"] for each in answer["errors"]] == [["viewer", "standings", 0]]


@pytest.mark.parametrize("lost", [f"{BOTH} {{ ... on LegalPerson {{ %s }} }}", asks(CODE, "%s")])
async def test_a_subject_that_was_read_beside_it_is_recorded_as_failed_not_counted_nothing_told(
    office: Office, lost: str
) -> None:
    answer = told(await office.ask(f"{lost % f'name {ARREARS} {PAYMENTS}'} viewer {{ person }}"))
    assert answer["data"] is None
    assert [each["path"] for each in answer["errors"]] == [["viewer"]]
    assert office.source.asked
    assert office.entry.outcome is Outcome.FAILED
    assert office.entry.subjects
    for line in office.entry.subjects:
        assert (line.outcome, line.standing, line.tier, line.counted) == (Outcome.FAILED, Standing.DUTY, "", False)
        assert (line.fields, line.counts) == ((), (0, 0))
        assert line.withheld == ("SocialInsurancePayment.paidAmount",)


async def test_whether_there_is_such_a_subject_turns_nothing_where_all_is_lost(office: Office) -> None:
    for code in (CODE, UNKNOWN):
        await office.ask(f"{asks(code, 'name')} viewer {{ person }}", PUBLIC_CALLER)
    found, unknown = office.trail.entries
    assert found.outcome is unknown.outcome is Outcome.FAILED
    assert unknown.subjects[0].outcome is Outcome.NOT_FOUND


async def test_a_paper_on_which_nothing_was_told_is_not_used_up(office: Office) -> None:
    office.drawer.held_by[OFFICER] = WITH_LETTER
    question = f"{asks(CODE, PAYMENTS)} viewer {{ person }}"
    assert told(await office.ask(question, papers=("OL-1",)))["data"] is None
    assert office.drawer.used == []
    (line,) = office.entry.subjects
    assert (line.outcome, line.paper, line.standing) == (Outcome.FAILED, "OL-1", Standing.OFFICIAL_LETTER)
    furnished(office, SimpleNamespace(viewer=VIEWER))
    assert told(await office.ask(question, papers=("OL-1",)))["data"]["viewer"] == {"person": None}
    assert office.drawer.used == [("OL-1", [f"id-{CODE}"])]


async def test_where_a_right_was_missing_for_what_is_never_null_it_is_recorded_as_denied(office: Office) -> None:
    furnished(office, Failing(REFUSED))
    answer = told(await office.ask(f"{asks(CODE, ARREARS)} viewer {{ person }}"))
    assert (answer["data"], [each["extensions"]["code"] for each in answer["errors"]]) == (None, ["FORBIDDEN"])
    assert office.entry.outcome is Outcome.DENIED
    assert [each.outcome for each in office.entry.subjects] == [Outcome.DENIED]


@pytest.mark.parametrize("error", [REFUSED, SILENT], ids=["refused", "silent"])
async def test_what_may_be_null_is_lost_alone(office: Office, error: GatewayError) -> None:
    furnished(office, SimpleNamespace(viewer=VIEWER), Counter(error))
    answer = told(await office.ask(f"{asks(CODE, 'name')} mine: papers {{ totalCount }} viewer {{ person }}"))
    assert answer["data"] == {"subject": {"name": "某公司"}, "mine": None, "viewer": {"person": None}}
    assert [(each["path"], each["extensions"]["code"]) for each in answer["errors"]] == [(["mine"], error.code)]
    assert office.entry.subjects[0].outcome is Outcome.DISCLOSED


@pytest.mark.parametrize("error", [REFUSED, SILENT], ids=["refused", "silent"])
async def test_a_mutation_that_fails_loses_nothing_of_what_the_others_did_and_said(
    office: Office, error: GatewayError
) -> None:
    desk = Counter(error)
    furnished(office, None, desk)
    steps = " ".join(f'{key}: submitPaper(id: "{key}") {{ errors {{ code }} }}' for key in ("one", "bad", "two"))
    answer = told(await office.desk.answer(office.question("")._replace(document=f"mutation {{ {steps} }}")))
    assert answer["data"] == {"one": {"errors": []}, "bad": None, "two": {"errors": []}}
    assert [(each["path"], each["extensions"]["code"]) for each in answer["errors"]] == [(["bad"], error.code)]
    assert desk.done == ["one", "two"]


async def test_where_the_use_of_a_paper_cannot_be_counted_its_subject_is_a_line_that_failed(office: Office) -> None:
    office.drawer.held_by[OFFICER] = WITH_LETTER
    office.drawer.exhausted = SILENT
    assert "data" not in told(await office.ask(asks(CODE, PAYMENTS), papers=("OL-1",)))
    (line,) = office.entry.subjects
    assert (office.entry.outcome, line.outcome) == (Outcome.FAILED, Outcome.FAILED)
    assert (line.counted, line.fields, line.counts) == (False, (), (0,))
