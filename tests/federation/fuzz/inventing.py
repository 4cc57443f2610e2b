"""Invents plain schemas: entities with keys, values, interfaces, unions, enums, inputs, in every wrapping.

Every field's name is used once in a schema (``id`` aside), so a value that comes from the wrong field is seen.
"""

import random
from collections.abc import Sequence

from tests.federation.fuzz.plain import LEAVES, Argument, Kind, Plain, PlainField, PlainType

__all__ = ["invent"]

_ENTITIES = ("Company", "Person", "Penalty", "Licence", "Verdict", "Branch", "Notice")
_VALUES = ("Address", "Amount", "Period", "Contact", "Seal")
_SPLITS = ("Summary", "Profile", "Report")
_INTERFACES = ("Party", "Recorded", "Issued")
_UNIONS = ("Matter", "Origin")
_WORDS = (
    "name",
    "grade",
    "basis",
    "status",
    "remark",
    "count",
    "score",
    "origin",
    "region",
    "holder",
    "since",
    "total",
)
_FIELD_WRAPPINGS = ("{}", "{}", "{}!", "{}!", "[{}]", "[{}!]", "[{}]!", "[{}!]!", "[[{}!]]!")
_LEAF_WRAPPINGS = (*("{}",) * 5, *("{}!",) * 4, "[{}]", "[{}!]!")


def invent(chance: random.Random) -> Plain:
    """Give a plain schema."""
    return _Invention(chance).plain


class _Invention:
    def __init__(self, chance: random.Random) -> None:
        self.chance, self.plain, self.used = chance, Plain(), 0
        self._leaves_and_inputs()
        entities = [self._new(name, Kind.ENTITY) for name in self._some(_ENTITIES, 2, 5)]
        values = [self._new(name, Kind.VALUE) for name in self._some(_VALUES, 1, 3)]
        self._abstract(entities, values)
        for entity in entities:
            self._keys(entity)
        for value in values:
            self._value_fields(value, values[values.index(value) + 1 :])
        for entity in entities:
            self._entity_fields(entity)
        for interface in self.plain.of(Kind.INTERFACE):
            self._declare(interface)
        for interface in sorted(self.plain.of(Kind.INTERFACE), key=lambda each: -len(each.members)):
            self._inherit(interface)
        for each in [*entities, *values]:
            self._inherit(each)
        for name in self._some(_SPLITS, 0, 3):
            self._split(name, chance.choice(entities))
        self._roots(entities)

    def _maybe(self, probability: float) -> bool:
        return self.chance.random() < probability

    def _some(self, names: Sequence[str], least: int, most: int) -> list[str]:
        return self.chance.sample(names, min(len(names), self.chance.randint(least, most)))

    def _new(self, name: str, kind: Kind) -> PlainType:
        made = self.plain.types[name] = PlainType(name, kind)
        return made

    def _name(self) -> str:
        self.used += 1
        return f"{self.chance.choice(_WORDS)}{self.used}"

    def _leaves_and_inputs(self) -> None:
        self._new("Grade", Kind.ENUM).values = ["A", "B", "C", "D"]
        self._new("Json", Kind.SCALAR)
        if self._maybe(0.5):
            self._new("Stage", Kind.ENUM).values = ["OPEN", "CLOSED"]
        window = self._new("Window", Kind.INPUT)
        window.inputs = [
            Argument("since", "String"),
            Argument("grade", "Grade!" if self._maybe(0.5) else "Grade"),
            Argument("limit", "Int", "3"),
        ]
        wide = self._new("Wide", Kind.INPUT)
        wide.inputs = [
            Argument("windows", "[Window!]"),
            Argument("window", "Window"),
            Argument("ids", "[ID!]!", '["none"]'),
        ]

    def _abstract(self, entities: list[PlainType], values: list[PlainType]) -> None:
        for n, name in enumerate(self._some(_INTERFACES, 1, 3)):
            interface = self._new(name, Kind.INTERFACE)
            of_entities = n == 0 or self._maybe(0.7)
            pool = entities if of_entities else [*entities, *values]
            interface.fields["id"] = PlainField("id", "ID!")
            for implementer in self.chance.sample(pool, min(len(pool), self.chance.randint(2, 4))):
                interface.members.append(implementer.name)
                implementer.interfaces.append(name)
                implementer.fields.setdefault("id", PlainField("id", "ID!"))
        self._above()
        pool = [*entities, *values]
        for name in self._some(_UNIONS, 0, 2):
            union = self._new(name, Kind.UNION)
            union.members = [each.name for each in self.chance.sample(pool, min(len(pool), self.chance.randint(2, 4)))]

    def _above(self) -> None:
        """Let an interface implement another that has all its members."""
        interfaces = sorted(self.plain.of(Kind.INTERFACE), key=lambda each: -len(each.members))
        for below in interfaces:
            wider = [each for each in interfaces if each is not below and set(below.members) < set(each.members)]
            if wider and self._maybe(0.7):
                above = self.chance.choice(wider)
                below.interfaces += [above.name, *above.interfaces]

    def _leaf(self) -> str:
        enums = [each.name for each in self.plain.of(Kind.ENUM)]
        name = self.chance.choice((*LEAVES, "String", "String", "Json", *enums))
        return self.chance.choice(_LEAF_WRAPPINGS).format(name)

    def _args(self, probability: float = 0.25) -> tuple[Argument, ...]:
        if not self._maybe(probability):
            return ()
        pool = [
            Argument("first", "Int", self.chance.choice((None, "2"))),
            Argument("grade", self.chance.choice(("Grade", "Grade!"))),
            Argument("within", self.chance.choice(("Window", "Window!", "[Window!]", "Wide"))),
            Argument("text", "String", self.chance.choice((None, '"a\\"b"', "null"))),
            Argument("ids", "[ID]"),
            Argument("exact", "Boolean!", self.chance.choice((None, "true"))),
            Argument("blob", "Json"),
            Argument("ratio", "Float"),
        ]
        return tuple(self.chance.sample(pool, self.chance.choice((1, 1, 2, 3))))

    def _leaf_field(self) -> PlainField:
        return PlainField(self._name(), self._leaf(), self._args())

    def _composite_field(self, names: Sequence[str]) -> PlainField:
        target = self.chance.choice(names)
        possible = self.plain.possible(target)
        runtime = possible
        if len(possible) > 1 and self._maybe(0.4):
            runtime = tuple(self.chance.sample(possible, self.chance.randint(1, len(possible))))
        type_ = self.chance.choice(_FIELD_WRAPPINGS).format(target)
        return PlainField(self._name(), type_, self._args(0.15), runtime)

    def _keys(self, entity: PlainType) -> None:
        """Give an entity its key ``id``, and perhaps others: single, compound, nested, nullable, hidden."""
        entity.fields["id"] = PlainField("id", "ID!")
        entity.keys = ["id"]
        if self._maybe(0.4):
            self._key_of(entity, ["ID!" if self._maybe(0.5) else "String!"])
        if self._maybe(0.3):
            self._key_of(entity, ["String!", "Int!" if self._maybe(0.5) else "Grade!"])
        if self._maybe(0.15):
            self._key_of(entity, ["String"])
        if self._maybe(0.2):
            name = self._name()
            entity.fields[name] = PlainField(name, "ID!", hidden=True)
            entity.keys.append(name)
        others = [each for each in self.plain.of(Kind.ENTITY) if each.keys and each is not entity]
        if others and self._maybe(0.25):
            other, name = self.chance.choice(others), self._name()
            entity.fields[name] = PlainField(name, f"{other.name}!", runtime=(other.name,))
            entity.keys.append(f"{name} {{ id }}")
        if self._maybe(0.15):
            holder, name, number = self._new(f"{entity.name}Number", Kind.VALUE), self._name(), self._name()
            holder.fields[number] = PlainField(number, "String!")
            plain = self._leaf_field()
            holder.fields[plain.name] = plain
            entity.fields[name] = PlainField(name, f"{holder.name}!", runtime=(holder.name,))
            entity.keys.append(f"{name} {{ {number} }}")

    def _key_of(self, entity: PlainType, types: Sequence[str]) -> None:
        names = [self._name() for _ in types]
        for name, type_ in zip(names, types, strict=True):
            entity.fields[name] = PlainField(name, type_)
        entity.keys.append(" ".join(names))

    def _value_fields(self, value: PlainType, below: list[PlainType]) -> None:
        for _ in range(self.chance.randint(1, 3)):
            self._add(value, self._leaf_field())
        targets = [each.name for each in [*below, *self.plain.of(Kind.ENTITY)]]
        if self._maybe(0.4):
            self._add(value, self._composite_field(targets))

    def _entity_fields(self, entity: PlainType) -> None:
        for _ in range(self.chance.randint(2, 6)):
            self._add(entity, self._leaf_field())
        kinds = (Kind.ENTITY, Kind.VALUE, Kind.INTERFACE, Kind.UNION)
        targets = [each.name for each in self.plain.of(*kinds) if not each.name.endswith("Number")]
        for _ in range(self.chance.randint(1, 4)):
            self._add(entity, self._composite_field(targets))

    def _inherit(self, implementer: PlainType) -> None:
        """Give a type what its interfaces declare."""
        for name in implementer.interfaces:
            for field in self.plain.types[name].fields.values():
                stricter = implementer.kind is not Kind.INTERFACE and self._maybe(0.2)
                type_ = f"{field.type}!" if stricter and not field.type.endswith("!") else field.type
                implementer.fields.setdefault(
                    field.name, PlainField(field.name, type_, field.args, field.runtime, field.lookup)
                )

    def _declare(self, interface: PlainType) -> None:
        for _ in range(self.chance.randint(1, 3)):
            self._add(interface, self._leaf_field())
        if self._maybe(0.4):
            self._add(interface, self._composite_field([each.name for each in self.plain.of(Kind.ENTITY)]))

    def _split(self, name: str, entity: PlainType) -> None:
        """Give an entity a value whose fields need not all be in one subgraph."""
        split = self._new(name, Kind.VALUE)
        split.split = True
        for _ in range(self.chance.randint(2, 4)):
            self._add(split, self._leaf_field())
        if self._maybe(0.4):
            self._add(split, self._composite_field([each.name for each in self.plain.of(Kind.ENTITY)]))
        type_ = self.chance.choice(_FIELD_WRAPPINGS).format(name)
        self._add(entity, PlainField(self._name(), type_, self._args(0.15), (name,)))

    def _roots(self, entities: list[PlainType]) -> None:
        query = self._new("Query", Kind.ROOT)
        kinds = (Kind.ENTITY, Kind.VALUE, Kind.INTERFACE, Kind.UNION)
        targets = [each.name for each in self.plain.of(*kinds) if not each.split and not each.name.endswith("Number")]
        for target in targets:
            if self._maybe(0.6):
                self._add(query, self._composite_field([target]))
        self._add(query, self._composite_field([each.name for each in entities]))
        self._add(query, self._leaf_field())
        for entity in self.chance.sample(entities, 2):
            self._lookup(query, entity.name)
        if self._maybe(0.6):
            self._lookup(query, self.chance.choice(self.plain.of(Kind.INTERFACE)).name)
        if self._maybe(0.4):
            mutation = self._new("Mutation", Kind.ROOT)
            for _ in range(self.chance.randint(2, 4)):
                made = self._composite_field(targets) if self._maybe(0.6) else self._leaf_field()
                self._add(mutation, PlainField(made.name, made.type, made.args or self._args(0.6), made.runtime))

    def _lookup(self, query: PlainType, target: str) -> None:
        runtime = tuple(each for each in self.plain.possible(target) if self.plain.kind(each) is Kind.ENTITY)
        if runtime:
            args = (Argument("id", "ID!"),)
            self._add(query, PlainField(self._name(), target, args, runtime, lookup=True))

    @staticmethod
    def _add(to: PlainType, field: PlainField) -> None:
        to.fields[field.name] = field
