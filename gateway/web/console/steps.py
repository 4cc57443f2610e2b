"""The steps that a button takes: what is sent with it, and what the graph says of it."""

from dataclasses import dataclass

from gateway.errors import Text
from gateway.web.console.asking import Reply
from gateway.web.console.visit import Visit

__all__ = ["Step", "problems_in", "reasoned"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name in the address, and the mutation that takes it."""

    name: str
    document: str


def reasoned(visit: Visit, *, decided: bool) -> dict[str, str]:
    """Give the reason, and where one is *decided* the decision, as they were sent."""
    sent = {"reason": str(visit.form.get("reason", "")).strip()}
    return {**sent, "decision": str(visit.form.get("decision", ""))} if decided else sent


def problems_in(reply: Reply) -> tuple[Text, ...]:
    """Give what the person can mend; none where the step was taken.

    Raises:
        Refused: the person cannot mend it.

    """
    errors = reply.of("done")["errors"]
    return tuple(Text(each["message"], each["messageChinese"] or each["message"]) for each in errors)
