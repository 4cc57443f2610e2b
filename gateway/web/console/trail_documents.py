"""The questions of the pages about the trail: each is one operation, and so itself an entry (R19.12)."""

from typing import Final

__all__ = ["ENTRY", "EVIDENCE", "LOOKS", "MY_LOG", "NUMBERS", "SEARCH", "VERIFY"]

SEARCH: Final = """query TrailSearch($filter: QueryLogFilter, $first: Int!, $after: String) {
  queryLog(filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { receipt kind at requester organisation method purpose purposeText outcome tier papers opened
      subjects { id outcome nth } }
  }
}"""

_ENTRY: Final = """
  receipt kind at requester organisation organisationKind method channel purpose purposeText papers outcome tier
  operationName document errors opened responseDigest traceId requestId inspected
  subjects {
    id standing basis outcome tier counted nth nthOfOrganisation paper
    fields { coordinate tier decision article }
    withheld { coordinate tier decision missingPaper article }
    rows { coordinate records }
  }
  sources { connector asked reached }
  spans { name offsetUs durationUs attributes { key value } }
  seal { index checkpoint sealedAt }
"""

ENTRY: Final = f"""query TrailEntry($receipt: String!) {{
  queryLog(filter: {{receipt: $receipt}}, first: 1) {{ nodes {{ {_ENTRY} }} }}
}}"""

VERIFY: Final = f"""query TrailVerify($receipt: String!) {{
  queryLog(filter: {{receipt: $receipt}}, first: 1) {{
    nodes {{ {_ENTRY} verification {{ verified index checkpoint findings {{ kind row what }} }} }}
  }}
}}"""

NUMBERS: Final = """query TrailNumbers($filter: QueryLogFilter, $thresholds: QueryLogThresholds) {
  queryLogSummary(filter: $filter, thresholds: $thresholds) {
    first end purposesRead purposesUnread
    days { of entries denied }
    organisations { of entries denied }
    anomalies { kind organisation requester purposeText count receipts }
  }
}"""

EVIDENCE: Final = """query TrailEvidence($receipts: [String!]!) {
  queryLogEvidence(receipts: $receipts) { entries name content }
}"""

LOOKS: Final = """
  pageInfo { hasNextPage endCursor }
  nodes {
    receipt at requester organisation organisationKind method purpose purposeText standing basis paper outcome tier
    fields { coordinate tier }
    withheld { coordinate tier }
    rows { coordinate records }
  }
"""
"""What a subject is told of who looked at it."""

MY_LOG: Final = f"""query ConsoleMyLog($by: SubjectRef!, $after: String) {{
  subject(by: $by) {{ id name queryCount queryLog(first: 20, after: $after) {{ {LOOKS} }} }}
}}"""
