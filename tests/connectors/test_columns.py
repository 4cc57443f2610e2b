"""How a column of an agency becomes a field of the catalogue."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from connectors import columns
from connectors.columns import Column, Reader, Unreadable
from schema.conditions import Condition
from schema.records.enums import TaxCreditGrade

RAW: sa.ColumnElement[Any] = sa.column("raw")


def reading(column: Column) -> Callable[[Any], Any]:
    assert column.read is not None
    reader = Reader(column.read)
    return reader.__getitem__


@pytest.mark.parametrize("written", ["", "—", "— —", "——", "-", "--", "/", "无", "NULL", "null", "N/A", "  ", " — — "])
@pytest.mark.parametrize(
    "column",
    [
        columns.text(RAW),
        columns.day(RAW),
        columns.yuan(RAW),
        columns.number(RAW),
        columns.month(RAW),
        columns.flag(RAW),
    ],
)
def test_the_words_for_nothing_are_null_in_every_column(column: Column, written: str) -> None:
    assert reading(column)(written) is None


def test_null_stays_null_and_zero_is_a_value() -> None:
    assert reading(columns.yuan(RAW))(None) is None
    assert reading(columns.yuan(RAW))("0") == "0.00"
    assert reading(columns.number(RAW))(0) == 0
    assert reading(columns.flag(RAW))("0") is False


def test_text_is_trimmed_and_a_number_becomes_its_digits() -> None:
    assert reading(columns.text(RAW))("  郑州  ") == "郑州"
    assert reading(columns.text(RAW))(410199) == "410199"


@pytest.mark.parametrize(
    "written",
    ["2026-11-03", "20261103", "2026/11/3", "2026.11.03", "2026年11月3日", "2026-11-03 08:15:00", "20261103081500"],
)
def test_a_day_is_read_however_it_is_spelt(written: str) -> None:
    assert reading(columns.day(RAW))(written) == "2026-11-03"


@pytest.mark.parametrize("written", ["2099-12-31", "20991231", "2099/12/31", "9999-12-31"])
def test_the_day_that_stands_for_long_term_is_null(written: str) -> None:
    assert reading(columns.day(RAW))(written) is None


@pytest.mark.parametrize(
    "written", ["2026-02-30", "2026-13-01", "长期", "26-11-03", "20261131", "202611", "2026111", "soon"]
)
def test_what_is_no_day_is_unreadable(written: str) -> None:
    with pytest.raises(Unreadable):
        reading(columns.day(RAW))(written)


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("3.500000", "35000.00"),
        ("12.345678", "123456.78"),
        ("0.000001", "0.01"),
        ("0.10", "1000.00"),
        ("999999999.123456", "9999999991234.56"),
        ("1,234.5", "12345000.00"),
    ],
)
def test_ten_thousands_become_yuan_exactly(written: str, yuan: str) -> None:
    assert reading(columns.yuan(RAW, unit=10_000))(written) == yuan


def test_money_is_read_from_numbers_and_grouped_digits_and_loses_nothing() -> None:
    read = reading(columns.yuan(RAW))
    assert read("1,234,567.80") == "1234567.80"
    assert read(12) == "12.00"
    assert read("253690.782") == "253690.782"
    assert read("-3.5") == "-3.50"


@pytest.mark.parametrize("written", ["约三万", "1.2.3", "NaN", "Infinity", "3万"])
def test_what_is_no_amount_is_unreadable(written: str) -> None:
    with pytest.raises(Unreadable):
        reading(columns.yuan(RAW))(written)


def test_an_instant_is_told_in_chinese_time_and_without_a_zone_it_is_that_already() -> None:
    read = reading(columns.instant(RAW))
    assert read("2026-11-23 09:30:00") == "2026-11-23T09:30:00+08:00"
    assert read("2026-11-23T20:15:00+00:00") == "2026-11-24T04:15:00+08:00"
    with pytest.raises(Unreadable):
        read("yesterday")


def test_a_month_is_six_digits_or_spelt_out() -> None:
    read = reading(columns.month(RAW))
    assert [read(written) for written in (202611, "202611", "2026-11", "2026年11月")] == ["2026-11"] * 4
    for wrong in ("202613", "202600", "2026"):
        with pytest.raises(Unreadable):
            read(wrong)


def test_a_code_is_read_by_the_agencys_own_table() -> None:
    read = reading(columns.code(RAW, {"1": TaxCreditGrade.A, "5": TaxCreditGrade.D}))
    assert read("1") == "A"
    assert read(" 5 ") == "D"
    with pytest.raises(Unreadable, match="7"):
        read("7")


def test_several_codes_keep_their_order_and_one_unknown_makes_all_unreadable() -> None:
    read = reading(columns.codes(RAW, {"警告": "WARNING", "罚款": "FINE"}))
    assert read("罚款;警告;") == ["FINE", "WARNING"]
    with pytest.raises(Unreadable):
        read("罚款;罚没")


def test_a_list_in_one_column_loses_its_empty_parts() -> None:
    assert reading(columns.listed(RAW))("甲公司; 乙公司;;") == ["甲公司", "乙公司"]


def test_a_flag_has_the_agencys_own_yes_and_no() -> None:
    read = reading(columns.flag(RAW, yes=("是",), no=("否",)))
    assert (read("是"), read(" 否 ")) == (True, False)
    with pytest.raises(Unreadable):
        read("也许")


def test_a_number_is_whole() -> None:
    assert reading(columns.number(RAW))(" 64 ") == 64
    with pytest.raises(Unreadable):
        reading(columns.number(RAW))("64人")


def test_only_a_closed_column_says_which_raw_values_a_rule_admits() -> None:
    column = columns.code(RAW, {"1": TaxCreditGrade.A, "2": TaxCreditGrade.B, "5": TaxCreditGrade.D})
    ((raised,),) = Condition.parse("grade != A").alternatives
    assert column.admitted(raised) == (["1"], False)
    assert columns.text(RAW).raw_values is None
    assert columns.constant("郑州").column is None


def test_a_persons_number_is_left_to_the_gateways_key() -> None:
    assert columns.person_key(RAW).needs_pseudonym


def test_a_reader_remembers_and_forgets_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_REMEMBERED", 3)
    seen: list[str] = []

    def read(raw: str) -> str:
        seen.append(raw)
        return raw

    reader = Reader(read)
    for raw in "aab":
        assert reader[raw] == raw
    assert seen == ["a", "b"]
    for raw in "cde":
        assert reader[raw] == raw
    assert len(reader) <= 4
    assert reader[None] is None


def test_a_texts_digest_is_the_same_whatever_stands_around_it() -> None:
    read = reading(columns.digest(RAW))
    assert read(" 承诺 ") == read("承诺") != read("承诺书")
