import base64
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest

from gateway.access import key_files
from gateway.access.key_files import KeyFileRefused
from gateway.access.keys import Keys, SealBroken

IN_10 = "410199200104231074"
LP_07 = "91410199DEM001076Q"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "keys"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files_of(folder: Path) -> Iterator[Path]:
    return (each for each in folder.iterdir() if each.is_file())


def test_keys_are_made_at_the_first_start_for_their_owner_alone(folder: Path) -> None:
    keys = Keys(folder)
    keys.month_key(date(2026, 11, 23))
    assert mode_of(folder) == 0o700
    names = sorted(each.name.removesuffix(".key") for each in files_of(folder))
    assert names == ["cache", "cursor", "identity", "kek", "log", "month-202611", "pseudonym", "receipt", "session"]
    assert {mode_of(each) for each in files_of(folder)} == {0o600}
    assert len({keys.pseudonym, keys.cursor, keys.cache, keys.receipt, keys.session, keys.log}) == 6
    sizes = {each.name: len(each.read_bytes()) for each in files_of(folder)}
    assert sizes.pop("month-202611.key") == 48
    assert set(sizes.values()) == {32}


def test_the_next_start_finds_the_same_keys(folder: Path) -> None:
    first, second = Keys(folder), Keys(folder)
    assert (first.pseudonym, first.cursor, first.cache, first.receipt) == (
        *(second.pseudonym, second.cursor),
        *(second.cache, second.receipt),
    )
    assert second.open(first.seal(b"x", b"place"), b"place") == b"x"


def test_starts_at_the_same_moment_agree_on_one_key(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    made = [bytes([number]) * 32 for number in range(16)]
    together = Barrier(len(made))

    def start(content: bytes) -> bytes:
        def make() -> bytes:
            together.wait(timeout=30)
            return content

        return key_files.read_or_make(folder / "pseudonym.key", make)

    with ThreadPoolExecutor(len(made)) as pool:
        seen = set(pool.map(start, made))
    assert len(seen) == 1
    assert seen == {(folder / "pseudonym.key").read_bytes()}
    assert [each.name for each in folder.iterdir()] == ["pseudonym.key"]


def test_a_key_that_others_may_read_is_refused_with_the_cure(folder: Path) -> None:
    Keys(folder)
    (folder / "pseudonym.key").chmod(0o640)
    with pytest.raises(KeyFileRefused, match=r"chmod 600 .*pseudonym\.key"):
        Keys(folder)


def test_a_folder_in_which_others_may_write_is_refused(folder: Path) -> None:
    Keys(folder)
    folder.chmod(0o777)
    with pytest.raises(KeyFileRefused, match="chmod 700"):
        Keys(folder)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_is_refused_and_never_replaced(folder: Path, content: bytes) -> None:
    Keys(folder)
    path = folder / "cursor.key"
    path.write_bytes(content)
    with pytest.raises(KeyFileRefused, match="restore it from the backup"):
        Keys(folder)
    assert path.read_bytes() == content


def test_a_path_that_cannot_be_a_folder_or_a_key_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KeyFileRefused, match="cannot be made a folder"):
        Keys(tmp_path / "file" / "keys")
    (folder / "pseudonym.key").mkdir(parents=True)
    with pytest.raises(KeyFileRefused, match="cannot be read"):
        Keys(folder)


def test_a_key_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileRefused, match="cannot be made"):
        key_files.read_or_make(tmp_path / "missing" / "a.key", lambda: b"x")


def test_a_link_to_nothing_is_not_filled_with_a_new_key(tmp_path: Path) -> None:
    (tmp_path / "a.key").symlink_to(tmp_path / "unmounted" / "a.key")
    with pytest.raises(KeyFileRefused, match="link to nothing"):
        key_files.read_or_make(tmp_path / "a.key", lambda: b"x")
    assert [each.name for each in tmp_path.iterdir()] == ["a.key"]


def test_each_month_has_its_own_key(folder: Path) -> None:
    keys = Keys(folder)
    number, november = keys.month_key(date(2026, 11, 1))
    assert number == 202611
    assert keys.month_key(date(2026, 11, 30)) == (number, november)
    assert keys.month_key(date(2026, 12, 1)) != (number, november)
    assert Keys(folder).month_key(date(2026, 11, 9)) == (number, november)


def test_a_destroyed_month_key_is_not_made_again_by_reading(folder: Path) -> None:
    keys = Keys(folder)
    _, november = keys.month_key(date(2026, 11, 1))
    assert keys.existing_month_key(202611) == november
    (folder / "month-202611.key").unlink()
    assert keys.existing_month_key(202611) is None
    assert not (folder / "month-202611.key").exists()


def test_subject_ids_are_stable_and_of_22_characters(folder: Path) -> None:
    one, again = Keys(folder).subject_id("uscc", LP_07), Keys(folder).subject_id("uscc", LP_07)
    assert one == again
    assert len(base64.urlsafe_b64decode(one + "==")) == 16
    assert len(one) == 22


def test_subject_ids_tell_nothing_without_the_key(folder: Path, tmp_path: Path) -> None:
    keys, others = Keys(folder), Keys(tmp_path / "elsewhere")
    assert keys.subject_id("rid", IN_10) != others.subject_id("rid", IN_10)
    assert IN_10 not in keys.subject_id("rid", IN_10)
    assert keys.subject_id("rid", LP_07) != keys.subject_id("uscc", LP_07)


def test_identity_numbers_are_found_by_a_keyed_digest_of_their_own(folder: Path, tmp_path: Path) -> None:
    keys = Keys(folder)
    digest = keys.id_number_digest(IN_10)
    assert digest == Keys(folder).id_number_digest(IN_10)
    assert digest != Keys(tmp_path / "elsewhere").id_number_digest(IN_10)
    assert not digest.startswith(base64.urlsafe_b64decode(keys.subject_id("rid", IN_10) + "=="))


def test_what_is_sealed_opens_only_whole_and_in_its_place(folder: Path, tmp_path: Path) -> None:
    keys = Keys(folder)
    sealed = keys.seal(IN_10.encode(), b"register:7")
    assert IN_10.encode() not in sealed
    assert sealed != keys.seal(IN_10.encode(), b"register:7")
    assert keys.open(sealed, b"register:7") == IN_10.encode()
    altered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for attempt, place in ((sealed, b"register:8"), (altered, b"register:7"), (b"", b"register:7"), (b"x", b"")):
        with pytest.raises(SealBroken):
            keys.open(attempt, place)
    with pytest.raises(SealBroken):
        Keys(tmp_path / "elsewhere").open(sealed, b"register:7")


def test_no_key_is_shown(folder: Path) -> None:
    keys = Keys(folder)
    assert repr(keys) == f"Keys({str(folder)!r})"
