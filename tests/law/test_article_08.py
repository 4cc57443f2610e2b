"""第八条: identity and alert information about individuals."""

import pytest

from schema.articles import ARTICLES, wording
from schema.catalogue import CATEGORIES, RECORDS
from schema.categories import Category
from schema.terms import SubjectKind

ABOUT_INDIVIDUALS = [category for category in CATEGORIES.values() if category.kind is SubjectKind.INDIVIDUAL]
WORDS_OF_THE_LAW = {
    "8(1)": ("身份信息", "姓名、身份证号码、就业状况、学历、婚姻状况等"),
    "8(2)": ("提示信息", "与个人信用相关的不良信息和优良信息"),
}


def test_there_are_two_categories() -> None:
    assert [category.article for category in ABOUT_INDIVIDUALS] == ["8(1)", "8(2)"]
    assert len(ARTICLES[8].items) == 2


@pytest.mark.parametrize("category", ABOUT_INDIVIDUALS, ids=lambda category: category.article)
def test_each_category_has_the_laws_own_words(category: Category) -> None:
    for words in WORDS_OF_THE_LAW[category.article]:
        assert words in wording(category.article)
        assert words in category.chinese


def test_identity_information_is_a_closed_list() -> None:
    assert set(RECORDS["PersonIdentity"].fields) == {
        "personKey",
        "name",
        "idType",
        "idNumber",
        "employmentState",
        "educationLevel",
        "graduatedFrom",
        "maritalStatus",
    }


def test_what_else_is_recorded_cites_its_law() -> None:
    assert RECORDS["OtherRecord"].fields["legalBasis"].required


def test_identity_information_is_never_public() -> None:
    for definition in RECORDS.values():
        if "IN_01" in definition.categories:
            assert definition.tier.name != "PUBLIC"
            assert all(field.tier.name != "PUBLIC" for field in definition.fields.values())
