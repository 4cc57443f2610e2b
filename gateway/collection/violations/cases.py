"""What other rooms open candidate cases by: with evidence, never with a decision (Art. 25; R25.1)."""

import base64
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from gateway.audit.codes import VIOLATION
from gateway.audit.entry import Entry, Receipt
from gateway.audit.retention.acts import HOUSE, entry_of_act
from gateway.collection.violations.case import Evidence
from gateway.collection.violations.register import CaseRegister, opened
from schema.violations import ViolationKind

__all__ = ["Cases", "new_id"]

_ID_BYTES: Final = 10


def new_id() -> str:
    """Give a new id of a case: short, opaque, and nobody guesses it."""
    return f"VC-{base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode()}"


class Cases:
    """Opens candidates for the rooms of the house."""

    def __init__(self, register: CaseRegister, append: Callable[[Entry], Awaitable[Receipt]]) -> None:
        """Keep them in *register*; each is an entry of the trail, made durable by *append*, before it is there."""
        self._register = register
        self._append = append

    async def open(
        self, kind: ViolationKind, agency: str, evidence: Evidence, *, by: str = HOUSE, at: datetime | None = None
    ) -> str:
        """Open a candidate, or put the evidence to the one that is open in its matter; give the case's id.

        The same evidence opens nothing twice, whatever was decided on it. *by* is the room or the person.

        Raises:
            CasesUnavailable: the register could not be written.
            AuditUnavailable: the entry about it could not be kept; nothing was opened.

        """
        known = await self._register.known(kind, agency, evidence)
        if known is not None:
            return known
        case = opened(new_id(), kind, agency, evidence, (by, None), at or datetime.now(UTC))
        about = {"case": case.id, "violation": kind.value, "agency": agency}
        about |= {"source": evidence.source, "reference": evidence.reference}
        await self._append(entry_of_act(VIOLATION, "open case", about, person=by))
        return await self._register.put(case)
