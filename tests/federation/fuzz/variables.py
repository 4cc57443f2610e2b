"""Random variables: declared, with a default or none, given, given as null, or left out."""

# A value of a made-up graph is of any type.
# ruff: noqa: ANN401

import random
from collections.abc import Sequence
from typing import Any

from tests.federation.fuzz.literals import Literals
from tests.federation.fuzz.plain import Kind, Plain, item_of, named

__all__ = ["Variables"]


class Variables:
    """The variables of one operation."""

    def __init__(self, plain: Plain, chance: random.Random, ids: Sequence[str]) -> None:
        """Declare variables of the types of *plain*."""
        self.plain, self.chance, self.ids = plain, chance, ids
        self.literals = Literals(plain, chance, ids)
        self.declared: dict[str, str] = {}
        self.types: dict[str, list[str]] = {}
        self.values: dict[str, Any] = {}

    def declarations(self) -> str:
        """Give the declarations in their parentheses."""
        declared = ", ".join(f"${name}: {type_}" for name, type_ in self.declared.items())
        return f"({declared})" if declared else ""

    def of(self, type_: str, *, has_default: bool = False) -> str:
        """Give a variable that may stand where *type_* is wanted; an old one at times."""
        known = self.types.get(type_, [])
        if known and self.chance.random() < 0.3:
            return f"${self.chance.choice(known)}"
        name = f"v{len(self.declared) + 1}"
        nullable = type_.removesuffix("!")
        if type_.endswith("!") and has_default and self.chance.random() < 0.5:
            declared, may_leave_out = nullable, True  # allowed where the argument has a default
        elif type_.endswith("!") and self.chance.random() < 0.2:
            declared, may_leave_out = f"{nullable} = {self._default(type_)}", True
        elif type_.endswith("!"):
            declared, may_leave_out = type_, False
        elif self.chance.random() < 0.2:
            declared, may_leave_out = f"{type_} = {self.literals.literal(type_)}", True
        else:
            declared, may_leave_out = (f"{type_}!", False) if self.chance.random() < 0.2 else (type_, True)
        self.declared[name] = declared
        self.types.setdefault(type_, []).append(name)
        if not may_leave_out or self.chance.random() < 0.7:
            self.values[name] = self.value(type_ if may_leave_out or type_.endswith("!") else f"{type_}!")
        return f"${name}"

    def inside(self, type_: str) -> str:
        """Give a literal in which variables stand, where the type has an inside."""
        item = item_of(type_)
        if item is not None:
            return f"[{', '.join(self.inside(item) for _ in range(self.chance.randint(0, 2)))}]"
        if self.plain.kind(named(type_)) is Kind.INPUT:
            inputs = self.plain.types[named(type_)].inputs
            given = (each for each in inputs if self.literals.is_given(each))
            return f"{{{', '.join(f'{each.name}: {self.inside(each.type)}' for each in given)}}}"
        if named(type_) == "Json":
            return f"{{a: {self.of('Json')}}}"
        return self.of(type_)

    def value(self, type_: str) -> Any:
        """Give a value of a type, as JSON."""
        if not type_.endswith("!") and self.chance.random() < 0.1:
            return None
        item = item_of(type_)
        if item is not None:
            return [self.value(item) for _ in range(self.chance.randint(0, 2))]
        name = named(type_)
        if self.plain.kind(name) is Kind.INPUT:
            given = [each for each in self.plain.types[name].inputs if self.literals.is_given(each)]
            return {each.name: self.value(each.type) for each in given}
        if self.plain.kind(name) is Kind.ENUM:
            return self.chance.choice(self.plain.types[name].values)
        return self._leaf(name)

    def _default(self, type_: str) -> str:
        return self.literals.literal(type_)

    def _leaf(self, name: str) -> Any:
        match name:
            case "Int":
                return self.chance.randint(-3, 9)
            case "Float":
                return self.chance.choice((1, 0.5, -2.25, 1000.0))
            case "Boolean":
                return self.chance.random() < 0.5
            case "ID":
                return self.chance.choice((*self.ids, "none"))
            case "String":
                return self.chance.choice(("", "x", "郑州", 'a "b" \\ c', "two\nlines"))
            case _:
                return self.chance.choice((1, "j", [1, {"a": "b"}], {"a": [1.5, True], "b": None}, False))
