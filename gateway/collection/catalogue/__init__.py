"""Versions of the indicator catalogue: proposed, reviewed, approved, published by several persons (Art. 5, 26; R26.1).

What runs is what is declared in ``schema/records``: `declared` says whether that is what was published.
"""

from gateway.collection.catalogue.declared import counties_in_force, difference
from gateway.collection.catalogue.desk import CatalogueCounter
from gateway.collection.catalogue.office import CallersCatalogues, CatalogueOffice, Proposed
from gateway.collection.catalogue.register import CatalogueRegister
from gateway.collection.catalogue.version import KeptVersion

__all__ = [
    "CallersCatalogues",
    "CatalogueCounter",
    "CatalogueOffice",
    "CatalogueRegister",
    "KeptVersion",
    "Proposed",
    "counties_in_force",
    "difference",
]
