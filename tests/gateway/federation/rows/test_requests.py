"""A plan's selection for a connector, made column-pruned requests."""

from connectors.connector import Selection
from connectors.tax import Tax
from gateway.federation.planning.needs import Arguments
from gateway.federation.planning.sites import Selected
from gateway.federation.planning.sites import Selection as Planned
from gateway.federation.rows.requests import RowsRequest, UpTo, records_needed, requests_of
from schema.catalogue import RECORDS
from schema.tiers import Tier
from tests.gateway.federation.subjects.credit_plans import our_connectors

TAX = next(each for each in our_connectors() if isinstance(each, Tax))
ARREARS, RATING = RECORDS["TaxArrears"], RECORDS["TaxCreditRating"]


def asked(*fields: tuple[str, str, Arguments, tuple[str, ...]]) -> Planned:
    """Select records under keys, with some columns of each."""
    selection = Planned("LegalPerson")
    for key, name, arguments, columns in fields:
        below = Planned("")
        for column in columns:
            below.fields[column] = Selected(column, column, Arguments(), "String", None)
        selection.fields[key] = Selected(name, key, arguments, "[X]", below)
    selection.fields["id"] = Selected("id", "id", Arguments(), "ID!", None)
    return selection


def test_what_is_open_up_to_one_tier_is_one_request() -> None:
    both = asked(
        ("a", "taxArrears", UpTo(Tier.SHARED), ("taxType", "arrearsPeriod")),
        ("b", "taxCreditRatings", UpTo(Tier.SHARED), ("grade",)),
    )
    (request,) = requests_of(TAX, both)
    assert (request.connector, request.highest, request.own) == (TAX, Tier.SHARED, "")
    assert request.selections == (Selection(ARREARS, ("arrearsPeriod", "taxType")), Selection(RATING, ("grade",)))


def test_another_tier_and_ones_own_are_asked_for_apart() -> None:
    apart = asked(
        ("a", "taxArrears", UpTo(Tier.RESTRICTED, "TAX"), ("taxType",)),
        ("b", "taxArrears", UpTo(Tier.PUBLIC), ("taxType",)),
    )
    requests = requests_of(TAX, apart)
    assert [(each.highest, each.own) for each in requests] == [(Tier.RESTRICTED, "TAX"), (Tier.PUBLIC, "")]
    assert len({place for each in requests for place in each.places}) == 2


def test_records_without_a_tier_are_asked_for_up_to_the_first() -> None:
    (request,) = requests_of(TAX, asked(("taxArrears", "taxArrears", Arguments(), ("taxType",))))
    assert request.highest is Tier.PUBLIC


def test_a_column_that_is_asked_for_under_two_names_is_read_once() -> None:
    selection = asked(("taxArrears", "taxArrears", Arguments(), ("taxType",)))
    below = selection.fields["taxArrears"].selection
    assert below is not None
    below.fields["again"] = Selected("taxType", "again", Arguments(), "String", None)
    (request,) = requests_of(TAX, selection)
    assert [each.columns for each in request.selections] == [("taxType",)]


def test_two_reaches_are_two_needs_and_never_one() -> None:
    reaches = UpTo(Tier.SHARED), UpTo(Tier.PUBLIC), UpTo(Tier.SHARED, "TAX")
    needs = [records_needed("LegalPerson", ARREARS, ("taxType",), each, frozenset({"TAX"})) for each in reaches]
    assert len({each.key for each in needs}) == 3
    assert {(each.name, each.among) for each in needs} == {("taxArrears", frozenset({"TAX"}))}


def test_places_tell_connectors_tiers_and_owners_apart() -> None:
    selections = requests_of(TAX, asked(("a", "taxArrears", Arguments(), ("taxType",))))[0].selections
    told = {(*RowsRequest(TAX, selections, highest, own).places,) for highest in Tier for own in ("", "TAX")}
    assert len(told) == 6
