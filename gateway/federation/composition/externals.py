"""External fields: those that a subgraph knows and others resolve must be the same field."""

from typing import NamedTuple

from graphql import print_ast

from gateway.errors import Text
from gateway.federation.composition.arguments import same_value
from gateway.federation.composition.carrying import carried_by
from gateway.federation.composition.elements import Argument, Field
from gateway.federation.composition.merged import MergedArgument, MergedField
from gateway.federation.composition.problems import listed
from gateway.federation.composition.sources import Merge, Sources, told_apart

__all__ = ["Declared", "check_externals"]


class Declared(NamedTuple):
    """A merged field, its coordinate, and where it is declared: everywhere, and without those where it is external."""

    field: MergedField
    at: str
    sources: Sources[Field]
    own: Sources[Field]

    @property
    def externals(self) -> Sources[Field]:
        """Give the declarations that are external."""
        return {index: source for index, source in self.sources.items() if index not in self.own}


def check_externals(merge: Merge, declared: Declared, *, agreed: bool) -> None:
    """Refuse an external field that is not the field that others resolve; *agreed* if those agree on its type."""
    _check_marks(merge, declared)
    field, at, sources, _ = declared
    for source in declared.externals.values():
        narrower = not agreed and merge.is_subtype(source.type, field.type)
        if source.type != field.type and not narrower:
            told = told_apart(merge, sources, lambda each: f'"{each.type}"')
            message = Text(
                f'Field "{at}" has another type where it is external: {told.english}',
                f"外部字段 {at} 的类型与其他子图不符：{told.chinese}",
            )
            merge.findings.refuse("EXTERNAL_TYPE_MISMATCH", message, merge.names(sources), at)
    for argument in field.arguments.values():
        _check_argument(merge, declared, argument)


def _check_marks(merge: Merge, declared: Declared) -> None:
    """Refuse what the supergraph would carry, on a field that this subgraph does not answer for."""
    for index, source in declared.externals.items():
        for applied in carried_by(merge, index, source):
            message = Text(
                f'"{applied}" stands on "{declared.at}", which is external in "{merge.places[index].name}"',
                f"{merge.places[index].name} 中的外部字段 {declared.at} 上有 {applied}",
            )
            code = "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL"
            merge.findings.refuse(code, message, merge.names([index]), declared.at)


def _check_argument(merge: Merge, declared: Declared, argument: MergedArgument) -> None:
    name, at = argument.name, f"{declared.at}({argument.name}:)"
    having = {i: each.arguments[name] for i, each in declared.sources.items() if name in each.arguments}
    theirs = [each for index, each in having.items() if index not in declared.own]
    lacking = merge.names(index for index, each in declared.externals.items() if name not in each.arguments)
    if lacking:
        message = Text(
            f'Argument "{at}" is not there in {listed(lacking)}, where the field is external',
            f"参数 {at} 在字段为外部的 {listed(lacking)} 中没有",
        )
        merge.findings.refuse("EXTERNAL_ARGUMENT_MISSING", message, merge.names(declared.sources), at)
    if any(not merge.is_subtype(argument.type, each.type) for each in theirs):
        told = told_apart(merge, having, lambda each: f'"{each.type}"')
        message = Text(
            f'Argument "{at}" has another type where the field is external: {told.english}',
            f"参数 {at} 在字段为外部的子图中类型不符：{told.chinese}",
        )
        merge.findings.refuse("EXTERNAL_ARGUMENT_TYPE_MISMATCH", message, merge.names(having), at)
    if any(not same_value(argument.default, each.default) for each in theirs):
        told = told_apart(merge, having, _default)
        message = Text(
            f'Argument "{at}" has another default where the field is external: {told.english}',
            f"参数 {at} 在字段为外部的子图中默认值不符：{told.chinese}",
        )
        merge.findings.refuse("EXTERNAL_ARGUMENT_DEFAULT_MISMATCH", message, merge.names(having), at)


def _default(argument: Argument) -> str:
    return "no default" if argument.default is None else print_ast(argument.default)
