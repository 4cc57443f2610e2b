"""The demonstration's papers are there, move with the day, and leave alone what people did (contract, section 7)."""

from typing import Any

from sqlalchemy import event, select

from connectors.demonstration import sample
from gateway.access.papers.demonstration import CITED, seed
from gateway.store.tables import PAPER_STEP
from schema.papers import GrantState, PaperState
from tests.gateway.access.papers.office import TODAY, Office, caller, day, official_letter

SUBJECTS = {each["name"] for each in (*sample()["legalPersons"], *sample()["individuals"])}


async def seeded(office: Office, days: int = 0) -> None:
    await seed(office.store, office.keys, office.room.files, day(days))
    office.now += 86_400 * days


async def held(office: Office, persona: str, *cited: str) -> Any:  # noqa: ANN401 (a test's look at it)
    return await office.room.register.held(caller(persona), cited, office.now)


async def test_every_paper_of_the_contract_is_there_in_its_state(office: Office) -> None:
    await seeded(office)
    states = {}
    for own_id, persona, *_ in CITED:
        paper = await office.desk(persona).paper(own_id)
        assert paper is not None
        states[own_id] = paper.state
    assert states == {
        "DEMO-AUTH-LP10": PaperState.ACCEPTED,
        "DEMO-LETTER-TAX": PaperState.ACCEPTED,
        "DEMO-LETTER-COURT": PaperState.ACCEPTED,
        "DEMO-LETTER-EXPIRED": PaperState.EXPIRED,
        "DEMO-AUTH-REVOKED": PaperState.REVOKED,
    }
    grants = await office.desk("auditor").grants(None, None, (20, None))
    assert {(each.id, each.state) for each in grants.nodes} == {
        ("DEMO-GRANT-TAX", GrantState.ACTIVE),
        ("DEMO-GRANT-COURT", GrantState.ACTIVE),
    }


async def test_the_personas_hold_what_they_need(office: Office) -> None:
    await seeded(office)
    assert (await held(office, "company")).own == {office.id_of("LP-07")}
    assert (await held(office, "individual")).own == {office.id_of("IN-10")}
    assert (await held(office, "credit-service")).recognised
    third = await held(office, "third-party", "DEMO-AUTH-LP10")
    assert [each.subject_id for each in third.authorisations] == [office.id_of("LP-10")]
    assert third.own == {office.id_of("LP-02")}
    for persona, letter, grant in (
        ("tax-officer", "DEMO-LETTER-TAX", "DEMO-GRANT-TAX"),
        ("court-officer", "DEMO-LETTER-COURT", "DEMO-GRANT-COURT"),
    ):
        found = await held(office, persona, letter)
        assert found.letters[0].subject_ids == {office.id_of("LP-10"), office.id_of("IN-09")}
        assert [each.id for each in found.grants] == [grant]


async def test_names_are_those_of_the_city(office: Office) -> None:
    await seeded(office)
    listed = await office.desk("auditor").papers(None, None, None, (100, None))
    named = {each.name for paper in listed.nodes for each in paper.subjects}
    assert len(named) == 5
    assert named <= SUBJECTS
    assert all(paper.evidence for paper in listed.nodes)


async def test_a_second_run_writes_nothing(office: Office) -> None:
    await seeded(office)
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    engine = office.store.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await seeded(office)
    event.remove(engine, "before_cursor_execute", note)
    assert [each for each in seen if "INTO paper_file" not in each] == []


async def test_on_another_day_the_days_move_and_nothing_else(office: Office) -> None:
    await seeded(office)
    presented = await office.accepted("tax-officer", official_letter(letter_number="自行提交"))
    await office.desk("tax-officer").revoke("DEMO-LETTER-TAX", "案件已经办结")
    await office.room.register.use("DEMO-AUTH-LP10", [office.id_of("LP-10")], office.now)
    async with office.store.engine.connect() as connection:
        steps = (await connection.execute(select(PAPER_STEP))).all()
    await seeded(office, days=100)
    letter = await office.desk("tax-officer").paper("DEMO-LETTER-TAX")
    authorisation = await office.desk("third-party").paper("DEMO-AUTH-LP10")
    expired = await office.desk("tax-officer").paper("DEMO-LETTER-EXPIRED")
    own = await office.desk("tax-officer").paper(presented)
    assert letter is not None
    assert authorisation is not None
    assert expired is not None
    assert own is not None
    assert (letter.state, letter.issued_on) == (PaperState.REVOKED, day(95))
    assert (authorisation.state, authorisation.use_count) == (PaperState.ACCEPTED, 1)
    assert expired.state is PaperState.EXPIRED
    assert own.valid_to == day(60)
    assert (await held(office, "third-party", "DEMO-AUTH-LP10")).authorisations
    async with office.store.engine.connect() as connection:
        assert (await connection.execute(select(PAPER_STEP))).all() == steps
    assert day(0) == TODAY
