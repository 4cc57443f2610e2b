"""How a log hashes: a constant of the log, chosen when it is begun, and never mixed (R19.10)."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from gateway.errors import StartRefused

__all__ = ["HASH_BYTES", "STD", "Suite", "suite_named"]

HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Suite:
    """The hashing of one log, as RFC 6962 has it: a leaf begins with 0, an inner node with 1."""

    name: str
    begin: Callable[..., Any]
    """Gives a hash over some bytes, as hashlib does, which has no type for its constructors."""

    @property
    def empty(self) -> bytes:
        """The root of a tree without leaves."""
        root: bytes = self.begin(b"").digest()
        return root

    def leaf(self, head: bytes) -> bytes:
        """Give the leaf of an entry's head."""
        leaf: bytes = self.begin(b"\x00" + head).digest()
        return leaf

    def leaves(self, heads: Iterable[bytes]) -> list[bytes]:
        """Give the leaves of many heads."""
        begin = self.begin
        return [begin(b"\x00" + head).digest() for head in heads]

    def node(self, left: bytes, right: bytes) -> bytes:
        """Give the inner node over two."""
        node: bytes = self.begin(b"\x01" + left + right).digest()
        return node

    def fold(self, row: bytes) -> bytes:
        """Give the node over a row of hashes, whose number is a power of two."""
        begin, pair = self.begin, 2 * HASH_BYTES
        while len(row) > HASH_BYTES:
            row = b"".join([begin(b"\x01" + row[at : at + pair]).digest() for at in range(0, len(row), pair)])
        return row


def _sm3(content: bytes) -> Any:  # noqa: ANN401 - as above
    return hashlib.new("sm3", content)


STD: Final = Suite("std", hashlib.sha256)
"""SHA-256, which C2SP's tiles prescribe: stock tools verify such a log."""

_GM: Final = Suite("gm", _sm3)
"""SM3 (GB/T 32905), for sites that must use the national algorithms; its checkpoints are signed with Ed25519 too."""


def suite_named(name: str) -> Suite:
    """Give the suite of that name.

    Raises:
        StartRefused: there is none, or this machine's OpenSSL has not its hash.

    """
    found = {each.name: each for each in (STD, _GM)}.get(name)
    if found is None:
        message = f"no suite of hashes is called {name!r}: std or gm"
        raise StartRefused(message)
    try:
        found.begin(b"")
    except ValueError as missing:
        message = f"the log's suite is {name}, and this machine cannot reckon it ({missing}): use an OpenSSL that can"
        raise StartRefused(message) from missing
    return found
