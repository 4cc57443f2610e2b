"""Measures verification: ``python -m tests.bench.verifying --entries N`` on PostgreSQL, in a scratch schema.

The trail is one as `tests.bench.laying` lays it down, sealed. It is verified as ``xinyong audit verify`` does it, and
what is told is entries a second by the clock, and how much of the processors an entry takes, of the verifier's and of
PostgreSQL's. It is no test: no time fails it. It ends with 1 where anything is found, since nobody touched the trail.
"""

import argparse
import asyncio
import json
import os
from typing import Any, Final

import click

from gateway.audit.verification import Range, Report, Trust, verify_trail
from gateway.memory import settle_memory
from gateway.store.engine import Address
from tests.bench.laying import LOG_SIGNER, NoRoom, drop, lay_down
from tests.bench.options import POSTGRES
from tests.bench.processors import Taken, taken_by
from tests.bench.trail import SCHEMA as OF_TRAIL

_SCHEMA: Final = "bench_verified"


def main() -> int:
    """Run it, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--postgres", default=os.environ.get("XINYONG_TEST_POSTGRES_URL") or POSTGRES)
    parser.add_argument("--schema", default=_SCHEMA, choices=(_SCHEMA, OF_TRAIL), help="where (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=1, help="that verify at once (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=1, help="how often (default: %(default)s)")
    parser.add_argument("--keep", action="store_true", help="leave the schema, and verify it again if it is full")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    settle_memory()
    found = 0
    try:
        asyncio.run(lay_down(options.postgres, options.schema, options.entries))
        for _ in range(options.rounds):
            report, taken = taken_by(lambda: _verified(options), options.postgres, options.schema)
            told = _told(report, taken)
            click.echo(
                json.dumps(told) if options.json else "\n".join(f"{name:<36} {value}" for name, value in told.items())
            )
            found += report.found
    except NoRoom as refused:
        click.echo(f"bench: {refused}", err=True)
        return 1
    finally:
        if not options.keep:
            asyncio.run(drop(options.postgres, options.schema))
    return 1 if found else 0


async def _verified(options: argparse.Namespace) -> Report:
    joint = "&" if "?" in options.postgres else "?"
    address = Address.parse(f"{options.postgres}{joint}schema={options.schema}")
    return await verify_trail(address, Trust((LOG_SIGNER.reader.vkey,)), Range(), None, options.processes)


def _told(report: Report, taken: Taken) -> dict[str, Any]:
    def each(seconds: float) -> str:
        return f"{seconds / report.entries * 1e6:.2f} us an entry, {report.entries / seconds:,.0f} a second"

    told = {
        "entries": f"{report.entries:,}, {report.found} found",
        "by the clock": f"{taken.wall_s:.1f} s, {report.entries / taken.wall_s:,.0f} a second",
        "processors of the verifier": each(taken.own_s),
    }
    if taken.postgresql_s is not None:
        told |= {
            "processors of PostgreSQL": each(taken.postgresql_s),
            "for each processor that was used": each(taken.own_s + taken.postgresql_s),
        }
    return told


if __name__ == "__main__":
    raise SystemExit(main())
