"""Whether what runs is what was published: the declared records against the version in force (Art. 26; R26.1)."""

import functools
import json
from datetime import date
from typing import Any, NamedTuple

from gateway.collection.catalogue.procedure import in_force
from gateway.collection.catalogue.register import CatalogueRegister
from schema.catalogue import export
from schema.catalogue_versions import Change, changes
from schema.catalogue_versions.overlay import MUNICIPAL

__all__ = ["Difference", "counties_in_force", "declared", "difference"]


class Difference(NamedTuple):
    """What the declared records say otherwise than the published version."""

    version: str
    changes: list[Change]

    @property
    def breaking(self) -> list[Change]:
        """Those that break something for somebody."""
        return [each for each in self.changes if each.breaking]


@functools.cache
def declared() -> dict[str, Any]:
    """Give what runs, as its document."""
    document: dict[str, Any] = json.loads(json.dumps(export()))
    return document


async def difference(register: CatalogueRegister, today: date) -> Difference | None:
    """Give how what runs differs from the municipal version in force; None where none is, or it does not.

    Raises:
        CatalogueUnavailable: nobody knows what was published.

    """
    version = in_force(await register.versions(MUNICIPAL), MUNICIPAL, today)
    if version is None:
        return None
    found = changes(await register.document(version), declared())
    return Difference(version.version, found) if found else None


async def counties_in_force(register: CatalogueRegister, today: date) -> list[str]:
    """Name the counties whose overlay is in force: this house runs the city's catalogue, and raises no tier by them.

    Raises:
        CatalogueUnavailable: nobody knows what was published.

    """
    versions = await register.versions()
    regions = sorted({each.region for each in versions} - {MUNICIPAL})
    return [region for region in regions if in_force(versions, region, today) is not None]
