"""One visit to a page of the console: who came, what they sent, and how the page asks and answers for them."""

from collections.abc import Mapping, Sized
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from gateway.access.callers import Caller
from gateway.errors import BadUserInput, Text
from gateway.web.console.asking import Reply, ask
from gateway.web.console.console import Console
from gateway.web.console.errors import ForeignForm
from gateway.web.forms import read_form
from gateway.web.frame import page
from gateway.web.sessions import Session
from schema.disclosure import Role

__all__ = ["Visit", "sent_form"]

_MOST_FIELDS: Final = 500
_MOST_FILES: Final = 5
_OK: Final = 200
_UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """A request of somebody who is logged in."""

    console: Console
    request: Request
    session: Session
    form: FormData = field(default_factory=FormData)

    @property
    def caller(self) -> Caller:
        """Who came."""
        return self.session.caller

    def has(self, *roles: Role) -> bool:
        """Say whether the caller has one of these roles; what it may do, the graph decides."""
        return not self.caller.roles.isdisjoint(roles)

    async def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> Reply:
        """Ask the graph as this caller.

        Raises:
            Refused: the graph refused.
            AuditUnavailable: it could not be recorded.

        """
        return await ask(self.console.desk, self.caller, document, variables or {})

    def page(self, template: str, told: Mapping[str, object], *, mend: Sized = ()) -> Response:
        """Give a page in the console's frame: with 422 where the person has something to *mend* in what was sent."""
        return page(template, {**self.frame(), **told}, status=_UNPROCESSABLE if mend else _OK)

    def frame(self) -> dict[str, object]:
        """Give what every page of the console shows: who is logged in, and what they find where."""
        token = self.console.sessions.form_token(self.session)
        return {"visit": self, "session": self.session, "form_token": token, "here": self.request.url.path}

    def query(self, name: str) -> str | None:
        """Give a parameter of the address, None where it is missing or empty."""
        return self.request.query_params.get(name) or None

    def day(self, name: str) -> date | None:
        """Give a day of the address, None where there is none.

        Raises:
            BadUserInput: it is no day.

        """
        text = self.query(name)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError as error:
            raise BadUserInput(Text(f"{name}: write it as 2026-11-23", f"{name}：应写作 2026-11-23")) from error

    def sent(self, *names: str) -> dict[str, str]:
        """Give what the form has in these fields, without blanks around it; empty where it has none."""
        return {name: str(self.form.get(name, "")).strip() for name in names}


async def sent_form(console: Console, request: Request, session: Session, most_bytes: int) -> FormData:
    """Read what a form of this session sent, of at most *most_bytes*; its files stay in memory, never on a disk.

    Raises:
        BodyTooLarge: it is longer than a form may be.
        BadUserInput: it is no form.
        ForeignForm: it is of another session, or of another site.

    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise ForeignForm
    form = await read_form(request, most_bytes, files=_MOST_FILES, fields=_MOST_FIELDS)
    if not console.sessions.is_form_of(session, str(form.get("token", ""))):
        await form.close()
        raise ForeignForm
    return form
