from collections.abc import Mapping, Sequence

import pytest

from gateway.errors import Text
from gateway.web.console.forms.inputs import (
    Choice,
    Choices,
    Day,
    Files,
    Input,
    Instant,
    Line,
    Lines,
    LongText,
    Number,
    Scope,
    Subject,
    Subjects,
    Tick,
    Unreadable,
)

TITLE = Text("x", "某")
WORDS = {"A": Text("a", "甲"), "B": Text("b", "乙")}
NUMBER = "410199200104231074"


def value(each: Input, **sent: str | list[str]) -> object:
    typed: Mapping[str, Sequence[str]] = {
        name: told if isinstance(told := sent.get(name.replace(".", "_"), []), list) else [told] for name in each.names
    }
    return each.value(typed)


@pytest.mark.parametrize(
    ("each", "typed", "expected"),
    [
        (Line("x", TITLE), "  甲 ", "甲"),
        (Line("x", TITLE), "   ", None),
        (Lines("x", TITLE), "a\n\n b \n", ["a", "b"]),
        (LongText("x", TITLE), "a\nb", "a\nb"),
        (Day("x", TITLE), "2026-02-28", "2026-02-28"),
        (Day("x", TITLE), "", None),
        (Instant("x", TITLE), "2026-11-23T09:30", "2026-11-23T09:30:00+08:00"),
        (Instant("x", TITLE), "2026-11-23T01:30:00+00:00", "2026-11-23T01:30:00+00:00"),
        (Number("x", TITLE), "12", 12),
        (Choice("x", TITLE, words=WORDS), "A", "A"),
        (Choices("x", TITLE, words=WORDS), ["A", "B", "A"], ["A", "B"]),
        (Choices("x", TITLE, words=WORDS), [], None),
        (Tick("x", TITLE), "yes", True),
        (Tick("x", TITLE), [], False),
        (Files("x", TITLE), ["ab 甲.pdf", "ab 乙.pdf", "cd"], ["ab", "cd"]),
        (Files("x", TITLE), [], None),
        (Subjects("x", TITLE), "91410199dem0011054", [{"unifiedSocialCreditCode": "91410199DEM0011054"}]),
    ],
)
def test_what_was_typed_becomes_a_value_of_the_graph(each: Input, typed: str | list[str], expected: object) -> None:
    assert value(each, x=typed) == expected


@pytest.mark.parametrize(
    ("each", "typed"),
    [
        (Line("x", TITLE), "长" * 201),
        (LongText("x", TITLE), "长" * 10_001),
        (Day("x", TITLE), "2026-02-29"),
        (Day("x", TITLE), "昨天"),
        (Instant("x", TITLE), "9 o'clock"),
        (Number("x", TITLE), "0"),
        (Number("x", TITLE), "-1"),
        (Number("x", TITLE), "١"),
        (Number("x", TITLE), "1000000"),
        (Choice("x", TITLE, words=WORDS), "C"),
        (Choices("x", TITLE, words=WORDS), ["A", "C"]),
        (Subjects("x", TITLE), "one two three"),
        (Subjects("x", TITLE), "91410199"),
    ],
)
def test_what_cannot_be_a_value_is_said_in_both_languages(each: Input, typed: str | list[str]) -> None:
    with pytest.raises(Unreadable) as refused:
        value(each, x=typed)
    assert refused.value.said.english
    assert refused.value.said.chinese


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, None),
        ({"x_code": "91410199DEM0011054"}, {"unifiedSocialCreditCode": "91410199DEM0011054"}),
        ({"x_name": "欧阳澈", "x_number": NUMBER}, {"individual": {"name": "欧阳澈", "idNumber": NUMBER}}),
    ],
)
def test_a_subject_is_named_by_one_way(typed: dict[str, str], expected: object) -> None:
    assert value(Subject("x", TITLE), **typed) == expected


@pytest.mark.parametrize("typed", [{"x_code": "9", "x_name": "欧阳澈"}, {"x_name": "欧阳澈"}, {"x_number": NUMBER}])
def test_a_subject_named_by_half_or_twice_is_none(typed: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        value(Subject("x", TITLE), **typed)


def test_a_scope_names_what_it_opens() -> None:
    scope = Scope("x", TITLE)
    assert value(scope) is None
    told = {"allShared": False, "shared": ["TaxArrears"], "restricted": []}
    assert value(scope, x_shared=["TaxArrears"]) == told
    assert "SocialInsurancePayment" in scope.shared
    assert "EmploymentStatus" not in scope.shared, "all of it is of tier C"
    assert scope.restricted["社会保险费缴纳信息"] == {
        "SocialInsurancePayment.payableAmount": "应缴金额(元)",
        "SocialInsurancePayment.paidAmount": "实缴金额(元)",
    }
    assert "EmploymentStatus" in scope.restricted["个人就业状况"], (
        "a type that is of tier C as a whole can be named whole"
    )
