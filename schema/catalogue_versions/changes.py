"""What one version of the catalogue changes of another, and which of it breaks something for somebody (R26.1).

Breaking is what makes a question, an answer or a submission of yesterday wrong tomorrow, or shows or hides a value.
"""

import enum
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from schema.catalogue_versions.shape import Document
from schema.text import Text

__all__ = ["Change", "ChangeKind", "changes"]


class ChangeKind(enum.StrEnum):
    """What was changed."""

    RECORD_TYPE_REMOVED = "RECORD_TYPE_REMOVED"
    RECORD_TYPE_ADDED = "RECORD_TYPE_ADDED"
    FIELD_REMOVED = "FIELD_REMOVED"
    FIELD_ADDED = "FIELD_ADDED"
    REQUIRED_ADDED = "REQUIRED_ADDED"
    REQUIRED_DROPPED = "REQUIRED_DROPPED"
    TYPE_CHANGED = "TYPE_CHANGED"
    TIER_RAISED = "TIER_RAISED"
    TIER_LOWERED = "TIER_LOWERED"
    TIER_RULES_CHANGED = "TIER_RULES_CHANGED"
    KEY_CHANGED = "KEY_CHANGED"
    GRAPH_FIELD_CHANGED = "GRAPH_FIELD_CHANGED"
    SUBJECT_KIND_REMOVED = "SUBJECT_KIND_REMOVED"
    SUBJECT_KIND_ADDED = "SUBJECT_KIND_ADDED"
    CATEGORIES_CHANGED = "CATEGORIES_CHANGED"
    AGENCY_CHANGED = "AGENCY_CHANGED"
    POLARITY_CHANGED = "POLARITY_CHANGED"
    RETENTION_CHANGED = "RETENTION_CHANGED"
    DATE_CHANGED = "DATE_CHANGED"
    CYCLE_CHANGED = "CYCLE_CHANGED"
    PROHIBITION_CHANGED = "PROHIBITION_CHANGED"
    ENUM_REMOVED = "ENUM_REMOVED"
    ENUM_ADDED = "ENUM_ADDED"
    ENUM_VALUE_REMOVED = "ENUM_VALUE_REMOVED"
    ENUM_VALUE_ADDED = "ENUM_VALUE_ADDED"
    WORDING_CHANGED = "WORDING_CHANGED"


_HARMLESS: Final = frozenset(
    {
        ChangeKind.RECORD_TYPE_ADDED,
        ChangeKind.FIELD_ADDED,
        ChangeKind.REQUIRED_DROPPED,
        ChangeKind.SUBJECT_KIND_ADDED,
        ChangeKind.CATEGORIES_CHANGED,
        ChangeKind.CYCLE_CHANGED,
        ChangeKind.ENUM_ADDED,
        ChangeKind.ENUM_VALUE_ADDED,
        ChangeKind.WORDING_CHANGED,
    }
)
_SAID: Final[Mapping[ChangeKind, Text]] = {
    ChangeKind.RECORD_TYPE_REMOVED: Text("the record type is gone", "删除信息类型"),
    ChangeKind.RECORD_TYPE_ADDED: Text("a new record type", "新增信息类型"),
    ChangeKind.FIELD_REMOVED: Text("the field is gone", "删除指标"),
    ChangeKind.FIELD_ADDED: Text("a new field, which may be left out", "新增选填指标"),
    ChangeKind.REQUIRED_ADDED: Text("agencies must report it", "改为必填"),
    ChangeKind.REQUIRED_DROPPED: Text("agencies may leave it out", "改为选填"),
    ChangeKind.TYPE_CHANGED: Text("its type differs", "类型变更"),
    ChangeKind.TIER_RAISED: Text("fewer may see it", "信息等级提高"),
    ChangeKind.TIER_LOWERED: Text("more may see it", "信息等级降低"),
    ChangeKind.TIER_RULES_CHANGED: Text("other values raise its tier", "定级规则变更"),
    ChangeKind.KEY_CHANGED: Text("records are the same by another key", "自然键变更"),
    ChangeKind.GRAPH_FIELD_CHANGED: Text("it is asked for by another name", "图字段变更"),
    ChangeKind.SUBJECT_KIND_REMOVED: Text("it is no longer of that kind of subject", "不再适用于该种主体"),
    ChangeKind.SUBJECT_KIND_ADDED: Text("it is of another kind of subject too", "新增适用主体种类"),
    ChangeKind.CATEGORIES_CHANGED: Text("it falls under other items of Art. 7 or 8", "所属信息类别变更"),
    ChangeKind.AGENCY_CHANGED: Text("another agency is competent", "主管单位变更"),
    ChangeKind.POLARITY_CHANGED: Text(
        "it speaks otherwise of its subject, which decides on its term", "信息性质变更，影响保存期限"
    ),
    ChangeKind.RETENTION_CHANGED: Text("it is kept for another term", "保存期限变更"),
    ChangeKind.DATE_CHANGED: Text("another field dates it", "日期指标变更"),
    ChangeKind.CYCLE_CHANGED: Text("it falls due otherwise", "报送周期或时限类别变更"),
    ChangeKind.PROHIBITION_CHANGED: Text("consent is needed where it was not, or the reverse", "书面同意要求变更"),
    ChangeKind.ENUM_REMOVED: Text("the closed list is gone", "删除封闭列表"),
    ChangeKind.ENUM_ADDED: Text("a new closed list", "新增封闭列表"),
    ChangeKind.ENUM_VALUE_REMOVED: Text("the word is gone", "删除选项"),
    ChangeKind.ENUM_VALUE_ADDED: Text("a new word", "新增选项"),
    ChangeKind.WORDING_CHANGED: Text("it is worded otherwise", "文字变更"),
}


class Change(NamedTuple):
    """One change, at a coordinate such as ``TaxArrears.amount``, with what it was and what it is."""

    kind: ChangeKind
    coordinate: str
    before: str = ""
    after: str = ""

    @property
    def breaking(self) -> bool:
        """Whether it breaks something for somebody."""
        return self.kind not in _HARMLESS

    @property
    def said(self) -> Text:
        """What it means."""
        return _SAID[self.kind]


def changes(before: Document, after: Document) -> list[Change]:
    """Give every change from one catalogue to another, breaking ones first, each in the order of the coordinates."""
    found = [*_of_enums(before.get("enums", {}), after.get("enums", {}))]
    old, new = _by_name(before.get("recordTypes", ())), _by_name(after.get("recordTypes", ()))
    found += [Change(ChangeKind.RECORD_TYPE_REMOVED, name) for name in old.keys() - new.keys()]
    found += [Change(ChangeKind.RECORD_TYPE_ADDED, name) for name in new.keys() - old.keys()]
    for name in old.keys() & new.keys():
        found += _of_record(name, old[name], new[name])
    return sorted(found, key=lambda each: (not each.breaking, each.coordinate, each.kind))


def _of_enums(before: Document, after: Document) -> Iterator[Change]:
    for name in before.keys() | after.keys():
        if name not in after:
            yield Change(ChangeKind.ENUM_REMOVED, name)
        elif name not in before:
            yield Change(ChangeKind.ENUM_ADDED, name)
        else:
            yield from _of_words(name, before[name], after[name])


def _of_words(name: str, before: Document, after: Document) -> Iterator[Change]:
    for word in before.keys() | after.keys():
        if word not in after:
            yield Change(ChangeKind.ENUM_VALUE_REMOVED, f"{name}.{word}")
        elif word not in before:
            yield Change(ChangeKind.ENUM_VALUE_ADDED, f"{name}.{word}")
        elif before[word] != after[word]:
            yield Change(ChangeKind.WORDING_CHANGED, f"{name}.{word}", str(before[word]), str(after[word]))


_COMPARED: Final = (
    ("graphField", ChangeKind.GRAPH_FIELD_CHANGED),
    ("naturalKey", ChangeKind.KEY_CHANGED),
    ("agency", ChangeKind.AGENCY_CHANGED),
    ("categories", ChangeKind.CATEGORIES_CHANGED),
    ("polarity", ChangeKind.POLARITY_CHANGED),
    ("polarityRule", ChangeKind.POLARITY_CHANGED),
    ("retention", ChangeKind.RETENTION_CHANGED),
    ("occurredOn", ChangeKind.DATE_CHANGED),
    ("nonSystemCycle", ChangeKind.CYCLE_CHANGED),
    ("submissionClass", ChangeKind.CYCLE_CHANGED),
    ("recommendedMode", ChangeKind.WORDING_CHANGED),
    ("publicityTerm", ChangeKind.RETENTION_CHANGED),
    ("zh", ChangeKind.WORDING_CHANGED),
    ("note", ChangeKind.WORDING_CHANGED),
    ("adopters", ChangeKind.WORDING_CHANGED),
    ("legalBasis", ChangeKind.WORDING_CHANGED),
)


def _of_record(name: str, before: Document, after: Document) -> Iterator[Change]:
    for part, kind in _COMPARED:
        if before.get(part) != after.get(part):
            yield Change(kind, name, _told(before.get(part)), _told(after.get(part)))
    yield from _of_tier(name, before.get("recordTier"), after.get("recordTier"))
    if _rules(before) != _rules(after):
        yield Change(ChangeKind.TIER_RULES_CHANGED, name, _told(before.get("tierRules")), _told(after.get("tierRules")))
    kinds_before, kinds_after = set(before.get("subjectKinds", ())), set(after.get("subjectKinds", ()))
    yield from (Change(ChangeKind.SUBJECT_KIND_REMOVED, name, each) for each in kinds_before - kinds_after)
    yield from (Change(ChangeKind.SUBJECT_KIND_ADDED, name, "", each) for each in kinds_after - kinds_before)
    old, new = _by_name(before.get("fields", ())), _by_name(after.get("fields", ()))
    yield from (Change(ChangeKind.FIELD_REMOVED, f"{name}.{each}") for each in old.keys() - new.keys())
    for each in new.keys() - old.keys():
        required = new[each].get("required") is True
        yield Change(ChangeKind.REQUIRED_ADDED if required else ChangeKind.FIELD_ADDED, f"{name}.{each}")
    for each in old.keys() & new.keys():
        yield from _of_field(f"{name}.{each}", old[each], new[each])


_OF_FIELDS: Final = (
    ("type", ChangeKind.TYPE_CHANGED),
    ("prohibitedClass", ChangeKind.PROHIBITION_CHANGED),
    ("zh", ChangeKind.WORDING_CHANGED),
    ("note", ChangeKind.WORDING_CHANGED),
    ("doublePublicityCode", ChangeKind.WORDING_CHANGED),
    ("doublePublicityCodeSource", ChangeKind.WORDING_CHANGED),
    ("pii", ChangeKind.WORDING_CHANGED),
    ("maskInPublic", ChangeKind.TIER_RULES_CHANGED),
)


def _of_field(coordinate: str, before: Document, after: Document) -> Iterator[Change]:
    for part, kind in _OF_FIELDS:
        if before.get(part) != after.get(part):
            yield Change(kind, coordinate, _told(before.get(part)), _told(after.get(part)))
    if before.get("required") != after.get("required"):
        yield Change(ChangeKind.REQUIRED_ADDED if after.get("required") else ChangeKind.REQUIRED_DROPPED, coordinate)
    yield from _of_tier(coordinate, before.get("tier"), after.get("tier"))


def _of_tier(coordinate: str, before: object, after: object) -> Iterator[Change]:
    if before != after:
        raised = str(after) > str(before)
        kind = ChangeKind.TIER_RAISED if raised else ChangeKind.TIER_LOWERED
        yield Change(kind, coordinate, str(before), str(after))


def _rules(record: Document) -> set[tuple[str, str]]:
    return {(str(each.get("when")), str(each.get("recordTier"))) for each in record.get("tierRules", ())}


def _by_name(listed: Any) -> dict[str, Document]:  # noqa: ANN401 (JSON)
    return {str(each["name"]): each for each in listed}


def _told(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
