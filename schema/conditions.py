"""The small language of the catalogue's rules: ``grade != A``, ``x in [P, Q]``, joined by ``or`` or ``and``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Comparison", "Condition", "ConditionError"]

_COMPARISON = re.compile(r"^\s*(?P<field>[a-z][A-Za-z0-9]*)\s+(?P<operator>==|!=|in)\s+(?P<operand>\S.*?)\s*$")
_WORDS = {"true": True, "false": False}


class ConditionError(ValueError):
    """A rule that cannot be read, with what is allowed in its place."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against one or several values; a missing value equals nothing and differs from everything."""

    field: str
    negated: bool
    values: tuple[str | bool, ...]

    def holds(self, value: object) -> bool:
        """Say whether the comparison holds for *value* (an enum value is its name)."""
        return (value not in self.values) if self.negated else (value in self.values)


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule's condition: ``any`` of groups of comparisons that must ``all`` hold.

    >>> rule = Condition.parse("simplifiedProcedure == true or severity == MINOR")
    >>> rule.holds({"simplifiedProcedure": None, "severity": "MINOR"})
    True
    >>> Condition.parse("grade != A").holds({"grade": None})
    True
    >>> sorted(rule.fields)
    ['severity', 'simplifiedProcedure']
    """

    text: str
    alternatives: tuple[tuple[Comparison, ...], ...]

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read a condition as the catalogue writes it.

        Raises:
            ConditionError: where the text is not of that language.

        """
        groups = tuple(
            tuple(_comparison(part, text) for part in re.split(r"\s+and\s+", group))
            for group in re.split(r"\s+or\s+", text.strip())
        )
        return cls(text, groups)

    @property
    def fields(self) -> frozenset[str]:
        """The fields whose values decide."""
        return frozenset(comparison.field for group in self.alternatives for comparison in group)

    def holds(self, record: Mapping[str, object]) -> bool:
        """Say whether the condition holds for a record's values by field name."""
        return self.holds_for(record.get)

    def holds_for(self, value_of: Callable[[str], object]) -> bool:
        """Say whether the condition holds, given a way to look a field's value up."""
        return any(all(each.holds(value_of(each.field)) for each in group) for group in self.alternatives)


def _comparison(part: str, text: str) -> Comparison:
    match = _COMPARISON.match(part)
    if match is None:
        message = f"Cannot read {part!r} in the rule {text!r}: write FIELD == VALUE, FIELD != VALUE or FIELD in [A, B]"
        raise ConditionError(message)
    operand = match["operand"]
    if match["operator"] == "in":
        if not (operand.startswith("[") and operand.endswith("]")):
            message = f"Cannot read {part!r} in the rule {text!r}: the values of 'in' stand in brackets"
            raise ConditionError(message)
        names = tuple(name.strip() for name in operand[1:-1].split(","))
    else:
        names = (operand,)
    values: tuple[str | bool, ...] = tuple(_WORDS.get(name, name) for name in names)
    return Comparison(match["field"], match["operator"] == "!=", values)
