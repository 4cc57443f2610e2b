"""The pages on which one record is typed in or taken back, and where each record type's template is (Art. 11, 12).

A row is read before it is sent: what can be seen to be wrong is told beside its field, and is no submission yet.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from starlette.responses import Response

from gateway.errors import Text
from gateway.web.console.collection_documents import REPORTING
from gateway.web.console.entry_form import entry_form, groups_of, problems_at, revoke_form, typed, values_of
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.forms import Filled, Form
from gateway.web.console.reporting import Reported
from gateway.web.console.visit import Visit
from gateway.web.frame import goes_to
from schema.catalogue import RECORDS
from schema.definition import RecordDefinition
from schema.reporting import Action, RowOutcome, RowProblem

__all__ = ["choose", "enter", "fill", "fill_revocation", "revoke"]

_NUMBER_BYTES: Final = 12
_SHOWN: Final = 100
"""Problems of one row."""


async def choose(visit: Visit) -> Response:
    """Show the record types that the caller's agency may report: by typing one, by a template, or taking one back."""
    await visit.ask(REPORTING)
    return visit.page("record_types.html", {"definitions": visit.console.reporting.record_types(visit.caller)})


async def fill(visit: Visit) -> Response:
    """Show the form of one record type."""
    return await _opened(visit, entry_form(_definition(visit).name), Action.UPSERT)


async def fill_revocation(visit: Visit) -> Response:
    """Show the form by which one record is taken back."""
    return await _opened(visit, revoke_form(_definition(visit).name), Action.REVOKE)


async def enter(visit: Visit) -> Response:
    """Send one record; whatever is wrong is shown at its field, with all that was typed."""
    return await _sent(visit, entry_form(_definition(visit).name), Action.UPSERT)


async def revoke(visit: Visit) -> Response:
    """Take one record back."""
    return await _sent(visit, revoke_form(_definition(visit).name), Action.REVOKE)


def _definition(visit: Visit) -> RecordDefinition:
    definition = RECORDS.get(visit.request.path_params["record_type"])
    if definition is None or definition not in visit.console.reporting.record_types(visit.caller):
        raise NoSuchPage
    return definition


async def _opened(visit: Visit, form: Form, action: Action) -> Response:
    await visit.ask(REPORTING)
    return _shown(visit, Filled(form, {}), action)


async def _sent(visit: Visit, form: Form, action: Action) -> Response:
    written = typed(form, visit.form)
    values = {**values_of(form, written), "action": action.value}
    definition = RECORDS[form.kind]
    read = visit.console.reporting.read(definition, values)
    if isinstance(read, list):
        await visit.ask(REPORTING)
        return _shown(visit, _with(form, written, read), action)
    receipt = await _reported(visit, definition, values)
    if receipt["counts"][RowOutcome.REFUSED.value.lower()]:
        return _shown(visit, _with(form, written, _problems(receipt)), action, receipt["id"])
    return goes_to(f"/console/submissions/{receipt['id']}")


async def _reported(visit: Visit, definition: RecordDefinition, values: Mapping[str, object]) -> dict[str, Any]:
    """Send a row under the number of its form: sent twice by one form it is one submission."""
    number = str(visit.form.get("number", "")) or secrets.token_hex(_NUMBER_BYTES)
    said = {"recordType": definition.name, "mode": "MANUAL", "number": number, "rows": [values]}
    reported = Reported(orjson.dumps(said), "application/json", {})
    return await visit.console.reporting.send(visit.caller, reported, at_once=True)


def _problems(receipt: Mapping[str, Any]) -> list[RowProblem]:
    return [
        RowProblem(each["row"], each["column"], each["code"], Text(each["message"], each["messageChinese"]))
        for each in receipt["problems"][:_SHOWN]
    ]


def _with(form: Form, written: Mapping[str, Sequence[str]], problems: Sequence[RowProblem]) -> Filled:
    return Filled(form, written, problems=problems_at(form, problems))


def _shown(visit: Visit, filled: Filled, action: Action, receipt: str | None = None) -> Response:
    told = {
        "filled": filled,
        "form": filled.form,
        "groups": groups_of(filled.form),
        "revokes": action is Action.REVOKE,
        "number": secrets.token_hex(_NUMBER_BYTES),
        "receipt": receipt,
    }
    return visit.page("entry.html", told, mend=filled.problems)
