"""The front of a house: what comes in is sent to the door whose path it names (contract, section 3)."""

from starlette.applications import Starlette
from starlette.routing import Route

from gateway.answer import Graph
from gateway.app.house import House
from gateway.app.opening import foreign_graph_of, open_named
from gateway.memory import settle_memory
from gateway.settings import Settings
from gateway.web.console import EvidenceByDoor, ReportingByDoor, Rooms, pages
from gateway.web.evidence import PATH as EVIDENCE
from gateway.web.health import routes
from gateway.web.login import EndedSessions
from gateway.web.metrics import Metrics
from gateway.web.pace import Pace, Paced
from gateway.web.requests import Receive, Scope, Send
from gateway.web.submissions import PATH as SUBMISSIONS
from gateway.web.workbooks import routes as template_routes

__all__ = ["Front"]


class Front:
    """The ASGI application: the graph's path goes straight to its door, all else to Starlette."""

    def __init__(self, settings: Settings) -> None:
        """Read the graph that the settings name; the house is opened when the server starts.

        Raises:
            StartRefused: that graph cannot be served.

        """
        self._settings = settings
        self._joined = foreign_graph_of(settings)
        self._house: House[Graph] | None = None
        self._pace = Pace(settings.limits.body_s, settings.limits.body_pace)
        self._others = Starlette(routes=routes(self._probe, self._metrics))
        """All but the graph's own path; the pages for people come in when the house is open."""
        self.refused: Exception | None = None
        """Why the house could not be opened."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send one request to its door."""
        house = self._house
        if house is not None and scope["type"] == "http" and scope["path"] == "/graphql":
            await house.door(scope, receive, send)
            return
        if scope["type"] == "http" and scope["method"] == "POST":
            paced = Paced(receive, self._pace)
            receive, send = paced.receive, paced.closing(send)
        if house is not None and house.evidence is not None and _is_below(EVIDENCE, scope):
            await house.evidence(scope, receive, send)
        elif house is not None and house.submissions is not None and _is_below(SUBMISSIONS, scope):
            await house.submissions(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._others(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Open the house when the server starts, and close it when it stops."""
        await receive()
        try:
            self._house = await open_named(self._settings, self._joined)
            self._others = Starlette(routes=[*routes(self._probe, self._metrics), *_pages(self._house)])
        except Exception as refused:  # noqa: BLE001 (whatever it was, it is told where the command ends)
            self.refused = refused
            await send({"type": "lifespan.startup.failed"})
            return
        settle_memory()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        house, self._house = self._house, None
        await house.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _metrics(self) -> Metrics | None:
        return self._house.metrics if self._house else None

    async def _probe(self) -> dict[str, bool]:
        return await self._house.probe() if self._house else {"open": False}


def _is_below(door: str, scope: Scope) -> bool:
    path: str = scope["path"] if scope["type"] == "http" else ""
    return path == door or path.startswith(f"{door}/")


def _pages(house: House[Graph]) -> list[Route]:
    """Give the pages for people: they are of the credit graph, and a city's own graph has none."""
    evidence, submissions = house.evidence, house.submissions
    if evidence is None or submissions is None:
        return []
    reporting = ReportingByDoor(submissions.before, submissions.intake)
    ended = EndedSessions(house.store.engine, house.keys.session)
    evidence_room = EvidenceByDoor(evidence.before)
    rooms = Rooms(house.desk, evidence_room, house.verifier, house.keys.session, ended, reporting)
    return [*template_routes(), *pages(house.settings, rooms)]
