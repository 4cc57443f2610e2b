"""The demonstration is written once, keeps what people did in it, and says what to do with an earlier version's."""

import sqlite3
from pathlib import Path

import pytest

from gateway import demo
from gateway.errors import StartRefused


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / "credit_centre.sqlite")
    try:
        found = connection.execute(statement).fetchall()
        connection.commit()
        return found
    finally:
        connection.close()


def test_a_second_run_keeps_the_papers_and_what_became_of_them(tmp_path: Path) -> None:
    demo.prepare("small", tmp_path)
    written = rows(tmp_path, "SELECT id FROM paper ORDER BY id")
    assert ("DEMO-LETTER-TAX",) in written
    rows(tmp_path, "UPDATE paper SET state = 'REVOKED' WHERE id = 'DEMO-LETTER-TAX'")
    demo.prepare("small", tmp_path)
    assert rows(tmp_path, "SELECT id FROM paper ORDER BY id") == written
    assert rows(tmp_path, "SELECT state FROM paper WHERE id = 'DEMO-LETTER-TAX'") == [("REVOKED",)]


def test_a_city_that_is_written_anew_keeps_the_papers(tmp_path: Path) -> None:
    demo.prepare("small", tmp_path)
    rows(tmp_path, "UPDATE paper SET state = 'REVOKED' WHERE id = 'DEMO-LETTER-TAX'")
    (tmp_path / "city.json").unlink()  # as on another day
    demo.prepare("small", tmp_path)
    assert rows(tmp_path, "SELECT state FROM paper WHERE id = 'DEMO-LETTER-TAX'") == [("REVOKED",)]


def test_the_folder_of_an_earlier_version_is_refused_naming_the_cure(tmp_path: Path) -> None:
    demo.prepare("small", tmp_path)
    rows(tmp_path, "DROP TABLE paper")
    with pytest.raises(StartRefused, match="make demo-reset"):
        demo.prepare("small", tmp_path)
