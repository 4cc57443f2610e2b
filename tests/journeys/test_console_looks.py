"""How the console's pages look in a real browser: for the keyboard, the ear, a narrow window, and in the dark."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.chromium import Tab, chromium_before
from tests.journeys.test_served import serving
from tests.journeys.visitor import Place

WIDTH = 360
FORMS = ["IDENTITY_DOCUMENT", "ENTITY_CERTIFICATE", "AUTHORISATION", "OFFICIAL_LETTER", "COLLECTION_CONSENT"]


@pytest.fixture(scope="module")
def house(sqlite_city: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the city, and give its address."""
    folder: Path = tmp_path_factory.mktemp("served")
    shutil.copy(sqlite_city.trail.removeprefix("sqlite:///"), folder / "trail.sqlite")
    with serving(replace(sqlite_city, trail=f"sqlite:///{folder}/trail.sqlite"), folder) as (_, client):
        yield str(client.base_url).rstrip("/")


@pytest.fixture
def tab(house: str, chromium: str) -> Iterator[Tab]:
    """Give a browser before the house; whatever it says or tries outside fails the test."""
    with chromium_before(chromium, house) as open_tab:
        yield open_tab
        assert not open_tab.unexpected()


PAGES = ["/console", "/console/papers", "/console/papers/new", "/console/grants", "/console/subject"]
STAFF_PAGES = ["/console/violations", "/console/officers", "/console/catalogue"]
REPORTING = [
    "/console/submissions",
    "/console/submissions/new",
    "/console/submissions/new/Honour",
    "/console/submissions/new/AdministrativeLicence",
    "/console/submissions/new/AdministrativeLicence/revoke",
    "/console/quarantine",
    "/console/quality",
]


@pytest.mark.parametrize("persona", ["company", "centre-approver", "tax-officer", "tax-reporter"])
def test_pages_can_be_read_by_keyboard_by_ear_and_in_a_narrow_window(tab: Tab, persona: str) -> None:
    page = tab.page
    page.set_viewport_size({"width": WIDTH, "height": 700})
    tab.log_in(persona)
    forms = [f"/console/papers/new/{kind}" for kind in FORMS]
    reporting = REPORTING if persona == "tax-reporter" else []
    for path in ["/login", *PAGES, *STAFF_PAGES, *forms, "/console/grants/new", *reporting]:
        tab.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, path
        assert page.locator("h1").count() == 1, path
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        assert page.evaluate(_UNNAMED) == [], path
        assert page.evaluate(_DOUBLE_IDS) == [], path
    tab.open("/console")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


_UNNAMED = """[...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
  .filter(each => each.labels.length === 0).map(each => each.name)"""
_DOUBLE_IDS = """[...document.querySelectorAll("[id]")].map(each => each.id)
  .filter((id, place, all) => all.indexOf(id) !== place)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_its_ground(house: str, chromium: str, scheme: str) -> None:
    """By at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    with chromium_before(chromium, house, color_scheme=scheme) as tab:
        tab.open("/login")
        assert tab.page.evaluate(_FAINT) == []
        tab.log_in("centre-approver")
        for path in (*PAGES, "/console/papers/new/AUTHORISATION", "/console/nowhere"):
            tab.open(path)
            assert tab.page.evaluate(_FAINT) == [], path
        tab.log_out()
        tab.log_in("tax-reporter")
        for path in REPORTING:
            tab.open(path)
            assert "NOT_FOUND" not in tab.page.content(), path
            assert tab.page.evaluate(_FAINT) == [], path


_FAINT = """(() => {
  const rgb = text => text.match(/[0-9.]+/g).map(Number);
  const linear = v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => [r, g, b].map(v => linear(v / 255))
    .reduce((sum, v, place) => sum + v * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = rgb(getComputedStyle(each).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const words = element => [...element.childNodes].some(each => each.nodeType === 3 && each.textContent.trim());
  const seen = each => words(each) && each.offsetParent && !each.closest("option");
  return [...document.querySelectorAll("body *")].filter(seen)
    .map(each => { const a = light(rgb(getComputedStyle(each).color)), b = light(ground(each));
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), each.textContent.trim().slice(0, 20)]; })
    .filter(([ratio]) => ratio < 4.5);
})()"""
