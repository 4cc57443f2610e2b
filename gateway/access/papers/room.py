"""The room of papers, opened once: the register for questions, a desk for each caller, the files (Art. 18)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from gateway.access.callers import Caller
from gateway.access.papers import rights
from gateway.access.papers.archive import Archive
from gateway.access.papers.desk import DeskKeys, Ending
from gateway.access.papers.evidence import EvidenceFiles, is_digest
from gateway.access.papers.grants import CallersDesk
from gateway.access.papers.paper import File, KeptPaper
from gateway.access.papers.reading import Subjects
from gateway.access.papers.register import PaperRegister
from gateway.access.papers.senders import Senders
from gateway.errors import Forbidden, NoSuchFile, Text
from gateway.store import Store

__all__ = ["FILES_A_DAY", "PapersRoom", "open_room"]

FILES_A_DAY: Final = 500
"""Files that one person may send in a day: more than a window takes in, less than fills a disk."""
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class PapersRoom:
    """Everything that has to do with papers."""

    register: PaperRegister
    archive: Archive
    senders: Senders
    files: EvidenceFiles
    subjects: Subjects
    keys: DeskKeys
    ending: Ending | None = None
    """What must go with a revoked paper, where another room keeps anything that rests on one."""

    def desk(self, caller: Caller, now: float) -> CallersDesk:
        """Give the desk as *caller* finds it at the instant *now*: the context of an operation."""
        desk = CallersDesk(self.archive, self.senders, self.register, self.subjects, self.keys, caller, now)
        return desk if self.ending is None else replace(desk, ending=self.ending)

    async def take_file(self, caller: Caller, content: bytes, named: tuple[str, str | None], now: float) -> File:
        """Keep a file of evidence of a media type, with a name, that *caller* has sent.

        Raises:
            Forbidden: nobody said who sends it.
            BodyTooLarge, NoEvidence, BadUserInput: it is none.
            PapersUnavailable: the database did not take it.

        """
        rights.send_file(caller)
        at = datetime.fromtimestamp(now, UTC)
        if await self.senders.count(caller.person, at - _A_DAY) >= FILES_A_DAY:
            raise Forbidden(Text(f"at most {FILES_A_DAY} files a day", f"每日最多提交 {FILES_A_DAY} 个文件"))
        file = await self.files.keep(content, *named)
        await self.senders.remember(file, caller.person, at)
        return file

    async def give_file(self, caller: Caller, digest: str, now: float) -> tuple[File, bytes, Sequence[KeptPaper]]:
        """Give a file to staff, to who sent it, and to the subject of a paper that it proves; and those papers.

        Raises:
            NoSuchFile: there is none for this caller.
            PapersUnavailable: the database did not answer.

        """
        sent = {} if caller.is_public or not is_digest(digest) else await self.senders.of(digest)
        if not sent:
            raise NoSuchFile
        papers = await self.archive.papers(await self.senders.papers_with(digest))
        own = await self.own(caller, now)
        about = [each for each in papers if any(subject.id in own for subject in each.written.subjects)]
        if rights.is_staff(caller):
            about = papers
        elif caller.person in sent:
            about += [each for each in papers if each.presented_by == caller.person and each not in about]
        elif not about:
            raise NoSuchFile
        sender = caller.person if caller.person in sent else about[0].presented_by if about else next(iter(sent))
        return sent[sender], await self.files.content(digest), about

    async def own(self, caller: Caller, now: float) -> frozenset[str]:
        """Give the subjects that *caller* is: by the token, and by its own papers in force.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        by_token = {self.keys.subject_id(*caller.subject)} if caller.subject else set()
        return (await self.register.held(caller, (), now)).own | by_token


def open_room(store: Store, keys: DeskKeys, files: EvidenceFiles, subjects: Subjects, deadline_s: float) -> PapersRoom:
    """Open the room over *store*; *subjects* finds whom papers name."""
    archive = Archive(store.engine, keys, deadline_s)
    senders = Senders(store.engine, keys, deadline_s)
    return PapersRoom(PaperRegister(store.engine, keys, deadline_s), archive, senders, files, subjects, keys)
