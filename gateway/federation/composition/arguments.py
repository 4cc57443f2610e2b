"""Types, arguments and default values, merged: outputs widen, inputs narrow."""

from collections.abc import Collection
from typing import Final, NamedTuple, TypeVar

from graphql import ConstValueNode, print_ast, value_from_ast_untyped

from gateway.errors import Text
from gateway.federation.composition.carrying import carry
from gateway.federation.composition.elements import Argument, Field, Kind, is_required, named
from gateway.federation.composition.merged import MergedArgument
from gateway.federation.composition.problems import listed
from gateway.federation.composition.sources import Merge, Sources, merge_description, told_apart

__all__ = [
    "ARGUMENTS",
    "INPUT_FIELDS",
    "Presence",
    "leave_out",
    "merge_argument",
    "merge_arguments",
    "merge_default",
    "merge_type",
    "same_value",
]

_Typed = TypeVar("_Typed", Field, Argument)


def same_value(one: ConstValueNode | None, other: ConstValueNode | None) -> bool:
    """Say whether two default values are the same, or both absent."""
    if one is None or other is None:
        return one is other
    return bool(value_from_ast_untyped(one) == value_from_ast_untyped(other))


def merge_type(merge: Merge, sources: Sources[_Typed], at: str, code: str, *, into: bool) -> tuple[str, bool]:
    """Give the type of the merged element, and whether all subgraphs agree on it.

    An output (not *into*) takes the widest type, an input the narrowest; types that are neither are refused by *code*.
    """
    chosen = ""
    agreed = compatible = True
    for source in sources.values():
        if not chosen or source.type == chosen:
            chosen = source.type
        elif merge.is_subtype(source.type, chosen):
            agreed, chosen = False, source.type if into else chosen
        elif merge.is_subtype(chosen, source.type):
            agreed, chosen = False, chosen if into else source.type
        else:
            agreed = compatible = False
    target = merge.supergraph.types.get(named(chosen))
    if target is not None and target.kind is Kind.ENUM:
        (merge.inputs_of if into else merge.outputs_of).setdefault(target.name, at)
    what = Text("Argument" if "(" in at else "Field", "参数" if "(" in at else "字段")
    told = told_apart(merge, sources, lambda each: f'"{each.type}"')
    if not compatible:
        message = Text(
            f'{what.english} "{at}" has types that do not go together: {told.english}',
            f"{what.chinese} {at} 的类型不相容：{told.chinese}",
        )
        merge.findings.refuse(code, message, merge.names(sources), at)
    elif not agreed:
        hint = f"INCONSISTENT_BUT_COMPATIBLE_{'ARGUMENT' if '(' in at else 'FIELD'}_TYPE"
        message = Text(
            f'{what.english} "{at}" has different types, and will be "{chosen}": {told.english}',
            f"{what.chinese} {at} 的类型不一，取 {chosen}：{told.chinese}",
        )
        merge.findings.hint(hint, message, merge.names(sources), at)
    return chosen, agreed


def merge_arguments(merge: Merge, sources: Sources[Field], at: str) -> dict[str, MergedArgument]:
    """Give the arguments that all subgraphs have; refuse those that some require and others do not know."""
    merged: dict[str, MergedArgument] = {}
    for name in dict.fromkeys(name for source in sources.values() for name in source.arguments):
        having = {index: source.arguments[name] for index, source in sources.items() if name in source.arguments}
        coordinate = f"{at}({name}:)"
        if any(each.has("fromContext") for each in having.values()):
            _check_contextual(merge, having, coordinate)
        elif len(having) == len(sources):
            merged[name] = merge_argument(merge, having, name, coordinate)
        else:
            leave_out(merge, sources, having, coordinate, ARGUMENTS)
    return merged


def merge_argument(merge: Merge, sources: Sources[Argument], name: str, at: str) -> MergedArgument:
    """Merge one argument that all subgraphs have."""
    argument = MergedArgument(name)
    merge_description(sources.values(), argument)
    carry(merge, sources, argument, at)
    argument.type, _ = merge_type(merge, sources, at, "FIELD_ARGUMENT_TYPE_MISMATCH", into=True)
    argument.default = merge_default(merge, sources, at, "FIELD_ARGUMENT_DEFAULT_MISMATCH")
    return argument


def merge_default(merge: Merge, sources: Sources[Argument], at: str, code: str) -> ConstValueNode | None:
    """Give the default value that all subgraphs give; none if some give none; refuse two different ones by *code*."""
    defaults = [each.default for each in sources.values()]
    given = [each for each in defaults if each is not None]
    if not given:
        return None
    told = told_apart(merge, sources, lambda each: "no default" if each.default is None else print_ast(each.default))
    if not all(same_value(each, given[0]) for each in given):
        message = Text(f'"{at}" has different default values: {told.english}', f"{at} 的默认值不一致：{told.chinese}")
        merge.findings.refuse(code, message, merge.names(sources), at)
        return given[0]
    if len(given) < len(defaults):
        message = Text(
            f'"{at}" has a default value in some subgraphs only, and will have none: {told.english}',
            f"{at} 仅在部分子图中有默认值，超图中不设：{told.chinese}",
        )
        merge.findings.hint("INCONSISTENT_DEFAULT_VALUE_PRESENCE", message, merge.names(sources), at)
        return None
    return given[0]


class Presence(NamedTuple):
    """How it is told that an element of an input is not in every subgraph."""

    english: str
    chinese: str
    refused: str
    hinted: str


ARGUMENTS: Final = Presence(
    "Argument", "参数", "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH", "INCONSISTENT_ARGUMENT_PRESENCE"
)
INPUT_FIELDS: Final = Presence(
    "Input field", "输入字段", "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH", "INCONSISTENT_INPUT_OBJECT_FIELD"
)


def leave_out(merge: Merge, asked: Collection[int], having: Sources[Argument], at: str, told: Presence) -> None:
    """Leave out what only some of the subgraphs *asked* have; where one of them requires it, that is refused."""
    requiring = merge.names(index for index, each in having.items() if is_required(each))
    lacking = merge.names(index for index in asked if index not in having)
    if requiring:
        message = Text(
            f'{told.english} "{at}" is required in {listed(requiring)}, and is not there in {listed(lacking)}',
            f"{told.chinese} {at} 在 {listed(requiring)} 中必填，而 {listed(lacking)} 中没有",
        )
        merge.findings.refuse(told.refused, message, merge.names(asked), at)
    else:
        message = Text(
            f'{told.english} "{at}" is not there in {listed(lacking)}, and is left out',
            f"{told.chinese} {at} 在 {listed(lacking)} 中没有，不列入超图",
        )
        merge.findings.hint(told.hinted, message, merge.names(asked), at)


def _check_contextual(merge: Merge, having: Sources[Argument], at: str) -> None:
    """Leave an argument out that a context fills; the client could not know where it must give it."""
    for index, argument in having.items():
        if argument.has("fromContext"):
            continue
        if is_required(argument):
            message = Text(
                f'Argument "{at}" comes from a context elsewhere, and is required in "{merge.places[index].name}"',
                f"参数 {at} 在其他子图中取自上下文，而在 {merge.places[index].name} 中必填",
            )
            code = "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS"
            merge.findings.refuse(code, message, merge.names(having), at)
        else:
            message = Text(
                f'Argument "{at}" comes from a context in some subgraph, and is left out',
                f"参数 {at} 在某子图中取自上下文，不列入超图",
            )
            code = "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS"
            merge.findings.hint(code, message, merge.names(having), at)
