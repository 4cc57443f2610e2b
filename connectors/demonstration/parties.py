"""Whom the demonstration is about: the story subjects of ``sample.json`` and any number of generated ones."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Any

from connectors.demonstration.codes import credit_code, identity_number, organization_code, registration_number

__all__ = ["BUSY_EVERY", "Party", "generated_code", "individuals", "legal_persons", "sample", "story_parties"]

BUSY_EVERY = 10
"""Every tenth generated legal person has records with all agencies: what load tests ask for."""

_FIRST_GENERATED = 10_000
_PLACES = ("郑州", "河南", "中原", "郑东", "金水", "二七", "管城", "惠济", "上街", "中牟", "巩义", "新郑")
_WORDS = "云禾泰瑞恒嘉德润丰盛华宏远达信诚明博创新源茂兴隆鼎金祥和安康"
_TRADES = (
    "机械", "食品", "物流", "建筑工程", "生物科技", "商贸", "软件", "餐饮管理", "国际贸易", "环保科技", "服饰",
    "农业科技", "电子", "装饰工程", "医疗器械", "新材料", "文化传媒", "汽车服务",
)  # fmt: skip
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英文华玉萍红鑫浩宇欣怡梓涵子轩雨泽"
_PREFIXES = (
    *(("91", "ENTERPRISE"),) * 64,
    *(("92", "INDIVIDUAL_BUSINESS"),) * 30,
    *(("93", "FARMERS_COOPERATIVE"),) * 3,
    ("12", "PUBLIC_INSTITUTION"),
    ("51", "SOCIAL_ASSOCIATION"),
    ("52", "PRIVATE_NON_ENTERPRISE"),
)


@dataclass(frozen=True, slots=True)
class Party:
    """A subject of the demonstration; ``number`` is its place, from which agencies make their own numbers."""

    kind: str
    identifier: str
    name: str
    number: int
    key: str = ""
    organization_type: str = ""
    established_on: date = date(2000, 1, 1)
    registration_number: str | None = None
    head: "Party | None" = None
    busy: bool = False

    @property
    def is_legal_person(self) -> bool:
        """Whether it is a legal person, and not an individual."""
        return self.kind == "LEGAL_PERSON"

    @property
    def organization_code(self) -> str:
        """The organisation code inside the credit code."""
        return self.identifier[8:17]


@lru_cache(maxsize=1)
def sample() -> dict[str, Any]:
    """Give the synthetic agencies and story subjects, which the package carries as data."""
    text = files("connectors.demonstration").joinpath("sample.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def story_parties(as_of: date) -> dict[str, Party]:
    """Give the story subjects by key (``LP-01``, ``IN-01``), their days moved with the city to *as_of*."""
    moved = as_of - date.fromisoformat(sample()["asOf"])
    parties = {
        each["key"]: Party("INDIVIDUAL", each["idNumber"], each["name"], number, each["key"])
        for number, each in enumerate(sample()["individuals"], start=101)
    }
    for number, each in enumerate(sample()["legalPersons"], start=1):
        parties[each["key"]] = Party(
            "LEGAL_PERSON",
            each["unifiedSocialCreditCode"],
            each["name"],
            number,
            each["key"],
            each["organizationType"],
            date.fromisoformat(each["establishedOn"]) + moved,
            each.get("registrationNumber"),
            parties.get(each["legalRepresentativeKey"] or ""),
        )
    return parties


def individuals(count: int, random: Random) -> Iterator[Party]:
    """Generate individuals."""
    for index in range(count):
        given = random.choice(_GIVEN) + (random.choice(_GIVEN) if random.random() < 0.8 else "")
        name = random.choice(_SURNAMES) + given
        yield Party("INDIVIDUAL", identity_number(index), name, _FIRST_GENERATED + index)


def generated_code(index: int) -> str:
    """Give the credit code of the *index*-th generated legal person."""
    return credit_code(_prefix(index)[0], organization_code(index))


def _prefix(index: int) -> tuple[str, str]:
    # A busy one is an enterprise: all agencies know it.
    return _PREFIXES[0] if index % BUSY_EVERY == 0 else _PREFIXES[index * 37 % len(_PREFIXES)]


def legal_persons(count: int, heads: list[Party], as_of: date, random: Random) -> Iterator[Party]:
    """Generate legal persons, whose heads are among *heads*."""
    for index in range(count):
        organization_type = _prefix(index)[1]
        yield Party(
            "LEGAL_PERSON",
            generated_code(index),
            _name(organization_type, random),
            _FIRST_GENERATED + index,
            organization_type=organization_type,
            established_on=as_of - timedelta(days=random.randrange(200, 8_000)),
            registration_number=registration_number(2_000_000 + index) if index % 3 else None,
            head=heads[index * 7 % len(heads)],
            busy=index % BUSY_EVERY == 0,
        )


def _name(organization_type: str, random: Random) -> str:
    word = random.choice(_WORDS) + random.choice(_WORDS)
    place, trade = random.choice(_PLACES), random.choice(_TRADES)
    match organization_type:
        case "INDIVIDUAL_BUSINESS":
            return f"{place}{word}{trade}店"
        case "FARMERS_COOPERATIVE":
            return f"{place}{word}农民专业合作社"
        case "PUBLIC_INSTITUTION":
            return f"{place}{word}学校"
        case "SOCIAL_ASSOCIATION":
            return f"{place}{word}{trade}协会"
        case "PRIVATE_NON_ENTERPRISE":
            return f"{place}{word}社会工作服务中心"
        case _:
            return f"{place}{word}{trade}有限公司"
