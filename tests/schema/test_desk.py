"""Papers in the graph: every field and mutation hands its arguments to the desk of its caller (Art. 18)."""

from types import SimpleNamespace
from typing import Any

import pytest

from schema.disclosure import PurposeCode
from schema.graph import graph
from schema.papers import GrantState, PaperKind, PaperState, ReviewDecision


class Noting:
    """A desk that notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any method of a desk)
        """Give the method of that name."""

        async def method(*arguments: Any, **named: Any) -> None:  # noqa: ANN401 (as above)
            self.asked.append((name, *arguments, *named.values()))

        return method


async def asked(document: str) -> tuple[Any, ...]:
    desk = Noting()
    await graph().execute(document, context_value=SimpleNamespace(papers=desk), root_value=SimpleNamespace())
    (one,) = desk.asked
    return one


GIVEN = "{ paper { id } errors { code } }"
GRANTED = "{ grant { id } errors { code } }"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ('{ paper(id: "A") { id } }', ("paper", "A")),
        ("{ papers { totalCount } }", ("papers", None, None, None, (20, None))),
        (
            '{ papers(kind: RECOGNITION, state: EXPIRED, first: 3, after: "c") { totalCount } }',
            ("papers", PaperKind.RECOGNITION, PaperState.EXPIRED, None, (3, "c")),
        ),
        ('{ grants(state: ACTIVE, agency: "TAX") { totalCount } }', ("grants", GrantState.ACTIVE, "TAX", (20, None))),
        (f'mutation {{ submitPaper(id: "A") {GIVEN} }}', ("submit", "A")),
        (
            f'mutation {{ reviewPaper(id: "A", decision: ACCEPT, reason: "seen") {GIVEN} }}',
            ("review", "A", ReviewDecision.ACCEPT, "seen"),
        ),
        (f'mutation {{ revokePaper(id: "A", reason: "over") {GIVEN} }}', ("revoke", "A", "over")),
        (
            f'mutation {{ reviewGrant(id: "G", decision: REJECT, reason: "no") {GRANTED} }}',
            ("review_grant", "G", ReviewDecision.REJECT, "no"),
        ),
        (
            f'mutation {{ approveGrant(id: "G", decision: ACCEPT, reason: "yes") {GRANTED} }}',
            ("approve_grant", "G", ReviewDecision.ACCEPT, "yes"),
        ),
        (f'mutation {{ withdrawGrant(id: "G", reason: "over") {GRANTED} }}', ("withdraw_grant", "G", "over")),
    ],
)
async def test_what_is_asked_comes_to_the_desk(document: str, expected: tuple[Any, ...]) -> None:
    assert await asked(document) == expected


async def test_a_paper_comes_to_the_desk_as_it_was_written() -> None:
    written = """mutation { presentPaper(draft: true, paper: {officialLetter: {
        letterNumber: "郑税函〔2026〕1号", issuedOn: "2026-11-01", signatory: "甲", seal: "S1", signature: PAPER,
        subjects: [{unifiedSocialCreditCode: "91410199DEM0011054"}], purposes: [SUPERVISION],
        handlers: ["a"], validTo: "2026-12-01", evidence: ["d"], scope: {restricted: ["PersonIdentity"]}
    }}) { paper { id } errors { code } } }"""
    name, given, draft = await asked(written)
    letter = given.official_letter
    assert (name, draft) == ("present", True)
    assert letter.subjects[0].unified_social_credit_code == "91410199DEM0011054"
    assert letter.purposes == [PurposeCode.SUPERVISION]
    assert (letter.scope.all_shared, letter.scope.restricted) == (False, ["PersonIdentity"])
    assert not given.authorisation


async def test_a_grant_comes_to_the_desk_as_it_was_written() -> None:
    name, given = await asked(
        """mutation { proposeGrant(grant: {scope: {restricted: ["PersonIdentity"]}, purposes: [SUPERVISION],
        validFrom: "2026-11-01", validTo: "2027-10-31", approvalDocument: "郑发改〔2026〕9号"})
        { grant { id } errors { code } } }"""
    )
    assert name == "propose_grant"
    assert given.agency is None
