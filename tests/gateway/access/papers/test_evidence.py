"""Evidence is kept by its digest, sealed, and shown to whom it concerns; what is no such file is refused (Art. 18)."""

import hashlib
import logging
import stat
from pathlib import Path

import pytest

from gateway.access.keys import Keys
from gateway.access.papers import EvidenceFiles, room
from gateway.errors import (
    BadUserInput,
    BodyTooLarge,
    Forbidden,
    InternalError,
    NoSuchFile,
    StartRefused,
    UnsupportedMediaType,
)
from tests.gateway.access.papers.office import PDF, Office, caller, digest, entity_certificate, official_letter, person

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 20


@pytest.fixture
def files(tmp_path: Path) -> EvidenceFiles:
    """Give a folder of evidence."""
    return EvidenceFiles(tmp_path / "evidence", Keys(tmp_path / "keys"), 1_000)


@pytest.mark.parametrize(
    ("content", "media_type"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")]
)
async def test_a_file_comes_back_as_it_was_sent(files: EvidenceFiles, content: bytes, media_type: str) -> None:
    kept = await files.keep(content, media_type, "a.pdf")
    assert kept.digest == hashlib.sha256(content).hexdigest()
    assert (kept.media_type, kept.size) == (media_type, len(content))
    assert await files.content(kept.digest) == content
    assert await files.keep(content, media_type, "b.pdf") is not None


@pytest.mark.parametrize(
    ("content", "media_type", "error"),
    [
        (b"", "application/pdf", BadUserInput),
        (PDF + b"x" * 1_000, "application/pdf", BodyTooLarge),
        (b"<html>", "text/html", UnsupportedMediaType),
        (PDF, "image/png", UnsupportedMediaType),
        (b"MZ\x90\x00", "application/pdf", UnsupportedMediaType),
        (b"GIF89a", "image/gif", UnsupportedMediaType),
        (b" %PDF-1.7", "application/pdf", UnsupportedMediaType),
    ],
)
async def test_what_is_no_such_file_is_refused_and_not_kept(
    tmp_path: Path, files: EvidenceFiles, content: bytes, media_type: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await files.keep(content, media_type, None)
    assert not [each for each in (tmp_path / "evidence").rglob("*") if each.is_file()]


async def test_a_file_is_sealed_and_its_owners_alone(tmp_path: Path, files: EvidenceFiles) -> None:
    content = b"%PDF-1.7 410199200104231074"
    kept = await files.keep(content, "application/pdf", None)
    (path,) = [each for each in (tmp_path / "evidence").rglob("*") if each.is_file()]
    assert path.name == kept.digest
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert b"410199" not in path.read_bytes()


async def test_a_file_that_was_altered_or_moved_does_not_open(tmp_path: Path, files: EvidenceFiles) -> None:
    first = await files.keep(PDF, "application/pdf", None)
    second = await files.keep(PDF + b"2", "application/pdf", None)
    folder = tmp_path / "evidence"
    (folder / second.digest[:2] / second.digest).write_bytes((folder / first.digest[:2] / first.digest).read_bytes())
    with pytest.raises(InternalError):
        await files.content(second.digest)
    (folder / first.digest[:2] / first.digest).unlink()
    with pytest.raises(InternalError):
        await files.content(first.digest)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"])
async def test_nothing_but_a_digest_names_a_file(files: EvidenceFiles, name: str) -> None:
    with pytest.raises(InternalError, match="no digest"):
        await files.content(name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("身份证.pdf", "身份证.pdf"),
        ("C:\\secret\\身份证.pdf", "身份证.pdf"),
        ("../../a.pdf", "a.pdf"),
        ("a\r\nX: b.pdf", "aX: b.pdf"),
        ("/", None),
        ("x" * 300, "x" * 200),
        ("410199200104231074身份证.pdf", "4101************74身份证.pdf"),
        (None, None),
    ],
)
async def test_of_a_files_name_its_last_part_is_kept(files: EvidenceFiles, given: str | None, kept: str | None) -> None:
    assert (await files.keep(PDF, "application/pdf", given)).name == kept


def test_a_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartRefused, match=r"evidence\.folder"):
        EvidenceFiles(tmp_path / "file" / "evidence", Keys(tmp_path / "keys"), 1_000)


async def test_a_folder_in_which_nothing_can_be_written_fails_without_a_trace(
    tmp_path: Path, files: EvidenceFiles
) -> None:
    folder = tmp_path / "evidence"
    folder.rmdir()
    folder.write_text("")
    with pytest.raises(InternalError):
        await files.keep(PDF, "application/pdf", None)


async def test_the_public_sends_nothing(office: Office) -> None:
    with pytest.raises(Forbidden):
        await office.file("public")


async def test_evidence_is_for_its_sender_its_subject_and_staff(office: Office) -> None:
    await office.presented("tax-officer", official_letter(subjects=[person("IN-10")]))
    for persona, may in (
        ("tax-officer", True),
        ("individual", True),
        ("centre-approver", True),
        ("auditor", True),
        ("public", False),
        ("third-party", False),
        ("tax-reporter", False),
    ):
        if may:
            file, content, papers = await office.room.give_file(caller(persona), digest(), office.now)
            assert (content, file.media_type, len(papers)) == (PDF, "application/pdf", 1)
        else:
            with pytest.raises(NoSuchFile):
                await office.room.give_file(caller(persona), digest(), office.now)


async def test_of_two_who_sent_the_same_file_each_sees_its_own_papers(office: Office) -> None:
    await office.presented("tax-officer", official_letter(subjects=[person("IN-10")]))
    await office.presented("third-party", entity_certificate())
    for persona, papers in (("tax-officer", 1), ("third-party", 1), ("individual", 1), ("auditor", 2)):
        _, _, found = await office.room.give_file(caller(persona), digest(), office.now)
        assert len(found) == papers
    await office.file("company")
    _, _, found = await office.room.give_file(caller("company"), digest(), office.now)
    assert found == []


@pytest.mark.parametrize("name", ["0" * 64, "nothing"])
async def test_a_file_that_was_never_sent_is_refused_in_the_same_words(office: Office, name: str) -> None:
    with pytest.raises(NoSuchFile):
        await office.room.give_file(caller("auditor"), name, office.now)


async def test_anothers_file_proves_nothing(office: Office) -> None:
    await office.file("tax-reporter")
    payload = await office.desk("tax-officer").present(official_letter(), draft=False)
    assert [(each.code, each.field[-2:]) for each in payload.errors] == [("EVIDENCE_REQUIRED", ["evidence", "0"])]


async def test_a_file_sent_twice_is_kept_once(office: Office, tmp_path: Path) -> None:
    assert await office.file("tax-officer") == await office.file("tax-officer")
    assert await office.file("third-party") == digest()
    assert len([each for each in (tmp_path / "evidence").rglob("*") if each.is_file()]) == 1


async def test_one_person_does_not_fill_the_disk(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FILES_A_DAY", 2)
    for n in range(2):
        await office.file("tax-officer", PDF + bytes([n]))
    with pytest.raises(Forbidden, match="files a day"):
        await office.file("tax-officer", PDF)
    await office.file("third-party", PDF)
    office.now += 86_401
    await office.file("tax-officer", PDF)


async def test_nothing_of_evidence_is_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await office.file("tax-officer", b"%PDF-1.7 410199200104231074")
    assert "410199200104231074" not in caplog.text
    assert "证明.pdf" not in caplog.text
