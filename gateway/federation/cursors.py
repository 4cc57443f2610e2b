"""Cursors: where a page ended, opaque to its holder, and worthless for another list."""

import base64
import hmac
from dataclasses import dataclass

import orjson

__all__ = ["BadCursor", "Cursors", "Place"]

Place = tuple[str | None, str]
"""Where an element stands in its list: its day, its id."""

_MAC = 12


class BadCursor(ValueError):
    """A cursor that this list did not give."""


@dataclass(frozen=True, slots=True)
class Cursors:
    """Makes and reads cursors under one key; each is bound to the list that it was made for."""

    key: bytes

    def write(self, bound_to: str, place: Place) -> str:
        """Give the cursor of a place: the day and the id of a list's element."""
        said = orjson.dumps(place)
        return base64.urlsafe_b64encode(self._mac(bound_to, said) + said).decode().rstrip("=")

    def read(self, bound_to: str, cursor: str) -> Place:
        """Give the place back.

        Raises:
            BadCursor: it was made for another list, or by nobody.

        """
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError as error:
            raise BadCursor from error
        mac, said = raw[:_MAC], raw[_MAC:]
        if not hmac.compare_digest(mac, self._mac(bound_to, said)):
            raise BadCursor
        day, own_id = orjson.loads(said)
        return day, own_id

    def _mac(self, bound_to: str, said: bytes) -> bytes:
        return hmac.digest(self.key, bound_to.encode() + b"\x00" + said, "sha256")[:_MAC]
