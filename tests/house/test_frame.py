import re
import subprocess
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-check.lock", "deploy/requirements.lock")
MACHINE = re.compile(r"/(?:work|farm|home|root|tmp/w|opt/pypi|opt/wheels)(?:/|\b)")
ADDRESS = re.compile(r"pypi\.org|pythonhosted|index-url|find-links|--trusted-host|registry\.npmjs", re.IGNORECASE)
ALLOWED = {
    "tests/house/test_frame.py",  # names what it looks for
    "deploy/lock",  # the options that keep addresses out
}


def tracked() -> list[Path]:
    """Give the project's own files: those that git keeps or would keep; without git, those that are not hidden away."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],  # noqa: S607 - whichever git the developer has
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: which files are the project's cannot be told")
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def blocks(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text()
    return {re.split(r"==", block, maxsplit=1)[0]: block for block in re.split(r"\n(?=\S)", text.strip())}


def test_no_file_knows_a_machine_or_an_index() -> None:
    found = []
    for path in tracked():
        name = str(path.relative_to(ROOT))
        text = path.read_text(encoding="utf-8", errors="replace")
        if name not in ALLOWED and (hit := MACHINE.search(text) or ADDRESS.search(text)):
            found.append(f"{name}: {hit.group()}")
    assert not found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_is_pinned_and_hashed(lock: str) -> None:
    found = blocks(lock)
    assert found
    for name, block in found.items():
        assert re.match(r"[a-z0-9.-]+==[^\s;\\]+", block), f"{name} is not pinned in {lock}"
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), f"{name} has no hash in {lock}"


def test_the_locks_agree_with_one_another() -> None:
    first = blocks(LOCKS[0])
    for lock in LOCKS[1:]:
        for name, block in blocks(lock).items():
            if name in first:
                assert block.split()[0] == first[name].split()[0]


def needed(name: str, extras: Iterable[str]) -> Iterator[Requirement]:
    """Give what an installed distribution needs on this machine, and for these extras."""
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if any(requirement.marker is None or requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement


def test_the_lock_is_whole_so_that_installing_it_resolves_nothing() -> None:
    locked = blocks("requirements.lock").keys()
    waiting, seen = [Requirement("xinyong"), *map(Requirement, sorted(locked & installed()))], set()
    while waiting:
        each = waiting.pop()
        key = (canonicalize_name(each.name), frozenset(each.extras))
        if key in seen:
            continue
        seen.add(key)
        assert key[0] == "xinyong" or key[0] in locked, f"{each} is needed and not locked: run deploy/lock"
        waiting += needed(each.name, each.extras)
    assert len(seen) > len(locked) / 2
    for file in ("Makefile", "deploy/Dockerfile"):
        assert "--no-deps" in (ROOT / file).read_text()


def installed() -> set[str]:
    return {canonicalize_name(each.name) for each in distributions()}


def test_what_builds_the_package_is_locked_too() -> None:
    assert {"hatchling", "editables"} <= blocks("requirements.lock").keys()


def test_continuous_integration_skips_nothing() -> None:
    script = ROOT / ".ci/run"
    assert script.stat().st_mode & 0o111, "chmod +x .ci/run"
    assert "REQUIRE_SERVICES=1 make test" in script.read_text()
