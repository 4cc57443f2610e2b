"""Every problem says how to mend it, and every rule has a test that breaks it."""

from pathlib import Path

import gateway.federation.composition as room
from gateway.federation.composition.mends import MENDS


def test_every_rule_has_a_test_that_breaks_it() -> None:
    told = "".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    assert [code for code in MENDS if f'"{code}"' not in told] == []


def test_every_mend_is_told_in_both_languages() -> None:
    for mend in MENDS.values():
        assert mend.english.endswith(".")
        assert mend.chinese.endswith("。")


def test_no_mend_is_for_a_rule_that_is_not_there() -> None:
    folder = Path(room.__file__).parent
    code = "".join(file.read_text("utf-8") for file in folder.glob("*.py") if file.name != "mends.py")
    built = {name for name in MENDS if name.startswith(("KEY_", "REQUIRES_", "PROVIDES_", "ROOT_"))}
    assert [name for name in MENDS if name not in built and f'"{name}"' not in code] == []
