"""A notice of the State Council on holidays, as a small file: read, checked as a whole, every problem at once (AMB-14).

    year: 2027
    kind: ANNUAL                  # or AMENDMENT: it changes some days, in the middle of a year
    document: 国办发明电〔2026〕0号
    title: 国务院办公厅关于2027年部分节假日安排的通知
    issuedOn: 2026-11-04
    daysOff:
      - {festival: 元旦, from: 2027-01-01, to: 2027-01-03}
    makeUpDays:
      - {festival: 春节, day: 2027-01-31}
    ordinary: []                  # AMENDMENT only: days that are as their weekday says again

YAML or JSON. Pure: text in, a notice out, or all that is wrong with it.
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

import yaml

from gateway.errors import StartRefused, Text
from gateway.workdays.calendar import LAST_YEAR, Special
from gateway.workdays.statutory import DRAGON_BOAT, LABOUR, MID_AUTUMN, NATIONAL, NEW_YEAR, QINGMING, SPRING

__all__ = ["MOST_BYTES", "Notice", "NoticeKind", "NoticeRefused", "read_notice"]

MOST_BYTES: Final = 65_536
"""A notice is a page of text."""
_KEYS: Final = frozenset({"year", "kind", "document", "title", "issuedOn", "daysOff", "makeUpDays", "ordinary"})
_FIRST_YEAR: Final = 2004
_MOST_OFF: Final = 40
_MOST_TOGETHER: Final = 16
_SATURDAY: Final = 5
_TEXT: Final = 200
_FESTIVALS: Final = (NEW_YEAR, SPRING, QINGMING, LABOUR, DRAGON_BOAT, MID_AUTUMN, NATIONAL)
_BY_NAME: Final = {name: each for each in _FESTIVALS for name in (each.chinese, each.chinese.removesuffix("节"))}


class NoticeKind(enum.StrEnum):
    """Whether a notice announces a year, or changes days of one."""

    ANNUAL = "ANNUAL"
    AMENDMENT = "AMENDMENT"


class NoticeRefused(StartRefused):
    """The file is no notice that could be believed: every problem at once."""

    cure = Text(
        "Correct the file by the notice as it was published; deploy/calendar-2026.yaml is a whole one.",
        "请对照国务院办公厅通知原文改正文件；deploy/calendar-2026.yaml 为完整示例。",
    )

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep all *problems*, one sentence each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says; a day that is None is as its weekday says again."""

    year: int
    kind: NoticeKind
    document: str
    title: str
    issued_on: date
    days: Mapping[date, Special | None]


def read_notice(text: str) -> Notice:
    """Read and check a notice (AMB-14).

    Raises:
        NoticeRefused: naming every problem.

    """
    tree = _tree(text)
    reader = _Reader(tree)
    notice = reader.notice()
    if reader.problems:
        raise NoticeRefused(reader.problems)
    return notice


def _tree(text: str) -> Mapping[str, Any]:
    if len(text.encode()) > MOST_BYTES:
        raise NoticeRefused([f"the file has more than {MOST_BYTES} bytes: a notice is a page of text"])
    try:
        tree = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a safe loader, without references
    except (yaml.YAMLError, RecursionError, ValueError) as broken:
        raise NoticeRefused([f"not YAML: {' '.join(str(broken).split())}"]) from None
    if not isinstance(tree, dict):
        raise NoticeRefused(["not a notice: write year, document, title, issuedOn, daysOff, makeUpDays"])
    return tree


class _PlainLoader(yaml.SafeLoader):
    """Reads plain YAML; what refers to another place could grow without end."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - PyYAML's
        """Compose a node, unless it is a reference."""
        if self.check_event(yaml.events.AliasEvent):
            message = "references (*name) are not read"
            raise yaml.YAMLError(message)
        return super().compose_node(parent, index)


class _Reader:
    """Reads a tree, and keeps what is wrong with it."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = tree
        self.problems: list[str] = []

    def notice(self) -> Notice:
        """Give the notice; where there are problems it means nothing."""
        self.problems += [f"{key}: no such key" for key in self._tree if key not in _KEYS]
        year = self._year()
        kind = self._kind()
        document, title = self._text("document"), self._text("title")
        issued = self._day(self._tree.get("issuedOn"), "issuedOn")
        days = dict(self._days(document))
        if not self.problems:
            self._check(year, kind, issued, days)
        return Notice(year, kind, document, title, issued, MappingProxyType(days))

    def _year(self) -> int:
        year = self._tree.get("year")
        if isinstance(year, int) and not isinstance(year, bool) and _FIRST_YEAR <= year <= LAST_YEAR:
            return year
        self.problems.append(f"year: a year from {_FIRST_YEAR} to {LAST_YEAR}")
        return _FIRST_YEAR

    def _kind(self) -> NoticeKind:
        kind = self._tree.get("kind", NoticeKind.ANNUAL.value)
        if kind in list(NoticeKind):
            return NoticeKind(kind)
        self.problems.append(f"kind: one of {', '.join(NoticeKind)}")
        return NoticeKind.ANNUAL

    def _text(self, key: str) -> str:
        text = self._tree.get(key)
        if isinstance(text, str) and 2 <= len(text.strip()) <= _TEXT and text.isprintable():  # noqa: PLR2004 - a number and a sign
            return text.strip()
        self.problems.append(f"{key}: 2 to {_TEXT} characters, as the notice has it")
        return ""

    def _day(self, given: object, place: str) -> date:
        if isinstance(given, date) and type(given) is date:
            return given
        try:
            return date.fromisoformat(str(given))
        except ValueError:
            self.problems.append(f"{place}: a day, as 2027-01-01")
            return date(_FIRST_YEAR, 1, 1)

    def _days(self, document: str) -> Iterator[tuple[date, Special | None]]:
        seen: set[date] = set()
        for place, day, special in self._listed(document):
            if day in seen:
                self.problems.append(f"{place}: {day} is listed twice")
            seen.add(day)
            yield day, special

    def _listed(self, document: str) -> Iterator[tuple[str, date, Special | None]]:
        for place, item in self._items("daysOff", {"festival", "from", "to"}):
            festival = self._festival(item.get("festival"), place)
            first = self._day(item.get("from"), f"{place}.from")
            last = self._day(item.get("to", item.get("from")), f"{place}.to")
            if not 0 <= (last - first).days < _MOST_TOGETHER:
                self.problems.append(f"{place}: from {first} to {last} is no holiday of 1 to {_MOST_TOGETHER} days")
                continue
            for n in range((last - first).days + 1):
                yield place, first + timedelta(days=n), Special(working=False, festival=festival, document=document)
        for place, item in self._items("makeUpDays", {"festival", "day"}):
            festival = self._festival(item.get("festival"), place)
            day = self._day(item.get("day"), f"{place}.day")
            yield place, day, Special(working=True, festival=festival, document=document)
        ordinary = self._tree.get("ordinary") or []
        if not isinstance(ordinary, list) or len(ordinary) > _MOST_OFF:
            self.problems.append(f"ordinary: a list of at most {_MOST_OFF} days")
            ordinary = []
        for n, each in enumerate(ordinary):
            yield f"ordinary[{n}]", self._day(each, f"ordinary[{n}]"), None

    def _items(self, key: str, known: set[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        items = self._tree.get(key) or []
        if not isinstance(items, list) or len(items) > _MOST_OFF:
            self.problems.append(f"{key}: a list of at most {_MOST_OFF}")
            return
        for n, item in enumerate(items):
            if isinstance(item, dict) and set(item) <= known:
                yield f"{key}[{n}]", item
            else:
                self.problems.append(f"{key}[{n}]: write {{{', '.join(sorted(known))}}}")

    def _festival(self, given: object, place: str) -> Text:
        names = [each.strip() for each in str(given).split("、")]
        found = [_BY_NAME.get(each) for each in names]
        known = [each for each in found if each is not None]
        if len(known) != len(found):
            self.problems.append(f"{place}.festival: {'、'.join(each.chinese for each in _FESTIVALS)}, or two with 、")
            return NEW_YEAR
        if len(known) == 1:
            return known[0]
        return Text(" and ".join(each.english for each in known), "、".join(each.chinese for each in known))

    def _check(self, year: int, kind: NoticeKind, issued: date, days: Mapping[date, Special | None]) -> None:
        """Look at what only the whole can say."""
        first, last = date(year - 1, 12, 1), date(year + 1, 1, 31)
        self.problems += [
            f"{day} lies outside {year} and the months beside it" for day in days if not first <= day <= last
        ]
        self.problems += [
            f"makeUpDays: {day} is a {day:%A}, which is worked anyhow"
            for day, special in days.items()
            if special is not None and special.working and day.weekday() < _SATURDAY
        ]
        if not date(year - 2, 1, 1) <= issued <= date(year, 12, 31):
            self.problems.append(f"issuedOn: {issued} is no day on which {year} was announced")
        if not days:
            self.problems.append("daysOff: a notice without a day changes nothing")
        if kind is NoticeKind.ANNUAL:
            self._check_whole(year, days)

    def _check_whole(self, year: int, days: Mapping[date, Special | None]) -> None:
        """Refuse a year that was loaded by half."""
        off = [special.festival.chinese for special in days.values() if special is not None and not special.working]
        named = "、".join(off)
        self.problems += [f"daysOff: {each.chinese} is missing" for each in _FESTIVALS if each.chinese not in named]
        fixed = [date(year, 1, 1), date(year, 5, 1), *(date(year, 10, n) for n in (1, 2, 3))]
        for day in fixed:
            special = days.get(day)
            if special is None or special.working:
                self.problems.append(f"daysOff: {day} is a statutory holiday, and is not off")
        if self._tree.get("ordinary"):
            self.problems.append("ordinary: for an AMENDMENT only")
        if len(off) > _MOST_OFF:
            self.problems.append(f"daysOff: {len(off)} days off are more than a year has")
