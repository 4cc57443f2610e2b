"""How a field of a record type is declared, and read off the class that declares it (Art. 9, 15, 26)."""

import enum
import types
import typing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from strawberry.utils.str_converters import to_camel_case

from schema.definition import FieldDefinition, Mask, Prohibition
from schema.envelope import ENVELOPE
from schema.errors import FieldWithoutTier, UnknownFieldType
from schema.scalars import SCALARS
from schema.tiers import Tier

__all__ = ["Declared", "described", "field", "read_fields"]

_NAMES: typing.Mapping[object, str] = {
    str: "String",
    int: "Int",
    bool: "Boolean",
    Decimal: "Decimal",
    date: "Date",
    **{scalar: definition.name for scalar, definition in SCALARS.items()},
}


@dataclass(frozen=True, slots=True)
class _Said:
    """What an author said of a field."""

    chinese: str
    tier: Tier | None
    required: bool = False
    personal: str | None = None
    mask: Mask | None = None
    double_publicity: str | None = None
    double_publicity_verified: bool = True
    prohibited: Prohibition | None = None
    note: str | None = None


def field(  # noqa: PLR0913  # the words of one catalogue field, by name
    chinese: str,
    tier: Tier | None = None,
    *,
    required: bool = False,
    personal: Literal["PERSONAL", "SENSITIVE"] | None = None,
    mask: Mask | None = None,
    double_publicity: str | None = None,
    double_publicity_verified: bool = True,
    prohibited: Prohibition | None = None,
    note: str | None = None,
) -> Any:  # noqa: ANN401  # stands for a value of the annotated type, as dataclasses.field does
    """Declare a field: its Chinese name, who may see it, and whether the provider must report it (Art. 15, 26).

    ``required`` binds the provider; in the graph every field is nullable all the same, since a value may be withheld or
    lost. ``double_publicity`` is its column of the double-publicity standard (an unverified one was not seen).
    """
    return _Said(chinese, tier, required, personal, mask, double_publicity, double_publicity_verified, prohibited, note)


@dataclass(frozen=True, slots=True)
class Declared:
    """A field as read off its class, with the annotation that the graph's type gets."""

    definition: FieldDefinition
    annotation: object


def read_fields(cls: type) -> tuple[Declared, ...]:
    """Read the declared fields of a class, in order (Art. 26).

    Raises:
        FieldWithoutTier: where one has no tier.
        UnknownFieldType: where the graph has no word for an annotation.

    """
    hints = typing.get_type_hints(cls)
    return tuple(_declared(cls, attribute, hint) for attribute, hint in hints.items())


def described(definition: FieldDefinition, serves: tuple[str, ...]) -> str:
    """Give a field's description in the graph: Chinese name, articles, tier."""
    return f"{definition.chinese} (Art. {', '.join(serves)}; tier {definition.tier.value})"


def _declared(cls: type, attribute: str, hint: object) -> Declared:
    coordinate = f"{cls.__name__}.{attribute}"
    said = cls.__dict__.get(attribute)
    if not isinstance(said, _Said) or said.tier is None:
        raise FieldWithoutTier(coordinate)
    is_list = typing.get_origin(hint) is list
    item = typing.get_args(hint)[0] if is_list else hint
    type_name = _type_name(item)
    if type_name is None:
        raise UnknownFieldType(coordinate, hint)
    name = to_camel_case(attribute)
    definition = FieldDefinition(
        name=name,
        attribute=attribute,
        chinese=said.chinese,
        type=f"[{type_name}!]" if is_list else type_name,
        # a field that bears an envelope field's name keeps the stricter tier of the two
        tier=max(said.tier, ENVELOPE[name].tier) if name in ENVELOPE else said.tier,
        required=said.required,
        enum=item if isinstance(item, type) and issubclass(item, enum.Enum) else None,
        is_list=is_list,
        personal=said.personal,
        mask=said.mask,
        double_publicity=said.double_publicity,
        double_publicity_verified=said.double_publicity_verified,
        prohibited=said.prohibited,
        note=said.note,
    )
    return Declared(definition, typing.Union[hint, types.NoneType])  # noqa: UP007  # hint is a value here, not a name


def _type_name(item: object) -> str | None:
    if isinstance(item, enum.EnumMeta):
        definition = getattr(item, "__strawberry_definition__", None)
        return None if definition is None else definition.name
    return _NAMES.get(item)
