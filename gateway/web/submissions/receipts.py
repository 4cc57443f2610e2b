"""Receipts as the door of submissions gives them: one with its problems, a list, a workbook marked (Art. 11)."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import orjson

from gateway.collection.intake import Intake, Receipt, Wanted
from gateway.collection.intake.rights import may_see
from gateway.collection.intake.shown import problem_tree, receipt_tree
from gateway.collection.workbooks import OpenedWorkbook, WorkbookDesk
from gateway.collection.workbooks import media_type as workbook_type
from gateway.errors import NoSuchSubmission
from gateway.web.submissions.parameters import (
    FEW,
    MOST,
    flag_of,
    mode_of,
    number_of,
    page_of,
    place_of,
    read_place,
    record_type_of,
)
from gateway.web.submissions.visits import PATH, Reply, Submitting
from schema.reporting import RowProblem

__all__ = ["Receipts"]


class Receipts(NamedTuple):
    """What was reported, to those who may see it; workbooks are marked at the *desk*."""

    intake: Intake
    desk: WorkbookDesk

    async def find(self, visit: Submitting, named: str) -> Receipt:
        """Find a receipt that the visitor may see.

        Raises:
            NoSuchSubmission: there is none of that name for this visitor.

        """
        receipt = None if visit.caller.is_public else await self.intake.receipt(named)
        if receipt is None or not may_see(visit.caller, receipt.provider):
            raise NoSuchSubmission
        return receipt

    async def give(self, visit: Submitting, receipt: Receipt, status: int) -> Reply:
        """Give a receipt with a page of its problems.

        Raises:
            BadUserInput: the address names no such page.

        """
        first, after = page_of(visit.said, "problemsFirst", "problemsAfter")
        problems = await self.intake.problems(receipt.id, first, after) if receipt.problems else []
        told = receipt_tree(receipt, self.intake.now())
        more = after + len(problems)
        told["problems"] = problem_tree(problems, visit.language)
        told["problemsAfter"] = more if len(problems) == first and more < receipt.problems else None
        headers = [(b"location", f"{PATH}/{receipt.id}".encode())]
        return Reply(status, orjson.dumps(told), headers, receipt.recorded)

    async def give_marked(self, reply: Reply, receipt: Receipt, opened: OpenedWorkbook) -> Reply:
        """Give the workbook back with what is wrong in it; where its receipt is stands in ``Location``."""

        async def pages() -> AsyncIterator[Sequence[RowProblem]]:
            after = 0
            while page := await self.intake.problems(receipt.id, MOST, after):
                yield page
                after += len(page)

        content = await self.desk.mark(opened, pages())
        name = f'attachment; filename="{receipt.id}.xlsx"'.encode()
        headers = [*reply.headers, (b"content-disposition", name)]
        return reply._replace(body=content, media_type=workbook_type, headers=headers)

    async def give_page(self, visit: Submitting) -> Reply:
        """Give a page of receipts, newest first: of the visitor's own agency, or of all to staff.

        Raises:
            NoSuchSubmission: the visitor may see none.
            BadUserInput: the address asks for what there is not.

        """
        said, caller = visit.said, visit.caller
        own = None if may_see(caller, None) else caller.organisation
        if not may_see(caller, own) or caller.is_public:
            raise NoSuchSubmission
        now = self.intake.now()
        unfinished = now if flag_of(said, "unfinished") else None
        wanted = Wanted(own or said.get("agency"), record_type_of(said), mode_of(said), unfinished)
        first = number_of(said, "first", FEW)
        found = await self.intake.receipts(wanted, first, read_place(said.get("after")))
        last = place_of(found[-1]) if len(found) == first else None
        return Reply(200, orjson.dumps({"submissions": [receipt_tree(each, now) for each in found], "after": last}))
