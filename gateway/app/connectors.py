"""The agencies' connectors as the settings have them: sources, lines, the register, who reports what (Art. 4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.connector import Connector, Pseudonym
from connectors.register import Register
from connectors.registry import discover
from connectors.sources.sql import SqlSource
from gateway.access.keys import Keys
from gateway.collection.intake import Ledger
from gateway.errors import StartRefused
from gateway.federation.rows.line import Line
from gateway.federation.subjects.supergraph import CENTRE
from gateway.settings import ConnectorSource, Settings

__all__ = ["Connected", "connect", "ledger_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Connected:
    """Every agency that is connected, by its code, the credit centre last."""

    connectors: Mapping[str, Connector]
    lines: Mapping[str, Line]
    """The line to each of them."""
    register: Register
    """The centre's register of subjects."""
    ledger: Ledger
    """Who may report what."""


def connect(settings: Settings, keys: Keys) -> Connected:
    """Open the way to each agency; none is asked yet.

    Raises:
        StartRefused: the settings name a connector that is not installed.

    """
    sources, pseudonym = _sources(settings), _pseudonym(keys)
    installed = _installed(sources)
    reached = {
        agency: SqlSource(source.url, source.lanes, installed[agency].wall) for agency, source in sources.items()
    }
    connectors = {code: installed[code](source, pseudonym) for code, source in reached.items() if code != CENTRE}
    ledger = _ledger(settings, connectors)
    connectors[CENTRE] = installed[CENTRE](reached[CENTRE], pseudonym, ledger.kept_by_centre())
    lines = {
        agency: Line(each, sources[agency].lanes, sources[agency].deadline_s, sources[agency].lifetime_s)
        for agency, each in connectors.items()
    }
    return Connected(connectors, lines, Register(reached[CENTRE], keys.open), ledger)


def ledger_of(settings: Settings, keys: Keys) -> Ledger:
    """Give the agencies that report, with what the connected systems of the settings serve; none is asked.

    Raises:
        StartRefused: the settings name a connector that is not installed.

    """
    installed, pseudonym = _installed(_sources(settings)), _pseudonym(keys)
    connectors = {
        code: installed[code](SqlSource(source.url), pseudonym)
        for code, source in settings.connectors.items()
        if code != CENTRE
    }
    return _ledger(settings, connectors)


def _ledger(settings: Settings, connectors: Mapping[str, Connector]) -> Ledger:
    return Ledger.of(settings.collection.agencies, {code: each.records for code, each in connectors.items()})


def _sources(settings: Settings) -> dict[str, ConnectorSource]:
    """Give each connector's address; the credit centre's own records are in the gateway's database by default."""
    return {**settings.connectors, CENTRE: settings.centre}


def _installed(sources: Mapping[str, ConnectorSource]) -> Mapping[str, type[Connector]]:
    """Give the installed connectors by agency, of which every source must be one."""
    installed = discover()
    unknown = ", ".join(f"connectors.{agency}" for agency in sources if agency not in installed)
    if unknown:
        message = f"{unknown}: no such connector is installed, only {', '.join(installed)}"
        raise StartRefused(message)
    return installed


def _pseudonym(keys: Keys) -> Pseudonym:
    def pseudonym(number: str) -> str:
        return keys.subject_id("rid", number)

    return pseudonym
