import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.purposes import PLACEHOLDERS, Problem, read_method, read_purpose, read_purpose_header
from gateway.errors import BadUserInput
from schema.disclosure import Purpose, PurposeCode, QueryMethod


def problem(text: str | None) -> str:
    found = read_purpose("LICENSING", text)
    assert isinstance(found, Problem)
    assert not found.said.chinese.isascii()
    return found.said.english


@pytest.mark.parametrize(
    "text",
    [
        "食品经营许可延续审查",
        "许可审查",
        "Case 2026-118, licence renewal",
        "查询该企业纳税信用用于政府采购评审",
        "字" * 99 + "号" * 101,
    ],
)
def test_a_purpose_with_a_meaning_is_kept_as_it_is(text: str) -> None:
    assert read_purpose("LICENSING", text) == Purpose(PurposeCode.LICENSING, text)


@pytest.mark.parametrize("code", list(PurposeCode))
def test_every_code_of_the_contract_is_known(code: PurposeCode) -> None:
    assert read_purpose(code.value, "年度抽查 7 号") == Purpose(code, "年度抽查 7 号")


def test_blanks_are_folded() -> None:
    assert read_purpose("OTHER", "  年度\n抽查\u3000第七批 ") == Purpose(PurposeCode.OTHER, "年度 抽查 第七批")


WRITTEN_WITHOUT_THINKING = (
    *("测试测试", "测试 测试", "查询查询", "查询目的", "工作需要", "无无无无", "……无……", "ｔｅｓｔ"),
    *("test", "TEST", "Test!", "t.e.s.t", "testtest", "n/a n/a", "N / A", "undefined", "null"),
    *("1234", "123456789", "12341234", "abcd", "qwerty", "asdf"),
)


@pytest.mark.parametrize("text", WRITTEN_WITHOUT_THINKING)
def test_a_placeholder_is_no_purpose(text: str) -> None:
    assert problem(text) == "the text is a placeholder"


@pytest.mark.parametrize("text", ["xxxx", "aaaaaaaa", "的的的的的", "....", "- - - -", "1111", "xX xX", "！！！！！"])
def test_one_character_repeated_is_no_purpose(text: str) -> None:
    assert problem(text) == "the text is one character repeated"


@pytest.mark.parametrize("text", ["许可", "审查书", "许可审查" * 50 + "一"])
def test_a_text_too_short_or_too_long_is_no_purpose(text: str) -> None:
    assert problem(text) == f"the text has {len(text)} characters, not 4 to 200"


@pytest.mark.parametrize("text", [None, "", "   ", "\u3000\u3000\u3000\u3000"])
def test_a_code_without_text_is_no_purpose(text: str | None) -> None:
    assert problem(text) == "the text is missing"


@pytest.mark.parametrize("text", ["许\u200b可\u200b审查", "许可审查\ud800", "许可\x00审查", "许可审查\u202e"])
def test_characters_that_cannot_be_seen_make_no_purpose(text: str) -> None:
    assert problem(text) == "the text has characters that cannot be seen"


@pytest.mark.parametrize("placeholder", sorted(PLACEHOLDERS))
def test_no_placeholder_passes_however_it_is_written(placeholder: str) -> None:
    for text in (placeholder, placeholder.upper(), f"{placeholder} {placeholder}", f"《{placeholder}》...!"):
        assert isinstance(read_purpose("OTHER", text), Problem)


def test_nothing_sent_is_nothing_read() -> None:
    assert read_purpose(None, None) is None
    assert read_purpose_header(None) is None


def test_a_text_without_a_code_is_no_purpose() -> None:
    assert isinstance(read_purpose(None, "年度抽查 7 号"), Problem)


@pytest.mark.parametrize("code", ["", "licensing", "LICENSING ", "CURIOSITY", "A" * 10_000])
def test_an_unknown_code_is_bad_input_that_names_the_known_ones(code: str) -> None:
    with pytest.raises(BadUserInput, match="LICENSING, PROCUREMENT") as refused:
        read_purpose(code, "年度抽查 7 号")
    assert refused.value.code == "BAD_USER_INPUT"


def test_the_header_is_a_code_and_a_percent_encoded_text() -> None:
    sent = "ENFORCEMENT; %E6%89%A7%E8%A1%8C%3B%20case 7+1"
    assert read_purpose_header(sent) == Purpose(PurposeCode.ENFORCEMENT, "执行; case 7+1")
    assert isinstance(read_purpose_header("ENFORCEMENT"), Problem)
    assert isinstance(read_purpose_header("ENFORCEMENT;"), Problem)


@pytest.mark.parametrize(
    "value", ["OTHER;%FF%FE%FD%FC", "OTHER;%ED%A0%80abc", "OTHER;许可审查", "NOSUCH;abcdefg%20x", "", ";"]
)
def test_a_header_that_cannot_be_read_is_bad_input(value: str) -> None:
    with pytest.raises(BadUserInput):
        read_purpose_header(value)


@given(st.text(max_size=300))
def test_any_text_is_a_purpose_of_4_to_200_visible_characters_or_none(text: str) -> None:
    found = read_purpose("OTHER", text)
    assert isinstance(found, Problem) or (isinstance(found, Purpose) and 4 <= len(found.text) <= 200)
    if isinstance(found, Purpose):
        assert found.text.isprintable()
        assert read_purpose("OTHER", found.text) == found


@given(st.text(max_size=60))
def test_any_header_is_read_or_refused(value: str) -> None:
    try:
        found = read_purpose_header(value)
    except BadUserInput:
        return
    assert isinstance(found, Purpose | Problem)


def test_the_method_is_api_unless_said() -> None:
    assert read_method(None) is QueryMethod.API
    assert read_method(" WINDOW ") is QueryMethod.WINDOW
    with pytest.raises(BadUserInput, match="SELF_TERMINAL"):
        read_method("TELEPATHY")
