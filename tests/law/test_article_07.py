"""第七条: the 16 categories of information about legal persons."""

import re
from pathlib import Path

import pytest

from schema.articles import ARTICLES, wording
from schema.catalogue import CATEGORIES, RECORDS
from schema.categories import Category
from schema.terms import SubjectKind

ABOUT_LEGAL_PERSONS = [category for category in CATEGORIES.values() if category.kind is SubjectKind.LEGAL_PERSON]

NUMBERING = re.compile(
    r"(第.章[^。；]{1,12})?(第[一二三四五六七八九十]+条)?|-?[（(][一二三四五六七八九十]+[)）]|[123]\."
)
"""What stands before a paragraph or an item: chapter and article, or the item's number."""


def test_there_are_sixteen_categories() -> None:
    assert len(ABOUT_LEGAL_PERSONS) == 16
    assert len(ARTICLES[7].items) == 16


@pytest.mark.parametrize("category", ABOUT_LEGAL_PERSONS, ids=lambda category: category.article)
def test_each_category_has_the_laws_own_words(category: Category) -> None:
    assert category.chinese == wording(category.article).rstrip("；。")


@pytest.mark.parametrize("category", ABOUT_LEGAL_PERSONS, ids=lambda category: category.article)
def test_each_category_is_served_by_a_record_type_about_legal_persons(category: Category) -> None:
    serving = [definition for definition in RECORDS.values() if category.code in definition.categories]
    assert serving
    assert all("LEGAL_PERSON" in definition.subject_kinds for definition in serving)


def test_the_articles_are_the_measures_word_for_word() -> None:
    text = Path(__file__).with_name("measures.zh.txt").read_text("utf-8")
    rest = re.sub(r"\s", "", text[text.index("第一章") : text.index("主办：")])
    for line in (line for article in ARTICLES.values() for line in article.text.splitlines()):
        before, found, rest = rest.partition(line)
        assert found, f"the Measures do not say: {line}"
        assert NUMBERING.fullmatch(before), f"the Measures also say: {before}"
    assert not rest


def test_only_effective_court_documents_are_collected() -> None:
    assert RECORDS["EffectiveJudgment"].fields["effectiveOn"].required


def test_only_what_was_done_in_performing_a_duty_is_collected() -> None:
    assert RECORDS["OfficerCriminalPunishment"].fields["dutyRelated"].required


def test_only_honours_of_high_bodies_have_a_word() -> None:
    levels = RECORDS["Honour"].fields["honourLevel"].enum
    assert levels is not None
    assert set(levels.__members__) == {
        "MUNICIPAL_GOVERNMENT",
        "PROVINCIAL_DEPARTMENT",
        "PROVINCIAL_GOVERNMENT",
        "NATIONAL",
    }


def test_an_accident_has_a_level() -> None:
    assert RECORDS["MajorAccident"].fields["accidentLevel"].required
