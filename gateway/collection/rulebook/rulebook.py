"""Reads the register of the platform's rules: the one that is shipped, or a city's own (Art. 14; R14.1).

第十四条: 运行维护部门应当制定采集、整理、保存、披露、异议处理、用户管理、安全管理等方面的管理制度和操作规程。
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from gateway.errors import StartRefused, Text
from schema.terms import Term

__all__ = ["DEFAULT", "Rule", "RuleTopic", "RulesUnreadable", "missing", "read_rules"]

DEFAULT: Final = Path(__file__).parent / "rules.yaml"
"""The rules that are shipped: what this platform does, for a city to adopt or to replace by its own."""
_MOST_BYTES: Final = 1_000_000
_KEYS: Final = frozenset({"topic", "title", "version", "owner", "in_force_from", "document", "text"})


class RuleTopic(Term):
    """One of the seven matters that need a rule (Art. 14)."""

    COLLECTION = "COLLECTION", "采集"
    ARRANGEMENT = "ARRANGEMENT", "整理"
    STORAGE = "STORAGE", "保存"
    DISCLOSURE = "DISCLOSURE", "披露"
    DISPUTES = "DISPUTES", "异议处理"
    USERS = "USERS", "用户管理"
    SECURITY = "SECURITY", "安全管理"


class RulesUnreadable(StartRefused):
    """The register of rules cannot be read."""

    cure = Text(
        "Mend the file that rules.file names, or leave that out to have the rules that are shipped.",
        "请改正 rules.file 所指文件，或删去该设置以采用随附制度。",
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``owner`` is the organisation that answers for it, ``document`` its number where a city issued it."""

    topic: RuleTopic
    title: str
    version: str
    owner: str
    in_force_from: date
    text: str
    document: str = ""


def read_rules(file: Path | None = None) -> tuple[Rule, ...]:
    """Read the register in *file*, or the one that is shipped.

    Raises:
        RulesUnreadable: it is none, naming every place.

    """
    path = file or DEFAULT
    try:
        if path.stat().st_size > _MOST_BYTES:
            message = f"{path}: more than {_MOST_BYTES} bytes"
            raise RulesUnreadable(message)
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"{path}: {' '.join(str(error).split())}"
        raise RulesUnreadable(message) from error
    listed = told.get("rules") if isinstance(told, Mapping) else None
    if not isinstance(listed, list):
        message = f"{path}: it must have a list of rules"
        raise RulesUnreadable(message)
    problems = [f"{path}: rules[{n}]: {each}" for n, rule in enumerate(listed) for each in _problems(rule)]
    if problems:
        raise RulesUnreadable("\n".join(problems))
    return tuple(_rule(each) for each in listed)


def missing(rules: Iterable[Rule], today: date) -> list[RuleTopic]:
    """Give the matters for which no rule is in force on a day, in the law's order (R14.1)."""
    there = {each.topic for each in rules if each.in_force_from <= today}
    return [topic for topic in RuleTopic if topic not in there]


def _problems(rule: object) -> list[str]:
    if not isinstance(rule, Mapping):
        return ["it must be a mapping"]
    found = [f"{name}: no such key" for name in rule if name not in _KEYS]
    if str(rule.get("topic")) not in RuleTopic.__members__:
        found.append(f"topic: one of {', '.join(RuleTopic)}")
    found += [
        f"{name}: it needs text; write numbers in quotes"
        for name in ("title", "version", "owner", "text")
        if not isinstance(rule.get(name), str) or not rule[name].strip()
    ]
    if not isinstance(rule.get("in_force_from"), date):
        found.append("in_force_from: a day, as 2026-12-01")
    if not isinstance(rule.get("document", ""), str):
        found.append("document: it must be text")
    return found


def _rule(told: Mapping[str, Any]) -> Rule:
    return Rule(
        topic=RuleTopic[told["topic"]],
        title=told["title"],
        version=told["version"],
        owner=told["owner"],
        in_force_from=told["in_force_from"],
        text=told["text"].strip(),
        document=told.get("document", ""),
    )
