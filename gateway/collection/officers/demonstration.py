"""Whom the agencies of the demonstration have named: its personas report, and each other agency has somebody too."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from gateway.access.personas import PERSONAS
from gateway.collection.officers.officer import Officer
from gateway.collection.officers.register import new_id
from schema.disclosure import Role

__all__ = ["demonstration_officers"]

_BY: Final = "demo:centre-operator"
_SINCE: Final = datetime(2026, 1, 4, 1, 0, tzinfo=UTC)


def demonstration_officers(agencies: Iterable[str]) -> Iterator[Officer]:
    """Give an officer and a deputy of each agency."""
    for agency in agencies:
        staff = [each for each in PERSONAS.values() if each.organisation == agency]
        staff.sort(key=lambda each: each.role is not Role.REPORTER)
        people = [(f"demo:{each.name}", each.person) for each in staff]
        spare = [(f"demo:{agency.lower()}-{n}", "报送岗" if n == 1 else "报送副岗") for n in (1, 2)]
        for (person, name), deputy in zip([*people, *spare], (False, True), strict=False):
            yield Officer(new_id(), agency, person, name, deputy, _SINCE, _BY, "演示")
