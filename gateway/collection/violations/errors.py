"""What is refused about violation cases, beside the errors of all rooms (Art. 25)."""

from gateway.errors import ClientError, ServiceError, Text

__all__ = ["CasesUnavailable", "NoSuchCase"]


class NoSuchCase(ClientError):
    """A case that is not there, or not for this caller: nobody is told which."""

    code = "NOT_FOUND"
    status = 404
    said = Text("There is no such case for you", "没有您可查阅的该案件")
    cure = Text("List the cases that you may see: `violations`.", "请查阅您可见的案件列表：violations。")
    article = "25"


class CasesUnavailable(ServiceError):
    """The register of cases did not answer: nothing was opened or decided."""

    code = "SOURCE_UNAVAILABLE"
    status = 503
    said = Text("The register of violation cases did not answer", "违规案件登记簿未应答")
    cure = Text("Ask again later.", "请稍后再试。")
