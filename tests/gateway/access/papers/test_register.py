"""What a caller holds is looked up for each operation; a use is counted once, whoever else is at it (Art. 18)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, select, text

from gateway.access.callers import Caller
from gateway.access.held import NOTHING_HELD, Held
from gateway.access.papers import PaperRegister
from gateway.errors import PaperInvalid, PapersUnavailable
from gateway.store import open_store
from gateway.store.tables import PAPER_SUBJECT
from schema.disclosure import OrganizationKind, PurposeCode, Role, Scope
from schema.papers import ReviewDecision
from schema.presented import GrantInput, ScopeInput
from tests.gateway.access.papers.office import (
    CODES,
    CREDIT_SERVICE,
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
    recognition,
)

ACCEPT = ReviewDecision.ACCEPT
UNKNOWN = "no such paper is accepted for you"


async def held(office: Office, persona: str | Caller, *cited: str, days: int = 0) -> Held:
    who = caller(persona) if isinstance(persona, str) else persona
    return await office.room.register.held(who, cited, office.now + 86_400 * days)


async def granted(office: Office, persona: str = "tax-officer", **over: Any) -> str:  # noqa: ANN401 (an input's fields)
    given = {
        "scope": ScopeInput(restricted=["SocialInsurancePayment", "PersonIdentity"]),
        "purposes": [PurposeCode.SUPERVISION],
        "valid_from": day(-10),
        "valid_to": day(100),
        "approval_document": "郑发改信用〔2026〕9号",
    }
    proposed = await office.desk(persona).propose_grant(GrantInput(**{**given, **over}))
    assert proposed.grant is not None
    own_id = proposed.grant.id
    await office.desk("centre-approver").review_grant(own_id, ACCEPT, "材料齐全")
    await office.desk("supervisor").approve_grant(own_id, ACCEPT, "同意授权")
    return str(own_id)


@contextmanager
def counting(office: Office) -> Iterator[list[str]]:
    """Note the statements that are sent to the database."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    engine = office.store.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@asynccontextmanager
async def without(office: Office, table: str) -> AsyncIterator[None]:
    """Take a table away, and bring it back."""
    for came_from, to in ((table, "taken_away"), ("taken_away", table)):
        async with office.store.engine.begin() as connection:
            await connection.execute(text(f"ALTER TABLE {came_from} RENAME TO {to}"))
        if came_from == table:
            yield


async def test_the_public_and_officers_on_duty_are_not_looked_up(office: Office) -> None:
    with counting(office) as seen:
        for persona in ("public", "tax-officer", "court-officer", "tax-reporter"):
            assert await held(office, persona) is NOTHING_HELD
    assert seen == []


async def test_what_the_public_cites_is_refused_without_looking(office: Office) -> None:
    own_id = await office.accepted("third-party", authorisation())
    with counting(office) as seen, pytest.raises(PaperInvalid, match=UNKNOWN):
        await held(office, "public", own_id)
    assert seen == []


async def test_at_most_two_statements_are_sent(office: Office) -> None:
    letter = await office.accepted("tax-officer", official_letter())
    with counting(office) as seen:
        await held(office, "tax-officer", letter)
        assert len(seen) == 2
        await held(office, "individual")
        assert len(seen) == 3


async def test_an_accepted_self_paper_makes_its_holder_the_subject(office: Office) -> None:
    assert (await held(office, "individual")).own == frozenset()
    own_id = await office.accepted("individual", identity_document())
    found = await held(office, "individual")
    assert found.own == {office.id_of("IN-10")}
    assert found.own_papers == ((office.id_of("IN-10"), own_id),)
    assert (await held(office, "company")).own == frozenset()
    assert (await held(office, "individual", days=3_001)).own == frozenset()


async def test_a_paper_that_is_not_accepted_makes_nobody_the_subject(office: Office) -> None:
    await office.presented("individual", identity_document())
    await office.present("third-party", entity_certificate(), draft=True)
    assert (await held(office, "individual")).own == frozenset()
    assert (await held(office, "third-party")).own == frozenset()


async def test_whose_token_names_a_subject_is_no_other_one(office: Office) -> None:
    certificate = entity_certificate(holder="demo:third-party", subject=legal("LP-07"), issuer=CODES["LP-07"])
    await office.accepted("centre-operator", certificate)
    assert (await held(office, "third-party")).own == frozenset()
    unnamed = replace(caller("third-party"), subject=None)
    assert (await held(office, unnamed)).own == {office.id_of("LP-07")}


async def test_a_recognition_is_found_by_itself_for_credit_services_alone(office: Office) -> None:
    assert not (await held(office, "credit-service")).recognised
    own_id = await office.accepted("supervisor", recognition(valid_to=day(10)))
    assert (await held(office, "credit-service")).recognised
    assert not (await held(office, "credit-service", days=11)).recognised
    pretender = replace(caller("credit-service"), organisation_kind=OrganizationKind.ENTERPRISE)
    assert not (await held(office, pretender)).recognised
    other = replace(caller("credit-service"), organisation=CODES["LP-02"])
    assert not (await held(office, other)).recognised
    await office.desk("supervisor").revoke(own_id, "撤销认定")
    assert not (await held(office, "credit-service")).recognised


async def test_an_authorisation_needs_ones_own_paper_besides(office: Office) -> None:
    own_id = await office.accepted("third-party", authorisation())
    with pytest.raises(PaperInvalid, match="your own identity document or entity certificate"):
        await held(office, "third-party", own_id)
    certificate = await office.accepted("third-party", entity_certificate())
    found = await held(office, "third-party", own_id)
    (cited,) = found.authorisations
    assert (cited.id, cited.subject_id) == (own_id, office.id_of("LP-10"))
    assert cited.scope == Scope(all_shared=True, restricted=frozenset({"SocialInsurancePayment"}))
    assert cited.purposes == {PurposeCode.TRANSACTION}
    assert found.own == {office.id_of("LP-02")}
    assert found.own_papers == ((office.id_of("LP-02"), certificate),)
    assert found.letters == ()
    assert found.cited
    with pytest.raises(PaperInvalid, match="your own"):  # the certificate has ended by then
        await held(office, "third-party", own_id, days=35)


async def test_a_credit_service_cites_an_authorisation_on_its_recognition(office: Office) -> None:
    given = authorisation(requester=CREDIT_SERVICE, purposes=[PurposeCode.CREDIT_SERVICE])
    own_id = await office.accepted("centre-operator", given)
    await office.accepted("supervisor", recognition())
    grant = await granted(office, "credit-service", purposes=[PurposeCode.CREDIT_SERVICE])
    found = await held(office, "credit-service", own_id)
    assert found.recognised
    assert [each.id for each in found.authorisations] == [own_id]
    assert [each.id for each in found.grants] == [grant]


async def test_a_letter_is_its_organs_and_its_handlers(office: Office) -> None:
    letter = await office.accepted("tax-officer", official_letter(scope=ScopeInput(restricted=["PersonIdentity"])))
    found = await held(office, "tax-officer", letter)
    (cited,) = found.letters
    assert cited.subject_ids == {office.id_of("LP-10"), office.id_of("IN-09")}
    assert cited.scope == Scope(restricted=frozenset({"PersonIdentity"}))
    assert cited.purposes == {PurposeCode.SUPERVISION, PurposeCode.ENFORCEMENT}
    other_organ = replace(caller("tax-officer"), organisation="COURT")
    other_handler = replace(caller("tax-officer"), person="demo:tax-colleague")
    for pretender in (caller("court-officer"), other_organ, other_handler, caller("third-party"), caller("auditor")):
        with pytest.raises(PaperInvalid, match=UNKNOWN):
            await held(office, pretender, letter)


async def test_the_grants_of_ones_organisation_come_with_a_letter_while_they_are_active(office: Office) -> None:
    letter = await office.accepted("tax-officer", official_letter())
    grant = await granted(office)
    await granted(office, valid_from=day(5))
    (found,) = (await held(office, "tax-officer", letter)).grants
    assert found.id == grant
    assert found.scope.restricted == {"SocialInsurancePayment", "PersonIdentity"}
    assert len((await held(office, "tax-officer", letter, days=5)).grants) == 2
    await office.desk("supervisor").withdraw_grant(grant, "授权收回")
    assert (await held(office, "tax-officer", letter)).grants == ()


async def test_unknown_anothers_and_undecided_papers_are_refused_in_the_same_words(office: Office) -> None:
    waiting = (await office.presented("tax-officer", official_letter())).id
    draft = await office.present("tax-officer", official_letter(letter_number="草稿"), draft=True)
    rejected = (await office.presented("tax-officer", official_letter(letter_number="退回"))).id
    await office.desk("centre-approver").review(rejected, ReviewDecision.REJECT, "缺公章")
    anothers = await office.accepted("centre-operator", official_letter(organ="COURT", handlers=["demo:court-officer"]))
    assert draft.paper is not None
    said = set()
    for cited in ("OL-FORGED", "", waiting, draft.paper.id, rejected, anothers):
        with pytest.raises(PaperInvalid) as refused:
            await held(office, "tax-officer", str(cited))
        said.add((refused.value.message("en"), refused.value.message("zh")))
    assert len(said) == 1


async def test_of_ones_own_paper_it_is_told_why_it_cannot_be_used(office: Office) -> None:
    revoked = await office.accepted("tax-officer", official_letter())
    await office.desk("tax-officer").revoke(revoked, "案件已办结")
    later = await office.accepted("tax-officer", official_letter(letter_number="下月", valid_from=day(3)))
    for cited, days, words in (
        (revoked, 0, "it was revoked"),
        (later, 61, "it has expired"),
        (later, 0, "it is valid from 2026-11-26 on"),
    ):
        with pytest.raises(PaperInvalid, match=words):
            await held(office, "tax-officer", cited, days=days)
    assert (await held(office, "tax-officer", later, days=3)).letters


async def test_one_bad_paper_among_good_ones_refuses_the_operation(office: Office) -> None:
    letter = await office.accepted("tax-officer", official_letter())
    assert len((await held(office, "tax-officer", letter, letter)).letters) == 1
    with pytest.raises(PaperInvalid):
        await held(office, "tax-officer", letter, "OL-FORGED")
    with pytest.raises(PaperInvalid):
        await held(office, "tax-officer", *[f"OL-{n}" for n in range(100)])


async def test_papers_that_are_found_by_themselves_are_not_cited(office: Office) -> None:
    own_id = await office.accepted("individual", identity_document())
    with pytest.raises(PaperInvalid, match=UNKNOWN):
        await held(office, "individual", own_id)


async def test_a_revocation_in_another_process_counts_on_the_next_operation(office: Office, url: str) -> None:
    letter = await office.accepted("tax-officer", official_letter())
    elsewhere = open_store(url)
    register = PaperRegister(elsewhere.engine, office.keys, 10.0)
    try:
        assert (await register.held(caller("tax-officer"), [letter], office.now)).letters
        await office.desk("tax-officer").revoke(letter, "案件已办结")
        with pytest.raises(PaperInvalid, match="revoked"):
            await register.held(caller("tax-officer"), [letter], office.now)
        with pytest.raises(PaperInvalid, match="revoked"):
            await register.use(letter, [office.id_of("LP-10")], office.now)
    finally:
        await elsewhere.close()


async def test_a_one_time_paper_is_used_once_for_each_subject(office: Office) -> None:
    letter = await office.accepted("tax-officer", official_letter(max_uses=1))
    register, company, individual = office.room.register, office.id_of("LP-10"), office.id_of("IN-09")
    await register.use(letter, [company], office.now)
    with pytest.raises(PaperInvalid, match="exhausted"):
        await register.use(letter, [company, individual], office.now)
    shown = await office.desk("tax-officer").paper(letter)
    assert shown is not None
    assert (shown.use_count, shown.state.value) == (1, "ACCEPTED")
    await register.use(letter, [individual, individual], office.now)
    shown = await office.desk("tax-officer").paper(letter)
    assert shown is not None
    assert (shown.use_count, shown.state.value) == (2, "EXHAUSTED")
    last = shown.history[-1]
    assert (last.to.value, last.actor, last.at.timestamp()) == ("EXHAUSTED", "SYSTEM", office.now)
    with pytest.raises(PaperInvalid, match="exhausted"):
        await held(office, "tax-officer", letter)
    with pytest.raises(PaperInvalid, match="exhausted"):
        await register.use(letter, [individual], office.now)


async def test_of_many_processes_at_once_one_uses_a_one_time_paper(office: Office, url: str) -> None:
    letter = await office.accepted("tax-officer", official_letter(max_uses=3))
    stores = [open_store(url) for _ in range(4)]
    try:
        registers = [PaperRegister(each.engine, office.keys, 20.0) for each in stores]
        subjects = [office.id_of("LP-10"), office.id_of("IN-09")]
        uses = [each.use(letter, subjects[::order], office.now) for each in registers for order in (1, -1)]
        results = await asyncio.gather(*uses, return_exceptions=True)
    finally:
        for each in stores:
            await each.close()
    assert sum(each is None for each in results) == 3
    assert [type(each) for each in results if each is not None] == [PaperInvalid] * 5
    async with office.store.engine.connect() as connection:
        counted = (await connection.execute(select(PAPER_SUBJECT.c.uses))).scalars().all()
    assert list(counted) == [3, 3]


async def test_uses_without_limit_are_counted_too(office: Office) -> None:
    letter = await office.accepted("tax-officer", official_letter())
    for _ in range(3):
        await office.room.register.use(letter, [office.id_of("LP-10")], office.now)
    await office.room.register.use(letter, [], office.now)
    shown = await office.desk("tax-officer").paper(letter)
    assert shown is not None
    assert shown.use_count == 3


async def test_a_paper_that_has_ended_or_is_none_is_not_used(office: Office) -> None:
    letter = await office.accepted("tax-officer", official_letter())
    subject = office.id_of("LP-10")
    with pytest.raises(PaperInvalid, match="expired"):
        await office.room.register.use(letter, [subject], office.now + 86_400 * 61)
    with pytest.raises(PaperInvalid, match=UNKNOWN):
        await office.room.register.use("OL-FORGED", [subject], office.now)
    with pytest.raises(PaperInvalid):  # a subject that it does not list
        await office.room.register.use(letter, [subject, office.id_of("LP-07")], office.now)


async def test_without_the_register_nothing_is_held_and_nothing_used(office: Office) -> None:
    await office.accepted("individual", identity_document())
    letter = await office.accepted("tax-officer", official_letter())
    async with without(office, "paper_subject"):
        with pytest.raises(PapersUnavailable) as told:
            await held(office, "individual")
        assert "paper_subject" in str(told.value)
        assert "demo:individual" not in str(told.value), "who asked is told by no error, and so by no log"
        with pytest.raises(PapersUnavailable):
            await held(office, "tax-officer", letter)
        with pytest.raises(PapersUnavailable):
            await office.room.register.use(letter, [office.id_of("LP-10")], office.now)
        assert await held(office, "tax-officer") is NOTHING_HELD


async def test_the_forged_role_of_a_handler_opens_no_letter(office: Office) -> None:
    letter = await office.accepted("tax-officer", official_letter())
    outsider = replace(caller("company"), person="demo:tax-officer", roles=frozenset({Role.OFFICER}))
    with pytest.raises(PaperInvalid, match=UNKNOWN):
        await held(office, outsider, letter)


async def test_a_reporter_cites_no_letter_though_it_is_named_in_it(office: Office) -> None:
    letter = await office.accepted("tax-officer", official_letter(handlers=["demo:tax-officer", "demo:tax-reporter"]))
    await granted(office, "tax-officer")
    with pytest.raises(PaperInvalid, match=UNKNOWN):
        await held(office, "tax-reporter", letter)
    assert len((await held(office, "tax-officer", letter)).letters) == 1


async def test_a_credit_service_cites_no_letter_whoever_took_it_in(office: Office) -> None:
    given = official_letter(
        organ=CREDIT_SERVICE, handlers=["demo:credit-service"], purposes=[PurposeCode.CREDIT_SERVICE]
    )
    letter = await office.accepted("centre-operator", given)
    await office.accepted("supervisor", recognition())
    with pytest.raises(PaperInvalid, match=UNKNOWN):
        await held(office, "credit-service", letter)


async def test_a_credit_service_off_duty_or_not_recognised_needs_its_own_paper_as_any_third_party(
    office: Office,
) -> None:
    given = authorisation(requester=CREDIT_SERVICE, purposes=[PurposeCode.TRANSACTION])
    own_id = await office.accepted("centre-operator", given)
    with pytest.raises(PaperInvalid, match="your own identity document or entity certificate"):
        await held(office, "credit-service", own_id)
    await office.accepted("supervisor", recognition())
    assert (await held(office, "credit-service", own_id)).recognised
    with pytest.raises(PaperInvalid, match="your own identity document or entity certificate"):
        await held(office, replace(caller("credit-service"), roles=frozenset()), own_id)


async def test_an_individuals_authorisation_is_its_persons(office: Office) -> None:
    given = authorisation(
        subject=person("IN-09"), signatory=PERSONS["IN-09"]["name"], seal=None, requester="demo:individual"
    )
    own_id = await office.accepted("centre-operator", given)
    await office.accepted("individual", identity_document())
    found = await held(office, "individual", own_id)
    assert [each.subject_id for each in found.authorisations] == [office.id_of("IN-09")]
    with pytest.raises(PaperInvalid, match=UNKNOWN):
        await held(office, "third-party", own_id)
