"""What every command of the bench is told, and how it says how far it is."""

import argparse
import os
import sys
from typing import Final

import click

__all__ = ["POSTGRES", "parser_of", "progress"]

POSTGRES: Final = "postgresql://postgres@127.0.0.1:5432/postgres"


def parser_of(prog: str, document: str | None, *, turns_of: str, quick: str) -> argparse.ArgumentParser:
    """Give the parser of a command, whose module's *document* says in its first line what it measures."""
    parser = argparse.ArgumentParser(prog=prog, description=(document or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.6, help="seconds of each turn (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help=f"turns of each {turns_of} (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--size", choices=("small", "city", "large"), default="city", help="how large a city")
    parser.add_argument(
        "--postgres",
        default=os.environ.get("XINYONG_TESTPOSTGRES_URL") or POSTGRES,
        help="server and database; schemas bench_* are made in it (default: %(default)s)",
    )
    return parser


def progress(what: str) -> None:
    """Say what is being done, where somebody looks."""
    if sys.stderr.isatty():
        click.echo(f"\r{what:60}", nl=False, err=True)
