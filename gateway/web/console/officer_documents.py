"""The questions of the page of reporting officers: each is one operation, and so one entry (Art. 10, 19)."""

from typing import Final

__all__ = ["END_OFFICER", "NAME_OFFICER", "OFFICERS"]

_MENDED: Final = "errors { code message messageChinese field legalBasis { article } }"

OFFICERS: Final = """query ConsoleOfficers($agency: String) {
  reportingOfficers(agency: $agency) {
    agency agencyName standing
    officers { person name deputy namedAt namedBy document endedAt endedBy reason }
  }
}"""

NAME_OFFICER: Final = f"""mutation ConsoleNameOfficer($officer: OfficerInput!) {{
  done: nameReportingOfficer(officer: $officer) {{ agency {{ agency }} {_MENDED} }}
}}"""

END_OFFICER: Final = f"""mutation ConsoleEndOfficer($agency: String, $person: String!, $reason: String!) {{
  done: endReportingOfficer(agency: $agency, person: $person, reason: $reason) {{ agency {{ agency }} {_MENDED} }}
}}"""
