"""What may go wrong while somebody logs in."""

from gateway.errors import ClientError, ServiceError, Text

__all__ = ["IssuerLost", "LoginRefused", "SessionsUnavailable"]


class LoginRefused(ClientError):
    """Nobody was logged in: the login was not begun here, took too long, or the issuer's answer is not good."""

    code = "UNAUTHENTICATED"
    status = 401
    said = Text("You were not logged in", "登录未成功")
    cure = Text("Log in again from the start.", "请重新登录。")


class IssuerLost(ServiceError):
    """The issuer did not answer, or not as OpenID Connect has it; the log says what it was."""

    code = "SOURCE_UNAVAILABLE"
    status = 502
    said = Text("The place where people log in did not answer", "统一身份认证系统未应答")
    cure = Text("Try again later.", "请稍后再试。")


class SessionsUnavailable(ServiceError):
    """Nobody could say whether a session was ended, or end it: its cookie opens nothing."""

    code = "SOURCE_UNAVAILABLE"
    status = 503
    said = Text("The register of sessions did not answer", "登录会话登记簿未应答")
    cure = Text(
        "Try again in a moment; whoever was logging out is not logged out yet.",
        "请稍后再试；如正在退出，则尚未退出。",
    )
