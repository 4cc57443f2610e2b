"""A version of the catalogue passes several hands, and whatever it breaks is named before it is published (Art. 26)."""

from datetime import timedelta

import pytest

from gateway.audit.codes import CATALOGUE
from gateway.collection.catalogue import counties_in_force, difference
from gateway.collection.catalogue.errors import BreakingChanges, CatalogueRefused, NoSuchVersion
from gateway.errors import AuditUnavailable, BadUserInput, Forbidden, StateConflict
from schema.catalogue_versions import ChangeKind
from schema.catalogue_versions.shown import CatalogueVersionState
from tests.gateway.collection.catalogue.offices import CITY, DECLARED, TODAY, Offices, catalogue, overlay

State = CatalogueVersionState


async def test_a_version_passes_the_hands_of_agency_centre_and_supervisor(offices: Offices) -> None:
    version = await offices.published(catalogue("1.0.0"))
    assert version.state is State.PUBLISHED
    assert [(each.from_state, each.to_state, each.actor) for each in version.steps] == [
        (None, State.PROPOSED, "demo:tax-officer"),
        (State.PROPOSED, State.REVIEWED, "demo:centre-approver"),
        (State.REVIEWED, State.APPROVED, "demo:supervisor"),
        (State.APPROVED, State.PUBLISHED, "demo:centre-operator"),
    ]
    assert [each.kind for each in offices.entries] == [CATALOGUE] * 4
    assert [each.operation_name for each in offices.entries] == [
        "propose catalogue",
        "review catalogue",
        "approve catalogue",
        "publish catalogue",
    ]
    assert offices.entries[0].about == {"region": CITY, "version": "1.0.0", "digest": version.digest}
    assert (offices.entries[2].person, offices.entries[2].organisation) == ("demo:supervisor", "DEVELOPMENT_REFORM")


async def test_nobody_takes_a_step_that_is_anothers(offices: Offices) -> None:
    day = TODAY + timedelta(7)
    for persona in ("company", "auditor", "supervisor", "credit-service", "tax-reporter", "public"):
        with pytest.raises(Forbidden):
            await offices.of(persona).propose(catalogue("1"), day, "业务调整")
    await offices.of("centre-operator").propose(catalogue("1"), day, "业务调整")
    for persona in ("centre-operator", "tax-officer", "supervisor", "auditor"):
        with pytest.raises(Forbidden):
            await offices.of(persona).review(CITY, "1", accepts=True, reason="材料齐全")
    await offices.of("centre-approver").review(CITY, "1", accepts=True, reason="材料齐全")
    for persona in ("centre-approver", "centre-operator", "tax-officer", "auditor"):
        with pytest.raises(Forbidden):
            await offices.of(persona).approve(CITY, "1", accepts=True, reason="同意变更")
    await offices.of("supervisor").approve(CITY, "1", accepts=True, reason="同意变更")
    for persona in ("supervisor", "tax-officer", "auditor"):
        with pytest.raises(Forbidden):
            await offices.of(persona).publish(CITY, "1", knows_breaking=False, reason="依法发布")


async def test_what_is_no_catalogue_is_refused_with_all_that_is_wrong(offices: Offices) -> None:
    document = catalogue("1", tier="Z")
    document["recordTypes"][0]["agency"] = "NOBODY"
    with pytest.raises(CatalogueRefused) as refused:
        await offices.of("tax-officer").propose(document, TODAY, "业务调整")
    assert [each.place for each in refused.value.problems] == ["TaxRegistration.agency", "TaxCreditRating.grade.tier"]
    no_catalogues: list[object] = [None, [], {"version": "1"}, overlay(region="440300"), overlay(tiers={"Honour": "Z"})]
    for wrong in no_catalogues:
        with pytest.raises(CatalogueRefused):
            await offices.of("tax-officer").propose(wrong, TODAY, "业务调整")
    assert offices.entries == []
    assert await offices.register.versions() == []


async def test_a_proposal_says_what_it_would_change(offices: Offices) -> None:
    proposed = await offices.of("tax-officer").propose(catalogue("1", tier="C"), TODAY, "调整等级")
    assert [(each.kind, each.breaking) for each in proposed.changes] == [(ChangeKind.TIER_RAISED, True)]
    assert proposed.version.breaking == 1


async def test_what_breaks_something_is_published_only_by_who_says_that_they_know(offices: Offices) -> None:
    await offices.approved(catalogue("1", tier="C"))
    with pytest.raises(BreakingChanges, match=r"TaxCreditRating.grade: TIER_RAISED") as refused:
        await offices.of("centre-operator").publish(CITY, "1", knows_breaking=False, reason="依法发布")
    assert len(refused.value.changes) == 1
    version = await offices.of("centre-operator").publish(CITY, "1", knows_breaking=True, reason="已告知各单位")
    assert version.state is State.PUBLISHED


async def test_the_version_that_began_last_is_in_force_and_supersedes_the_one_before(offices: Offices) -> None:
    await offices.published(catalogue("1"), days=1)
    await offices.published(catalogue("2", tier="C"), days=10)

    async def states(days: int) -> dict[str, tuple[str, bool]]:
        shown = await offices.of("public", days=days).versions(CITY)
        return {each.version: (each.state.value, each.in_force) for each in shown}

    assert await states(0) == {"1": ("PUBLISHED", False), "2": ("PUBLISHED", False)}
    assert await states(1) == {"1": ("PUBLISHED", True), "2": ("PUBLISHED", False)}
    assert await states(10) == {"1": ("SUPERSEDED", False), "2": ("PUBLISHED", True)}


async def test_a_countys_overlay_is_named_from_the_day_of_its_force_on(offices: Offices) -> None:
    assert await counties_in_force(offices.register, TODAY) == []
    await offices.published(overlay(), days=1)
    assert await counties_in_force(offices.register, TODAY) == []
    assert await counties_in_force(offices.register, TODAY + timedelta(1)) == ["410181"]
    assert await difference(offices.register, TODAY + timedelta(1)) is None


async def test_the_house_says_where_what_runs_is_not_what_was_published(offices: Offices) -> None:
    assert await difference(offices.register, TODAY) is None
    await offices.published(catalogue("1"), days=1)
    assert await difference(offices.register, TODAY + timedelta(1)) is None
    await offices.published(catalogue("2", tier="C"), days=2)
    assert await difference(offices.register, TODAY + timedelta(1)) is None
    found = await difference(offices.register, TODAY + timedelta(2))
    assert found is not None
    assert found.version == "2"
    assert [(each.kind, each.coordinate) for each in found.breaking] == [
        (ChangeKind.TIER_LOWERED, "TaxCreditRating.grade")
    ]


async def test_a_county_adds_and_tightens_on_the_municipal_version_in_force(offices: Offices) -> None:
    version = await offices.published(overlay(), days=1)
    assert (version.region, version.is_municipal) == ("410181", False)
    office = offices.of("auditor", days=1)
    assert [str(each.kind) for each in await office.compared("410181", "declared", "1")] == ["TIER_RAISED"]
    with pytest.raises(CatalogueRefused, match="TIER_LOWERED"):
        await offices.of("tax-officer").propose(
            overlay("2", tiers={"SocialInsurancePayment.paidAmount": "A"}), TODAY, "业务调整"
        )
    await offices.approved(overlay("3"))
    await offices.published(catalogue("9"), days=0)
    with pytest.raises(CatalogueRefused, match="BASE"):
        await offices.of("centre-operator").publish("410181", "3", knows_breaking=True, reason="依法发布")


async def test_what_was_refused_or_has_gone_by_is_proposed_anew(offices: Offices) -> None:
    await offices.of("tax-officer").propose(catalogue("1"), TODAY, "业务调整")
    rejected = await offices.of("centre-approver").review(CITY, "1", accepts=False, reason="材料不全")
    assert rejected.state is State.REJECTED
    with pytest.raises(StateConflict, match="it is REJECTED"):
        await offices.of("supervisor").approve(CITY, "1", accepts=True, reason="同意变更")
    with pytest.raises(BadUserInput, match="version 1 already"):
        await offices.of("tax-officer").propose(catalogue("1"), TODAY, "业务调整")
    with pytest.raises(BadUserInput, match="that day has passed"):
        await offices.of("tax-officer").propose(catalogue("2"), TODAY - timedelta(1), "业务调整")
    with pytest.raises(BadUserInput, match="reason"):
        await offices.of("tax-officer").propose(catalogue("2"), TODAY, " ")
    await offices.approved(catalogue("3"), days=1)
    with pytest.raises(BadUserInput, match="its day has passed"):
        await offices.of("centre-operator", days=2).publish(CITY, "3", knows_breaking=True, reason="依法发布")


async def test_a_step_is_an_entry_first_or_it_is_not_taken(offices: Offices) -> None:
    offices.trail_is_down = True
    with pytest.raises(AuditUnavailable):
        await offices.of("tax-officer").propose(catalogue("1"), TODAY, "业务调整")
    assert await offices.register.versions() == []


async def test_versions_on_their_way_are_for_staff_and_agencies(offices: Offices) -> None:
    await offices.of("tax-officer").propose(catalogue("1"), TODAY, "业务调整")
    for persona, seen in (("public", 0), ("company", 0), ("credit-service", 0), ("auditor", 1), ("market-reporter", 1)):
        assert len(await offices.of(persona).versions(None)) == seen
    with pytest.raises(NoSuchVersion):
        await offices.of("public").changes(CITY, None, "1")
    assert await offices.of("auditor").changes(CITY, None, "1") == []
    await offices.published(catalogue("2"))
    (shown,) = await offices.of("public").versions(CITY)
    assert (shown.version, shown.history) == ("2", [])


async def test_without_any_version_what_is_declared_is_in_force(offices: Offices) -> None:
    assert await offices.of("public").compared(CITY, None, None) == []
    assert (await offices.of("public").whole("410181", None)) == DECLARED
    with pytest.raises(NoSuchVersion):
        await offices.of("public").compared(CITY, "7", None)
