"""Every record type of the catalogue is read by the same rules, whatever is sent (R11.1, R12.8)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.catalogue import RECORDS
from schema.definition import RecordDefinition
from schema.reporting import COMMON_COLUMNS, SUBJECT_COLUMNS, Action, Reported, Row, RowProblem, read_row
from schema.reporting.compiled import compiled
from schema.terms import SubjectKind
from tests.schema.reporting.rows import CODE, NUMBER, value_of, whole_row

TODAY = date(2026, 11, 23)
KINDS = [(each, SubjectKind[kind]) for each in RECORDS.values() for kind in each.subject_kinds]
PLATFORM = {"personKey", "officerKey", "restrictedPersonKey", "contentDigest"}


def read(definition: RecordDefinition, row: dict[str, Any], **options: Any) -> Reported | list[RowProblem]:  # noqa: ANN401 (read_row's own)
    return read_row(definition, Row(1, row), today=TODAY, **options)


def codes(found: Reported | list[RowProblem]) -> set[tuple[str | None, str]]:
    assert isinstance(found, list), found
    return {(problem.column, problem.code) for problem in found}


@pytest.mark.parametrize(("definition", "kind"), KINDS, ids=lambda each: getattr(each, "name", str(each)))
def test_a_whole_row_says_what_it_said(definition: RecordDefinition, kind: SubjectKind) -> None:
    found = read(definition, whole_row(definition, kind))
    assert isinstance(found, Reported), found
    keyed = found.with_person_key("KEY") if found.person else found
    assert len(keyed.key) == len(definition.key)
    assert keyed.subject.kind is kind
    assert keyed.warnings == ()
    for field in definition.fields.values():
        said = value_of(field)
        if said is not None and field.name not in PLATFORM and field.name != "counterpartyCategory":
            assert str(keyed.values[field.name]) in (str(said), str(said).removesuffix("0")), field.name


@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_a_row_by_its_chinese_names_is_the_same_row(definition: RecordDefinition) -> None:
    plain = whole_row(definition)
    chinese = {
        **{each.chinese: plain[each.name] for each in definition.fields.values() if each.name in plain},
        **{SUBJECT_COLUMNS[name]: value for name, value in plain.items() if name in SUBJECT_COLUMNS},
    }
    first, second = read(definition, plain), read(definition, chinese)
    assert isinstance(first, Reported)
    assert isinstance(second, Reported), second
    assert (first.values, first.subject) == (second.values, second.subject)


@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_each_missing_value_that_must_be_reported_is_told_alone(definition: RecordDefinition) -> None:
    whole = whole_row(definition)
    for field in definition.fields.values():
        if not field.required or field.name in PLATFORM:
            continue
        for nothing in ("", "— —", "暂无", "\u3000", None):
            found = read(definition, whole | {field.name: nothing})
            if field.name == "content" and "contentDigest" in definition.key:
                assert {column for column, _ in codes(found)} == {"content", "contentDigest"}
            elif field.name == "idNumber":  # whose key the platform makes of it
                assert {column for column, _ in codes(found)} <= {"idNumber", "personKey"}
            else:
                assert {column for column, _ in codes(found)} == {field.name}


@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_a_number_where_a_text_or_code_belongs_is_refused_even_if_it_looks_right(definition: RecordDefinition) -> None:
    whole = whole_row(definition)
    texts = {
        "String",
        "UnifiedSocialCreditCode",
        "OrganizationCode",
        "RegistrationNumber",
        "IdDocumentNumber",
        "RegionCode",
    }
    for field in definition.fields.values():
        if field.type in texts and field.name not in PLATFORM:
            for number in (410199199003070018, 4.1e17, Decimal(7), 0):
                assert (field.name, "NUMERIC_CODE") in codes(read(definition, whole | {field.name: number}))
    assert ("subjectUnifiedSocialCreditCode", "NUMERIC_CODE") in codes(
        read(RECORDS["Honour"], whole_row(RECORDS["Honour"]) | {"subjectUnifiedSocialCreditCode": 914101990000001})
    )


@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_who_takes_a_record_back_says_which_and_no_more(definition: RecordDefinition) -> None:
    whole = whole_row(definition)
    own = {name: whole[name] for name in (*definition.key, *SUBJECT_COLUMNS) if name in whole}
    own |= {name: whole[name] for name in ("personIdNumber", "officerIdNumber", "idNumber", "content") if name in whole}
    found = read(definition, own | {"action": "撤销"})
    assert isinstance(found, Reported), found
    assert found.action is Action.REVOKE
    if definition.key[0] in own and definition.key[0] not in PLATFORM:
        assert codes(read(definition, {**own, "action": "REVOKE", definition.key[0]: None}))


def everything() -> st.SearchStrategy[Any]:
    """Give whatever JSON, a workbook or a program may bring."""
    plain = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=30)
        | st.decimals()
        | st.dates()
        | st.datetimes()
        | st.binary(max_size=5)
        | st.sampled_from(["2026-02-29", "9" * 400, "\ud800", "a\x00b", "٣", "①", "1e999", "-0", "长期", "\u202eabc"])
    )
    return st.recursive(
        plain,
        lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
        max_leaves=6,
    )


NAMES = [*COMMON_COLUMNS, *SUBJECT_COLUMNS, "血型", "nothing", "", "CF_NR_FK"]


@settings(max_examples=80)
@given(st.data())
def test_whatever_is_sent_is_a_row_or_problems_and_never_a_crash(data: st.DataObject) -> None:
    definition = data.draw(st.sampled_from(list(RECORDS.values())))
    names = st.sampled_from([*definition.fields, *NAMES]) | st.text(max_size=10)
    row = whole_row(definition) | data.draw(st.dictionaries(names, everything(), max_size=4))
    found = read(definition, row)
    if isinstance(found, list):
        assert found
        assert all(each.code and each.message.english and each.message.chinese for each in found)
    else:
        assert {type(value) for value in found.values.values()} <= {str, int, bool, list}
        "".join(map(str, found.values.values())).encode()


@settings(max_examples=60)
@given(st.sampled_from(list(RECORDS.values())), st.text(alphabet="金丝雀甲乙丙", min_size=6, max_size=12), st.data())
def test_no_problem_repeats_what_was_sent(definition: RecordDefinition, canary: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*definition.fields, *COMMON_COLUMNS, *SUBJECT_COLUMNS]))
    value: Any = data.draw(st.sampled_from([canary, [canary], {canary: canary}, f"{canary}\x00", canary * 2_000]))
    found = read(definition, whole_row(definition) | {name: value, "bloodType": canary})
    assert canary not in repr(found)


def test_too_many_columns_are_one_problem() -> None:
    row = {f"column{n}": n for n in range(1_000)}
    assert (None, "TOO_MANY_COLUMNS") in codes(read(RECORDS["Honour"], row))


def test_what_was_read_of_one_row_is_not_changed_by_the_next() -> None:
    definition = RECORDS["AdministrativePenalty"]
    first = read(definition, whole_row(definition))
    second = read(definition, whole_row(definition) | {"penaltyTypes": "罚款;警告"})
    assert isinstance(first, Reported)
    assert isinstance(second, Reported)
    assert first.values["penaltyTypes"] == ["WARNING"]
    assert second.values["penaltyTypes"] == ["FINE", "WARNING"]


def test_what_is_remembered_is_bounded_and_never_of_a_person() -> None:
    definition = RECORDS["PersonIdentity"]
    for n in range(500):
        read(definition, {f"column{n}": n})
        read(
            definition,
            {name: whole_row(definition).get(name) for name in list(definition.fields)[: n % 7]} | {"name": f"张{n}"},
        )
    assert len(compiled(definition)._plans) <= 64  # noqa: SLF001 (what is remembered has no other door)
    assert NUMBER not in repr(compiled(definition)._plans)  # noqa: SLF001 (as above)


def test_dates_of_cells_are_days_and_instants_in_the_citys_own_time() -> None:
    definition = RECORDS["Honour"]
    for said, day in (
        (date(2026, 3, 1), "2026-03-01"),
        (datetime.fromisoformat("2026-03-01T16:30:00+00:00"), "2026-03-02"),
    ):
        found = read(definition, whole_row(definition) | {"awardedOn": said, "revokedOn": None})
        assert isinstance(found, Reported)
        assert found.values["awardedOn"] == day


def test_a_code_that_is_only_odd_in_old_data_is_wrong_when_it_is_typed() -> None:
    definition = RECORDS["Honour"]
    row = whole_row(definition) | {"subjectUnifiedSocialCreditCode": "91410199DEM0000158"}
    found = read(definition, row)
    assert isinstance(found, Reported)
    assert [(each.column, each.code, each.warning) for each in found.warnings] == [
        ("subjectUnifiedSocialCreditCode", "CODE_ODD", True)
    ]
    assert codes(read(definition, row, strict=True)) == {("subjectUnifiedSocialCreditCode", "CODE_ODD")}
    assert row["subjectUnifiedSocialCreditCode"] != CODE
