"""Any number of operations: ``python -m tests.interference --operations 10000 [--standing public]``.

It ends with 1 where two worlds are told apart, and prints the seed and the least operation that does.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from tests.agreement.city import registered
from tests.interference.asking import Asking, Document, documents
from tests.interference.comparing import Difference, Interference, read_once
from tests.interference.standings import STANDINGS
from tests.interference.watched import watching
from tests.interference.worlds import CITY_SEED, of_standing, the_city

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; give 0, or 1 where something was told apart."""
    options = _options().parse_args(arguments)
    found = 0
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner, read_once():
        (Path(folder) / "city").mkdir()
        city = runner.run(the_city(Path(folder) / "city", CITY_SEED))
        known = documents(options.seed, options.documents, registered(city))
        for name in options.standing or STANDINGS:
            begun = time.monotonic()
            difference = runner.run(_compared(city, Path(folder), known, name, options))
            told = "0 differences" if difference is None else f"seed {options.seed}, {difference}"
            click.echo(f"{name}: {options.operations} operations in {time.monotonic() - begun:.0f} s: {told}")
            found += difference is not None
    return 1 if found else 0


async def _compared(
    city: Path, folder: Path, known: list[Document], name: str, options: argparse.Namespace
) -> Difference | None:
    standing = STANDINGS[name]
    worlds = await of_standing(city, folder / name, standing, options.seed)
    async with watching(worlds) as (one, other):
        asking = Asking(standing, worlds.subjects, known, f"{options.seed}/{name}")
        return await Interference(one, other, asking).of(options.operations)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="interference", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--operations", type=int, default=2_000, help="how many for each standing (default: %(default)s)"
    )
    parser.add_argument("--documents", type=int, default=400, help="how many documents they use (default: %(default)s)")
    parser.add_argument("--standing", action="append", choices=list(STANDINGS), help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="where the numbers begin (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
