"""Somebody who reports to a house that knows nobody yet, and asks it afterwards what it knows."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from gateway.settings import Settings
from tests.journeys.visitor import AS_OF, SUPERVISION, Told, Visitor, visiting

COMPANY = "91410199DEM001025G"
OTHER = "91410199DEM001076Q"
PERSON = {"subjectKind": "INDIVIDUAL", "subjectName": "欧阳澈", "subjectIdNumber": "410199200104231074"}
HONOURS = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) { name
  honours { nodes { id honourName awardingBody documentNumber recordStatus version provider { code } } } } }"""


def honour(number: str = "郑政〔2026〕1号", code: str = COMPANY, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (a row)
    """Give a row of an honour."""
    return {
        "subjectUnifiedSocialCreditCode": code,
        "subjectName": "某公司",
        "honourName": "守合同重信用企业",
        "documentNumber": number,
        "honourLevel": "MUNICIPAL_GOVERNMENT",
        "awardingBody": "郑州市人民政府",
        "awardedOn": "2026-03-01",
        **more,
    }


def settings_of(url: str, folder: Path, **over: Any) -> Settings:  # noqa: ANN401 (sections of the settings)
    """Give the settings of a house in which all is in one database."""
    told = {
        "demo": True,
        "as_of": AS_OF,
        "allow_synthetic_region": True,
        "database": {"url": url},
        "keys": {"folder": folder / "keys"},
    }
    return Settings.model_validate({**told, **over})


@dataclass(frozen=True)
class Reporter(Visitor):
    """Someone at the door of submissions, and at the graph's."""

    desk: httpx2.AsyncClient | None = None

    async def report(
        self,
        rows: Sequence[Any],
        record_type: str = "Honour",
        *,
        persona: str = "tax-reporter",
        headers: Mapping[str, str] | None = None,
        query: str = "",
        **said: Any,  # noqa: ANN401 (JSON)
    ) -> Told:
        """Send rows as one JSON document."""
        body = json.dumps({"recordType": record_type, "rows": rows, **said}, ensure_ascii=False).encode()
        sent = {"content-type": "application/json", **self.as_(persona), **(headers or {})}
        return await self.at("POST", query=query, content=body, headers=sent)

    async def lines(
        self,
        rows: Sequence[Any],
        record_type: str = "Honour",
        *,
        persona: str = "tax-reporter",
        query: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Told:
        """Send rows as JSON lines."""
        body = "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in rows).encode()
        sent = {"content-type": "application/x-ndjson", **self.as_(persona), **(headers or {})}
        return await self.at("POST", query=f"?recordType={record_type}{query}", content=body, headers=sent)

    async def at(
        self,
        method: str,
        path: str = "",
        *,
        query: str = "",
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Told:
        """Send any request to the door of submissions."""
        assert self.desk is not None
        answer = await self.desk.request(
            method, f"/submissions{path}{query}", content=content, headers=dict(headers or {})
        )
        return Told(answer.status_code, answer.headers, answer.content)

    async def receipt(self, told: Told, persona: str = "tax-reporter", query: str = "") -> Any:  # noqa: ANN401 (JSON)
        """Fetch a receipt again."""
        found = await self.at("GET", f"/{told.json['id']}", query=query, headers=self.as_(persona))
        assert found.status == 200, found.body
        return found.json

    async def honours(self, code: str = COMPANY, persona: str = "public") -> list[dict[str, Any]]:
        """Ask for a company's honours."""
        purpose = None if persona == "public" else SUPERVISION
        told = await self.ask(HONOURS, {"code": code}, persona=persona, purpose=purpose)
        subject = told.data["subject"]
        return subject["honours"]["nodes"] if subject else []


@asynccontextmanager
async def reporting(settings: Settings, spans: Any = None) -> AsyncIterator[Reporter]:  # noqa: ANN401 (an SDK's processor)
    """Open a house, bring a reporter to its doors, and close it again."""
    async with visiting(settings, spans) as visitor:
        door: Any = visitor.house.submissions
        transport = httpx2.ASGITransport(door, raise_app_exceptions=True)
        async with httpx2.AsyncClient(transport=transport, base_url="http://house.test") as desk:
            yield Reporter(visitor.house, visitor.client, desk=desk)
