"""Why a query is answered as it is: one plan, as lines or as a tree (Art. 15, 18)."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import click

from gateway.access import tokens
from gateway.access.purposes import Problem, read_purpose
from gateway.answer import Question
from gateway.commands.matrix import article
from gateway.errors import StartRefused
from gateway.settings import Settings
from schema.disclosure import Purpose, QueryMethod

PUBLIC = "public"
"""The persona that has no token."""

__all__ = ["Asking", "plan_lines", "planned"]


def read_purpose_option(written: str | None) -> Purpose | None:
    """Read ``--purpose 'CODE text'``.

    Raises:
        click.BadParameter: it is no purpose, with what is wrong.

    """
    if written is None:
        return None
    code, _, text = written.partition(" ")
    read = read_purpose(code, text)
    if isinstance(read, Problem):
        raise click.BadParameter(read.said.english, param_hint="--purpose")
    return read


def read_variables_option(written: str) -> Mapping[str, Any]:
    """Read ``--variables '{"code": "..."}'``.

    Raises:
        click.BadParameter: it is no JSON object.

    """
    try:
        read = json.loads(written)
    except json.JSONDecodeError as error:
        raise click.BadParameter(str(error), param_hint="--variables") from error
    if not isinstance(read, dict):
        message = "write a JSON object"
        raise click.BadParameter(message, param_hint="--variables")
    return read


class Asking(NamedTuple):
    """A query as it stands on the command line."""

    query: str
    variables: Mapping[str, Any]
    purpose: Purpose | None
    papers: tuple[str, ...]


async def planned(settings: Settings, persona: str, asking: Asking) -> dict[str, Any]:
    """Say what a query would fetch for a persona of the demonstration, and what would be withheld and why.

    Raises:
        GatewayError: the query cannot be planned, or there is no such persona.

    """
    from gateway.app import open_house

    if persona != PUBLIC and not settings.demo:
        message = f"only the demonstration has personas: write `xinyong --demo explain --persona {persona} ...`"
        raise StartRefused(message)
    house = await open_house(settings)
    try:
        now = time.time()
        token = tokens.issue(persona, settings.keys.folder, now) if settings.demo else ""
        caller = house.verifier.caller_of(f"Bearer {token}" if token else None, now)
        question = Question(
            caller=caller,
            document=asking.query,
            operation_name=None,
            variables=asking.variables,
            purpose=asking.purpose,
            purpose_problem=None,
            papers=asking.papers,
            dry_run=True,
            fail_on_denied=False,
            method=QueryMethod.API,
            channel="QUERY",
            request_id="",
            language="en",
            trace_id="",
            started_ns=0,
        )
        inquiry = house.graph.take_up(question)
        await inquiry.decide()
        return inquiry.planned()
    finally:
        await house.close()


def plan_lines(tree: Mapping[str, Any]) -> Iterator[str]:
    """Write plans as text: who would be asked for what, then what would be withheld and why, and what it amounts to."""
    for plan in tree["plans"]:
        where = ".".join(map(str, plan["path"]))
        yield f"{where} ({plan['type']})" if where else plan["type"]
        yield from (f"  {line}" for line in plan["tree"])
    for field in tree["withheld"]:
        paper = f", missing {field['missingPaper']}" if field.get("missingPaper") else ""
        tier = f"tier {field['tier']}, " if field.get("tier") else ""
        basis = article(field["legalBasis"]) if field["legalBasis"] else ""
        yield f"withhold {field['coordinate']} ({field['code']}): {tier}{basis}{paper}"
    if not tree["withheld"]:
        yield "nothing is withheld"
    yield tree["amount"]
