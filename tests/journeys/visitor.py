"""A visitor who brings questions to the house's door as HTTP, and counts what the trail kept of them."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx2
from sqlalchemy import func, select

from connectors.demonstration import sample
from gateway.access import tokens
from gateway.answer import CreditGraph
from gateway.app import House, open_house
from gateway.settings import Settings
from gateway.store import open_store
from gateway.store.tables import RECORD
from tests.journeys.clearances import DEMONSTRATION, Accepted
from tests.journeys.nulls import misplaced_nulls
from tests.journeys.opinion import found_too_high

AS_OF = date(2026, 11, 23)
CODES = {each["key"]: each["unifiedSocialCreditCode"] for each in sample()["legalPersons"]}
PERSONS = {each["key"]: each for each in sample()["individuals"]}
SUPERVISION = {"code": "SUPERVISION", "text": "年度双随机抽查"}


@dataclass(frozen=True)
class Place:
    """A written city: where its agencies' databases are, under which keys, and where a trail may be kept."""

    urls: Mapping[str, str]
    keys: Path
    trail: str

    def settings(self, **over: Any) -> Settings:  # noqa: ANN401 (sections of the settings)
        """Give the settings of a gateway in this city."""
        connectors = {agency: {"url": url, "deadline_s": 5} for agency, url in self.urls.items()}
        told = {
            "demo": True,
            "as_of": AS_OF,
            "allow_synthetic_region": True,
            "database": {"url": self.trail},
            "connectors": connectors,
            "keys": {"folder": self.keys},
        }
        return Settings.model_validate({**told, **over})


@dataclass(frozen=True)
class Told:
    """What came back."""

    status: int
    headers: httpx2.Headers
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 (JSON)
        """The body, read."""
        return json.loads(self.body)

    @property
    def data(self) -> Any:  # noqa: ANN401 (JSON)
        """The data."""
        return self.json["data"]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The errors."""
        return list(self.json.get("errors", ()))

    @property
    def codes(self) -> list[str]:
        """The errors' codes."""
        return [each["extensions"]["code"] for each in self.errors]


@dataclass(frozen=True)
class Visitor:
    """Someone at the door of one open house."""

    house: House[CreditGraph]
    client: httpx2.AsyncClient
    accepted: dict[str, Accepted] = field(default_factory=lambda: dict(DEMONSTRATION))
    """The papers by which more may be seen: whoever has another accepted says so here."""

    async def ask(  # noqa: PLR0913 (a question has that many parts)
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        persona: str = "public",
        purpose: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
        operation: str | None = None,
    ) -> Told:
        """Ask one question by POST."""
        said: dict[str, Any] = {
            "query": query,
            "variables": dict(variables or {}),
            "extensions": dict(extensions or {}),
        }
        if operation is not None:
            said["operationName"] = operation
        if purpose is not None:
            said["extensions"]["purpose"] = dict(purpose)
        content = json.dumps(said, ensure_ascii=False).encode()
        sent = {"content-type": "application/json", **self.as_(persona), **(headers or {})}
        return await self.send("POST", content=content, headers=sent)

    async def send(
        self, method: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None, query: str = ""
    ) -> Told:
        """Send any request; what an answer holds above the asker's tier, or null out of place, fails every journey."""
        answer = await self.client.request(method, f"/graphql{query}", content=content, headers=dict(headers or {}))
        told = Told(answer.status_code, answer.headers, answer.content)
        asked = _asked(content, query)
        if asked is not None:
            too_high = found_too_high(asked, dict(headers or {}), told.json, self.accepted)
            assert not too_high, f"above what its asker may see: {too_high}"
            misplaced = misplaced_nulls(asked, told.json.get("data"))
            assert not misplaced, f"null where the graph has none: {misplaced}"
        return told

    def as_(
        self, persona: str, lifetime: timedelta = timedelta(hours=1), ago: timedelta = timedelta()
    ) -> dict[str, str]:
        """Give the header that says who asks."""
        issued_at = time.time() - ago.total_seconds()
        token = tokens.issue(persona, self.house.settings.keys.folder, issued_at, lifetime)
        return {"authorization": f"Bearer {token}"} if token else {}

    async def entries(self) -> int:
        """Count the trail."""
        store = open_store(self.house.settings.database.url)
        try:
            async with store.engine.connect() as connection:
                return int((await connection.execute(select(func.count()).select_from(RECORD))).scalar_one())
        finally:
            await store.close()

    @asynccontextmanager
    async def leaving(self, entries: int) -> AsyncIterator[None]:
        """Check that what is asked within leaves exactly so many entries."""
        before = await self.entries()
        yield
        assert await self.entries() - before == entries


def _asked(content: bytes, query: str) -> dict[str, Any] | None:
    """Give the request's parts where it is a question at all."""
    try:
        said = json.loads(content) if content else dict(parse_qsl(query.removeprefix("?")))
        if not content:
            said |= {name: json.loads(said[name]) for name in ("variables", "extensions") if name in said}
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("query"), str) else None


@asynccontextmanager
async def visiting(settings: Settings, spans: Any = None) -> AsyncIterator[Visitor]:  # noqa: ANN401 (an SDK's processor)
    """Open a house, bring a visitor to its door, and close it again."""
    house = await open_house(settings, spans)
    try:
        transport = httpx2.ASGITransport(house.door, raise_app_exceptions=True)
        async with httpx2.AsyncClient(transport=transport, base_url="http://house.test") as client:
            yield Visitor(house, client)
    finally:
        await house.close()
