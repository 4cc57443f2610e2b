"""Why a query is answered as it is: the matrix of disclosure, and one plan, as lines or as a tree (Art. 15, 18)."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from gateway.access import tokens
from gateway.access.matrix import ROWS, Row
from gateway.access.purposes import Problem, read_purpose
from gateway.answer import Question
from gateway.errors import StartRefused, written_basis
from gateway.federation.plan import Path, SubjectPlan
from gateway.settings import Settings
from schema.disclosure import Purpose, QueryMethod

PUBLIC = "public"
"""The persona that has no token."""

__all__ = ["matrix_lines", "matrix_tree", "plan_lines", "planned"]


def matrix_tree() -> dict[str, Any]:
    """Give every cell of the matrix: requester, tier, what opens it, the article and the reason."""
    return {"matrix": [_cell(row) for row in ROWS.values()]}


def matrix_lines(tree: Mapping[str, Any]) -> Iterator[str]:
    """Write the matrix as text, one line a cell."""
    for cell in tree["matrix"]:
        paper = f" [{cell['missingPaper']}]" if cell["missingPaper"] else ""
        article = _article(cell["legalBasis"])
        yield f"{cell['requester']:27} {cell['tier']}  {cell['opens']:12} {article:14} {cell['reason']}{paper}"


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


async def planned(
    settings: Settings, query: str, persona: str, variables: Mapping[str, Any], purpose: Purpose | None
) -> dict[str, Any]:
    """Say what *query* would fetch for a persona of the demonstration, and what would be withheld and why.

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
            document=query,
            operation_name=None,
            variables=variables,
            purpose=purpose,
            purpose_problem=None,
            papers=(),
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
        return _explained(inquiry.plans())
    finally:
        await house.close()


def _explained(plans: Sequence[tuple[Path, SubjectPlan]]) -> dict[str, Any]:
    fetches, denied = [], []
    for root, plan in plans:
        for fetch in plan.fetches:
            highest = str(fetch.highest.value)
            fetches += [
                {
                    "connector": fetch.connector.agency,
                    "recordType": selection.record.name,
                    "fields": list(selection.columns),
                    "highestTier": highest,
                }
                for selection in fetch.selections
            ]
        for each in plan.denied:
            basis = each.error.legal_basis
            denied.append(
                {
                    "coordinate": each.coordinate,
                    "path": [*root, *each.path],
                    "code": each.error.code,
                    "tier": None,
                    "legalBasis": written_basis(basis) if basis else None,
                    **each.error.particulars(),
                }
            )
    return {"fetches": fetches, "withheld": denied}


def plan_lines(tree: Mapping[str, Any]) -> Iterator[str]:
    """Write a plan as text: who would be asked for what, then what would be withheld and why."""
    for fetch in tree["fetches"]:
        yield f"ask {fetch['connector']} for {fetch['recordType']}: {', '.join(fetch['fields'])}"
    for field in tree["withheld"]:
        paper = f", missing {field['missingPaper']}" if field.get("missingPaper") else ""
        tier = f"tier {field['tier']}, " if field.get("tier") else ""
        article = _article(field["legalBasis"]) if field["legalBasis"] else ""
        yield f"withhold {field['coordinate']} ({field['code']}): {tier}{article}{paper}"
    if not tree["withheld"]:
        yield "nothing is withheld"


def _cell(row: Row) -> dict[str, Any]:
    return {
        "requester": row.requester.value,
        "standing": row.standing.value,
        "tier": row.tier.value,
        "opens": row.opens.value,
        "legalBasis": {
            "instrument": row.legal_basis.instrument,
            "article": row.legal_basis.article,
            "paragraph": row.legal_basis.paragraph,
            "item": row.legal_basis.item,
        },
        "reason": row.reason,
        "reasonChinese": row.reason_chinese,
        "missingPaper": row.missing_paper.value if row.missing_paper else None,
    }


def _article(basis: Mapping[str, str | None]) -> str:
    places: Sequence[str] = [f"({basis[part]})" for part in ("paragraph", "item") if basis.get(part)]
    return f"Art. {basis['article']}{''.join(places)}"
