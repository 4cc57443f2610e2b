"""The walls of the pages: no template lets anything through unescaped, loads anything, or runs anything."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "gateway" / "web" / "templates"
PAGES = sorted(TEMPLATES.glob("*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_template_runs_loads_and_lets_through_nothing(page: Path) -> None:
    text = page.read_text()
    for forbidden in (
        r"\|\s*safe\b",
        r"autoescape",
        r"<script",
        r"<style",
        r"\sstyle=",
        r"\son[a-z]+=",
        r"https?:",
        r"//[a-z]",
    ):
        assert not re.search(forbidden, text), forbidden
    tags = re.sub(r"\{%.*?%\}", "", text)
    assert not re.findall(r"<[a-z]+(?:\s+[a-z-]+(?:=\"[^\"]*\")?)*\s+[a-z-]+=\{\{", tags), "an attribute without quotes"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_form_that_changes_something_carries_its_token(page: Path) -> None:
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", page.read_text(), re.DOTALL)
    assert all('name="token"' in form for form in forms)


def test_the_style_loads_nothing() -> None:
    assert not re.search(r"url\(|@import|expression", (TEMPLATES / "style.css").read_text())


def test_english_is_marked_as_english_beside_the_chinese() -> None:
    """A reader's voice and the browser's own fonts follow the language of each part."""
    for page in PAGES:
        text = re.sub(
            r"\{[%{#].*?[%}#]\}|<[^>]*lang=\"en\"[^>]*>.*?</[a-z0-9]+>", "", page.read_text(), flags=re.DOTALL
        )
        for heading in re.findall(r"<h[1-3][^>]*>(.*?)</h", text, re.DOTALL):
            assert not re.search(r"[A-Za-z]{4,}", re.sub(r"<[^>]*>", "", heading)), (page.name, heading)
