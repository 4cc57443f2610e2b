"""The people of the demonstration before a room of cases, and what it wrote into the trail."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from gateway.access.callers import PUBLIC_CALLER, Caller
from gateway.access.keys import Keys
from gateway.access.personas import PERSONAS
from gateway.audit.entry import Entry, Receipt
from gateway.collection.violations import CallersCases, CaseRegister, Cases
from gateway.errors import AuditUnavailable
from gateway.store import Store

NOW: Final = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def caller(persona: str) -> Caller:
    """Give a persona as a caller."""
    who = PERSONAS[persona]
    if who.is_public:
        return PUBLIC_CALLER
    roles = frozenset() if who.role is None else frozenset({who.role})
    return Caller(f"demo:{persona}", who.person, who.organisation, who.kind, roles, None, "jti")


@dataclass
class Room:
    """The room, and what it wrote into the trail."""

    register: CaseRegister
    store: Store
    keys: Keys
    entries: list[Entry] = field(default_factory=list)
    trail_is_down: bool = False

    async def append(self, entry: Entry) -> Receipt:
        """Keep an entry, or refuse."""
        if self.trail_is_down:
            raise AuditUnavailable
        self.entries.append(entry)
        return Receipt(1, len(self.entries), b"")

    @property
    def cases(self) -> Cases:
        """What other rooms open candidates by."""
        return Cases(self.register, self.append)

    def desk(self, persona: str, *, hours: int = 0) -> CallersCases:
        """Give the desk as a persona finds it, some hours from now."""
        return CallersCases(self.register, self.keys, caller(persona), NOW.timestamp() + 3_600 * hours)
