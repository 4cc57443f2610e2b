"""How record types are declared, and which declarations do not build (Art. 7, 8, 15, 26)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from schema import (
    Cycle,
    Polarity,
    Prohibition,
    SubjectKind,
    Tier,
    by_value,
    definition_of,
    field,
    five_years,
    raised,
    record,
)
from schema.envelope import CreditRecord
from schema.errors import (
    CategoryMismatch,
    DefinitionError,
    FieldWithoutTier,
    ProhibitedField,
    UnknownFieldType,
    UnknownName,
)
from schema.records.enums import SettlementStatus
from schema.terms import Term

WORDS: dict[str, Any] = {  # Any: the arguments of record, of many types
    "graph_field": "samples",
    "agency": "TAX",
    "serves": ("7(16)",),
    "of": (SubjectKind.LEGAL_PERSON,),
    "polarity": Polarity.NEGATIVE,
    "cycle": Cycle.MONTHLY,
    "key": ("number",),
    "occurred_on": "decided_on",
    "tier": Tier.PUBLIC,
}


class Sample:
    """A record type for the tests."""

    number: str = field("编号", Tier.PUBLIC, required=True)
    decided_on: date = field("决定日期", Tier.PUBLIC, required=True)
    amount: Decimal = field("金额", Tier.SHARED)
    status: SettlementStatus = field("状态", Tier.PUBLIC)
    for_life: bool = field("是否终身", Tier.PUBLIC)
    remarks: list[str] = field("备注", Tier.SHARED)


def declare(cls: type = Sample, **changes: Any) -> type:  # noqa: ANN401  # the arguments of record
    return record("样本", **(WORDS | changes))(cls)


def test_a_declared_class_is_a_credit_record_with_its_definition() -> None:
    made = declare()
    definition = definition_of(made)
    assert issubclass(made, CreditRecord)
    assert definition is not None
    assert definition.python_type is made
    assert definition.key == ("number",)
    assert definition.occurred_on == "decidedOn"
    assert definition.fields["status"].enum is SettlementStatus
    assert (definition.fields["remarks"].type, definition.fields["remarks"].is_list) == ("[String!]", True)
    assert definition.fields["forLife"].attribute == "for_life"


def test_a_class_that_is_no_record_has_no_definition() -> None:
    assert definition_of(Sample) is None


def test_every_field_may_be_missing() -> None:
    made = declare()
    assert made.__annotations__["number"] == str | None


def test_a_field_named_like_one_of_the_envelope_keeps_the_stricter_tier() -> None:
    class Looser:
        number: str = field("编号", Tier.PUBLIC, required=True)
        retention_until: date = field("保存截止", Tier.PUBLIC)
        occurred_on: date = field("发生日期", Tier.RESTRICTED)

    definition = definition_of(declare(Looser, occurred_on="occurred_on"))
    assert definition is not None
    assert definition.fields["retentionUntil"].tier is Tier.SHARED
    assert definition.fields["occurredOn"].tier is Tier.RESTRICTED


def test_polarity_may_be_decided_by_values_or_by_a_field() -> None:
    by_rules = definition_of(declare(polarity=by_value(NEGATIVE="status == UNSETTLED", NEUTRAL="otherwise")))
    assert by_rules is not None
    assert by_rules.polarity is None
    assert [name for name, _ in by_rules.polarity_rules] == ["NEGATIVE", "NEUTRAL"]

    class Said(Sample):
        number: str = field("编号", Tier.PUBLIC, required=True)
        decided_on: date = field("决定日期", Tier.PUBLIC)
        polarity: Polarity = field("信息性质", Tier.PUBLIC)

    Said.__annotations__ = {name: Said.__annotations__[name] for name in ("number", "decided_on", "polarity")}
    by_field = definition_of(declare(type("Said", (), dict(vars(Said))), polarity=by_value(field="polarity")))
    assert by_field is not None
    assert by_field.polarity_field == "polarity"


class Bare:
    """A field of which nothing is said."""

    number: str


class Tierless:
    """A field of which only the name is said."""

    number: str = field("编号", required=True)


class Optionals:
    """An author who writes what the software adds by itself."""

    number: str | None = field("编号", Tier.PUBLIC)


class Foreign:
    """A type that the graph does not know."""

    number: complex = field("编号", Tier.PUBLIC)


class Wordless(Term):
    """A list of words that was not put into the graph."""

    ONE = "ONE", "一"


class Undressed:
    """A field of such a list."""

    number: Wordless = field("编号", Tier.PUBLIC)


@pytest.mark.parametrize("cls", [Bare, Tierless])
def test_a_field_without_a_tier_does_not_build(cls: type) -> None:
    with pytest.raises(FieldWithoutTier, match=f"{cls.__name__}.number has no tier") as refusal:
        declare(cls)
    assert "Tier.PUBLIC" in refusal.value.hint


@pytest.mark.parametrize("cls", [Optionals, Foreign, Undressed])
def test_a_field_of_an_unknown_type_does_not_build(cls: type) -> None:
    with pytest.raises(UnknownFieldType, match=f"{cls.__name__}.number is annotated"):
        declare(cls)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": ("numbr",)}, "key of Sample names 'numbr'"),
        ({"key": ("amount",)}, "'amount', which a provider may leave out"),
        ({"occurred_on": "decided"}, "occurred_on of Sample names 'decided'"),
        ({"occurred_on": "amount"}, "'amount', which is Decimal"),
        ({"agency": "POLICE"}, "the agency 'POLICE'"),
        ({"serves": ()}, "serves nothing"),
        ({"serves": ("7(17)",)}, r"serves 7\(17\)"),
        ({"tier_rules": (raised("state == X", Tier.SHARED, "why"),)}, "tier_rules of Sample names 'state'"),
        ({"tier_rules": (raised("status == PAID", Tier.SHARED, "why"),)}, "compares status with PAID"),
        ({"tier_rules": (raised("subjectKind == PERSON", Tier.SHARED, "why"),)}, "subjectKind with PERSON"),
        ({"tier_rules": (raised("sealed == yes", None, "why"),)}, "compares sealed with yes"),
        ({"tier_rules": (raised("amount == 1", Tier.SHARED, "why"),)}, "compares amount with 1"),
        ({"polarity": by_value(NEGATIVE="grade == D")}, "polarity of Sample names 'grade'"),
        ({"polarity": by_value(field="sign")}, "polarity of Sample names 'sign'"),
        ({"polarity": by_value(field="status")}, "polarity of Sample is read from 'status'"),
        ({"retention": five_years(end="ended_on")}, "retention of Sample names 'ended_on'"),
        ({"retention": five_years(end="amount")}, "'amount', which is Decimal"),
        ({"retention": five_years(ongoing="forLife == always")}, "compares forLife with always"),
    ],
)
def test_a_rule_about_what_is_not_there_does_not_build(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UnknownName, match=message):
        declare(**changes)


def test_a_polarity_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownName, match="BAD"):
        by_value(BAD="status == UNSETTLED")


@pytest.mark.parametrize(
    ("serves", "of"),
    [
        (("7(16)",), (SubjectKind.INDIVIDUAL,)),
        (("8(2)",), (SubjectKind.LEGAL_PERSON,)),
        (("7(16)",), (SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL)),
        (("7(16)", "8(2)"), (SubjectKind.LEGAL_PERSON,)),
    ],
)
def test_a_category_of_the_other_kind_does_not_build(serves: tuple[str, ...], of: tuple[SubjectKind, ...]) -> None:
    with pytest.raises(CategoryMismatch, match="Sample is of"):
        declare(serves=serves, of=of)


@pytest.mark.parametrize("mistake", [lambda: declare(Bare), lambda: declare(key=("x",)), lambda: declare(serves=())])
def test_every_refusal_says_how_to_mend_it(mistake: Callable[[], type]) -> None:
    with pytest.raises(DefinitionError) as refusal:
        mistake()
    assert refusal.value.hint in str(refusal.value)
    assert refusal.value.hint


class _Annotated:
    number: str = field("编号", Tier.PUBLIC, required=True)
    decided_on: date = field("决定日期", Tier.PUBLIC, required=True)


def with_field(attribute: str, chinese: str, prohibited: Prohibition | None = None) -> type:
    """Give a class to declare, with one more field."""
    made = type("Sample", (), {**vars(_Annotated), attribute: field(chinese, Tier.RESTRICTED, prohibited=prohibited)})
    made.__annotations__ = {**_Annotated.__annotations__, attribute: str}
    return made


BOTH = {"of": (SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL), "serves": ("7(16)", "8(2)")}
CONSENT = Prohibition("9(3)", "INDIVIDUAL", "CONSENT_REQUIRED")


@pytest.mark.parametrize(
    ("attribute", "chinese"),
    [
        ("blood_type", "其他"),
        ("other", "血型"),
        ("religion", "信仰"),
        ("juvenile_record", "记录"),
        ("ethnicity", "民族"),
    ],
)
@pytest.mark.parametrize("prohibited", [None, CONSENT])
def test_what_nobody_may_collect_does_not_build(attribute: str, chinese: str, prohibited: Prohibition | None) -> None:
    with pytest.raises(ProhibitedField, match="PROHIBITED_FIELD: Sample") as refusal:
        declare(with_field(attribute, chinese, prohibited))
    assert refusal.value.article.startswith("9(")
    assert "Remove it" in refusal.value.hint


def test_what_consent_allows_is_declared_so_or_about_legal_persons_alone() -> None:
    with pytest.raises(ProhibitedField, match=r"9\(3\)") as refusal:
        declare(with_field("monthly_income", "月收入"), **BOTH)
    assert "CONSENT_REQUIRED" in refusal.value.hint
    assert definition_of(declare(with_field("monthly_income", "月收入", CONSENT), **BOTH)) is not None
    assert definition_of(declare(with_field("monthly_income", "月收入"))) is not None
