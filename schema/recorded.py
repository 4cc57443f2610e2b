"""Fields of what was recorded once: told, or an error where they stand, never an empty value in its place (Art. 19)."""

from collections.abc import Callable
from typing import Any

from strawberry import Info
from strawberry.extensions import FieldExtension
from strawberry.extensions.field_extension import SyncExtensionResolver

__all__ = ["CannotBeRead", "Recorded"]


class CannotBeRead(LookupError):
    """What was recorded is not there any more as it was written, or cannot be opened."""


class Recorded(FieldExtension):
    """Tells a field only where it is known; whoever answers makes an INTERNAL_SERVER_ERROR of the rest, at its path."""

    def __init__(self, is_known: Callable[[Any], bool], lost: str) -> None:
        """Ask *is_known* of the object whose field it is; *lost* says, in the log, what is not there."""
        self._is_known = is_known
        self._lost = lost

    def resolve(self, next_: SyncExtensionResolver, source: Any, info: Info, **arguments: Any) -> Any:  # noqa: ANN401 (of any field)
        """Give the field's value.

        Raises:
            CannotBeRead: it is not known.

        """
        if not self._is_known(source):
            raise CannotBeRead(self._lost)
        return next_(source, info, **arguments)
