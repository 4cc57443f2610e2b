"""Whether an agency has named who reports for it: asked before anything is taken in (Art. 10; R10.1)."""

from typing import Protocol

__all__ = ["AnyOfficers", "Officers"]


class Officers(Protocol):
    """Whoever keeps the reporting officers."""

    async def check(self, agency: str) -> None:
        """Refuse an agency that never named one.

        Raises:
            OfficerRequired: it did not.
            OfficersUnavailable: nobody knows.

        """
        ...


class AnyOfficers:
    """Nobody keeps them here."""

    async def check(self, agency: str) -> None:
        """Refuse nobody."""
