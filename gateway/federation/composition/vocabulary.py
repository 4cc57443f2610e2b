"""Which directives the supergraph carries, under which names, and which specifications it links for them."""

from collections.abc import Iterator

from gateway.errors import Text
from gateway.federation.composition.composing import compose_directives
from gateway.federation.composition.elements import Described
from gateway.federation.composition.merged import Specification
from gateway.federation.composition.reading import SubgraphSchema
from gateway.federation.composition.sources import Merge
from gateway.federation.composition.specifications import CARRIED

__all__ = ["settle_vocabulary"]

_BUILT_IN = ("deprecated", "specifiedBy", "oneOf")


def settle_vocabulary(merge: Merge) -> None:
    """Settle what each subgraph's directives are called in the supergraph, and define them there."""
    for place in merge.places:
        merge.carried[place.index] = {name: name for name in _BUILT_IN if name not in place.schema.directives}
    _link_carried(merge)
    compose_directives(merge)


def _link_carried(merge: Merge) -> None:
    """Link a specification for each directive of Federation that stands somewhere and is carried on."""
    called: dict[str, str] = {}
    for meaning in CARRIED:
        names = _names_of(merge, meaning)
        if len(set(names.values())) > 1:
            told = "; ".join(f'"@{name}" in "{merge.places[index].name}"' for index, name in names.items())
            message = Text(
                f'"@{meaning}" has different names, and can have one in the supergraph only: {told}',
                f"@{meaning} 的导入名称不一，超图中只能有一个名称：{told}",
            )
            merge.findings.refuse("LINK_IMPORT_NAME_MISMATCH", message, merge.names(names), None)
        for index, name in names.items():
            merge.carried[index][name] = called.setdefault(meaning, name)
    by_specification: dict[str, list[str]] = {}
    for meaning in called:
        by_specification.setdefault(CARRIED[meaning].specification, []).append(meaning)
    merge.supergraph.specifications += [
        _specification(name, meanings, called) for name, meanings in by_specification.items()
    ]


def _names_of(merge: Merge, meaning: str) -> dict[int, str]:
    found = {}
    for place in merge.places:
        for element in _elements(place.schema):
            mark = element.mark(meaning)
            if mark is not None:
                found[place.index] = mark.name
                break
    return found


def _elements(schema: SubgraphSchema) -> Iterator[Described]:
    yield schema.schema
    for definition in schema.types.values():
        for _, element in definition.elements():
            yield element
    for directive in schema.directives.values():
        yield from directive.arguments.values()


def _specification(name: str, meanings: list[str], called: dict[str, str]) -> Specification:
    first = CARRIED[meanings[0]]
    definitions = [CARRIED[meaning].definition.format(name=called[meaning], spec=name) for meaning in meanings]
    if first.scalar:
        definitions.append(f"scalar {name}__{first.scalar}")
    if "context" in meanings:
        definitions.append(f"directive @{name}__fromContext(field: {name}__{first.scalar}) on ARGUMENT_DEFINITION")
    imports = tuple(
        (f"@{meaning}", f"@{called[meaning]}")
        for meaning in meanings
        if called[meaning] != (name if meaning == name else f"{name}__{meaning}")
    )
    url = f"https://specs.apollo.dev/{name}/v{first.version}"
    return Specification(url, None, first.purpose, imports, tuple(definitions))
