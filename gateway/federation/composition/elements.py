"""A subgraph's schema as composition reads it: types, fields, values, and the directives that stand on them.

Types are written as in the language (``[User!]!``). A directive has, beside the name that the subgraph gave it, its
meaning: the name that the Federation specification gives it, or nothing where it is the subgraph's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from graphql import ConstValueNode, print_ast, value_from_ast_untyped

__all__ = [
    "Applied",
    "Argument",
    "Described",
    "DirectiveDefinition",
    "EnumValue",
    "Field",
    "Kind",
    "TypeDefinition",
    "is_list",
    "is_required",
    "named",
]


class Kind(Enum):
    """What a type is; the value is the word that begins its definition."""

    SCALAR = "scalar"
    OBJECT = "type"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    INPUT = "input"


def named(type_: str) -> str:
    """Give the type inside lists and non-nulls.

    >>> named("[User!]!")
    'User'
    """
    return type_.strip("[]!")


def is_list(type_: str) -> bool:
    """Say whether a value of the type is a list."""
    return type_.startswith("[")


@dataclass(frozen=True, slots=True)
class Applied:
    """A directive where it stands; ``part`` is 0 in the definition, and counts the extensions after it."""

    name: str
    meaning: str = ""
    arguments: Mapping[str, ConstValueNode] = field(default_factory=dict)
    part: int = 0

    def value(self, argument: str) -> object:
        """Give an argument's value as plain data, None where it is absent."""
        node = self.arguments.get(argument)
        return None if node is None else value_from_ast_untyped(node)

    def text(self, argument: str) -> str:
        """Give an argument that is a string, empty where it is absent or none."""
        value = self.value(argument)
        return value if isinstance(value, str) else ""

    def alternatives(self, argument: str) -> list[frozenset[str]]:
        """Give an argument that is a list of lists of strings; what stands alone is a list of one, as in GraphQL."""
        value = self.value(argument)
        outer = value if isinstance(value, list) else [value]
        return [frozenset(map(str, each if isinstance(each, list) else [each])) for each in outer if each is not None]

    def __str__(self) -> str:
        """Write it as in the language."""
        inner = ", ".join(f"{name}: {print_ast(value)}" for name, value in self.arguments.items())
        return f"@{self.name}({inner})" if inner else f"@{self.name}"

    def __hash__(self) -> int:
        """Hash by what is written; two that are written alike are alike."""
        return hash(str(self))


@dataclass(slots=True)
class Described:
    """What all elements have: a name, perhaps a description, directives."""

    name: str
    description: str | None = None
    applied: list[Applied] = field(default_factory=list)

    def marks(self, meaning: str) -> list[Applied]:
        """Give the directives of this meaning, in order."""
        return [each for each in self.applied if each.meaning == meaning]

    def mark(self, meaning: str) -> Applied | None:
        """Give the first directive of this meaning, if there is one."""
        return next((each for each in self.applied if each.meaning == meaning), None)

    def has(self, meaning: str) -> bool:
        """Say whether a directive of this meaning stands here."""
        return self.mark(meaning) is not None

    def drop(self, meaning: str) -> bool:
        """Take the directives of this meaning away; say whether there was one."""
        kept = [each for each in self.applied if each.meaning != meaning]
        found = len(kept) != len(self.applied)
        self.applied = kept
        return found


@dataclass(slots=True)
class Argument(Described):
    """An argument, or a field of an input type."""

    type: str = ""
    default: ConstValueNode | None = None


class _Given(Protocol):
    """What a value is given to."""

    type: str
    default: ConstValueNode | None


def is_required(argument: _Given) -> bool:
    """Say whether a value must be given."""
    return argument.type.endswith("!") and argument.default is None


@dataclass(slots=True)
class Field(Described):
    """A field of an object type or an interface; ``part`` as in `Applied`."""

    type: str = ""
    arguments: dict[str, Argument] = field(default_factory=dict)
    part: int = 0


@dataclass(slots=True)
class EnumValue(Described):
    """A value of an enum."""


@dataclass(slots=True)
class TypeDefinition(Described):
    """A type with all its extensions; ``defined`` says whether there is more than extensions."""

    kind: Kind = Kind.OBJECT
    interfaces: list[str] = field(default_factory=list)
    fields: dict[str, Field] = field(default_factory=dict)
    inputs: dict[str, Argument] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    values: dict[str, EnumValue] = field(default_factory=dict)
    defined: bool = False
    extended: bool = False

    @property
    def composite(self) -> bool:
        """Say whether it has sub-selections."""
        return self.kind in {Kind.OBJECT, Kind.INTERFACE, Kind.UNION}

    @property
    def interface_object(self) -> bool:
        """Say whether it is an object type that stands for an interface."""
        return self.kind is Kind.OBJECT and self.has("interfaceObject")

    def elements(self) -> Iterator[tuple[str, Described]]:
        """Give the type and everything in it that may carry a directive, each with its coordinate."""
        yield self.name, self
        for each in self.fields.values():
            yield f"{self.name}.{each.name}", each
            for argument in each.arguments.values():
                yield f"{self.name}.{each.name}({argument.name}:)", argument
        for given in self.inputs.values():
            yield f"{self.name}.{given.name}", given
        for value in self.values.values():
            yield f"{self.name}.{value.name}", value


@dataclass(slots=True)
class DirectiveDefinition(Described):
    """A directive as it is defined."""

    arguments: dict[str, Argument] = field(default_factory=dict)
    locations: tuple[str, ...] = ()
    repeatable: bool = False
