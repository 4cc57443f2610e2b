"""How a record type is declared: ``@record`` over a class of ``field``s with plain types (Art. 7, 8, 15, 26)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar, cast, dataclass_transform

import strawberry

from schema.categories import AGENCIES, BY_ARTICLE, Category
from schema.conditions import Condition
from schema.definition import Cycle, RecordDefinition, Retention, SubmissionClass, TierRule
from schema.envelope import CreditRecord
from schema.errors import CategoryMismatch, ProhibitedField, UnknownName
from schema.fields import Declared, described, field, read_fields
from schema.prohibited import prohibited_in_name
from schema.rules import check_rules
from schema.terms import Polarity, SubjectKind
from schema.tiers import Tier, tier

__all__ = ["ByValue", "by_value", "definition_of", "field", "five_years", "raised", "record"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ByValue:
    """A polarity that the record's values decide: by the first rule that holds, or by what a field says."""

    rules: tuple[tuple[str, Condition | None], ...] = ()
    field: str | None = None


def by_value(*, field: str | None = None, **rules: str) -> ByValue:
    """Say how values decide the polarity: ``NEGATIVE="grade == D", NEUTRAL="otherwise"``, or by what *field* says.

    >>> [str(polarity) for polarity, _ in by_value(POSITIVE="grade == A", NEUTRAL="otherwise").rules]
    ['POSITIVE', 'NEUTRAL']
    """
    unknown = [name for name in rules if name not in Polarity.__members__]
    if unknown:
        problem = f"A polarity by value names {', '.join(unknown)}"
        cure = f"The polarities are {', '.join(Polarity)}"
        raise UnknownName(problem, cure)
    conditions = (None if text == "otherwise" else Condition.parse(text) for text in rules.values())
    return ByValue(tuple(zip((Polarity[name] for name in rules), conditions, strict=True)), field)


def raised(when: str, to: Tier | None, why: str) -> TierRule:
    """Say that a record's tier is raised to *to* where *when* holds; None excludes the record altogether (Art. 15)."""
    return TierRule(Condition.parse(when), to, why)


def five_years(*, end: str | None = None, ongoing: str | None = None) -> Retention:
    """Say that an individual's negative record is deleted five years after its conduct or event ended (Art. 20).

    The article does not say from when. Our reading (AMB-03): from the day on which the conduct or event ended, that is
    the value of the field *end*; without one, from the day the record itself is dated (``occurred_on``, else the day it
    was reported). Conduct that goes on has not begun to expire: *ongoing* is the condition under which a record without
    an end has not ended. It is declared only where a field says so (arrears unsettled, a ban for life); where nothing
    says so, an end that nobody reported does not keep a record alive, which is the reading that protects the person.
    """
    return Retention(
        years=5,
        anchor="TERMINATED_ON_ELSE_DECISION_DATE",
        action="DELETE",
        legal_basis="Art. 20",
        end=end,
        ongoing=None if ongoing is None else Condition.parse(ongoing),
    )


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
def record(  # noqa: PLR0913  # the words of one catalogue entry, all by name
    chinese: str,
    *,
    graph_field: str,
    agency: str,
    serves: tuple[str, ...],
    of: tuple[SubjectKind, ...],
    polarity: Polarity | ByValue,
    cycle: Cycle,
    key: tuple[str, ...],
    occurred_on: str | None,
    tier: Tier,
    tier_rules: tuple[TierRule, ...] = (),
    submission: SubmissionClass = SubmissionClass.ROUTINE,
    recommended_mode: Literal["SYSTEM", "ANY"] = "ANY",
    retention: Retention | None = None,
    publicity_term: Mapping[str, object] | None = None,
    adopters: str | None = None,
    note: str | None = None,
) -> Callable[[type[_T]], type[_T]]:
    """Declare a record type of the indicator catalogue (Art. 26).

    ``serves`` are the items of Art. 7 and 8 it falls under (``"7(8)"``), ``of`` the kinds of subject it is about.
    ``key`` (without provider and subject), ``occurred_on`` and a retention's ``end`` name attributes; the conditions of
    rules are written in the catalogue's language and name fields as the graph does. ``tier`` is the record's own, which
    ``tier_rules`` raise.

    Raises:
        DefinitionError: where the declaration does not build, saying how to mend it.

    """
    level = tier
    by = polarity if isinstance(polarity, ByValue) else ByValue()

    def declare(cls: type[_T]) -> type[_T]:
        name = cls.__name__
        declared = read_fields(cls)
        named = _Naming(name, {each.definition.attribute: each.definition.name for each in declared})
        categories = _categories(name, serves, of)
        made = _graph_type(cls, declared, f"{chinese} (Art. {', '.join(serves)}; tier {level.value})", level, serves)
        _nothing_prohibited(name, declared, of)
        definition = RecordDefinition(
            name=name,
            graph_field=graph_field,
            chinese=chinese,
            agency=_agency(name, agency),
            categories=tuple(category.code for category in categories),
            subject_kinds=tuple(of),
            polarity=polarity if isinstance(polarity, Polarity) else None,
            submission_class=submission,
            cycle=cycle,
            recommended_mode=recommended_mode,
            key=tuple(named("key", each) for each in key),
            occurred_on=None if occurred_on is None else named("occurred_on", occurred_on),
            tier=level,
            fields={each.definition.name: each.definition for each in declared},
            python_type=made,
            tier_rules=tier_rules,
            polarity_rules=by.rules,
            polarity_field=None if by.field is None else named("polarity", by.field),
            retention=named.retention(retention),
            publicity_term=publicity_term,
            adopters=adopters,
            note=note,
        )
        check_rules(definition)
        made.__record__ = definition  # type: ignore[attr-defined]  # how definition_of finds it
        return made

    return declare


def _nothing_prohibited(record: str, declared: tuple[Declared, ...], of: tuple[SubjectKind, ...]) -> None:
    """Refuse a field whose name, in English or Chinese, means an item of Art. 9 (R9.2).

    Of the third group a record type about legal persons alone may have fields; about individuals, with consent.

    Raises:
        ProhibitedField: naming the field, the item and the mend.

    """
    for each in declared:
        field = each.definition
        item = prohibited_in_name(field.name) or prohibited_in_name(field.chinese)
        if item is None:
            continue
        allowed = item.with_consent and (SubjectKind.INDIVIDUAL not in of or field.prohibited is not None)
        if not allowed:
            meaning = f"{item.english} ({item.chinese})"
            coordinate = f"{record}.{field.attribute}"
            raise ProhibitedField(coordinate, meaning, item.article, with_consent=item.with_consent)


def definition_of(cls: type) -> RecordDefinition | None:
    """Give what the catalogue knows of a declared record type, or None of any other class."""
    definition: RecordDefinition | None = cls.__dict__.get("__record__")
    return definition


@dataclass(frozen=True, slots=True)
class _Naming:
    """From the attribute an author writes to the name of the graph."""

    record: str
    names: Mapping[str, str]

    def __call__(self, part: str, attribute: str) -> str:
        if attribute not in self.names:
            problem = f"{part} of {self.record} names {attribute!r}, which is no field of it"
            cure = f"Its fields are {', '.join(self.names)}"
            raise UnknownName(problem, cure)
        return self.names[attribute]

    def retention(self, kept: Retention | None) -> Retention | None:
        if kept is None or kept.end is None:
            return kept
        end = self("retention", kept.end)
        return Retention(kept.years, kept.anchor, kept.action, kept.legal_basis, end, kept.ongoing)


def _agency(name: str, code: str) -> str:
    if code not in AGENCIES:
        problem = f"{name} is of the agency {code!r}, which the catalogue does not know"
        cure = f"Its agencies are {', '.join(AGENCIES)}"
        raise UnknownName(problem, cure)
    return code


def _categories(name: str, serves: Iterable[str], of: tuple[SubjectKind, ...]) -> tuple[Category, ...]:
    items = tuple(serves)
    unknown = [item for item in items if item not in BY_ARTICLE]
    if unknown or not items:
        problem = f"{name} serves {', '.join(unknown) or 'nothing'}"
        cure = f"Name one or more of the items {', '.join(BY_ARTICLE)}"
        raise UnknownName(problem, cure)
    categories = tuple(BY_ARTICLE[item] for item in items)
    kinds = {category.kind for category in categories}
    if kinds != set(of):
        problem = f"{name} is of {', '.join(of)} but serves {', '.join(items)}"
        cure = "Art. 7 speaks of legal persons, Art. 8 of individuals: each kind needs an item, each item its kind"
        raise CategoryMismatch(problem, cure)
    return categories


def _graph_type(
    cls: type[_T], declared: tuple[Declared, ...], description: str, level: Tier, serves: tuple[str, ...]
) -> type[_T]:
    """Build the Strawberry type: the author's class, with the envelope below it and every field nullable."""
    body: dict[str, object] = {
        each.definition.attribute: strawberry.field(
            default=None,
            description=described(each.definition, serves),
            directives=[tier(each.definition.tier)],
        )
        for each in declared
    }
    body["__annotations__"] = {each.definition.attribute: each.annotation for each in declared}
    body |= {"__doc__": cls.__doc__, "__module__": cls.__module__, "__qualname__": cls.__qualname__}
    made = cast("type[_T]", type(cls.__name__, (CreditRecord,), body))
    return strawberry.type(made, description=description, directives=[tier(level)])
