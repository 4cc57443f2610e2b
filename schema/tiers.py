"""Tiers of disclosure, and the directive that writes them into the graph (Art. 15)."""

import enum
import functools

import strawberry
from strawberry.schema_directive import Location

__all__ = ["Tier", "TierDirective", "tier"]


@functools.total_ordering
@strawberry.enum(description="信息等级 (Art. 15): A 社会公开类, B 部门共享类, C 有限共享类")
class Tier(enum.Enum):
    """To whom information is disclosed (Art. 15); a later member is the stricter one.

    >>> Tier.PUBLIC < Tier.SHARED < Tier.RESTRICTED
    True
    >>> max(Tier.SHARED, Tier.PUBLIC).name
    'SHARED'
    """

    PUBLIC = strawberry.enum_value("A", name="A", description="社会公开类: anyone")
    SHARED = strawberry.enum_value("B", name="B", description="部门共享类: organs on duty, with a purpose")
    RESTRICTED = strawberry.enum_value("C", name="C", description="有限共享类: some organs, with a letter and a grant")

    def __lt__(self, other: object) -> bool:
        """Order by strictness: A before B before C."""
        if not isinstance(other, Tier):
            return NotImplemented
        return str(self.value) < str(other.value)


EXCLUDED = "EXCLUDED"
"""What a record-tier rule says of a record that no caller may ever see (R15.2)."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT, Location.ENUM_VALUE],
    name="tier",
    description="The tier of disclosure of a field, or of a whole record (Art. 15)",
)
class TierDirective:
    """``@tier(level: B)`` on a field or on a record type in the printed graph."""

    level: Tier


def tier(level: Tier) -> TierDirective:
    """Give the directive that marks a field or a type as *level* (Art. 15)."""
    return TierDirective(level=level)
