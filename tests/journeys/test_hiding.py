"""A supervisor hides entries from their subjects, by a cited rule until a day, and shows them again (AMB-29)."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from gateway.__main__ import cli
from gateway.access import tokens
from gateway.commands.hiding import NoSupervisor
from tests.journeys.test_inspection import LOG, LP_07, OWN_LOG, look
from tests.journeys.visitor import AS_OF, Place, Visitor, visiting

UNTIL = (AS_OF + timedelta(days=3_000)).isoformat()
Run = Callable[..., Result]


@dataclass
class Typed:
    """Types commands of the command line, on one city's settings."""

    file: Path
    keys: Path

    def __call__(self, *arguments: str, persona: str | None = None) -> Result:
        """Give what a command said; what it raises comes through."""
        token = []
        if persona is not None:
            written = self.file.with_name("token")
            written.write_text(tokens.issue(persona, self.keys, time.time()))
            token = ["--token", str(written)]
        return CliRunner().invoke(cli, ["--config", str(self.file), "audit", *arguments, *token], catch_exceptions=True)


@pytest.fixture
def typed(city: Place, tmp_path: Path) -> Typed:
    """Give the command line in the city."""
    settings = city.settings()
    told = {
        "demo": True,
        "as_of": AS_OF.isoformat(),
        "allow_synthetic_region": True,
        "database": {"url": city.trail},
        "keys": {"folder": str(city.keys)},
        "connectors": {name: {"url": each.url} for name, each in settings.connectors.items()},
    }
    file = tmp_path / "xinyong.yaml"
    file.write_text(yaml.safe_dump(told, allow_unicode=True))
    return Typed(file, city.keys)


async def own_log(visitor: Visitor) -> list[str]:
    told = await visitor.ask(OWN_LOG, {"by": LP_07}, persona="company")
    return [each["purposeText"] for each in told.data["subject"]["queryLog"]["nodes"]]


async def entries_about_hiding(visitor: Visitor) -> list[dict[str, Any]]:
    """Give the newest entries by the supervisor's organisation."""
    told = await visitor.ask(LOG, {"filter": {"organisation": "DEVELOPMENT_REFORM"}, "first": 5}, persona="auditor")
    found: list[dict[str, Any]] = told.data["queryLog"]["nodes"]
    return found


def in_a_thread(typed: Typed, *arguments: str, persona: str | None = None) -> Result:
    """Type a command beside the running house, whose event loop is in this thread."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (of this alone)

    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(typed, *arguments, persona=persona).result()


RULE = ("--article", "刑事诉讼法第五十四条", "--reason", "侦查期间不宜告知")


async def test_a_supervisor_hides_an_entry_and_shows_it_again(city: Place, typed: Typed) -> None:
    text = f"侦查 {uuid.uuid4().hex[:6]}"
    async with visiting(city.settings()) as visitor:
        receipt = await look(visitor, text)
        done = in_a_thread(typed, "hide", "--receipt", receipt, "--until", UNTIL, *RULE, persona="supervisor")
        assert done.exit_code == 0, done.output
        rule = done.output.split()[1]
        assert text not in await own_log(visitor)
        listed = json.loads(in_a_thread(typed, "hidden", "--json").output)
        assert {"id": rule, "until": UNTIL, "setBy": "demo:supervisor"}.items() <= listed[-1].items()
        assert rule in in_a_thread(typed, "hidden").output
        lifted = in_a_thread(typed, "unhide", rule, "--reason", "侦查终结", persona="supervisor")
        assert lifted.exit_code == 0, lifted.output
        assert text in await own_log(visitor)
        unhiding, hiding = (await entries_about_hiding(visitor))[:2]
        assert (hiding["kind"], hiding["operationName"], hiding["purposeText"]) == (
            "HIDING",
            "hide",
            "侦查期间不宜告知",
        )
        assert (unhiding["operationName"], unhiding["requester"]) == ("unhide", "demo:supervisor")
        again = in_a_thread(typed, "unhide", rule, "--reason", "侦查终结", persona="supervisor")
        assert "no rule" in str(again.exception)


@pytest.mark.parametrize("persona", ["auditor", "centre-approver", "court-officer"])
async def test_nobody_but_a_supervisor_hides_anything(city: Place, typed: Typed, persona: str) -> None:
    async with visiting(city.settings()) as visitor:
        text = f"侦查 {uuid.uuid4().hex[:6]}"
        receipt = await look(visitor, text)
        done = in_a_thread(typed, "hide", "--receipt", receipt, "--until", UNTIL, *RULE, persona=persona)
        assert isinstance(done.exception, NoSupervisor)
        assert text in await own_log(visitor)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--until", UNTIL, *RULE),
        ("--receipt", "nonsense", "--until", UNTIL, *RULE),
        ("--organisation", "COURT", "--purpose", "CURIOSITY", "--until", UNTIL, *RULE),
        ("--organisation", "COURT", "--until", UNTIL, "--article", " ", "--reason", "why"),
        ("--organisation", "People's court", "--until", UNTIL, *RULE),
        ("--organisation", "91410199DEM0010760", "--until", UNTIL, *RULE),
        ("--organisation", "COURT", "--until", AS_OF.isoformat(), *RULE),
        ("--receipt", f"1.{2**40}.{'a' * 64}", "--until", UNTIL, *RULE),
    ],
)
def test_a_rule_without_its_parts_is_none(typed: Typed, arguments: tuple[str, ...]) -> None:
    done = typed("hide", *arguments, persona="supervisor")
    assert done.exit_code == 1
    before = json.loads(typed("hidden", "--json").output)
    assert all(each["until"] == UNTIL and each["organisation"] in {None, "COURT"} for each in before)


async def test_of_a_rule_that_hides_nothing_yet_it_is_told(city: Place, typed: Typed) -> None:
    async with visiting(city.settings()) as visitor:
        await look(visitor, "企业名录核查")
        rules = {}
        for organisation in ("MARKET_REGULATION", "MARKET_REGULATIONS"):
            rule = ("--organisation", organisation, "--purpose", "ENFORCEMENT", "--until", UNTIL, *RULE)
            done = in_a_thread(typed, "hide", *rule, persona="supervisor")
            rules[organisation] = done
            unhid = in_a_thread(typed, "unhide", done.output.split()[1], "--reason", "试用完毕", persona="supervisor")
            assert unhid.exit_code == 0
    assert "no entry is by MARKET_REGULATIONS" in rules["MARKET_REGULATIONS"].output
    assert "no entry is by" not in rules["MARKET_REGULATION"].output
