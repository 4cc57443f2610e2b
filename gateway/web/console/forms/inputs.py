"""The kinds of input that a form has: how each is read from what a browser sends into a value of the graph."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Final, Protocol

from gateway.errors import Text
from schema.catalogue import RECORDS
from schema.days import ZONE
from schema.tiers import Tier

__all__ = [
    "Choice",
    "Choices",
    "Day",
    "Files",
    "Input",
    "Instant",
    "Line",
    "Lines",
    "LongText",
    "Number",
    "Scope",
    "Sent",
    "Subject",
    "Subjects",
    "Tick",
    "Unreadable",
]

_NOTHING: Final = Text("", "")
_CODE: Final = re.compile(r"[0-9A-Za-z]{18}", re.ASCII)
_LONGEST: Final = 200
_LONGEST_TEXT: Final = 10_000
_MOST_USES: Final = 100_000


class Unreadable(ValueError):
    """What was typed cannot be a value of this input."""

    def __init__(self, said: Text) -> None:
        """Say what is wrong, in both languages."""
        self.said = said
        super().__init__(said.english)


class Sent(Protocol):
    """What a browser sent of a form."""

    def getlist(self, key: str) -> Sequence[Any]:
        """Give all values of a name."""
        ...


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its name in the graph, its title, and whether it must be filled."""

    shape: ClassVar[str] = "line"
    """How a page draws it."""
    name: str
    title: Text
    hint: Text = _NOTHING
    required: bool = True

    def typed(self, sent: Sent) -> Mapping[str, Sequence[str]]:
        """Give what was typed, to be shown again: all values of each of the input's names."""
        return {name: [each for each in sent.getlist(name) if isinstance(each, str)] for name in self.names}

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which a browser sends it."""
        return (self.name,)

    def value(self, typed: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401 (a value of the graph's arguments)
        """Read the value; None where nothing was typed.

        Raises:
            Unreadable: with what is wrong.

        """
        text = _one(typed, self.name)
        return self.read(text) if text else None

    def read(self, text: str) -> Any:  # noqa: ANN401 (as above)
        """Read what was typed, which is not empty."""
        if len(text) > _LONGEST:
            raise Unreadable(Text(f"at most {_LONGEST} characters", f"最多 {_LONGEST} 字"))
        return text


@dataclass(frozen=True, slots=True)
class Line(Input):
    """One line of text."""


@dataclass(frozen=True, slots=True)
class Lines(Input):
    """Several texts, one a line."""

    shape: ClassVar[str] = "lines"

    def read(self, text: str) -> Any:  # noqa: ANN401 (as above)
        """Give the lines that are not empty."""
        return [line.strip() for line in text.splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class LongText(Input):
    """A text of many lines, kept as it was written."""

    shape: ClassVar[str] = "lines"

    def read(self, text: str) -> Any:  # noqa: ANN401 (as above)
        """Give the text."""
        if len(text) > _LONGEST_TEXT:
            raise Unreadable(Text(f"at most {_LONGEST_TEXT} characters", f"最多 {_LONGEST_TEXT} 字"))
        return text


@dataclass(frozen=True, slots=True)
class Day(Input):
    """A day."""

    shape: ClassVar[str] = "day"

    def read(self, text: str) -> Any:  # noqa: ANN401 (as above)
        """Give the day, as the graph writes it."""
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise Unreadable(Text("write a day as 2026-11-23", "日期应写作 2026-11-23")) from error


@dataclass(frozen=True, slots=True)
class Instant(Input):
    """A day and the time of day, in the city's zone."""

    shape: ClassVar[str] = "instant"

    def read(self, text: str) -> Any:  # noqa: ANN401 (as above)
        """Give the instant with its zone."""
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as error:
            raise Unreadable(Text("write it as 2026-11-23 09:30", "时间应写作 2026-11-23 09:30")) from error
        return (instant if instant.tzinfo else instant.replace(tzinfo=ZONE)).isoformat()


@dataclass(frozen=True, slots=True)
class Number(Input):
    """A number of things, at least one."""

    shape: ClassVar[str] = "number"

    def read(self, text: str) -> Any:  # noqa: ANN401 (as above)
        """Give the number."""
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= _MOST_USES):
            raise Unreadable(Text("write a whole number from 1", "应为不小于 1 的整数"))
        return int(text)


@dataclass(frozen=True, slots=True)
class Choice(Input):
    """One word of a closed list."""

    shape: ClassVar[str] = "choice"
    words: Mapping[str, Text] = field(default_factory=dict)

    def read(self, text: str) -> Any:  # noqa: ANN401 (as above)
        """Give the word."""
        if text not in self.words:
            raise Unreadable(Text("choose one of the list", "请从列表中选择"))
        return text


@dataclass(frozen=True, slots=True)
class Choices(Input):
    """Any words of a closed list."""

    shape: ClassVar[str] = "choices"
    words: Mapping[str, Text] = field(default_factory=dict)

    def value(self, typed: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401 (as above)
        """Give the words that were ticked."""
        if any(each not in self.words for each in typed[self.name]):
            raise Unreadable(Text("choose from the list", "请从列表中选择"))
        return list(dict.fromkeys(typed[self.name])) or None


@dataclass(frozen=True, slots=True)
class Tick(Input):
    """A statement that is made by ticking it; never ticked beforehand."""

    shape: ClassVar[str] = "tick"

    def value(self, typed: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401 (as above)
        """Say whether it was ticked."""
        return typed[self.name] == ["yes"]


@dataclass(frozen=True, slots=True)
class Files(Input):
    """The files that prove a paper: those sent now, and those already taken in, by digest."""

    shape: ClassVar[str] = "files"

    def value(self, typed: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401 (as above)
        """Give the digests of what has been taken in."""
        return list(dict.fromkeys(each.partition(" ")[0] for each in typed[self.name])) or None


@dataclass(frozen=True, slots=True)
class Subject(Input):
    """One subject: a credit code, or a name and an identity number; ``individual`` where only those may be."""

    shape: ClassVar[str] = "subject"
    kinds: tuple[str, ...] = ("LEGAL_PERSON", "INDIVIDUAL")

    @property
    def names(self) -> tuple[str, ...]:
        """A code, or a name and a number."""
        return (f"{self.name}.code", f"{self.name}.name", f"{self.name}.number")

    def value(self, typed: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401 (as above)
        """Give a reference to the subject."""
        code, name, number = (_one(typed, each) for each in self.names)
        if code and (name or number):
            raise Unreadable(Text("either a code, or a name and a number", "代码与姓名、证件号码请只填其一"))
        if code:
            return {"unifiedSocialCreditCode": code}
        if bool(name) != bool(number):
            raise Unreadable(Text("a name and a number go together", "姓名与证件号码须同时填写"))
        return _individual(name, number) if name else None


@dataclass(frozen=True, slots=True)
class Subjects(Input):
    """Several subjects, one a line: a credit code, or a name and an identity number (AMB-08)."""

    shape: ClassVar[str] = "lines"

    def read(self, text: str) -> Any:  # noqa: ANN401 (as above)
        """Give a reference for each line."""
        return [_subject(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


@dataclass(frozen=True, slots=True)
class Scope(Input):
    """What is opened: all of tier B or some of it, and of tier C what is named."""

    shape: ClassVar[str] = "scope"

    @property
    def names(self) -> tuple[str, ...]:
        """A tick and two lists."""
        return (f"{self.name}.allShared", f"{self.name}.shared", f"{self.name}.restricted")

    @property
    def shared(self) -> Mapping[str, str]:
        """The record types that have something of tier B, with their Chinese."""
        return _SHARED

    @property
    def restricted(self) -> Mapping[str, Mapping[str, str]]:
        """What there is of tier C, by record type."""
        return _RESTRICTED

    def value(self, typed: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401 (as above)
        """Give the scope; the graph says whether each name is one."""
        all_shared, shared, restricted = (typed[each] for each in self.names)
        told = {"allShared": "yes" in all_shared, "shared": list(shared), "restricted": list(restricted)}
        return told if any(told.values()) else None


def _shared() -> dict[str, str]:
    above = (Tier.SHARED, Tier.RESTRICTED)
    return {
        each.name: each.chinese
        for each in RECORDS.values()
        if each.tier is not Tier.RESTRICTED
        and (each.tier is Tier.SHARED or any(f.tier in above for f in each.fields.values()))
    }


def _restricted() -> dict[str, dict[str, str]]:
    by_type: dict[str, dict[str, str]] = {}
    for record in RECORDS.values():
        names = {record.name: "整类 (whole type)"} if record.tier is Tier.RESTRICTED else {}
        for each in record.fields.values():
            if each.tier is Tier.RESTRICTED:
                names[f"{record.name}.{each.name}"] = each.chinese
        if names:
            by_type[record.chinese] = names
    return by_type


_SHARED: Final = _shared()
_RESTRICTED: Final = _restricted()


def _one(typed: Mapping[str, Sequence[str]], name: str) -> str:
    return typed[name][0].strip() if typed[name] else ""


def _individual(name: str, number: str) -> dict[str, Any]:
    return {"individual": {"name": name, "idNumber": number}}


def _subject(line: int, words: Sequence[str]) -> dict[str, Any]:
    if len(words) == 1 and _CODE.fullmatch(words[0]):
        return {"unifiedSocialCreditCode": words[0].upper()}
    if len(words) == 2:  # noqa: PLR2004 (a name and a number)
        return _individual(words[0], words[1])
    raise Unreadable(
        Text(
            f"line {line}: a credit code, or a name and a number",
            f"第 {line} 行：应为统一社会信用代码，或姓名与证件号码",
        )
    )
