"""The types alone, almost without directives, as a schema of graphql-core: for the rules that GraphQL itself has."""

from collections.abc import Iterable

from graphql import GraphQLSchema, build_schema, print_ast, validate_schema

from gateway.federation.composition.elements import Argument, Field, Kind, TypeDefinition
from gateway.federation.composition.merged import MergedArgument, MergedField, MergedType
from gateway.federation.composition.reading import ROOTS
from gateway.federation.composition.validity import GraphqlFault, fault_of

__all__ = ["plain_schema", "schema_faults"]


def plain_schema(types: Iterable[TypeDefinition | MergedType]) -> GraphQLSchema:
    """Give the types as a schema; the query root is there whether or not it has fields."""
    blocks = [_type(each) for each in types]
    return build_schema("\n".join(blocks), assume_valid_sdl=True, no_location=True)


def schema_faults(schema: GraphQLSchema) -> list[GraphqlFault]:
    """Give the rules of GraphQL that the schema breaks."""
    return [fault_of(each) for each in validate_schema(schema)]


def _type(definition: TypeDefinition | MergedType) -> str:
    interfaces = f" implements {' & '.join(definition.interfaces)}" if definition.interfaces else ""
    head = f"{definition.kind.value} {definition.name}{interfaces}"
    if definition.kind is Kind.UNION:
        return f"{head} = {' | '.join(definition.members)}" if definition.members else head
    lines = [_field(each) for each in definition.fields.values()]
    lines += [_input(each) for each in definition.inputs.values()]
    lines += definition.values
    if definition.name == ROOTS["query"] and not lines:
        lines.append("_service: String")
    marks = definition.applied if isinstance(definition, TypeDefinition) else definition.carried
    if any(each.name == "oneOf" for each in marks):
        head += " @oneOf"
    return f"{head} {{ {' '.join(lines)} }}" if lines else head


def _field(field: Field | MergedField) -> str:
    arguments = " ".join(_input(each) for each in field.arguments.values())
    return f"{field.name}{f'({arguments})' if arguments else ''}: {field.type}"


def _input(argument: Argument | MergedArgument) -> str:
    default = "" if argument.default is None else f" = {print_ast(argument.default)}"
    marks = argument.applied if isinstance(argument, Argument) else argument.carried
    deprecated = " @deprecated" if any(each.name == "deprecated" for each in marks) else ""
    return f"{argument.name}: {argument.type}{default}{deprecated}"
