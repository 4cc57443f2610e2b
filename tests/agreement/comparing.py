"""Whether two answers agree, and what is the least operation over which they do not."""

# A value of the graph is of any type.
# ruff: noqa: ANN401

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from graphql import (
    REMOVE,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

from tests.agreement.operations import Question
from tests.agreement.oracle import SCHEMA, SOME_INSTANT, Problem, Told

__all__ = ["differences", "shrunk"]


def differences(expected: Told, answer: dict[str, Any]) -> list[str]:
    """Say in which places an answer is not the expected one; the order of keys counts, that of errors does not."""
    found = list(_different(expected.data, answer.get("data"), "data"))
    given = Counter(_problem(error) for error in answer.get("errors", ()))
    found += [f"missing error {each}" for each in (expected.errors - given).elements()]
    found += [f"unexpected error {each}" for each in (given - expected.errors).elements()]
    return found


def _problem(error: dict[str, Any]) -> Problem:
    path, extensions = error.get("path"), error["extensions"]
    return (None if path is None else tuple(path), extensions["code"], extensions.get("coordinate"))


def _different(expected: Any, given: Any, where: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(given, dict):
        if list(expected) != list(given):
            yield f"{where}: keys {list(expected)}, given {list(given)}"
        for key in expected.keys() & given.keys():
            yield from _different(expected[key], given[key], f"{where}.{key}")
    elif isinstance(expected, list) and isinstance(given, list):
        if len(expected) != len(given):
            yield f"{where}: {len(expected)} elements, given {len(given)}"
        for n, (one, other) in enumerate(zip(expected, given, strict=False)):
            yield from _different(one, other, f"{where}[{n}]")
    elif expected == SOME_INSTANT and isinstance(given, str):
        datetime.fromisoformat(given)
    elif expected != given or type(expected) is not type(given):
        yield f"{where}: {expected!r}, given {given!r}"


async def shrunk(question: Question, fails: Callable[[Question], Awaitable[bool]]) -> Question:
    """Give a smaller operation over which the engines still differ, by leaving out selections one at a time."""
    smaller = True
    while smaller:
        smaller = False
        for document in _with_one_less(parse(question.document)):
            declared = {each.variable.name.value for each in _of_kind(document, VariableDefinitionNode)}
            values = {name: value for name, value in question.variables.items() if name in declared}
            candidate = Question(print_ast(document), values, question.operation_name)
            if not validate(SCHEMA, document) and await fails(candidate):
                question, smaller = candidate, True
                break
    return question


def _with_one_less(document: DocumentNode) -> Iterator[DocumentNode]:
    """Give the document without one of its selections, for each in turn, or with an inner one in its place."""
    for wanted in _of_kind(document, SelectionSetNode):
        for place, left_out in enumerate(wanted.selections):
            before, after = wanted.selections[:place], wanted.selections[place + 1 :]
            if before or after:
                yield _tidy(_replaced(document, wanted, (*before, *after)))
            if isinstance(left_out, InlineFragmentNode):
                yield _tidy(_replaced(document, wanted, (*before, *left_out.selection_set.selections, *after)))


def _replaced(document: DocumentNode, wanted: SelectionSetNode, selections: tuple[SelectionNode, ...]) -> DocumentNode:
    class Replacing(Visitor):
        def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode | None:
            return replace(node, selections=selections) if node is wanted else None

    made: DocumentNode = visit(document, Replacing())
    return made


def _tidy(document: DocumentNode) -> DocumentNode:
    """Leave out fragments and variables that nothing uses any more."""
    spread = {each.name.value for each in _of_kind(document, FragmentSpreadNode)}
    kept = tuple(
        each
        for each in document.definitions
        if not isinstance(each, FragmentDefinitionNode) or each.name.value in spread
    )
    if len(kept) < len(document.definitions):
        return _tidy(replace(document, definitions=kept))
    inside = [each for definition in kept for each in _of_kind(definition, VariableNode)]
    uses = Counter(each.name.value for each in inside)

    class Dropping(Visitor):
        def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> Any:
            return REMOVE if uses[node.variable.name.value] < 2 else None

    tidied: DocumentNode = visit(document, Dropping())
    return tidied


_N = TypeVar("_N", bound=Node)


def _of_kind(node: Node, kind: type[_N]) -> list[_N]:
    found: list[_N] = []

    class Finding(Visitor):
        def enter(self, each: Node, *_: Any) -> None:
            if isinstance(each, kind):
                found.append(each)

    visit(node, Finding())
    return found
