"""The files of the log's key: one takes the other's place whole, and neither is read where others may (R19.10)."""

import stat
from pathlib import Path

import pytest

from gateway.access.key_files import KeyFileRefused
from gateway.access.keys import Keys
from gateway.access.log_key import LogKeyFiles


@pytest.fixture
def files(tmp_path: Path) -> LogKeyFiles:
    tmp_path.chmod(0o700)
    return LogKeyFiles(tmp_path)


def test_a_next_key_is_made_once_and_takes_the_place_of_the_former(files: LogKeyFiles, tmp_path: Path) -> None:
    assert (files.all(), files.next()) == ([], None)
    former = Keys(tmp_path).log
    made = files.make_next()
    assert files.make_next() == made != former
    assert stat.S_IMODE((tmp_path / "log-next.key").stat().st_mode) == 0o600
    assert files.all() == [former, made]
    files.settle(made)
    assert files.all() == [made] == [Keys(tmp_path).log]
    assert former not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    files.settle(made)
    assert files.all() == [made]


def test_a_next_key_that_is_not_wanted_is_dropped(files: LogKeyFiles) -> None:
    files.make_next()
    files.drop_next()
    files.drop_next()
    assert files.next() is None


def test_a_key_that_is_none_or_that_others_may_read_is_refused(files: LogKeyFiles, tmp_path: Path) -> None:
    path = tmp_path / "log-next.key"
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(KeyFileRefused, match="holds 5 bytes"):
        files.make_next()
    path.write_bytes(bytes(32))
    path.chmod(0o640)
    with pytest.raises(KeyFileRefused, match="others may read"):
        files.all()
