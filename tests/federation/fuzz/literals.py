"""Random values for arguments, written as literals."""

import json
import random
from collections.abc import Sequence

from tests.federation.fuzz.plain import Argument, Kind, Plain, item_of, named

__all__ = ["Literals"]


class Literals:
    """Writes values of input types; ids are those of things that exist, mostly."""

    def __init__(self, plain: Plain, chance: random.Random, ids: Sequence[str] = ()) -> None:
        """Write for the types of *plain*."""
        self.plain, self.chance, self.ids = plain, chance, ids

    def arguments(self, declared: Sequence[Argument]) -> str:
        """Give arguments in their parentheses; some that may be left out are."""
        given = [f"{each.name}: {self.literal(each.type)}" for each in declared if self.is_given(each)]
        return f"({', '.join(given)})" if given else ""

    def is_given(self, declared: Argument) -> bool:
        """Decide whether an argument is written."""
        must = declared.type.endswith("!") and declared.default is None
        return must or self.chance.random() < 0.7

    def literal(self, type_: str) -> str:
        """Give a literal of a type."""
        if not type_.endswith("!") and self.chance.random() < 0.1:
            return "null"
        item = item_of(type_)
        if item is not None:
            return f"[{', '.join(self.literal(item) for _ in range(self.chance.randint(0, 2)))}]"
        name = named(type_)
        if self.plain.kind(name) is Kind.INPUT:
            fields = (each for each in self.plain.types[name].inputs if self.is_given(each))
            return f"{{{', '.join(f'{each.name}: {self.literal(each.type)}' for each in fields)}}}"
        if self.plain.kind(name) is Kind.ENUM:
            return self.chance.choice(self.plain.types[name].values)
        return self._leaf(name)

    def _leaf(self, name: str) -> str:
        match name:
            case "Int":
                return str(self.chance.randint(-3, 9))
            case "Float":
                return self.chance.choice(("1", "0.5", "-2.25", "1e3"))
            case "Boolean":
                return self.chance.choice(("true", "false"))
            case "ID":
                return json.dumps(self.chance.choice((*self.ids, "none")))
            case "String":
                return json.dumps(self.chance.choice(("", "x", "郑州", 'a "b" \\ c', "two\nlines")), ensure_ascii=False)
            case _:
                return self.chance.choice(("1", '"j"', '[1, {a: "b"}]', "{a: [1.5, true], b: null}", "false"))
