"""The questions of the pages: each page is one operation, and so one entry in the trail (Art. 19)."""

from typing import Final

from gateway.web.console.trail_documents import LOOKS
from schema.catalogue import RECORDS
from schema.definition import RecordDefinition
from schema.terms import SubjectKind

__all__ = [
    "ABOUT_ME",
    "APPROVE_GRANT",
    "GRANTS",
    "OWN_PAPERS",
    "PAPER",
    "PAPERS",
    "PRESENT",
    "PROPOSE_GRANT",
    "REVIEW",
    "REVIEW_GRANT",
    "REVOKE",
    "START",
    "START_AT_THE_CENTRE",
    "SUBMIT",
    "VIEWER",
    "WITHDRAW_GRANT",
]

VIEWER: Final = "query ConsoleForm { viewer { roles standings } }"

_START: Final = """
  viewer { roles standings organisation organisationKind }
  all: papers(first: 1) { totalCount }
  submitted: papers(state: SUBMITTED, first: 1) { totalCount }
  proposed: grants(state: PROPOSED, first: 1) { totalCount }
  reviewed: grants(state: REVIEWED, first: 1) { totalCount }
  cases: violations(first: 1) { totalCount }
  open: violations(state: OPEN, first: 1) { totalCount }
  officers: reportingOfficers { standing }
"""

START: Final = f"query ConsoleStart {{ {_START} }}"

START_AT_THE_CENTRE: Final = f"""query ConsoleStart {{ {_START}
  waiting: quarantine(state: WAITING, first: 1) {{ totalCount }}
  decidable: quarantine(state: PROPOSED, first: 1) {{ totalCount }}
}}"""
"""The same for who has to do with rows in doubt, which are in the centre's database."""

PAPERS: Final = """query ConsolePapers($kind: PaperKind, $state: PaperState, $after: String) {
  papers(kind: $kind, state: $state, first: 20, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id kind state number organisation validTo presentedBy subjects { id kind name } }
  }
  submitted: papers(state: SUBMITTED, first: 1) { totalCount }
}"""

_PAPER: Final = """
  id kind state number organisation signatory holders purposes issuedOn signedOn validFrom validTo signature
  verification useCount maxUses presentedBy reviewedBy
  subjects { id kind name }
  scope { allShared shared restricted }
  particulars { name value }
  evidence { digest mediaType size name alsoProves }
  history { at actor organisation from to reason legalBasis { instrument article paragraph } }
"""

_GRANT: Final = """
  id agency state purposes validFrom validTo approvalDocument
  scope { allShared shared restricted }
  history { at actor organisation from to reason legalBasis { instrument article paragraph } }
"""

OWN_PAPERS: Final = """query ConsoleOwnPapers {
  individual: papers(kind: IDENTITY_DOCUMENT, state: ACCEPTED) { nodes { holders subjects { id } } }
  legalPerson: papers(kind: ENTITY_CERTIFICATE, state: ACCEPTED) { nodes { holders subjects { id } } }
}"""

_MENDED: Final = "errors { code message messageChinese field legalBasis { article } }"

PAPER: Final = f"query ConsolePaper($id: ID!) {{ paper(id: $id) {{ {_PAPER} }} }}"

PRESENT: Final = f"""mutation ConsolePresent($paper: PaperInput!, $draft: Boolean!) {{
  done: presentPaper(paper: $paper, draft: $draft) {{ paper {{ id }} {_MENDED} }}
}}"""

SUBMIT: Final = f"mutation ConsoleSubmit($id: ID!) {{ done: submitPaper(id: $id) {{ paper {{ id }} {_MENDED} }} }}"

REVIEW: Final = f"""mutation ConsoleReview($id: ID!, $decision: ReviewDecision!, $reason: String!) {{
  done: reviewPaper(id: $id, decision: $decision, reason: $reason) {{ paper {{ id }} {_MENDED} }}
}}"""

REVOKE: Final = f"""mutation ConsoleRevoke($id: ID!, $reason: String!) {{
  done: revokePaper(id: $id, reason: $reason) {{ paper {{ id }} {_MENDED} }}
}}"""

GRANTS: Final = f"""query ConsoleGrants($state: GrantState, $after: String, $first: Int!) {{
  grants(state: $state, first: $first, after: $after) {{
    totalCount
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ {_GRANT} }}
  }}
}}"""

PROPOSE_GRANT: Final = f"""mutation ConsolePropose($grant: GrantInput!) {{
  done: proposeGrant(grant: $grant) {{ grant {{ id }} {_MENDED} }}
}}"""

REVIEW_GRANT: Final = f"""mutation ConsoleReviewGrant($id: ID!, $decision: ReviewDecision!, $reason: String!) {{
  done: reviewGrant(id: $id, decision: $decision, reason: $reason) {{ grant {{ id }} {_MENDED} }}
}}"""

APPROVE_GRANT: Final = f"""mutation ConsoleApproveGrant($id: ID!, $decision: ReviewDecision!, $reason: String!) {{
  done: approveGrant(id: $id, decision: $decision, reason: $reason) {{ grant {{ id }} {_MENDED} }}
}}"""

WITHDRAW_GRANT: Final = f"""mutation ConsoleWithdrawGrant($id: ID!, $reason: String!) {{
  done: withdrawGrant(id: $id, reason: $reason) {{ grant {{ id }} {_MENDED} }}
}}"""


def _page_of(definition: RecordDefinition) -> str:
    fields = " ".join(definition.fields)
    envelope = "id recordTier recordStatus occurredOn reportedAt disputeStatus provider { code name }"
    return f"{definition.graph_field}(first: 20) {{ totalCount nodes {{ {envelope} {fields} }} }}"


def _pages_of(*kinds: SubjectKind) -> str:
    chosen = (each for each in RECORDS.values() if set(each.subject_kinds) == set(kinds))
    return "\n    ".join(_page_of(each) for each in chosen)


ABOUT_ME: Final = f"""query ConsoleAboutMe($by: SubjectRef!) {{
  subject(by: $by) {{
    id kind name queryCount
    queryLog(first: 5) {{ {LOOKS} }}
    sources {{ connector asked reached asOf stale }}
    {_pages_of(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL)}
    ... on LegalPerson {{
      unifiedSocialCreditCode organizationCode registrationNumber taxpayerNumber organizationType establishedOn
      {_pages_of(SubjectKind.LEGAL_PERSON)}
    }}
    ... on Individual {{ {_pages_of(SubjectKind.INDIVIDUAL)} }}
  }}
}}"""
"""Everything about the subject that is logged in, as the graph gives it (Art. 15, R15.6)."""
