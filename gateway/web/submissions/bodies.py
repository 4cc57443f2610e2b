"""What is sent to the door of submissions: laid down within bounds, then opened as what it says that it is (Art. 12).

A JSON document, lines of JSON, or a workbook, which says itself of which record type it is.
"""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Final, NamedTuple

from gateway.collection.intake import Given, Receipt, Submission
from gateway.collection.intake.reading import read_document, rows_of, rows_of_lines
from gateway.collection.intake.sending import read_sending, said_of
from gateway.collection.intake.spool import Spool
from gateway.collection.workbooks import OpenedWorkbook, WorkbookDesk
from gateway.collection.workbooks import media_type as workbook_type
from gateway.errors import BadUserInput, BodyTooLarge, Text, TooManyRows, UnsupportedMediaType
from gateway.settings import Collection
from gateway.web import requests
from gateway.web.requests import Receive
from gateway.web.submissions.visits import Submitting

__all__ = ["Bodies", "NoSubmission", "Sent"]

_JSON: Final = "application/json"
_LINES: Final = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")


class NoSubmission(UnsupportedMediaType):
    """A body of a form in which nothing can be reported (Art. 12)."""

    said = Text("Nothing can be reported in that form", "不支持以该格式报送")
    cure = Text(
        "Send application/json, application/x-ndjson with a row on each line, or a filled-in template (.xlsx).",
        "请以 application/json、每行一条的 application/x-ndjson 或填好的模板（.xlsx）报送。",
    )


class Sent(NamedTuple):
    """What was sent, read so far; ``held`` is given up when all of it is in."""

    submission: Submission
    rows: Iterable[Given]
    held: ExitStack
    opened: OpenedWorkbook | None = None


class Bodies(NamedTuple):
    """How bodies are taken: within which bounds, and who opens workbooks."""

    bounds: Collection
    desk: WorkbookDesk

    async def take(self, visit: Submitting, provider: str, receive: Receive) -> Sent:
        """Take what *provider* reports; its rows are read as they are used.

        Raises:
            NoSubmission: nothing can be reported in that form.
            BodyTooLarge: there is more of it than is taken in that form; the rest is not read.
            TooManyRows: there are more rows than are taken at once.
            BadUserInput: it broke off, cannot be read, or is not of what the address says.

        """
        media_type = requests.content_type_of(visit.headers)
        if visit.headers.get(b"content-encoding", b"identity") != b"identity":
            raise NoSubmission(Text("send it as it is, not compressed", "请勿压缩"))
        if media_type not in (_JSON, *_LINES, workbook_type):
            raise NoSubmission
        most = {_JSON: self.bounds.json_bytes, workbook_type: self.desk.bounds.file_bytes}.get(
            media_type, self.bounds.body_bytes
        )
        with ExitStack() as holding:
            spool = await _laid_down(visit, receive, most, holding)
            visit.digest = spool.digest
            sent = await self._read(visit, provider, media_type, spool)
            sent.held.push(holding.pop_all())
        return sent

    async def take_again(
        self, visit: Submitting, receipt: Receipt, receive: Receive, holding: ExitStack
    ) -> OpenedWorkbook:
        """Take the workbook of a receipt once more, open as long as *holding* lasts.

        Raises:
            NoSubmission: it is no workbook.
            BodyTooLarge: it is larger than a workbook may be; the rest is not read.
            BadUserInput: it broke off, or is not the file of that receipt.

        """
        if requests.content_type_of(visit.headers) != workbook_type:
            raise NoSubmission
        spool = await _laid_down(visit, receive, self.desk.bounds.file_bytes, holding)
        if spool.digest != receipt.digest:
            raise BadUserInput(Text("it is not the file of this receipt", "该文件不是本回执所载的文件"))
        return await self.desk.open(b"".join(spool.parts()), holding)

    async def _read(self, visit: Submitting, provider: str, media_type: str, spool: Spool) -> Sent:
        if media_type == workbook_type:
            return await self._workbook(visit, provider, spool)
        said: Mapping[str, object] = visit.said
        if media_type == _JSON:
            document = read_document(b"".join(spool.parts()))
            said = said_of(said, document.said)
            rows: Iterable[Given] = rows_of(document.rows)
            count = len(document.rows)
        else:
            rows, count = rows_of_lines(spool.parts()), spool.lines
        if count > self.bounds.rows:
            most = self.bounds.rows
            raise TooManyRows(Text(f"at most {most} at once", f"一次最多 {most} 行"))
        return Sent(read_sending(said, provider, visit.caller.person, spool.digest), rows, ExitStack())

    async def _workbook(self, visit: Submitting, provider: str, spool: Spool) -> Sent:
        """Open a workbook, which says itself of which record type it is."""
        with ExitStack() as holding:
            opened = await self.desk.open(b"".join(spool.parts()), holding)
            name = opened.definition.name
            if visit.said.get("recordType", name) != name:
                raise BadUserInput(Text(f"recordType: the workbook is of {name}", f"recordType：该工作簿为 {name}"))
            submission = read_sending({**visit.said, "recordType": name}, provider, visit.caller.person, spool.digest)
            return Sent(submission, opened.rows(), holding.pop_all(), opened)


async def _laid_down(visit: Submitting, receive: Receive, most: int, holding: ExitStack) -> Spool:
    """Lay a body down; it is there as long as *holding* lasts.

    Raises:
        BodyTooLarge: it is of more than *most* bytes; the rest is not read.
        BadUserInput: it broke off.

    """
    requests.too_large(visit.headers, most)
    spool = holding.enter_context(Spool())
    more = True
    while more:
        message = await receive()
        spool.write(requests.part_of(message))
        more = message.get("more_body", False)
        if spool.size > most:
            raise BodyTooLarge(Text(f"at most {most} bytes", f"最多 {most} 字节"))
    return spool
