"""The first page: what this person can do here, and what waits for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from gateway.access.papers.rights import ORGANS, is_staff
from gateway.errors import Text
from gateway.web.console.asking import Reply
from gateway.web.console.documents import START, START_AT_THE_CENTRE
from gateway.web.console.visit import Visit
from gateway.web.refusal import Refusal, Refused
from schema.disclosure import OrganizationKind, Role

__all__ = ["start"]


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to do: where, what it is, and how many wait."""

    path: str
    title: Text
    words: Text
    waiting: int | None = None


_WANTING: Final = ("NONE", "DEGRADED")
"""How an agency stands that is to name somebody (R10.1)."""
_OF_THE_CENTRE: Final = ("waiting", "decidable")
"""What the centre's database is asked for."""


async def start(visit: Visit) -> Response:
    """Show what the caller can do, by role."""
    reply, missing = await _asked(visit)
    told = {"viewer": reply.of("viewer"), "cards": list(_cards(visit, reply)), "missing": missing}
    return visit.page("start.html", told)


async def _asked(visit: Visit) -> tuple[Reply, Sequence[Refusal]]:
    """Ask for what waits; where the centre's database is down, the page has all else, and says what it lacks."""
    lacking = []
    if visit.has(Role.REPORTER, Role.OPERATOR, Role.APPROVER, Role.SECURITY):
        try:
            reply = await visit.ask(START_AT_THE_CENTRE)
        except Refused as refused:
            lacking.append(refused.refusal)
        else:
            return reply, reply.missing()
    reply = await visit.ask(START)
    return reply, [*lacking, *reply.missing()]


def _cards(visit: Visit, reply: Reply) -> Iterator[Card]:
    uncounted = ("viewer", "officers", *_OF_THE_CENTRE)
    counts = {name: reply.of(name)["totalCount"] for name in reply.data if name not in uncounted}
    yield from _reporting(visit, reply)
    if visit.has(Role.APPROVER):
        yield Card(
            "/console/papers?state=SUBMITTED",
            Text("Papers to review", "待审核的证明材料"),
            Text("Who presented a paper does not review it.", "出示人不得审核自己的材料。"),
            counts["submitted"],
        )
        yield Card(
            "/console/grants?state=PROPOSED",
            Text("Grants to review", "待审核的有限共享授权"),
            Text("Before the supervisor approves them.", "审核后由主管部门批准。"),
            counts["proposed"],
        )
    if visit.has(Role.SUPERVISOR):
        yield Card(
            "/console/grants?state=REVIEWED",
            Text("Grants to approve", "待批准的有限共享授权"),
            Text("Reviewed by the credit centre.", "已经信用中心审核。"),
            counts["reviewed"],
        )
    if visit.has(Role.AUDITOR):
        yield Card(
            "/console/trail",
            Text("Query log", "查询记录"),
            Text("Who asked, when, why; verified, with evidence.", "谁、何时、因何查询；可核验、可导出证据。"),
        )
    if is_staff(visit.caller) or visit.caller.organisation_kind in ORGANS:
        yield Card(
            "/console/obligations",
            Text("Reporting by its day", "报送义务与催报"),
            Text("What is due when, and why; reminders.", "何时应报、如何计算；书面催报。"),
        )
    if visit.has(Role.APPROVER, Role.SUPERVISOR, Role.AUDITOR) or counts["cases"]:
        yield Card(
            "/console/violations",
            Text("Violation cases", "违规案件"),
            Text("Evidence, findings, measures.", "证据、认定与处理。"),
            counts["open"],
        )
    if visit.caller.subject is not None:
        yield Card(
            "/console/subject",
            Text("What is known about me", "我的信用信息"),
            Text("Every record, with tier and provider.", "全部记录及其等级、来源。"),
        )
    if not visit.has(Role.APPROVER, Role.AUDITOR, Role.SECURITY) or visit.has(Role.SUPERVISOR):
        yield Card(
            "/console/papers/new",
            Text("Present a paper", "出示证明材料"),
            Text("With the file that proves it.", "并提交证明文件。"),
        )
    if visit.has(Role.OFFICER, Role.REPORTER) and visit.caller.organisation_kind is not OrganizationKind.ENTERPRISE:
        yield Card(
            "/console/grants/new",
            Text("Propose a grant", "提出有限共享授权"),
            Text("What of tier C your organisation needs.", "本单位需查询的有限共享类信息。"),
        )
    all_of_them = Text("All papers that were presented.", "全部已出示的材料。")
    ones_own = Text("Those of your own, and those about you.", "本人出示的及涉及本人的材料。")
    yield Card(
        "/console/papers",
        Text("Papers", "证明材料"),
        all_of_them if is_staff(visit.caller) else ones_own,
        counts["all"],
    )


def _reporting(visit: Visit, reply: Reply) -> Iterator[Card]:
    """Give what is to be done about what agencies report."""
    waiting, decidable = ((reply.data.get(name) or {}).get("totalCount") for name in _OF_THE_CENTRE)
    if visit.has(Role.REPORTER):
        yield Card(
            "/console/submissions",
            Text("Report", "信息报送"),
            Text("Workbooks, single entry, templates, receipts.", "上传工作簿、逐条录入、下载模板、查阅回执。"),
        )
        if waiting or decidable:
            yield Card(
                "/console/quarantine",
                Text("Rows in doubt", "存疑待审的行"),
                Text("The centre looks at them before they are taken.", "由信用中心审查后入库。"),
                (waiting or 0) + (decidable or 0),
            )
    if visit.has(Role.OPERATOR):
        yield Card(
            "/console/quarantine?state=WAITING",
            Text("Rows to look at", "待审查的隔离行"),
            Text("Propose to release or to refuse each.", "逐行提出放行或拒收的意见。"),
            waiting,
        )
    if visit.has(Role.APPROVER, Role.SECURITY):
        yield Card(
            "/console/quarantine?state=PROPOSED",
            Text("Rows to decide on", "待决定的隔离行"),
            Text("Who proposed does not decide.", "提出意见的人不得自行决定。"),
            decidable,
        )
    if visit.has(Role.OPERATOR, Role.APPROVER, Role.SUPERVISOR):
        yield Card(
            "/console/submissions",
            Text("Submissions", "报送回执"),
            Text("What every agency reported, and what came of it.", "各单位报送情况与处理结果。"),
        )
    if visit.has(Role.REPORTER, Role.OPERATOR, Role.APPROVER, Role.SUPERVISOR):
        yield Card(
            "/console/quality",
            Text("Quality of reporting", "报送质量"),
            Text("Acceptance, lateness, silence, officers.", "合规率、迟报、静默与报送人员。"),
        )
    if is_staff(visit.caller) or (visit.has(Role.OFFICER, Role.REPORTER) and visit.caller.organisation_kind in ORGANS):
        wanting = sum(each["standing"] in _WANTING for each in reply.data.get("officers") or ())
        yield Card(
            "/console/catalogue",
            Text("Catalogue versions", "指标目录版本"),
            Text("Proposed, reviewed, approved, published.", "目录变更的提出、审核、批准与发布。"),
        )
        yield Card(
            "/console/officers",
            Text("Reporting officers", "报送人员"),
            Text("Whom each agency has named; how many want one.", "各单位指定的报送人员；尚缺人员的单位数。"),
            wanting or None,
        )
