"""The form by which one record is typed in, made from the catalogue: any record type has one (Art. 12(1), 26).

Each field says of which tier it is and by which article; what a template's column takes, its input takes. What was
typed becomes a row as any other, and is read as any other.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.collection.workbooks.columns import Column, Written, columns_of
from gateway.errors import Text
from gateway.web import words
from gateway.web.console.forms import Filled, Form
from gateway.web.console.forms.inputs import Choice, Choices, Day, Input, Line, LongText, Sent
from schema.catalogue import RECORDS
from schema.categories import CATEGORIES
from schema.definition import FieldDefinition, RecordDefinition
from schema.reporting import COMMON_COLUMNS, SUBJECT_COLUMNS, RowProblem

__all__ = ["Group", "entry_form", "groups_of", "problems_at", "revoke_form", "typed", "values_of"]

_OF_SYSTEMS: Final = frozenset({"action", "sourceUpdatedAt", "sourceId"})
"""Columns that only another system has something to say in."""
_LONG: Final = ("Content", "content", "statement", "Facts", "facts", "Reason", "Basis")
"""How names of columns end in which people write sentences."""
_ENDLESS: Final = ("To", "Until")
"""How names of days end that may stand for no end."""
_CONSENT: Final = Text("of an individual: with written consent", "涉及个人的，须有信息主体书面同意")
_KEY: Final = Text("part of the natural key", "自然键")
_HOW: Final[Mapping[Written, Text]] = {
    Written.AMOUNT: Text("a number", "填写数值"),
    Written.WHOLE: Text("a whole number", "填写整数"),
    Written.WORDS: Text("several on lines of their own", "多项请分行填写"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Inputs that belong together; what few records say is ``aside`` until somebody has something in it."""

    title: Text
    note: Text
    inputs: tuple[Input, ...]
    aside: bool = False

    def is_used(self, filled: Filled) -> bool:
        """Say whether anything was typed here, or is wrong."""
        return any(filled.of(each.name) or any(filled.typed.get(each.name, ())) for each in self.inputs)


@functools.cache
def entry_form(record_type: str) -> Form:
    """Give the form of a record type of the catalogue: whom it is about, its fields, what any record may say."""
    definition = RECORDS[record_type]
    columns = [each for each in columns_of(record_type) if each.name not in _OF_SYSTEMS]
    intro = Text(
        f"One record of {definition.name}; the same natural key again is a correction.",
        f"录入一条“{definition.chinese}”；自然键相同的再次录入即为更正。",
    )
    return _form(definition, columns, intro)


@functools.cache
def revoke_form(record_type: str) -> Form:
    """Give the form by which one record is taken back: whom it is about, its natural key, and why (R11.3)."""
    definition = RECORDS[record_type]
    wanted = {*SUBJECT_COLUMNS, *definition.key, *_numbers(definition), "correctionReason"}
    columns = [each for each in columns_of(record_type) if each.name in wanted]
    intro = Text(
        f"The record of this key is taken back; it is no longer shown. {definition.name}",
        f"撤销自然键相同的一条“{definition.chinese}”；撤销后不再公开、共享。",
    )
    return _form(definition, columns, intro)


def _numbers(definition: RecordDefinition) -> list[str]:
    """Name the fields with a person's number, of which the platform makes a part of the key."""
    if not any(each.endswith("Key") for each in definition.key):
        return []
    return [each.name for each in definition.fields.values() if each.type == "IdDocumentNumber"]


def _form(definition: RecordDefinition, columns: Sequence[Column], intro: Text) -> Form:
    title = Text(definition.name, definition.chinese)
    article = CATEGORIES[definition.categories[0]].article
    return Form(definition.name, "", title, intro, article, tuple(_input(definition, each) for each in columns))


def _input(definition: RecordDefinition, column: Column) -> Input:
    of = definition.fields.get(column.name)
    required = column.required or column.name in definition.key
    plain = Line(column.name, Text(_spelt(column.name), column.header), _hint(definition, column, of), required)
    said = (plain.name, plain.title, plain.hint, plain.required)
    match column.written:
        case Written.WORD:
            return Choice(*said, _words(column, of))
        case Written.WORDS if column.words:
            return Choices(*said, _words(column, of))
        case Written.WORDS:
            return LongText(*said)
        case Written.DAY if not column.name.endswith(_ENDLESS):
            return Day(*said)
        case Written.TEXT if column.name.endswith(_LONG):
            return LongText(*said)
    return plain


def _words(column: Column, of: FieldDefinition | None) -> dict[str, Text]:
    """Give the words that may be chosen: a row has the Chinese ones."""
    names = [] if of is None or of.enum is None else [each.name for each in of.enum]
    english = [each.replace("_", " ").lower() for each in names] or [""] * len(column.words)
    return {word: Text(said, word) for word, said in zip(column.words, english, strict=True)}


def _spelt(name: str) -> str:
    """Write a camelCase name as words.

    >>> _spelt("penaltyDocumentNumber")
    'penalty document number'
    """
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name)


def _hint(definition: RecordDefinition, column: Column, of: FieldDefinition | None) -> Text:
    """Say of which tier a field is by which article, and how it is filled in."""
    parts: list[Text] = []
    if of is not None:
        tier = str(of.tier.value)
        named = words.said(words.TIERS, tier)
        parts.append(Text(f"tier {tier}, {named.english} (Art. 15)", f"{tier} {named.chinese}（第15条）"))
        if of.prohibited is not None and of.prohibited.rule == "CONSENT_REQUIRED":
            cited = of.prohibited.article
            parts.append(Text(f"{_CONSENT.english} (Art. {cited})", f"{_CONSENT.chinese}（{words.article(cited)}）"))
    if column.name in definition.key:
        parts.append(_KEY)
    if column.written is Written.DAY and column.name.endswith(_ENDLESS):
        parts.append(Text("like 2027-03-01, or 长期 for no end", "如 2027-03-01；没有终止日期填“长期”"))
    if column.written in _HOW and not column.words:
        parts.append(_HOW[column.written])
    if column.note and column.name not in SUBJECT_COLUMNS:
        parts.append(Text("", column.note))
    return Text("; ".join(each.english for each in parts if each.english), "；".join(each.chinese for each in parts))


def groups_of(form: Form) -> tuple[Group, ...]:
    """Part a form's inputs: whom it is about, the record itself, and what any record may say besides."""
    about = tuple(each for each in form.inputs if each.name in SUBJECT_COLUMNS)
    beside = tuple(each for each in form.inputs if each.name in _BESIDE)
    own = tuple(each for each in form.inputs if each not in (*about, *beside))
    found = (
        Group(Text("Whom it is about", "信用主体"), _WHOM, about),
        Group(Text("The record", "信息内容"), _NOTHING, own),
        Group(Text("What else may be said", "其他说明事项"), _NOTHING, beside, aside=True),
    )
    return tuple(each for each in found if each.inputs)


_BESIDE: Final = frozenset(COMMON_COLUMNS) - {"correctionReason"}
_NOTHING: Final = Text("", "")
_WHOM: Final = Text(
    "A legal person by any of its codes, an individual by name and document number; not again what the record says.",
    "社会法人填写任一代码，个人填写姓名与证件号码；信息内容中已有的不必重复填写。",
)


def typed(form: Form, sent: Sent) -> Mapping[str, Sequence[str]]:
    """Give what was typed into a form."""
    told: dict[str, Sequence[str]] = {}
    for each in form.inputs:
        told |= each.typed(sent)
    return told


def values_of(form: Form, written: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Give the values of the row that was typed; what was left empty is not said."""
    values: dict[str, object] = {}
    for each in form.inputs:
        said = [text.strip() for text in written.get(each.name, ()) if text.strip()]
        if not said:
            continue
        several = isinstance(each, Choices) or _is_list(form.kind, each.name)
        values[each.name] = (
            [line for text in said for line in text.splitlines() if line.strip()] if several else said[0]
        )
    return values


def _is_list(record_type: str, name: str) -> bool:
    of = RECORDS[record_type].fields.get(name)
    return of is not None and of.is_list


def problems_at(form: Form, problems: Sequence[RowProblem]) -> dict[str, list[Text]]:
    """Put the problems of a row to the inputs that they are about; under no name what belongs to none."""
    names = {each.name for each in form.inputs}
    told: dict[str, list[Text]] = {}
    for each in problems:
        cited = f"（{words.article(each.article)}）" if each.article else ""
        said = replace(each.message, chinese=f"{each.message.chinese}{cited}")
        told.setdefault(each.column if each.column in names else "", []).append(said)
    return told
