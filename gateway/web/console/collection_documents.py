"""The questions of the pages about what agencies report: by each, whoever looks has an entry in the trail (Art. 19)."""

from typing import Final

__all__ = ["MARKED", "QUALITY", "RECEIPT", "REPORTING", "SUBMISSIONS"]

SUBMISSIONS: Final = "query ConsoleSubmissions { viewer { roles organisation } }"
RECEIPT: Final = "query ConsoleReceipt { viewer { roles organisation } }"
MARKED: Final = "query ConsoleMarkedWorkbook { viewer { roles organisation } }"
REPORTING: Final = "query ConsoleReporting { viewer { roles organisation } }"
"""Receipts are not of the graph: the page asks it who is asking, and the door of submissions for the rest."""

QUALITY: Final = """query ConsoleQuality($from: Date!, $to: Date!, $agency: String) {
  reportingQuality(from: $from, to: $to, agency: $agency) {
    agency agencyName from to submissions nilSubmissions refusedSubmissions
    rows taken refused quarantined acceptance
    reasons { code chinese count }
    due met metLate unmet lateRecords
    lateBy { upToDays count }
    silent { recordType recordTypeName lastReceivedAt }
    officers { person submissions rows refused }
  }
}"""
