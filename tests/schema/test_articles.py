"""The Measures are held word for word."""

import re
from datetime import date

import pytest

from schema.articles import ARTICLES, MEASURES, wording


def test_there_are_27_articles() -> None:
    assert list(ARTICLES) == list(range(1, 28))


@pytest.mark.parametrize(
    ("citation", "beginning"),
    [
        ("2", "本办法所称的公共信用信息"),
        ("7(16)", "其他不良信息和优良信息。"),
        ("9(3)", "个人的收入"),
        ("20", "公共信用信息中个人不良信息保存期限为5年。"),
    ],
)
def test_the_law_is_quoted_by_article_and_item(citation: str, beginning: str) -> None:
    assert wording(citation).startswith(beginning)


@pytest.mark.parametrize("citation", ["0", "28", "7(17)", "7(0)", "1(1)", "seven", "", "7(1", "19(1)(2)"])
def test_a_citation_of_nothing_is_refused(citation: str) -> None:
    with pytest.raises(KeyError, match=re.escape(repr(citation))):
        wording(citation)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2017, 7, 10), "NOT_YET"),
        (date(2017, 7, 11), "IN_FORCE"),
        (date(2019, 7, 11), "IN_FORCE"),
        (date(2019, 7, 12), "EXPIRED"),
    ],
)
def test_the_measures_know_their_days(day: date, status: str) -> None:
    assert MEASURES.status(day) == status
    assert (ARTICLES[27].in_force_from, ARTICLES[27].in_force_to) == (date(2017, 7, 11), date(2019, 7, 11))
