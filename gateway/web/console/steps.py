"""The steps that buttons take on one thing: which are offered, what is sent, and what the graph says of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.errors import Text
from gateway.web.console.asking import Reply
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.visit import Visit
from gateway.web.frame import goes_to

__all__ = ["Step", "allowed", "found_by_id", "problems_in", "reasoned", "shown", "take"]

Shown = Callable[[Visit, tuple[Text, ...]], Awaitable[Response]]
"""Shows the thing again, with what the person can mend."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name in the address, and the mutation that takes it."""

    name: str
    document: str


def allowed(**steps: bool) -> frozenset[str]:
    """Give the names of the steps for which a page shows a button; whether they work, the graph decides."""
    return frozenset(name for name, is_allowed in steps.items() if is_allowed)


async def found_by_id(visit: Visit, document: str, field: str) -> Mapping[str, Any]:
    """Give the thing whose id the address names, as *field* of the graph has it.

    Raises:
        NoSuchPage: there is none that this person may see.

    """
    found: Mapping[str, Any] | None = (await visit.ask(document, {"id": visit.request.path_params["id"]})).of(field)
    if found is None:
        raise NoSuchPage
    return found


def shown(visit: Visit, template: str, told: Mapping[str, object], problems: tuple[Text, ...]) -> Response:
    """Show a thing with the step that was taken last, or with what the person can mend."""
    return visit.page(template, {**told, "problems": problems, "done": visit.query("done")}, mend=problems)


async def take(visit: Visit, step: Step, sent: Mapping[str, Any], again: Shown) -> Response:
    """Take a step of the thing whose id the address names, and go back to its page; show it *again* where it was not.

    Raises:
        Refused: the person cannot mend it.

    """
    problems = problems_in(await visit.ask(step.document, {"id": visit.request.path_params["id"], **sent}))
    if problems:
        return await again(visit, problems)
    return goes_to(f"{visit.request.url.path.rpartition('/')[0]}?done={step.name}")


def reasoned(visit: Visit, *, decided: bool) -> dict[str, str]:
    """Give the reason, and where one is *decided* the decision, as they were sent."""
    return visit.sent("reason", "decision") if decided else visit.sent("reason")


def problems_in(reply: Reply) -> tuple[Text, ...]:
    """Give what the person can mend; none where the step was taken.

    Raises:
        Refused: the person cannot mend it.

    """
    errors = reply.of("done")["errors"]
    return tuple(Text(each["message"], each["messageChinese"] or each["message"]) for each in errors)
