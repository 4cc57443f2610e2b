"""The console: pages for those who present, review and look, each one a question to the graph (contract, section 3).

No page touches a table or a register by itself: it asks the desk, or one of the house's doors, as its session's caller,
and so is decided, refused and recorded exactly as any question and anything sent.
"""

from gateway.web.console.console import EvidenceRoom, File
from gateway.web.console.evidence import EvidenceByDoor
from gateway.web.console.opening import Rooms, client_of, pages
from gateway.web.console.reporting import Reported, Reporting, ReportingByDoor

__all__ = [
    "EvidenceByDoor",
    "EvidenceRoom",
    "File",
    "Reported",
    "Reporting",
    "ReportingByDoor",
    "Rooms",
    "client_of",
    "pages",
]
