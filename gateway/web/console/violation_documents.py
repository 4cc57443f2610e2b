"""The questions of the pages of violation cases: each is one operation, and so one entry of the trail (Art. 19, 25)."""

from typing import Final

__all__ = [
    "CLOSE_VIOLATION",
    "DECIDE_VIOLATION",
    "FIND_VIOLATION",
    "OPEN_VIOLATION",
    "VIOLATION",
    "VIOLATIONS",
]

_MENDED: Final = "errors { code message messageChinese field legalBasis { article } }"

VIOLATIONS: Final = """query ConsoleViolations(
  $state: ViolationState, $kind: ViolationKind, $agency: String, $after: String
) {
  violations(state: $state, kind: $kind, agency: $agency, first: 20, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id kind agency state openedAt openedBy }
  }
}"""

VIOLATION: Final = """query ConsoleViolation($id: ID!) {
  violation(id: $id) {
    id kind agency state openedAt openedBy
    evidence { foundAt source reference said saidChinese rule }
    history { at actor organisation from to reason document legalBasis { article item } }
  }
}"""

OPEN_VIOLATION: Final = f"""mutation ConsoleOpenViolation($violation: ViolationInput!) {{
  done: openViolation(violation: $violation) {{ violation {{ id }} {_MENDED} }}
}}"""

FIND_VIOLATION: Final = f"""mutation ConsoleFindViolation($id: ID!, $finding: ViolationFinding!, $reason: String!) {{
  done: findViolation(id: $id, finding: $finding, reason: $reason) {{ violation {{ id }} {_MENDED} }}
}}"""

DECIDE_VIOLATION: Final = f"""mutation ConsoleDecideViolation(
  $id: ID!, $measure: ViolationMeasure!, $document: String!, $reason: String!
) {{
  done: decideViolation(id: $id, measure: $measure, document: $document, reason: $reason) {{
    violation {{ id }} {_MENDED}
  }}
}}"""

CLOSE_VIOLATION: Final = f"""mutation ConsoleCloseViolation($id: ID!, $reason: String!) {{
  done: closeViolation(id: $id, reason: $reason) {{ violation {{ id }} {_MENDED} }}
}}"""
