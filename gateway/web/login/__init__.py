"""How a person in a browser says who they are: a persona in the demonstration, else the city's issuer by OIDC."""

from gateway.web.login.ended import EndedSessions
from gateway.web.login.routes import Ended, Login

__all__ = ["Ended", "EndedSessions", "Login"]
