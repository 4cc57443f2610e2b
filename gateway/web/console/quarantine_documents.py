"""The questions of the pages of held rows: each is one operation, and so one entry of the trail (Art. 9, 19)."""

from typing import Final

__all__ = ["DECIDE_ROW", "HELD_ROW", "HELD_ROWS", "PROPOSE_ROW"]

_MENDED: Final = "errors { code message messageChinese field legalBasis { article } }"

HELD_ROWS: Final = """query ConsoleQuarantine($state: QuarantineState, $provider: String, $after: String) {
  quarantine(state: $state, provider: $provider, first: 20, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id state provider recordType submissionId row heldAt reasons { code column } }
  }
}"""

HELD_ROW: Final = """query ConsoleQuarantined($id: ID!) {
  quarantined(id: $id) {
    id state provider recordType submissionId row heldAt outcome
    reasons { code column said saidChinese article }
    values { column chinese text }
    proposal proposedBy proposedAt proposedFor decidedBy decidedAt decidedFor
  }
}"""

PROPOSE_ROW: Final = f"""mutation ConsoleProposeRow($id: ID!, $decision: QuarantineDecision!, $reason: String!) {{
  done: proposeQuarantineDecision(id: $id, decision: $decision, reason: $reason) {{ quarantined {{ id }} {_MENDED} }}
}}"""

DECIDE_ROW: Final = f"""mutation ConsoleDecideRow($id: ID!, $decision: QuarantineDecision!, $reason: String!) {{
  done: decideQuarantine(id: $id, decision: $decision, reason: $reason) {{ quarantined {{ id }} {_MENDED} }}
}}"""
