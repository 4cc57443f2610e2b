"""Whether a document is a catalogue at all: all that is wrong with it, at once (Art. 7, 8, 15, 26; R1.2, R9.2)."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from schema.categories import AGENCIES, CATEGORIES
from schema.conditions import Condition, ConditionError
from schema.definition import Cycle, SubmissionClass
from schema.scalars import SCALARS
from schema.terms import Polarity, SubjectKind
from schema.text import Text
from schema.tiers import EXCLUDED

__all__ = ["CatalogueProblem", "Document", "digest_of", "document_problems", "enum_problems", "record_problems"]

Document = Mapping[str, Any]
"""JSON: of a stranger until it was checked."""

TIERS: Final = ("A", "B", "C")
_MOST_PROBLEMS: Final = 200
_MOST_TYPES, _MOST_FIELDS, _MOST_WORDS = 1_000, 500, 2_000
_PLAIN: Final = frozenset({"String", "Int", "Boolean", "Decimal", "Date", *(each.name for each in SCALARS.values())})
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,99}", re.ASCII)
_LIST: Final = re.compile(r"\[(\w+)!\]", re.ASCII)
_KEY: Final = ("providerCode", "subjectKey")
_INSTRUMENTS: Final = frozenset(
    {"郑政办〔2017〕80号", "国务院令第492号", "豫政办〔2014〕55号", "郑州市人民政府令第212号"}
)
"""The instruments that a record type may rest on: the Measures, and those that Art. 1 names (R1.2)."""
_PROHIBITED: Final = frozenset({"CONSENT_REQUIRED"})


class CatalogueProblem(NamedTuple):
    """One thing that is wrong: where in the document, which code, in two languages."""

    place: str
    code: str
    said: Text


def digest_of(document: Document) -> str:
    """Give the digest of a document, whatever the order of its names and its blanks.

    >>> digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1})
    True
    """
    written = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def document_problems(document: object) -> list[CatalogueProblem]:
    """Give everything that keeps a document from being a catalogue, as far as one can mend it at once."""
    if not isinstance(document, Mapping):
        return [_problem("", "NOT_A_CATALOGUE", "it is no JSON object", "不是 JSON 对象")]
    found = [*_header(document)]
    enums = document.get("enums", {})
    found += enum_problems(enums)
    types = document.get("recordTypes")
    if not isinstance(types, Sequence) or isinstance(types, str) or len(types) > _MOST_TYPES:
        return [*found, _problem("recordTypes", "NOT_A_CATALOGUE", "it must list record types", "须列出信息类型")]
    found += record_problems(types, enums if isinstance(enums, Mapping) else {})
    return found[:_MOST_PROBLEMS]


def record_problems(types: Sequence[object], enums: Mapping[str, Any]) -> list[CatalogueProblem]:
    """Give what is wrong with record types, where *enums* are the closed lists that they may name."""
    found: list[CatalogueProblem] = []
    names: set[str] = set()
    graph_fields: set[str] = set()
    for n, record in enumerate(types):
        place = f"recordTypes[{n}]"
        if not isinstance(record, Mapping):
            found.append(_problem(place, "NOT_A_CATALOGUE", "it is no object", "不是对象"))
            continue
        name, graph_field = str(record.get("name")), str(record.get("graphField"))
        place = name if _is_name(record.get("name")) else place
        if name in names or graph_field in graph_fields:
            found.append(_problem(place, "DOUBLE", "another has the name or the graph field", "名称或图字段重复"))
        names.add(name)
        graph_fields.add(graph_field)
        found += _record(place, record, enums)
        if len(found) >= _MOST_PROBLEMS:
            break
    return found


def _header(document: Document) -> Iterator[CatalogueProblem]:
    version = document.get("version")
    if not isinstance(version, str) or re.fullmatch(r"[0-9A-Za-z.+-]{1,80}", version, re.ASCII) is None:
        yield _problem(
            "version",
            "VERSION",
            "1 to 80 letters, digits, dots, hyphens or +",
            "须为 1 至 80 位字母、数字、点、连字符或加号",
        )


def enum_problems(enums: object) -> Iterator[CatalogueProblem]:
    """Give what is wrong with closed lists: each has a name, and words."""
    if not isinstance(enums, Mapping):
        yield _problem("enums", "NOT_A_CATALOGUE", "it must be an object", "须为对象")
        return
    for name, words in enums.items():
        if not _is_name(name) or not isinstance(words, Mapping) or not 0 < len(words) <= _MOST_WORDS:
            yield _problem(
                f"enums.{str(name)[:40]}", "ENUM", "a closed list has a name and words", "封闭列表须有名称和选项"
            )


def _record(place: str, record: Document, enums: Mapping[str, Any]) -> Iterator[CatalogueProblem]:
    if not _is_name(record.get("name")) or not _is_name(record.get("graphField")):
        yield _problem(place, "NAME", "name and graphField are names of the graph", "名称与图字段须为图谱名称")
    yield from _words(place, record)
    if record.get("recordTier") not in TIERS:
        yield _problem(f"{place}.recordTier", "TIER", "A, B or C", "须为 A、B 或 C")
    fields = record.get("fields")
    if not isinstance(fields, Sequence) or isinstance(fields, str) or not 0 < len(fields) <= _MOST_FIELDS:
        yield _problem(f"{place}.fields", "FIELDS", "a record type has fields", "信息类型须有指标")
        return
    known: dict[str, Document] = {}
    for n, field in enumerate(fields):
        if not isinstance(field, Mapping) or not _is_name(field.get("name")):
            yield _problem(f"{place}.fields[{n}]", "NAME", "a field has a name", "指标须有名称")
            continue
        where = f"{place}.{field['name']}"
        if field["name"] in known:
            yield _problem(where, "DOUBLE", "another has the name", "名称重复")
        known[field["name"]] = field
        yield from _field(where, field, enums)
    yield from _naming(place, record, known)


def _words(place: str, record: Document) -> Iterator[CatalogueProblem]:
    listed: tuple[tuple[str, object, frozenset[str]], ...] = (
        ("agency", [record.get("agency")], frozenset(AGENCIES)),
        ("categories", record.get("categories"), frozenset(CATEGORIES)),
        ("subjectKinds", record.get("subjectKinds"), frozenset(SubjectKind.__members__)),
        ("polarity", [record.get("polarity")], frozenset({*Polarity.__members__, "BY_VALUE"})),
        ("submissionClass", [record.get("submissionClass")], frozenset(SubmissionClass.__members__)),
        ("nonSystemCycle", [record.get("nonSystemCycle")], frozenset(Cycle.__members__)),
    )
    for name, given, words in listed:
        if not isinstance(given, Sequence) or isinstance(given, str) or not given or not _all_in(given, words):
            most = ", ".join(sorted(words)) if len(words) < 20 else "of the law"  # noqa: PLR2004 (a readable line)
            yield _problem(f"{place}.{name}", "WORD", f"one of {most}", "不在规定选项之内")
    instrument = record.get("legalBasis")
    if instrument is not None and str(instrument) not in _INSTRUMENTS:
        said = "the register has no such instrument", "依据文件未登记"
        yield _problem(f"{place}.legalBasis", "LEGAL_BASIS_UNKNOWN", *said)


def _field(place: str, field: Document, enums: Mapping[str, Any]) -> Iterator[CatalogueProblem]:
    if field.get("tier") not in TIERS:
        yield _problem(f"{place}.tier", "TIER", "every field has a tier: A, B or C", "每一指标均须定级：A、B 或 C")
    written = field.get("type")
    listed = _LIST.fullmatch(written) if isinstance(written, str) else None
    type_ = listed[1] if listed else written
    if not isinstance(type_, str) or (type_ not in _PLAIN and type_ not in enums):
        yield _problem(f"{place}.type", "TYPE", "a plain type, or a closed list of this catalogue", "类型未知")
    if not isinstance(field.get("required"), bool):
        yield _problem(f"{place}.required", "TYPE", "true or false", "须为 true 或 false")
    banned = field.get("prohibitedClass")
    if banned is not None and not (isinstance(banned, Mapping) and str(banned.get("rule")) in _PROHIBITED):
        said = "Art. 9 lets nobody collect it, or with consent alone", "第九条禁止采集，或仅可经书面同意采集"
        yield _problem(place, "PROHIBITED_FIELD", *said)


def _naming(place: str, record: Document, fields: Mapping[str, Document]) -> Iterator[CatalogueProblem]:
    """Say where key, date and rules name what is not there."""
    key = record.get("naturalKey")
    parts = list(key) if isinstance(key, Sequence) and not isinstance(key, str) else []
    own = [part for part in parts if part not in _KEY]
    if tuple(parts[:2]) != _KEY or not own or not all(_is_required(fields, part) for part in own):
        said = "providerCode, subjectKey, then required fields", "须为 providerCode、subjectKey 及必填指标"
        yield _problem(f"{place}.naturalKey", "KEY", *said)
    occurred = record.get("occurredOn")
    if occurred is not None and str(occurred) not in fields:
        yield _problem(f"{place}.occurredOn", "NAME", "it names no field", "不是本类指标")
    rules = record.get("tierRules", [])
    for n, rule in enumerate(rules if isinstance(rules, Sequence) and not isinstance(rules, str) else [None]):
        if not _is_rule(rule, fields):
            said = "a condition on its fields, and a tier it raises to", "须为本类指标的条件及提升后的等级"
            yield _problem(f"{place}.tierRules[{n}]", "RULE", *said)


def _is_rule(rule: object, fields: Mapping[str, Document]) -> bool:
    if not isinstance(rule, Mapping) or rule.get("recordTier") not in (*TIERS, EXCLUDED):
        return False
    try:
        condition = Condition.parse(str(rule.get("when")))
    except ConditionError:
        return False
    return condition.fields <= {*fields, "subjectKind", "sealed"}


def _is_required(fields: Mapping[str, Document], name: object) -> bool:
    return isinstance(name, str) and name in fields and fields[name].get("required") is True


def _is_name(name: object) -> bool:
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def _all_in(given: Sequence[object], words: frozenset[str]) -> bool:
    return all(isinstance(each, str) and each in words for each in given)


def _problem(place: str, code: str, english: str, chinese: str) -> CatalogueProblem:
    return CatalogueProblem(place, code, Text(english, chinese))
