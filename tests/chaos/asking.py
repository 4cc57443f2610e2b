"""Those who ask over HTTP, without pause and of both gateways, and note of every answer what they received."""

import asyncio
import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import aiohttp

from tests.chaos.city import CODES
from tests.chaos.offices import Office

__all__ = ["Askers", "Heard", "Kind"]

_PATIENCE_S: Final = 30.0
_RECEIPT: Final = b',"receipt":"'
_TICK_S: Final = 0.02
_QUERY: Final = """query Chaos($code: String!) {
  subject(by: {unifiedSocialCreditCode: $code}) {
    name
    administrativePenalties(first: 3) { nodes { penaltyDocumentNumber fineAmount remarks } }
    ... on LegalPerson { taxCreditRatings(first: 2) { nodes { ratingYear grade score } } }
  }
}"""
_PURPOSE: Final = {"code": "SUPERVISION", "text": "年度双随机抽查"}


class Kind:
    """What may come of a question."""

    ANSWERED: Final = "answered"
    REFUSED: Final = "refused"
    """With 503 and Retry-After: nothing was told."""
    LOST: Final = "lost"
    """The connection ended before an answer came."""
    WRONG: Final = "wrong"
    """Anything else."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one question."""

    office: Office
    request_id: str
    kind: str
    begun: float
    ended: float
    receipt: str = ""
    told: bytes = b""
    """SHA-256 of the answer's bytes up to the receipt, as they were received."""
    said: str = ""
    """What is wrong with it, where something is."""

    @property
    def took(self) -> float:
        """Seconds from question to answer."""
        return self.ended - self.begun


class Askers:
    """So many for each gateway, each one question at a time, all together so many a second."""

    def __init__(self, offices: Sequence[Office], token: str, for_each: int, per_second: float) -> None:
        """Ask half as the public and half as an officer on duty."""
        self.heard: list[Heard] = []
        self._offices = offices
        self._headers: tuple[dict[str, str], dict[str, str]] = ({}, {"Authorization": f"Bearer {token}"})
        self._for_each = for_each
        self._pause_s = for_each * len(offices) / per_second
        self._numbers = itertools.count()
        self._over = False
        self._late: list[tuple[float, float]] = []
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to ask."""
        asked = [self._ask_on(office, number) for office in self._offices for number in range(self._for_each)]
        self._tasks = [asyncio.create_task(each) for each in (*asked, self._watch_oneself())]

    async def stop(self) -> None:
        """Ask no more, and wait for what was asked."""
        self._over = True
        await asyncio.gather(*self._tasks)

    @property
    def answered(self) -> int:
        """How many answers were received."""
        return sum(each.kind == Kind.ANSWERED for each in self.heard)

    def own_delay(self, heard: Heard) -> float:
        """Give by how much the asker itself may have been late to note an answer: the machine has more to do."""
        return max((by for at, by in self._late if heard.begun <= at <= heard.ended + by), default=0.0)

    async def _ask_on(self, office: Office, number: int) -> None:
        loop = asyncio.get_running_loop()
        headers = {"Content-Type": "application/json", **self._headers[number % 2]}
        timeout = aiohttp.ClientTimeout(total=_PATIENCE_S)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            while not self._over:
                begun = loop.time()
                self.heard.append(await self._ask(session, office, number % 2 == 1))
                await asyncio.sleep(max(0.0, begun + self._pause_s - loop.time()))

    async def _ask(self, session: aiohttp.ClientSession, office: Office, on_duty: bool) -> Heard:  # noqa: FBT001
        loop = asyncio.get_running_loop()
        number = next(self._numbers)
        request_id = f"chaos-{number}"
        asked = {"query": _QUERY, "variables": {"code": CODES[number % len(CODES)]}}
        if on_duty:
            asked["extensions"] = {"purpose": _PURPOSE}
        begun = loop.time()
        try:
            async with session.post(
                f"http://127.0.0.1:{office.port}/graphql", json=asked, headers={"X-Request-Id": request_id}
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return Heard(office, request_id, Kind.LOST, begun, loop.time(), said=type(error).__name__)
        ended = loop.time()
        receipt = answer.headers.get("Audit-Record", "")
        if receipt:
            told = hashlib.sha256(body[: body.rfind(_RECEIPT)]).digest()
            return Heard(office, request_id, Kind.ANSWERED, begun, ended, receipt, told)
        wrong = _wrong(answer.status, answer.headers.get("Retry-After", ""), body)
        return Heard(office, request_id, Kind.WRONG if wrong else Kind.REFUSED, begun, ended, said=wrong)

    async def _watch_oneself(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._over:
            due = loop.time() + _TICK_S
            await asyncio.sleep(_TICK_S)
            late = loop.time() - due
            if late > _TICK_S:
                self._late.append((loop.time(), late))


def _wrong(status: int, retry_after: str, body: bytes) -> str:
    """Say what is wrong with an answer that has no receipt: it must be a plain refusal that says when to come again."""
    try:
        told = json.loads(body)
        codes = [each["extensions"]["code"] for each in told["errors"]]
    except (ValueError, KeyError, TypeError):
        return f"{status} without a receipt: {body[:200]!r}"
    if status == 503 and retry_after.isdigit() and codes == ["AUDIT_UNAVAILABLE"] and "data" not in told:
        return ""
    return f"{status} {codes} without a receipt, Retry-After {retry_after or 'missing'}"
