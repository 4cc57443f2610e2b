"""The months' keys, wrapped by one key that is changed without any of them being lost (R14.3)."""

import shutil
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gateway.access import key_files
from gateway.access.key_files import KeyFileRefused
from gateway.access.keys import Keys
from gateway.access.month_keys import MonthKeyFolder

MONTHS = [date(2026, month, 1) for month in range(1, 13)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


def all_of(folder: Path) -> dict[int, bytes]:
    """Give the keys of all months."""
    return dict(MonthKeyFolder(folder).key(month) for month in MONTHS)


def test_no_file_holds_a_months_key_as_it_is(folder: Path) -> None:
    keys = all_of(folder)
    written = b"".join(each.read_bytes() for each in folder.iterdir())
    assert len(set(keys.values())) == len(MONTHS)
    assert not any(key in written for key in keys.values())


def test_after_a_rotation_every_month_has_the_key_that_it_had(folder: Path) -> None:
    before, kek = all_of(folder), (folder / "kek.key").read_bytes()
    assert MonthKeyFolder(folder).rotate() == len(MONTHS)
    assert all_of(folder) == before
    assert (folder / "kek.key").read_bytes() != kek
    assert {each.name for each in folder.iterdir() if each.name.startswith("kek")} == {"kek.key"}
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}


def test_a_former_key_opens_nothing_any_more(folder: Path) -> None:
    all_of(folder)
    kek = (folder / "kek.key").read_bytes()
    MonthKeyFolder(folder).rotate()
    (folder / "kek.key").write_bytes(kek)
    with pytest.raises(KeyFileRefused, match="does not open"):
        all_of(folder)


@pytest.mark.parametrize("step", range(1, 28))
def test_a_rotation_that_was_stopped_anywhere_loses_no_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    before = all_of(folder)
    steps = iter(range(1, 1_000))

    def stopping(act: Callable[..., None]) -> Callable[..., None]:
        def acted(*values: object) -> None:
            if next(steps) == step:
                raise OSError(5, "the power went out")
            act(*values)

        return acted

    with monkeypatch.context() as patch:
        patch.setattr(key_files, "replace", stopping(key_files.replace))
        patch.setattr(key_files, "remove", stopping(key_files.remove))
        try:
            MonthKeyFolder(folder).rotate()
        except OSError:
            assert all_of(folder) == before
    MonthKeyFolder(folder).rotate()
    assert all_of(folder) == before
    assert {each.name for each in folder.iterdir() if each.name.startswith("kek")} == {"kek.key"}


def test_a_month_begun_by_another_process_during_a_rotation_keeps_its_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_of(folder)
    made: list[tuple[int, bytes]] = []
    replace = key_files.replace

    def meanwhile(path: Path, content: bytes) -> None:
        if path.name == "kek-former.key":
            made.append(MonthKeyFolder(folder).key(date(2027, 1, 1)))
        replace(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(key_files, "replace", meanwhile)
        MonthKeyFolder(folder).rotate()
    assert MonthKeyFolder(folder).key(date(2027, 1, 1)) == made[0]


def test_a_destroyed_month_stays_destroyed(folder: Path) -> None:
    keys = Keys(folder)
    number, _ = keys.month_key(date(2026, 11, 1))
    keys.destroy_month(number)
    keys.destroy_month(number)
    assert keys.existing_month_key(number) is None
    keys.rotate()
    assert keys.existing_month_key(number) is None


@pytest.mark.parametrize("damage", ["shorter", "altered", "without its key", "another house's"])
def test_a_file_that_does_not_open_is_refused_and_never_made_anew(folder: Path, tmp_path: Path, damage: str) -> None:
    number, _ = MonthKeyFolder(folder).key(MONTHS[0])
    path = folder / f"month-{number}.key"
    content = path.read_bytes()
    if damage == "shorter":
        path.write_bytes(content[:-1])
    elif damage == "altered":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif damage == "without its key":
        (folder / "kek.key").unlink()
    else:
        other = tmp_path / "other"
        other.mkdir(mode=0o700)
        shutil.copy(path, other / path.name)
        folder = other
        MonthKeyFolder(folder)
    kept = (folder / path.name).read_bytes()
    with pytest.raises(KeyFileRefused):
        MonthKeyFolder(folder).key(MONTHS[0])
    assert (folder / path.name).read_bytes() == kept
