"""How a person in a browser says who they are: a persona in the demonstration, else the city's issuer by OIDC."""

from gateway.web.login.routes import Login

__all__ = ["Login"]
