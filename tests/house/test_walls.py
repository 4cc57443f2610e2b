import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

import connectors
import gateway
import schema

ROOT = Path(__file__).parents[2]
OURS = ("schema", "connectors", "gateway")
NAMELESS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base", "impl", "misc", "core"}
PURE = (
    "schema",
    "gateway/access/rules.py",
    "gateway/federation/subjects/deciding.py",
    "gateway/federation/subjects/project.py",
)
CLOCKS = {"now", "today", "utcnow", "monotonic", "perf_counter", "time_ns"}


def sources() -> list[Path]:
    return [path for name in OURS for path in sorted((ROOT / name).rglob("*.py"))]


def calls(path: Path) -> Iterator[ast.Attribute]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func


def test_imports_go_down_the_stairs_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_agency_stands_behind_the_wall() -> None:
    agencies = {
        f"connectors.{path.stem}" for path in (ROOT / "connectors").glob("*.py") if "(Connector" in path.read_text()
    }
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    independent = next(each["modules"] for each in contracts if each["type"] == "independence")
    assert agencies == set(independent)


def test_no_other_distribution_claims_our_names() -> None:
    claims = {
        (distribution.name, str(file).split("/", 1)[0].removesuffix(".py"))
        for distribution in distributions()
        if distribution.name != "xinyong"
        for file in distribution.files or ()
    }
    assert not [claim for claim in claims if claim[1] in OURS]


def test_all_three_houses_stand_on_one_street() -> None:
    parents = {Path(str(house.__file__)).parents[1] for house in (schema, connectors, gateway)}
    assert parents == {ROOT}


def test_a_module_is_named_after_what_it_is() -> None:
    assert not [path for path in sources() if NAMELESS & set(re.split(r"[_\W]", path.stem))]


def test_only_the_settings_read_the_environment() -> None:
    reading = re.compile(r"\bos\.(environ|getenv)\b|from os import .*\b(environ|getenv)\b")
    allowed = {ROOT / "gateway/settings.py"}
    assert not [path for path in sources() if path not in allowed and reading.search(path.read_text())]


@pytest.mark.parametrize("place", PURE)
def test_what_is_pure_asks_no_clock(place: str) -> None:
    paths = sorted((ROOT / place).rglob("*.py")) if (ROOT / place).is_dir() else [ROOT / place]
    assert not [f"{path.name}: {call.attr}" for path in paths for call in calls(path) if call.attr in CLOCKS]


def test_tests_mirror_the_sources_without_being_packages() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
