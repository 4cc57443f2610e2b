"""The rules of `@cost` and `@listSize`."""

from gateway.errors import Text
from gateway.federation.composition.elements import Applied, Field, Kind, is_list, named
from gateway.federation.composition.problems import Findings
from gateway.federation.composition.reading import SubgraphSchema

__all__ = ["check_costs"]


def check_costs(schema: SubgraphSchema, findings: Findings) -> None:
    """Refuse costs of interfaces' fields, and sizes of what is no list."""
    for definition in schema.types.values():
        for field in definition.fields.values():
            at = f"{definition.name}.{field.name}"
            if definition.kind is Kind.INTERFACE and field.has("cost"):
                message = Text(f'@cost stands on "{at}", a field of an interface', f"@cost 用于接口字段 {at}")
                findings.refuse("COST_APPLIED_TO_INTERFACE_FIELD", message, [schema.name], at)
            for applied in field.marks("listSize"):
                for code, message in _faults(schema, field, applied, at):
                    findings.refuse(code, message, [schema.name], at)


def _faults(schema: SubgraphSchema, field: Field, applied: Applied, at: str) -> list[tuple[str, Text]]:
    faults = []
    sized = _names(applied.value("sizedFields"))
    if not sized and not is_list(field.type):
        faults.append(("LIST_SIZE_APPLIED_TO_NON_LIST", Text(f'"{at}" is no list', f"{at} 不是列表")))
    assumed = applied.value("assumedSize")
    if isinstance(assumed, int) and assumed < 0:
        message = Text(f'The assumed size of "{at}" is negative', f"{at} 的假定大小为负")
        faults.append(("LIST_SIZE_INVALID_ASSUMED_SIZE", message))
    for name in _names(applied.value("slicingArguments")):
        argument = field.arguments.get(name)
        if argument is None or argument.type.removesuffix("!") != "Int":
            message = Text(f'"{at}" has no argument "{name}" of type Int', f"{at} 没有 Int 类型的参数 {name}")
            faults.append(("LIST_SIZE_INVALID_SLICING_ARGUMENT", message))
    target = schema.types.get(named(field.type))
    for name in sized:
        below = target.fields.get(name) if target is not None else None
        if below is None:
            message = Text(f'"{field.type}" has no field "{name}"', f"{field.type} 没有字段 {name}")
            faults.append(("LIST_SIZE_INVALID_SIZED_FIELD", message))
        elif not is_list(below.type):
            message = Text(f'"{named(field.type)}.{name}" is no list', f"{named(field.type)}.{name} 不是列表")
            faults.append(("LIST_SIZE_APPLIED_TO_NON_LIST", message))
    return faults


def _names(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
