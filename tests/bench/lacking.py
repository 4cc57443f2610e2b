"""Serves the gateway without one of its parts, to see what that part costs: ``python -m tests.bench.lacking``.

What is left out is left out here, in the bench's own server: the product has no such switch.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from gateway import app
from gateway.audit import Entry, Receipt
from gateway.settings import load, load_from
from schema.disclosure import Outcome, QueryMethod

__all__ = ["ALL", "SPANS", "TRAIL", "command"]

ALL, TRAIL, SPANS = "nothing", "trail", "spans"

_RECEIPT: Final = Receipt(1, 0, bytes(32))
_NO_ENTRY: Final = Entry(
    "", "", "", None, QueryMethod.API, "QUERY", None, None, (), None, "", Outcome.DISCLOSED, (), (), (), "", (), b"", 0
)


class _NoTrail:
    """Keeps nothing, at once."""

    async def append(self, _: Entry) -> Receipt:
        """Give the same receipt for everything."""
        return _RECEIPT

    async def query_count(self, subject_ids: Sequence[str]) -> dict[str, int]:
        """Have counted nothing."""
        return dict.fromkeys(subject_ids, 0)

    async def close(self) -> None:
        """Have nothing to close."""


class _NoSeal:
    """Seals nothing: the entries of other processes neither."""

    well = True

    def kept(self, _: Receipt) -> None:
        """Watch nothing."""

    def figures(self) -> tuple[()]:
        """Have nothing to tell."""
        return ()

    async def close(self) -> None:
        """Have nothing to close."""


async def _open_no_seal(*_: object, **__: object) -> _NoSeal:
    return _NoSeal()


async def _open_no_trail(*_: object, **__: object) -> _NoTrail:
    return _NoTrail()


def _no_entry(*_: object, **__: object) -> Entry:
    return _NO_ENTRY


def _no_spans(*_: object) -> tuple[()]:
    return ()


_LEFT_OUT: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    ALL: {},
    TRAIL: {
        "gateway.app.trail.open_trail": _open_no_trail,
        "gateway.app.trail.open_seal": _open_no_seal,
        "gateway.answer.credit.CreditInquiry.entry": _no_entry,
    },
    SPANS: {"gateway.answer.findings._spans": _no_spans},
}


def command(config: Path, without: str) -> list[str]:
    """Give the words that start it; ``{port}`` is the port."""
    return [sys.executable, "-m", "tests.bench.lacking", str(config), "{port}", without]


def main(config: str, port: str, without: str) -> None:
    """Serve until stopped."""
    for name, instead in _LEFT_OUT[without].items():
        patch(name, instead).start()
    app.serve(load_from(load(Path(config)), {"server": {"port": int(port)}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
