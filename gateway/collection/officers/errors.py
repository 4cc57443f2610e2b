"""What is refused about reporting officers, beside the errors of all rooms (Art. 10)."""

from gateway.errors import ClientError, ServiceError, Text

__all__ = ["NoSuchOfficer", "OfficersUnavailable"]


class NoSuchOfficer(ClientError):
    """A person who is not named to report for the agency."""

    code = "NOT_FOUND"
    status = 404
    said = Text("That person is not named to report for the agency", "该人员不是该单位的报送人员")
    cure = Text("List who is: `reportingOfficers`.", "请查阅报送人员名单：reportingOfficers。")
    article = "10"


class OfficersUnavailable(ServiceError):
    """The register of reporting officers did not answer: nobody was named, and nothing was taken in."""

    code = "SOURCE_UNAVAILABLE"
    status = 503
    said = Text("The register of reporting officers did not answer", "报送人员登记簿未应答")
    cure = Text("Ask again later.", "请稍后再试。")
