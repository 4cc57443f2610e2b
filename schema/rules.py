"""Whether the rules of a record type speak of what is there: fields, words, keys, dates (Art. 15, 20, 26)."""

from collections.abc import Iterator, Mapping

from schema.conditions import Comparison, Condition
from schema.definition import FieldDefinition, RecordDefinition
from schema.errors import UnknownName
from schema.terms import Polarity, SubjectKind

__all__ = ["RULE_FIELDS", "check_rules"]

RULE_FIELDS: Mapping[str, frozenset[str | bool]] = {
    "subjectKind": frozenset(str(kind) for kind in SubjectKind),
    "sealed": frozenset({True, False}),
}
"""What a rule may use besides the record's own fields, with the values each can have."""

_DATES = ("Date", "Int", "String")


def check_rules(definition: RecordDefinition) -> None:
    """Check every rule of a record type against its fields.

    Raises:
        UnknownName: at the first that names a field or a value which is not there, or that cannot bear the rule.

    """
    for part, condition in _conditions(definition):
        for comparison in (each for group in condition.alternatives for each in group):
            _check_comparison(definition, part, comparison)
    _check_key(definition)
    _check_date(definition, "occurred_on", definition.occurred_on, _DATES)
    if definition.retention is not None:
        _check_date(definition, "retention", definition.retention.end, ("Date",))
    if definition.polarity_field is not None:
        _check_polarity_field(definition, definition.polarity_field)


def _conditions(definition: RecordDefinition) -> Iterator[tuple[str, Condition]]:
    for rule in definition.tier_rules:
        yield "tier_rules", rule.when
    for _, condition in definition.polarity_rules:
        if condition is not None:
            yield "polarity", condition
    if definition.retention is not None and definition.retention.ongoing is not None:
        yield "retention", definition.retention.ongoing


def _check_comparison(definition: RecordDefinition, part: str, comparison: Comparison) -> None:
    name = comparison.field
    if name in definition.fields:
        allowed = _values(definition.fields[name])
    elif name in RULE_FIELDS:
        allowed = RULE_FIELDS[name]
    else:
        problem = f"{part} of {definition.name} names {name!r}, which is no field of it"
        cure = f"Use one of {', '.join((*definition.fields, *RULE_FIELDS))}"
        raise UnknownName(problem, cure)
    unknown = [str(value) for value in comparison.values if value not in allowed]
    if unknown:
        problem = f"{part} of {definition.name} compares {name} with {', '.join(unknown)}"
        cure = f"It can only be {', '.join(sorted(map(str, allowed))) or 'compared if it is a word or a yes or no'}"
        raise UnknownName(problem, cure)


def _values(field: FieldDefinition) -> frozenset[str | bool]:
    if field.enum is not None:
        return frozenset(field.enum.__members__)
    return frozenset({True, False}) if field.type == "Boolean" else frozenset()


def _check_key(definition: RecordDefinition) -> None:
    for name in definition.key:
        if not definition.fields[name].required:
            problem = f"key of {definition.name} has {name!r}, which a provider may leave out"
            cure = "Every part of a key is a required field: a missing one would let duplicates in"
            raise UnknownName(problem, cure)


def _check_date(definition: RecordDefinition, part: str, name: str | None, types: tuple[str, ...]) -> None:
    if name is not None and definition.fields[name].type not in types:
        problem = f"{part} of {definition.name} names {name!r}, which is {definition.fields[name].type}"
        cure = f"Name a field of the type {' or '.join(types)}"
        raise UnknownName(problem, cure)


def _check_polarity_field(definition: RecordDefinition, name: str) -> None:
    if definition.fields[name].enum is not Polarity:
        problem = f"polarity of {definition.name} is read from {name!r}"
        cure = "Only a field of the type Polarity can say it"
        raise UnknownName(problem, cure)
