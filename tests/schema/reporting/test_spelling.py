"""Nothing is known for nothing in every spelling, and no text that says something is (Art. 11)."""

from hypothesis import given
from hypothesis import strategies as st

from schema.reporting.spelling import is_nothing

NOTHING = (
    "",
    "-",
    "——",
    "－",
    "/",
    "\\",
    "无",
    "暂无",
    "空",
    "未知",
    "不详",
    "暂缺",
    "null",
    "none",
    "n/a",
    "NaN",
    "#N/A",
)
BLANKS = " \t\n\u3000\u00a0\u2003\u200b\ufeff"
wide = str.maketrans({chr(code - 0xFEE0): chr(code) for code in range(0xFF01, 0xFF5F)})

spelt = st.sampled_from(NOTHING).flatmap(
    lambda text: st.sampled_from((text, text.upper(), text.capitalize(), text.translate(wide)))
)


@given(spelt, st.lists(st.tuples(st.integers(0, 8), st.sampled_from(BLANKS)), max_size=3))
def test_nothing_is_nothing_however_it_is_spelt(text: str, blanks: list[tuple[int, str]]) -> None:
    for place, blank in blanks:
        text = text[:place] + blank + text[place:]
    assert is_nothing(text)


@given(spelt, st.sampled_from("按锡1x是。"))
def test_a_text_with_one_character_more_is_something(text: str, more: str) -> None:
    assert not is_nothing(text + more)
    assert not is_nothing(more + text)
