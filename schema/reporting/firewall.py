"""Art. 9 at the rows of a submission: columns, nested keys, free text, and what needs consent (R9.3 to R9.5)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from schema.definition import RecordDefinition
from schema.prohibited import ProhibitedItem, may_speak_of_it, prohibited_in_name, prohibited_in_text, prohibited_key
from schema.reporting.compiled import CompiledRecord, Plan
from schema.reporting.names import NOT_KEPT, field_named
from schema.reporting.problems import RowCode, RowProblem, shown_name
from schema.reporting.together import Finding
from schema.terms import SubjectKind
from schema.text import Text

__all__ = ["check_columns", "nested", "suspected", "undeclared", "undeclared_with"]


def check_columns(definition: RecordDefinition, names: Iterable[object], *, row: int = 0) -> list[RowProblem]:
    """Give what is wrong with the columns of a file before any of its rows is read: one refuses the file (R9.3).

    *row* is the number of the heading. A column that Art. 9 forbids is ``PROHIBITED_FIELD``, another that the catalogue
    has not is ``UNKNOWN_COLUMN``, a second one for the same field ``DUPLICATE_COLUMN``.
    """
    individual = SubjectKind.INDIVIDUAL in definition.subject_kinds
    not_kept = NOT_KEPT.get(definition.name, frozenset())
    problems: list[RowProblem] = []
    seen: set[str] = set()
    for name in map(str, names):
        column = field_named(definition, name)
        if column is None:
            found = None if name in not_kept else undeclared(definition, name, individual=individual)
        elif column.name in seen and not _may_repeat(definition, column.name):
            found = Finding(column.name, RowCode.DUPLICATE_COLUMN, TWICE)
        else:
            found = None
            seen.add(column.name)
        if found is not None:
            problems.append(RowProblem(row, found.column, found.code, found.said, found.article))
    return problems


TWICE: Final = Text("two columns give this field: keep one", "同一字段由两列给出: 请保留一列")


def _may_repeat(definition: RecordDefinition, name: str) -> bool:
    return name in definition.fields and definition.fields[name].is_list


def undeclared(definition: RecordDefinition, written: str, *, individual: bool) -> Finding:
    """Give what is said of a column that the catalogue has not: is it one that Art. 9 forbids?"""
    shown = shown_name(written)
    item = prohibited_in_name(written)
    if item is None or (item.with_consent and not individual):
        said = Text(
            f"the catalogue has no column {shown!r} in {definition.name}: remove it",
            f"目录中{definition.chinese}没有“{shown}”列: 请删除",
        )
        return Finding(shown, RowCode.UNKNOWN_COLUMN, said, "26")
    return Finding(shown, RowCode.PROHIBITED_FIELD, _forbidden(shown, item), item.article)


def _forbidden(shown: str, item: ProhibitedItem) -> Text:
    return Text(
        f"{shown!r} is information that must not be collected ({item.english}, Art. {item.article}): remove the column",
        f"“{shown}”属于第九条({_ORDINALS[item.group]})禁止采集的信息({item.chinese}): 请删除该列",
    )


_ORDINALS: Final[Mapping[int, str]] = {1: "一", 2: "二", 3: "三", 4: "四"}


def nested(column: str, value: object, *, individual: bool = True) -> Finding | None:
    """Give the prohibited key inside a nested value, if there is one; what wants consent, of an individual alone."""
    if not isinstance(value, Mapping | list | tuple):
        return None
    found = prohibited_key(value)
    if found is None or (found.item.with_consent and not individual):
        return None
    shown = f"{column}.{shown_name(found.name)}"
    return Finding(shown, RowCode.PROHIBITED_FIELD, _forbidden(shown, found.item), found.item.article)


def undeclared_with(
    definition: RecordDefinition, written: str, value: object, *, individual: bool
) -> Iterator[Finding]:
    """Give what is said of a column that the catalogue has not, and of what is nested in it (R9.3)."""
    yield undeclared(definition, written, individual=individual)
    inside = nested(shown_name(written), value, individual=individual)
    if inside is not None:
        yield inside


_NOTES: Final = ("correctionReason", "statement")


def suspected(
    compiled: CompiledRecord, plan: Plan, values: Mapping[str, Any], shared: Mapping[str, Any], *, individual: bool
) -> Iterable[Finding]:
    """Give the texts that seem to speak of a prohibited item: a person must look at the row (R9.4).

    In a free text about an individual every word of the lexicon counts; in names and numbers, statements alone.
    """
    texts = [text for text in map(values.get, plan.texts) if text is not None]
    for name in plan.lists:
        texts += values.get(name, ())
    if shared:
        texts += [shared[name] for name in _NOTES if name in shared]
    if not may_speak_of_it("\n".join(texts)):
        return ()
    return _looked_into(compiled, values, shared, individual=individual)


def _looked_into(
    compiled: CompiledRecord, values: Mapping[str, Any], shared: Mapping[str, Any], *, individual: bool
) -> Iterator[Finding]:
    texts = [(name, values[name]) for name in compiled.texts if name in values]
    texts += [(name, shared[name]) for name in _NOTES if name in shared]
    for name, text in texts:
        whole = individual and compiled.texts.get(name, True)
        yield from _seeming(name, text if isinstance(text, str) else "\n".join(text), individual=whole)


def _seeming(column: str, text: str, *, individual: bool) -> Iterator[Finding]:
    for item in prohibited_in_text(text, individual=individual):
        said = Text(
            f"the text seems to tell of {item.english} (Art. {item.article}): a reviewer will look at the row",
            f"文本疑含第九条({_ORDINALS[item.group]})禁止采集的信息({item.chinese}): 待信用中心人工审核",
        )
        yield Finding(column, RowCode.SUSPECTED_PROHIBITED, said, item.article)
