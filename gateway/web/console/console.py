"""What the console needs of the house, and no more: the desk, the sessions, and how large a form may be."""

from dataclasses import dataclass

from gateway.answer import Desk
from gateway.web.login import Login
from gateway.web.sessions import Sessions

__all__ = ["Console"]


@dataclass(frozen=True, slots=True, eq=False)
class Console:
    """An open house, as its pages see it."""

    desk: Desk
    sessions: Sessions
    login: Login
    body_bytes: int
    """How long a form may be, its files among it."""
