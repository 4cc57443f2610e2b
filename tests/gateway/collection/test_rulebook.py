from datetime import date
from pathlib import Path

import pytest

from gateway.collection.rulebook import RuleTopic, missing, read_rules
from gateway.collection.rulebook.rulebook import RulesUnreadable
from schema.articles import wording

TODAY = date(2026, 11, 23)
RULE = """
  - topic: {topic}
    title: 规程
    version: "2"
    owner: CREDIT_CENTRE
    in_force_from: {day}
    text: 一律依法办理。
"""


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_seven_matters_are_those_of_the_article_in_its_order() -> None:
    words = [topic.chinese for topic in RuleTopic]
    assert "、".join(words) in wording("14")
    assert len(words) == 7


def test_what_is_shipped_has_a_rule_for_every_matter_with_version_and_owner() -> None:
    rules = read_rules()
    assert missing(rules, TODAY) == []
    assert [each.topic for each in rules] == list(RuleTopic)
    assert all(each.version and each.owner and each.text and each.title for each in rules)


def test_a_citys_own_register_is_read_and_what_it_lacks_is_named(tmp_path: Path) -> None:
    told = "rules:" + RULE.format(topic="STORAGE", day="2026-01-01") + RULE.format(topic="USERS", day="2027-01-01")
    rules = read_rules(file(tmp_path, told))
    assert [(each.topic, each.version) for each in rules] == [(RuleTopic.STORAGE, "2"), (RuleTopic.USERS, "2")]
    assert missing(rules, TODAY) == [topic for topic in RuleTopic if topic is not RuleTopic.STORAGE]
    assert RuleTopic.USERS not in missing(rules, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("rules: 7", "a list of rules"),
        ("- x", "a list of rules"),
        ("rules: [x]", r"rules\[0\]: it must be a mapping"),
        ("rules: [{topic: FOOD}]", "topic: one of COLLECTION"),
        ("rules:" + RULE.format(topic="USERS", day="soon"), "in_force_from: a day"),
        ("rules:" + RULE.format(topic="USERS", day="2026-01-01").replace('"2"', "2"), "write numbers in quotes"),
        ("rules:" + RULE.format(topic="USERS", day="2026-01-01") + "    colour: red\n", "colour: no such key"),
        ("rules: [", "rules.yaml"),
    ],
)
def test_a_register_that_cannot_be_read_says_where(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(RulesUnreadable, match=what):
        read_rules(file(tmp_path, text))
    with pytest.raises(RulesUnreadable, match="No such file"):
        read_rules(tmp_path / "none.yaml")
