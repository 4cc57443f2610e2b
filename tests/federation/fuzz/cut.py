"""A cut: a plain schema as several subgraphs, each with the types and fields it serves, and its SDL."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from connectors.subgraph import Subgraph
from tests.federation.fuzz.plain import Argument, Kind, PlainField

__all__ = ["Cut", "CutField", "CutKey", "CutSubgraph", "CutType", "Imports"]

_DIRECTIVES = ("key", "shareable", "external", "requires", "provides", "override", "interfaceObject", "inaccessible")
_NESTED = re.compile(r"\{.*?\}")
_APPLIED = re.compile(rf"@({'|'.join(_DIRECTIVES)})\b")


class Imports(Enum):
    """How a subgraph names the directives of federation: plainly, by names of its own, or with their prefix."""

    PLAIN = ""
    RENAMED = "fed_"
    NOTHING = "federation__"


@dataclass(slots=True)
class CutField:
    """A field in one subgraph. ``type`` may be stricter than the plain one; ``overridden`` is served by another now."""

    plain: PlainField
    type: str
    external: bool = False
    shareable: bool = False
    overridden: bool = False
    inaccessible: bool = False
    requires: str | None = None
    provides: str | None = None
    override: str | None = None
    more_args: tuple[Argument, ...] = ()

    @property
    def resolvable(self) -> bool:
        """Say whether the subgraph serves it wherever the object is met."""
        return not self.external and not self.overridden


@dataclass(frozen=True, slots=True)
class CutKey:
    """A key of an entity in one subgraph."""

    fields: str
    resolvable: bool = True


@dataclass(slots=True)
class CutType:
    """A type in one subgraph."""

    name: str
    kind: Kind
    fields: dict[str, CutField] = field(default_factory=dict)
    keys: list[CutKey] = field(default_factory=list)
    interfaces: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    inputs: list[Argument] = field(default_factory=list)
    interface_object: bool = False
    extension: bool = False


@dataclass(slots=True)
class CutSubgraph:
    """A subgraph of a cut. ``roots`` are names that it gives to its root types.

    All subgraphs of a cut call ``@inaccessible`` by one name, since the supergraph has it too.
    """

    name: str
    federation_1: bool = False
    types: dict[str, CutType] = field(default_factory=dict)
    imports: Imports = Imports.PLAIN
    inaccessible: str = "inaccessible"
    roots: dict[str, str] = field(default_factory=dict)

    def field(self, type_: str, name: str) -> CutField | None:
        """Give a field, None where the subgraph has none of that name."""
        return self.types[type_].fields.get(name) if type_ in self.types else None

    def resolves(self, type_: str, name: str) -> bool:
        """Say whether the subgraph serves a field wherever it meets an object of the type."""
        found = self.field(type_, name)
        return found is not None and found.resolvable

    def is_interface_object(self, name: str) -> bool:
        """Say whether the subgraph knows an interface as an object only."""
        return name in self.types and self.types[name].interface_object

    def sdl(self) -> str:
        """Write it as its owner would publish it."""
        types = "\n\n".join(self._type(each) for each in self.types.values())
        if self.federation_1:
            return types
        schema = [f"{root.lower()}: {name}" for root, name in self.roots.items() if root in self.types]
        parts = [f"schema {{ {' '.join(schema)} }}"] if schema else []
        names = {each: f"{self.imports.value}{each}" for each in _DIRECTIVES} | {"inaccessible": self.inaccessible}
        applied = _APPLIED.sub(lambda found: f"@{names[found[1]]}", types)
        return "\n\n".join([_link(_imports(names)), *parts, applied])

    def _type(self, of: CutType) -> str:
        match of.kind:
            case Kind.ENUM:
                return f"enum {of.name} {{ {' '.join(of.values)} }}"
            case Kind.SCALAR:
                return f"scalar {of.name}"
            case Kind.UNION:
                return f"union {of.name} = {' | '.join(of.members)}"
            case Kind.INPUT:
                return _block(f"input {of.name}", map(str, of.inputs))
            case _:
                word = "interface" if of.kind is Kind.INTERFACE and not of.interface_object else "type"
                head = f"{'extend ' if of.extension else ''}{word} {self.roots.get(of.name, of.name)}"
                head += f" implements {' & '.join(of.interfaces)}" if of.interfaces else ""
                head += " @interfaceObject" if of.interface_object else ""
                for key in of.keys:
                    head += f' @key(fields: "{key.fields}"{"" if key.resolvable else ", resolvable: false"})'
                return _block(head, (self._field(of, each) for each in of.fields.values()))

    def _field(self, of: CutType, one: CutField) -> str:
        args = ", ".join(map(str, (*one.plain.args, *one.more_args)))
        line = f"{one.plain.name}{f'({args})' if args else ''}: {one.type}"
        in_keys = {word for key in of.keys for word in _NESTED.sub("", key.fields).split()}
        ours = self.federation_1 and of.extension and of.kind is Kind.ENTITY and one.plain.name in in_keys
        if one.external or ours:  # Federation 1 calls the key of an extension external
            line += " @external"
        if one.shareable and not self.federation_1 and of.kind is not Kind.INTERFACE and one.resolvable:
            line += " @shareable"
        if one.inaccessible and not self.federation_1:
            line += " @inaccessible"
        line += f' @requires(fields: "{_quoted(one.requires)}")' if one.requires else ""
        line += f' @provides(fields: "{one.provides}")' if one.provides else ""
        return line + (f' @override(from: "{one.override}")' if one.override else "")


@dataclass(slots=True)
class Cut:
    """The subgraphs that are one plain schema together."""

    subgraphs: list[CutSubgraph]

    def published(self) -> list[Subgraph]:
        """Give what composition takes."""
        return [Subgraph(each.name, f"http://{each.name}.invalid/graphql", each.sdl()) for each in self.subgraphs]

    def resolvers(self, type_: str, name: str) -> list[CutSubgraph]:
        """Give the subgraphs that serve a field."""
        return [each for each in self.subgraphs if each.resolves(type_, name)]


def _link(imports: list[str]) -> str:
    url = "https://specs.apollo.dev/federation/v2.5"
    return f'extend schema @link(url: "{url}", import: [{", ".join(imports)}])'


def _imports(names: Mapping[str, str]) -> list[str]:
    """Write what is imported: what keeps its prefix is not."""
    kept = {name: other for name, other in names.items() if not other.startswith(Imports.NOTHING.value)}
    return [f'"@{name}"' if name == other else f'{{name: "@{name}", as: "@{other}"}}' for name, other in kept.items()]


def _block(head: str, lines: Iterable[str]) -> str:
    return "\n".join([f"{head} {{", *(f"  {line}" for line in lines), "}"])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
