"""A refusal as a page: the code, what happened, what to do, and the article where the law is the reason."""

from dataclasses import dataclass

from starlette.responses import Response

from gateway.errors import GatewayError, Text
from gateway.web.frame import page
from gateway.web.sessions import Session

__all__ = ["Refusal", "Refused", "refusal_page"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a page says of one error; the graph answers in one language, so the other has the fixed words alone."""

    code: str
    status: int
    said: Text
    cure: Text
    article: str | None = None
    state: str | None = None
    missing_paper: str | None = None

    @classmethod
    def of(cls, error: GatewayError) -> "Refusal":
        """Say one of the house's own errors."""
        basis = error.legal_basis
        return cls(
            error.code,
            error.status,
            Text(error.message("en"), error.message("zh")),
            Text(error.hint("en"), error.hint("zh")),
            None if basis is None else basis.article,
            getattr(error, "state", None),
        )


class Refused(Exception):
    """The graph refused what a page asked."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep what it said."""
        self.refusal = refusal
        super().__init__(refusal.code)


def refusal_page(
    told: GatewayError | Refusal, *, again: str = "/console", session: Session | None = None, form_token: str = ""
) -> Response:
    """Give the page of a refusal; *again* is where the person can go on."""
    refusal = Refusal.of(told) if isinstance(told, GatewayError) else told
    shown = {"refusal": refusal, "again": again, "session": session, "form_token": form_token}
    return page("refusal.html", shown, status=refusal.status)
