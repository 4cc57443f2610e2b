"""The commands of a supervisor on what subjects do not see yet: hide, unhide, hidden (AMB-29).

Who gives them is known by a token, as at the door; each is an entry of the trail before it has effect.
"""

import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from gateway.access.callers import Caller
from gateway.app import verifier_of
from gateway.audit.codes import HIDING
from gateway.audit.entry import Entry
from gateway.audit.inspection.hiding import Hiding, has_asked, hide, hidings, lift
from gateway.audit.retention.acts import entry_of_act
from gateway.audit.seal.proofs import look_up, read_receipt
from gateway.commands.retention import trail_beside
from gateway.errors import StartRefused, Text
from gateway.settings import Settings
from gateway.store import open_store
from schema.days import ZONE
from schema.disclosure import PurposeCode, Role
from schema.identifiers import check_unified_social_credit_code

__all__ = ["NoSupervisor", "Put", "Told", "hidden", "hidden_tree", "put", "take_away"]

_ID_BYTES: Final = 4


class NoSupervisor(StartRefused):
    """The token is not of a supervisor, or is none."""

    cure = Text(
        "Give the file of a supervisor's token by --token; in the demonstration: xinyong --demo token supervisor.",
        "请以 --token 指定监督人员令牌文件；演示环境：xinyong --demo token supervisor。",
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What the command line says is to be hidden, and why."""

    article: str
    reason: str
    until: date
    receipt: str | None = None
    organisation: str | None = None
    purpose: str | None = None


class Put(NamedTuple):
    """A rule that was put in force."""

    id: str
    hides_something: bool
    """Whether it hides an entry that is there already; False may be a misspelt organisation."""


async def put(settings: Settings, told: Told, token: str) -> Put:
    """Hide what is named from its subjects until a day.

    Raises:
        StartRefused: it was not done, and why.

    """
    caller = await _supervisor(settings, token)
    async with trail_beside(settings) as (store, keys, trail):
        hiding = _hiding(told, keys.receipt, caller.person, settings.as_of)
        if hiding.place is not None:
            await look_up(store.engine, read_receipt(told.receipt or "", keys.receipt))
        await trail.append(_entry(caller, "hide", hiding.about(), hiding.reason))
        await hide(store.engine, hiding, datetime.now(UTC))
        known = hiding.organisation is None or await has_asked(store.engine, hiding.organisation)
    return Put(hiding.id, known)


async def take_away(settings: Settings, hiding_id: str, reason: str, token: str) -> None:
    """Show again what a rule hides.

    Raises:
        StartRefused: it was not done, and why.

    """
    caller = await _supervisor(settings, token)
    if not reason.strip():
        message = "it needs a reason"
        raise StartRefused(message)
    async with trail_beside(settings) as (store, _, trail):
        if all(each.id != hiding_id for each in await hidings(store.engine)):
            message = f"no rule {hiding_id} is in force: `xinyong audit hidden` lists all"
            raise StartRefused(message)
        await trail.append(_entry(caller, "unhide", {"hiding": hiding_id}, reason))
        await lift(store.engine, hiding_id, caller.person, datetime.now(UTC))


async def hidden(settings: Settings) -> list[Hiding]:
    """Give all rules that were not ended."""
    store = open_store(settings.database.url)
    try:
        return await hidings(store.engine)
    finally:
        await store.close()


def hidden_tree(hiding: Hiding) -> dict[str, Any]:
    """Give a rule as JSON."""
    return {
        "id": hiding.id,
        "entry": None if hiding.place is None else f"{hiding.place[0]}.{hiding.place[1]}",
        "organisation": hiding.organisation,
        "purpose": hiding.purpose or None,
        "article": hiding.article,
        "reason": hiding.reason,
        "until": hiding.until.isoformat(),
        "setBy": hiding.set_by,
    }


async def _supervisor(settings: Settings, token: str) -> Caller:
    """Say who gives the command."""
    verified = (await verifier_of(settings)).verified(token.strip(), time.time())
    if Role.SUPERVISOR not in verified.caller.roles:
        message = "only a supervisor hides entries from their subjects, or shows them again"
        raise NoSupervisor(message)
    return verified.caller


def _hiding(told: Told, receipt_key: bytes, person: str, as_of: date | None) -> Hiding:
    if (told.receipt is None) == (told.organisation is None) or not told.article.strip() or not told.reason.strip():
        message = "hiding needs an article, a reason, and one of: --receipt, --organisation (with --purpose)"
        raise StartRefused(message)
    if told.purpose is not None and told.purpose not in PurposeCode.__members__:
        message = f"{told.purpose} is no purpose: {', '.join(PurposeCode)}"
        raise StartRefused(message)
    if told.until <= (as_of or datetime.now(ZONE).date()):
        message = f"--until {told.until}: it is the day from which it is shown again, so that nothing would be hidden"
        raise StartRefused(message)
    if told.organisation is not None and not _is_written_well(told.organisation):
        message = f"{told.organisation} is no organisation: its code as tokens have it, e.g. COURT, or its credit code"
        raise StartRefused(message)
    place = None if told.receipt is None else read_receipt(told.receipt, receipt_key)
    return Hiding(
        id=secrets.token_hex(_ID_BYTES),
        article=told.article,
        reason=told.reason,
        until=told.until,
        set_by=person,
        place=None if place is None else (place.stream, place.seq),
        organisation=told.organisation,
        purpose=told.purpose or "",
    )


def _is_written_well(organisation: str) -> bool:
    """Say whether entries can name an organisation like this: an agency by its code, others by their credit code."""
    checked = check_unified_social_credit_code(organisation)
    return _AGENCY.fullmatch(organisation) is not None or (not checked.errors and checked.canonical == organisation)


_AGENCY: Final = re.compile(r"[A-Z][A-Z0-9_]*")


def _entry(caller: Caller, act: str, about: dict[str, object], reason: str) -> Entry:
    """Give the entry of a command, of the person and the organisation that gave it."""
    entry = entry_of_act(HIDING, act, about, person=caller.person, reason=reason)
    return entry._replace(organisation=caller.organisation or "", organisation_kind=caller.organisation_kind)
