"""A grant is proposed by the agency, reviewed by the centre, approved by the supervisor: three persons (Art. 15(3))."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.access.papers import CallersDesk, grants
from gateway.errors import BadUserInput, Forbidden, PaperInvalid, PapersUnavailable, StateConflict
from schema.desk import GrantPayload
from schema.disclosure import LegalBasis, PurposeCode, Role
from schema.papers import Grant, GrantState, ReviewDecision
from schema.presented import GrantInput, ScopeInput
from tests.gateway.access.papers.office import Office, caller, day

ACCEPT, REJECT = ReviewDecision.ACCEPT, ReviewDecision.REJECT


def grant(**over: Any) -> GrantInput:  # noqa: ANN401 (an input's fields)
    given = {
        "scope": ScopeInput(restricted=["SocialInsurancePayment", "PersonIdentity.idNumber"]),
        "purposes": [PurposeCode.SUPERVISION],
        "valid_from": day(0),
        "valid_to": day(100),
        "approval_document": "郑发改信用〔2026〕9号",
    }
    return GrantInput(**{**given, **over})


async def proposed(office: Office, persona: str = "tax-officer", **over: Any) -> Grant:  # noqa: ANN401 (an input's fields)
    return _of(await office.desk(persona).propose_grant(grant(**over)))


def _of(payload: GrantPayload) -> Grant:
    assert payload.errors == []
    assert payload.grant is not None
    return payload.grant


async def test_a_grant_goes_through_three_hands(office: Office) -> None:
    own_id = (await proposed(office)).id
    reviewed = _of(await office.desk("centre-approver").review_grant(own_id, ACCEPT, "材料齐全"))
    assert reviewed.state is GrantState.REVIEWED
    approved = _of(await office.desk("supervisor").approve_grant(own_id, ACCEPT, "同意授权"))
    assert approved.state is GrantState.ACTIVE
    assert [(each.from_, each.to, each.actor) for each in approved.history] == [
        (None, GrantState.PROPOSED, "demo:tax-officer"),
        (GrantState.PROPOSED, GrantState.REVIEWED, "demo:centre-approver"),
        (GrantState.REVIEWED, GrantState.APPROVED, "demo:supervisor"),
        (GrantState.APPROVED, GrantState.ACTIVE, "SYSTEM"),
    ]
    basis = approved.history[0].legal_basis
    assert (basis.article, basis.paragraph, basis.item) == ("15", "1", "3")
    assert (approved.agency, approved.scope.restricted) == (
        "TAX",
        ["PersonIdentity.idNumber", "SocialInsurancePayment"],
    )


async def test_a_grant_that_was_withdrawn_keeps_in_its_history_that_it_was_active(office: Office) -> None:
    own_id = (await proposed(office, valid_from=day(2))).id
    await office.desk("centre-approver").review_grant(own_id, ACCEPT, "材料齐全")
    await office.desk("supervisor").approve_grant(own_id, ACCEPT, "同意授权")
    (before,) = (await office.desk("tax-officer", days=3).grants(None, None, (20, None))).nodes
    withdrawn = _of(await office.desk("tax-officer", days=3).withdraw_grant(own_id, "专项核查已结束"))
    assert [(each.from_, each.to, each.actor) for each in withdrawn.history[-2:]] == [
        (GrantState.APPROVED, GrantState.ACTIVE, "SYSTEM"),
        (GrantState.ACTIVE, GrantState.WITHDRAWN, "demo:tax-officer"),
    ]
    assert withdrawn.history[:-1] == before.history, "what was told once stays"
    assert all(each.reason for each in withdrawn.history[1:])


async def test_a_grant_that_was_withdrawn_before_its_first_day_was_never_active(office: Office) -> None:
    own_id = (await proposed(office, valid_from=day(2))).id
    await office.desk("centre-approver").review_grant(own_id, ACCEPT, "材料齐全")
    await office.desk("supervisor").approve_grant(own_id, ACCEPT, "同意授权")
    await office.desk("tax-officer", days=1).withdraw_grant(own_id, "专项核查已取消")
    (later,) = (await office.desk("tax-officer", days=9).grants(None, None, (20, None))).nodes
    assert [(each.from_, each.to) for each in later.history[-2:]] == [
        (GrantState.REVIEWED, GrantState.APPROVED),
        (GrantState.APPROVED, GrantState.WITHDRAWN),
    ]


async def test_a_grant_is_active_between_its_days(office: Office) -> None:
    own_id = (await proposed(office, valid_from=day(2), valid_to=day(4))).id
    await office.desk("centre-approver").review_grant(own_id, ACCEPT, "材料齐全")
    await office.desk("supervisor").approve_grant(own_id, ACCEPT, "同意授权")

    async def listed(days: int, state: GrantState) -> bool:
        page = await office.desk("tax-officer", days=days).grants(state, None, (20, None))
        assert all(each.state is state for each in page.nodes)
        return [each.id for each in page.nodes] == [own_id]

    assert await listed(1, GrantState.APPROVED)
    assert await listed(2, GrantState.ACTIVE)
    assert await listed(4, GrantState.ACTIVE)
    assert await listed(5, GrantState.EXPIRED)
    (expired,) = (await office.desk("tax-officer", days=5).grants(None, None, (20, None))).nodes
    assert [(each.to, each.at.date()) for each in expired.history[-2:]] == [
        (GrantState.ACTIVE, day(2)),
        (GrantState.EXPIRED, day(5)),
    ]
    assert not await listed(5, GrantState.ACTIVE)
    assert not await listed(2, GrantState.PROPOSED)
    with pytest.raises(StateConflict, match="EXPIRED"):
        await office.desk("supervisor", days=5).withdraw_grant(own_id, "授权收回")


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"scope": ScopeInput(restricted=[])}, "scope"),
        ({"scope": ScopeInput(all_shared=True, restricted=["PersonIdentity"])}, "scope"),
        ({"scope": ScopeInput(restricted=["*"])}, "scope.restricted.0"),
        ({"purposes": []}, "purposes"),
        ({"purposes": [PurposeCode.ADJUDICATION]}, "purposes"),
        ({"valid_to": day(-1)}, "validTo"),
        ({"approval_document": ""}, "approvalDocument"),
    ],
)
async def test_what_is_wrong_with_a_proposal_is_told(small_office: Office, over: dict[str, Any], field: str) -> None:
    payload = await small_office.desk("tax-officer").propose_grant(grant(**over))
    assert payload.grant is None
    assert field in {".".join(each.field[1:]) for each in payload.errors}


@pytest.mark.parametrize("persona", ["public", "individual", "third-party", "centre-approver", "supervisor", "auditor"])
async def test_who_is_no_officer_of_an_agency_proposes_nothing(small_office: Office, persona: str) -> None:
    with pytest.raises(Forbidden) as refused:
        await small_office.desk(persona).propose_grant(grant())
    assert refused.value.legal_basis == LegalBasis("15", paragraph="1", item="3")


async def test_an_agency_proposes_for_itself(small_office: Office) -> None:
    with pytest.raises(Forbidden) as refused:
        await small_office.desk("tax-officer").propose_grant(grant(agency="COURT"))
    assert refused.value.legal_basis == LegalBasis("15", paragraph="1", item="3")
    assert (await proposed(small_office, agency="TAX")).agency == "TAX"


async def test_no_hand_does_two_steps(office: Office) -> None:
    own_id = (await proposed(office)).id
    with pytest.raises(Forbidden) as refused:
        await office.desk("supervisor").review_grant(own_id, ACCEPT, "越权审查")
    assert refused.value.legal_basis == LegalBasis("15", paragraph="1", item="3")
    with pytest.raises(PaperInvalid) as unknown:
        await office.desk("market-officer").withdraw_grant(own_id, "并非本单位")
    assert unknown.value.legal_basis == LegalBasis("15", paragraph="1", item="3")
    with pytest.raises(StateConflict, match="PROPOSED"):
        await office.desk("supervisor").approve_grant(own_id, ACCEPT, "越过审查")
    await office.desk("centre-approver").review_grant(own_id, ACCEPT, "材料齐全")
    with pytest.raises(Forbidden):
        await office.desk("centre-approver").approve_grant(own_id, ACCEPT, "越权批准")
    with pytest.raises(Forbidden):
        await office.desk("auditor").withdraw_grant(own_id, "越权收回")


@pytest.mark.parametrize("acts_as", ["demo:tax-officer", "demo:centre-approver"])
async def test_one_person_under_two_roles_is_one_person(office: Office, acts_as: str) -> None:
    own_id = (await proposed(office)).id
    await office.desk("centre-approver").review_grant(own_id, ACCEPT, "材料齐全")
    both = replace(caller("supervisor"), person=acts_as)
    with pytest.raises(Forbidden, match="three different persons"):
        await office.room.desk(both, office.now).approve_grant(own_id, ACCEPT, "同意授权")
    proposer = replace(caller("centre-approver"), person="demo:tax-officer", roles=frozenset({Role.APPROVER}))
    other = (await proposed(office)).id
    with pytest.raises(Forbidden, match="three different persons"):
        await office.room.desk(proposer, office.now).review_grant(other, ACCEPT, "材料齐全")


@pytest.mark.parametrize("step", ["review", "approval"])
async def test_a_grant_that_is_refused_is_withdrawn_with_the_reason(office: Office, step: str) -> None:
    own_id = (await proposed(office)).id
    if step == "review":
        refused = _of(await office.desk("centre-approver").review_grant(own_id, REJECT, "依据不足"))
    else:
        await office.desk("centre-approver").review_grant(own_id, ACCEPT, "材料齐全")
        refused = _of(await office.desk("supervisor").approve_grant(own_id, REJECT, "依据不足"))
    assert refused.state is GrantState.WITHDRAWN
    assert refused.history[-1].reason == "依据不足"
    with pytest.raises(StateConflict, match="WITHDRAWN"):
        await office.desk("centre-approver").review_grant(own_id, ACCEPT, "材料齐全")


async def test_a_grant_id_that_is_taken_is_no_grant_over_another(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "new_id", lambda _: "GR-TAKEN")
    await proposed(office)
    with pytest.raises(PapersUnavailable):
        await proposed(office, approval_document="另一文号")


async def test_a_step_has_its_reason(office: Office) -> None:
    own_id = (await proposed(office)).id
    payload = await office.desk("centre-approver").review_grant(own_id, ACCEPT, "")
    assert [each.field for each in payload.errors] == [["reason"]]


async def test_its_own_agency_withdraws_a_grant(office: Office) -> None:
    own_id = (await proposed(office)).id
    with pytest.raises(PaperInvalid):
        await office.desk("court-officer").withdraw_grant(own_id, "不归本院")
    assert _of(await office.desk("tax-reporter").withdraw_grant(own_id, "不再需要")).state is GrantState.WITHDRAWN


async def test_grants_are_known_to_their_agency_and_to_staff(office: Office) -> None:
    tax, court = await proposed(office), await proposed(office, "court-officer")
    office.now += 1
    last = await proposed(office)

    async def listed(desk: CallersDesk, agency: str | None = None) -> list[str]:
        return [str(each.id) for each in (await desk.grants(None, agency, (20, None))).nodes]

    assert await listed(office.desk("tax-officer")) == [last.id, tax.id]
    assert await listed(office.desk("court-officer")) == [court.id]
    assert set(await listed(office.desk("auditor"))) == {tax.id, court.id, last.id}
    assert await listed(office.desk("auditor"), "COURT") == [court.id]
    assert await listed(office.desk("tax-officer"), "COURT") == []
    for persona in ("public", "individual", "third-party"):
        assert await listed(office.desk(persona)) == []
        with pytest.raises(PaperInvalid):
            await office.desk(persona).withdraw_grant(tax.id, "与我无关")
    page = await office.desk("tax-officer").grants(None, None, (1, None))
    assert (page.total_count, page.page_info.has_next_page) == (2, True)
    following = await office.desk("tax-officer").grants(None, None, (1, page.page_info.end_cursor))
    assert [each.id for each in following.nodes] == [tax.id]
    with pytest.raises(BadUserInput):
        await office.desk("court-officer").grants(None, None, (1, page.page_info.end_cursor))
