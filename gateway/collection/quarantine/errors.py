"""What is refused about held rows, beside the errors of all rooms (Art. 9)."""

from gateway.errors import ClientError, Text

__all__ = ["NoSuchRow"]


class NoSuchRow(ClientError):
    """A row that is not held, or not for this caller: nobody is told which."""

    code = "NOT_FOUND"
    status = 404
    said = Text("There is no such row in quarantine for you", "没有您可查阅的该隔离行")
    cure = Text("List the rows that you may see: `quarantine`.", "请查阅您可见的隔离行列表：quarantine。")
    article = "9"
