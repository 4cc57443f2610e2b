"""What a page alone may refuse; all else is refused by the graph."""

from gateway.errors import ClientError, Text

__all__ = ["ForeignForm", "NoSuchPage"]


class ForeignForm(ClientError):
    """A form came that was not given to this session: another site's, or one of a session that has ended."""

    code = "FORBIDDEN"
    status = 403
    said = Text("The form was not given to this session", "表单不属于当前会话")
    cure = Text("Open the page again, and send its form.", "请重新打开页面后再提交。")


class NoSuchPage(ClientError):
    """There is no such page, or nothing of that number that this person may see."""

    code = "NOT_FOUND"
    status = 404
    said = Text("There is no such page", "页面不存在")
    cure = Text("Go back to the start page.", "请返回首页。")
