"""The questions of the pages of obligations, reminders and reports: each one operation, one entry (Art. 12, 13, 19)."""

from typing import Final

__all__ = [
    "ACKNOWLEDGE",
    "DELIVERED",
    "OBLIGATION",
    "OBLIGATIONS",
    "OUTCOME",
    "REMINDER",
    "REMINDERS",
    "REPORT",
    "REPORTS",
    "SEND",
    "SUBMIT_REPORT",
    "WITHDRAW_REMINDER",
    "WITHDRAW_REPORT",
]

_MENDED: Final = "errors { code message messageChinese field legalBasis { article } }"
_LINE: Final = (
    "id agency recordType recordTypeName kind mode period dueOn dueStatus state metAt records reminder report"
)
_HISTORY: Final = "history { at actor organisation from to reason legalBasis { article item } }"
_LETTER: Final = """letter {
  title number addressee opening rows { recordType period dueOn explained } closing sender dated digest }"""

OBLIGATIONS: Final = f"""query ConsoleObligations($filter: ObligationFilter, $after: String) {{
  obligations(filter: $filter, first: 50, after: $after) {{
    totalCount
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ {_LINE} }}
  }}
  overdue: obligations(filter: {{state: OVERDUE}}, first: 1) {{ totalCount }}
  drafts: reportingReminders(state: DRAFT, first: 1) {{ totalCount }}
  sent: reportingReminders(state: SENT, first: 1) {{ totalCount }}
  reports: criticismReports(first: 1) {{ totalCount }}
}}"""

OBLIGATION: Final = f"""query ConsoleObligation($id: ID!) {{
  obligation(id: $id) {{
    {_LINE} periodFrom periodTo dueAt submission overrideBasis legalBasis {{ article item }}
    days {{ day nth kind reason reasonChinese document }} {_HISTORY}
  }}
}}"""

REMINDERS: Final = """query ConsoleReminders($state: ReminderState, $after: String) {
  reportingReminders(state: $state, first: 20, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id number agency state draftedAt sentAt graceOn graceStatus readAt obligations { id } }
  }
}"""

REMINDER: Final = f"""query ConsoleReminder($id: ID!) {{
  reportingReminder(id: $id) {{
    id number agency agencyName state draftedAt graceOn graceStatus signedBy signatory sentAt deliveredAt delivery
    deliveryReference readAt readBy report {_LETTER} obligations {{ {_LINE} }} {_HISTORY}
  }}
}}"""

REPORTS: Final = """query ConsoleReports($state: CriticismReportState, $after: String) {
  criticismReports(state: $state, first: 20, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id number agency state draftedAt submittedAt outcomeDocument outcomeOn reminder }
  }
}"""

REPORT: Final = f"""query ConsoleReport($id: ID!) {{
  criticismReport(id: $id) {{
    id number agency agencyName state reminder draftedAt submittedBy submittedAt outcomeDocument outcomeOn recordedBy
    {_LETTER} obligations {{ {_LINE} }} {_HISTORY}
  }}
}}"""

SEND: Final = f"""mutation ConsoleSend($id: ID!, $signatory: String) {{
  done: sendReminder(id: $id, signatory: $signatory) {{ reminder {{ id }} {_MENDED} }}
}}"""

WITHDRAW_REMINDER: Final = f"""mutation ConsoleWithdrawReminder($id: ID!, $reason: String!) {{
  done: withdrawReminder(id: $id, reason: $reason) {{ reminder {{ id }} {_MENDED} }}
}}"""

DELIVERED: Final = f"""mutation ConsoleDelivered(
  $id: ID!, $delivery: Delivery!, $at: DateTime!, $reference: String!
) {{
  done: recordReminderDelivery(id: $id, delivery: $delivery, at: $at, reference: $reference) {{
    reminder {{ id }} {_MENDED}
  }}
}}"""

ACKNOWLEDGE: Final = f"""mutation ConsoleAcknowledge($id: ID!) {{
  done: acknowledgeReminder(id: $id) {{ reminder {{ id }} {_MENDED} }}
}}"""

SUBMIT_REPORT: Final = f"""mutation ConsoleSubmitReport($id: ID!) {{
  done: submitCriticismReport(id: $id) {{ report {{ id }} {_MENDED} }}
}}"""

WITHDRAW_REPORT: Final = f"""mutation ConsoleWithdrawReport($id: ID!, $reason: String!) {{
  done: withdrawCriticismReport(id: $id, reason: $reason) {{ report {{ id }} {_MENDED} }}
}}"""

OUTCOME: Final = f"""mutation ConsoleOutcome($id: ID!, $outcome: OutcomeInput!) {{
  done: recordCriticismOutcome(id: $id, outcome: $outcome) {{ report {{ id }} {_MENDED} }}
}}"""
