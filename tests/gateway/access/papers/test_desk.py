"""Papers are reviewed by others, revoked by whom they concern, and known to nobody else (Art. 18; R18.5, R18.6)."""

import asyncio
import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from gateway.access.keys import SealBroken
from gateway.access.papers import desk, rights
from gateway.errors import BadUserInput, Forbidden, PaperInvalid, PapersUnavailable, StateConflict
from gateway.store.tables import METADATA, PAPER
from schema.papers import PaperKind, PaperState, ReviewDecision, SignatureKind
from schema.references import IndividualRef, SubjectRef
from tests.gateway.access.papers.office import (
    CODES,
    PAPERS,
    PERSONS,
    Office,
    authorisation,
    caller,
    day,
    entity_certificate,
    identity_document,
    legal,
    official_letter,
    person,
)

ACCEPT, REJECT = ReviewDecision.ACCEPT, ReviewDecision.REJECT


async def test_a_paper_is_accepted_with_its_whole_history(office: Office) -> None:
    paper = await office.presented("tax-officer", official_letter())
    payload = await office.desk("centre-approver").review(paper.id, ACCEPT, "  公章 与签发人\n相符 ")
    assert payload.paper is not None
    accepted = payload.paper
    assert (accepted.state, accepted.reviewed_by) == (PaperState.ACCEPTED, "demo:centre-approver")
    first, second = accepted.history
    assert (first.from_, first.to, first.actor, first.organisation) == (
        None,
        PaperState.SUBMITTED,
        "demo:tax-officer",
        "TAX",
    )
    assert (second.from_, second.to, second.actor, second.reason) == (
        PaperState.SUBMITTED,
        PaperState.ACCEPTED,
        "demo:centre-approver",
        "公章 与签发人 相符",
    )
    assert {each.legal_basis.article for each in accepted.history} == {"18"}


async def test_what_was_written_comes_back(office: Office) -> None:
    paper = await office.presented("tax-officer", official_letter(max_uses=2, case_number="2026-7"))
    assert (paper.kind, paper.number, paper.organisation) == (PaperKind.OFFICIAL_LETTER, "郑税函〔2026〕118号", "TAX")
    assert [each.name for each in paper.subjects] == ["河南泓源环保科技有限公司", PERSONS["IN-09"]["name"]]
    assert [each.id for each in paper.subjects] == [office.id_of("LP-10"), office.id_of("IN-09")]
    assert (paper.issued_on, paper.valid_from, paper.valid_to) == (day(-3), day(-3), day(60))
    assert (paper.signature, paper.max_uses, paper.use_count) == (SignatureKind.PAPER, 2, 0)
    assert [each.value for each in paper.purposes] == ["SUPERVISION", "ENFORCEMENT"]
    assert [(each.media_type, each.name) for each in paper.evidence] == [("application/pdf", "证明.pdf")]
    assert paper.scope is None


async def test_a_certificate_lasts_thirty_days_unless_it_says_otherwise(office: Office) -> None:
    paper = await office.presented("third-party", entity_certificate())
    assert paper.valid_to == day(29)


async def test_nobody_reviews_what_they_presented_or_use(office: Office) -> None:
    approver = caller("centre-approver")
    paper = await office.presented("centre-operator", entity_certificate(holder=approver.person))
    with pytest.raises(Forbidden):
        await office.desk("centre-approver").review(paper.id, ACCEPT, "核对无误")
    with pytest.raises(Forbidden):
        await office.desk("centre-approver").review(paper.id, REJECT, "核对有误")
    number = PERSONS["IN-09"]["idNumber"]
    office.people.renamed[office.id_of("IN-09")] = "钟信审"
    own = await office.presented(
        "centre-approver",
        identity_document(subject=SubjectRef(individual=IndividualRef(id_number=number, name="钟信审")), number=number),
    )
    with pytest.raises(Forbidden):
        await office.desk("centre-approver").review(own.id, ACCEPT, "核对无误")


@pytest.mark.parametrize("persona", ["tax-officer", "centre-operator", "supervisor", "auditor"])
async def test_only_an_approver_reviews(office: Office, persona: str) -> None:
    paper = await office.presented("tax-officer", official_letter())
    with pytest.raises(Forbidden):
        await office.desk(persona).review(paper.id, ACCEPT, "核对无误")
    shown = await office.desk("auditor").paper(paper.id)
    assert shown is not None
    assert shown.state is PaperState.SUBMITTED


async def test_a_review_has_its_reason(office: Office) -> None:
    paper = await office.presented("tax-officer", official_letter())
    payload = await office.desk("centre-approver").review(paper.id, ACCEPT, " ")
    assert [(each.code, each.field) for each in payload.errors] == [("BAD_USER_INPUT", ["reason"])]


async def test_a_paper_is_reviewed_once(office: Office) -> None:
    paper = await office.presented("tax-officer", official_letter())
    await office.desk("centre-approver").review(paper.id, REJECT, "缺公章")
    with pytest.raises(StateConflict) as refused:
        await office.desk("centre-approver").review(paper.id, ACCEPT, "补正")
    assert refused.value.particulars() == {"state": "REJECTED"}


async def test_of_two_reviews_at_once_one_counts(office: Office) -> None:
    paper = await office.presented("tax-officer", official_letter())
    desk = office.desk("centre-approver")
    reviews = [desk.review(paper.id, decision, "同时审查") for decision in (ACCEPT, REJECT)]
    results = await asyncio.gather(*reviews, return_exceptions=True)
    conflicts = [each for each in results if isinstance(each, StateConflict)]
    assert len(conflicts) == 1
    shown = await office.desk("auditor").paper(paper.id)
    assert shown is not None
    assert len(shown.history) == 2
    assert conflicts[0].state == shown.state.value


async def test_a_step_from_a_state_that_is_past_is_not_written(office: Office) -> None:
    own_id = (await office.presented("tax-officer", official_letter())).id
    (stale,) = await office.room.archive.papers([own_id])
    step = replace(stale.steps[0], from_state="SUBMITTED", to_state="ACCEPTED")
    await office.room.archive.move(stale, step)
    with pytest.raises(StateConflict, match="ACCEPTED by now"):
        await office.room.archive.move(stale, replace(step, to_state="REJECTED"))
    (kept,) = await office.room.archive.papers([own_id])
    assert (kept.decided, len(kept.steps)) == (PaperState.ACCEPTED, 2)


async def test_a_paper_that_has_ended_while_it_waited_is_not_accepted(office: Office) -> None:
    paper = await office.presented("tax-officer", official_letter(valid_to=day(1)))
    payload = await office.desk("centre-approver", days=2).review(paper.id, ACCEPT, "核对无误")
    assert [each.code for each in payload.errors] == ["PAPER_INVALID"]
    rejected = await office.desk("centre-approver", days=2).review(paper.id, REJECT, "已过有效期")
    assert rejected.paper is not None


async def test_a_person_whom_the_register_knows_by_another_name_is_not_accepted(office: Office) -> None:
    paper = await office.presented("individual", identity_document())
    office.people.renamed[office.id_of("IN-10")] = "欧阳某"
    payload = await office.desk("centre-approver").review(paper.id, ACCEPT, "核对无误")
    assert [each.code for each in payload.errors] == ["PAPER_INVALID"]


async def test_a_draft_is_its_authors_until_it_is_handed_in(office: Office) -> None:
    payload = await office.present("tax-officer", official_letter(), draft=True)
    assert payload.paper is not None
    draft = payload.paper
    assert draft.state is PaperState.DRAFT
    with pytest.raises(StateConflict, match="DRAFT"):
        await office.desk("centre-approver").review(draft.id, ACCEPT, "核对无误")
    with pytest.raises(PaperInvalid):
        await office.desk("centre-approver").submit(draft.id)
    submitted = await office.desk("tax-officer").submit(draft.id)
    assert submitted.paper is not None
    assert submitted.paper.state is PaperState.SUBMITTED
    with pytest.raises(StateConflict, match="SUBMITTED"):
        await office.desk("tax-officer").submit(draft.id)


async def test_a_draft_that_has_ended_is_not_handed_in(office: Office) -> None:
    payload = await office.present("tax-officer", official_letter(valid_to=day(1)), draft=True)
    assert payload.paper is not None
    late = await office.desk("tax-officer", days=2).submit(payload.paper.id)
    assert [each.code for each in late.errors] == ["PAPER_INVALID"]


@pytest.mark.parametrize("persona", ["tax-officer", "centre-approver", "supervisor"])
async def test_a_letter_is_revoked_by_its_presenter_and_by_staff(office: Office, persona: str) -> None:
    own_id = await office.accepted("tax-officer", official_letter())
    payload = await office.desk(persona).revoke(own_id, "案件已办结")
    assert payload.paper is not None
    assert payload.paper.state is PaperState.REVOKED
    with pytest.raises(StateConflict, match="REVOKED"):
        await office.desk(persona).revoke(own_id, "再次撤销")


async def test_the_day_on_which_a_paper_ends_is_in_its_history(office: Office) -> None:
    own_id = await office.accepted("third-party", entity_certificate())
    before = await office.desk("third-party", days=29).paper(own_id)
    after = await office.desk("third-party", days=30).paper(own_id)
    assert before is not None
    assert after is not None
    assert before.history[-1].to is PaperState.ACCEPTED
    last = after.history[-1]
    assert last.to is PaperState.EXPIRED
    assert (last.actor, last.at.isoformat()) == ("SYSTEM", "2026-12-23T00:00:00+08:00")


async def test_the_subject_revokes_an_authorisation_that_it_gave(office: Office) -> None:
    certificate = entity_certificate(holder="demo:company", subject=legal("LP-10"), issuer=CODES["LP-10"])
    own_id = await office.accepted("third-party", authorisation())
    await office.accepted("centre-operator", certificate)
    with pytest.raises(PaperInvalid):  # the token of `company` says that it is LP-07 alone
        await office.desk("company").revoke(own_id, "终止合作")
    individual = await office.accepted(
        "centre-operator",
        authorisation(subject=person("IN-10"), signatory=PERSONS["IN-10"]["name"], seal=None, requester=CODES["LP-02"]),
    )
    payload = await office.desk("individual").revoke(individual, "终止合作")
    assert payload.paper is not None
    assert payload.paper.state is PaperState.REVOKED


@pytest.mark.parametrize("persona", ["centre-operator", "auditor"])
async def test_staff_without_that_task_revoke_nothing(office: Office, persona: str) -> None:
    own_id = await office.accepted("tax-officer", official_letter())
    with pytest.raises(Forbidden):
        await office.desk(persona).revoke(own_id, "无权撤销")


async def test_what_is_not_accepted_is_not_revoked(office: Office) -> None:
    paper = await office.presented("tax-officer", official_letter())
    with pytest.raises(StateConflict, match="SUBMITTED"):
        await office.desk("tax-officer").revoke(paper.id, "不再需要")


async def test_a_letters_number_is_taken_once(office: Office) -> None:
    first = await office.presented("tax-officer", official_letter())
    again = await office.present("tax-officer", official_letter(subjects=[legal("LP-07")]))
    assert [(each.code, each.field[-1]) for each in again.errors] == [("PAPER_INVALID", "letterNumber")]
    other = await office.present("centre-operator", official_letter(organ="COURT", handlers=["demo:court-officer"]))
    assert other.errors == []
    await office.desk("centre-approver").review(first.id, REJECT, "缺公章")
    mended = await office.present("tax-officer", official_letter())
    assert mended.errors == []


@pytest.mark.parametrize("kind", PAPERS)
async def test_a_paper_is_known_to_whom_it_concerns_and_to_staff_alone(office: Office, kind: str) -> None:
    presenter, given = PAPERS[kind]
    paper = await office.presented(presenter, given())
    knowing = {presenter, "centre-operator", "centre-approver", "supervisor", "auditor"}
    knowing |= {"recognition": {"credit-service"}, "collection consent": {"tax-officer"}}.get(kind, set())
    for persona in (
        "public",
        "individual",
        "company",
        "third-party",
        "tax-officer",
        "tax-reporter",
        "court-officer",
        "credit-service",
        "centre-operator",
        "auditor",
    ):
        desk = office.desk(persona)
        shown = await desk.paper(paper.id)
        listed = await desk.papers(None, None, None, (20, None))
        assert (shown is not None) == (persona in knowing), persona
        assert [each.id for each in listed.nodes] == ([paper.id] if persona in knowing else []), persona
        assert listed.total_count == len(listed.nodes)


async def test_the_subject_knows_of_papers_about_itself(office: Office) -> None:
    await office.presented("tax-officer", official_letter(subjects=[person("IN-10"), person("IN-09")]))
    listed = await office.desk("individual").papers(None, None, None, (20, None))
    (paper,) = listed.nodes
    assert [each.name for each in paper.subjects] == [PERSONS["IN-10"]["name"], "赵**"]


async def test_names_are_masked_for_a_holder_who_did_not_present(office: Office) -> None:
    letter = official_letter(organ="TAX", subjects=[legal("LP-10"), person("IN-09")])
    paper = await office.presented("centre-operator", letter)
    shown = await office.desk("tax-officer").paper(paper.id)
    assert shown is not None
    assert [each.name for each in shown.subjects] == ["河南泓源环保科技有限公司", "赵**"]
    assert shown.signatory == "局**"


async def test_the_public_does_nothing_with_papers(office: Office) -> None:
    own_id = await office.accepted("tax-officer", official_letter())
    public = office.desk("public")
    for step in (
        public.submit(own_id),
        public.review(own_id, ACCEPT, "核对无误"),
        public.revoke(own_id, "案件已办结"),
    ):
        with pytest.raises(PaperInvalid):
            await step
    (kept,) = await office.room.archive.papers([own_id])
    assert not rights.may_read(caller("public"), kept, frozenset({office.id_of("LP-10")}))


async def test_pages_hang_together_newest_first(office: Office) -> None:
    ids = []
    for n in range(5):
        office.now += 1
        ids.append((await office.presented("tax-officer", official_letter(letter_number=f"第{n}号"))).id)
    desk = office.desk("tax-officer")
    seen: list[str] = []
    after: str | None = None
    while True:
        page = await desk.papers(None, None, None, (2, after))
        assert page.total_count == 5
        assert page.page_info.has_previous_page == bool(seen)
        seen += [str(each.id) for each in page.nodes]
        after = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            break
    assert seen == ids[::-1]
    with pytest.raises(BadUserInput, match="after"):
        await office.desk("auditor").papers(None, None, None, (2, after))
    for wrong in ((0, None), (101, None), (2, "nonsense")):
        with pytest.raises(BadUserInput):
            await desk.papers(None, None, None, wrong)


async def test_papers_are_listed_by_kind_state_and_subject(office: Office) -> None:
    letter = await office.accepted("tax-officer", official_letter())
    certificate = await office.accepted("third-party", entity_certificate())
    desk = office.desk("auditor")

    async def listed(
        kind: PaperKind | None = None, state: PaperState | None = None, subject: SubjectRef | None = None, days: int = 0
    ) -> list[str]:
        page = await office.desk("auditor", days=days).papers(kind, state, subject, (20, None))
        return [str(each.id) for each in page.nodes]

    assert await listed(kind=PaperKind.OFFICIAL_LETTER) == [letter]
    assert await listed(subject=legal("LP-02")) == [certificate]
    assert await listed(subject=person("IN-09")) == [letter]
    assert await listed(subject=SubjectRef(unified_social_credit_code="nobody")) == []
    assert sorted(await listed(state=PaperState.ACCEPTED)) == sorted([letter, certificate])
    assert await listed(state=PaperState.EXPIRED, days=40) == [certificate]
    assert await listed(state=PaperState.ACCEPTED, days=40) == [letter]
    assert await listed(state=PaperState.EXHAUSTED) == []
    assert await listed(state=PaperState.SUBMITTED) == []
    assert (await desk.paper("nothing")) is None


async def test_no_number_and_no_name_of_a_person_is_in_the_register(office: Office) -> None:
    for persona, given in PAPERS.values():
        await office.presented(persona, given())
    async with office.store.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in (await connection.execute(select(table))).all():
                written = json.dumps([str(each) for each in row], ensure_ascii=False)
                for one in PERSONS.values():
                    assert one["idNumber"] not in written
                    assert one["name"] not in written


async def test_a_number_that_somebody_typed_into_a_text_is_masked(office: Office) -> None:
    number = PERSONS["IN-09"]["idNumber"]
    own_id = await office.accepted("tax-officer", official_letter(letter_number=f"关于{number}的函", signatory=number))
    payload = await office.desk("tax-officer").revoke(own_id, f"当事人 {number} 已结清")
    assert payload.paper is not None
    assert payload.paper.number == "关于4101************53的函"
    assert payload.paper.history[-1].reason == "当事人 4101************53 已结清"
    assert number not in repr(payload.paper)


async def test_an_id_that_is_taken_is_no_paper_over_another(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "new_id", lambda _: "EC-TAKEN")
    await office.presented("third-party", entity_certificate())
    with pytest.raises(PapersUnavailable):
        await office.present("third-party", entity_certificate(seal="另一枚"))


async def test_a_paper_moved_to_another_place_does_not_open(office: Office) -> None:
    first = await office.presented("tax-officer", official_letter())
    second = await office.presented("tax-officer", official_letter(letter_number="另一文号"))
    async with office.store.engine.begin() as connection:
        sealed = (await connection.execute(select(PAPER.c.sealed).where(PAPER.c.id == first.id))).scalar_one()
        await connection.execute(PAPER.update().where(PAPER.c.id == second.id).values(sealed=sealed))
    with pytest.raises(SealBroken):
        await office.desk("tax-officer").paper(second.id)


async def test_ids_are_short_and_nobody_guesses_them(office: Office) -> None:
    ids = {(await office.presented("tax-officer", official_letter(letter_number=f"第{n}号"))).id for n in range(5)}
    assert len(ids) == 5
    assert all(each.startswith("OL-") and len(each) == 19 for each in ids)
