"""The questions of the pages of catalogue versions: each is one operation, and so one entry of the trail (Art. 26)."""

from typing import Final

__all__ = [
    "APPROVE_VERSION",
    "CATALOGUE_VERSION",
    "CATALOGUE_VERSIONS",
    "PROPOSE_VERSION",
    "PUBLISH_VERSION",
    "REVIEW_VERSION",
]

_MENDED: Final = "errors { code message messageChinese field legalBasis { article } }"
_CHANGE: Final = "kind coordinate breaking said saidChinese before after"

CATALOGUE_VERSIONS: Final = """query ConsoleCatalogueVersions($region: String) {
  catalogueVersions(region: $region) { region version state effectiveFrom breaking inForce history { at actor to } }
}"""

CATALOGUE_VERSION: Final = f"""query ConsoleCatalogueVersion($region: String!, $version: String!) {{
  catalogueVersions(region: $region) {{
    region version state effectiveFrom digest breaking inForce
    history {{ at actor organisation from to reason }}
  }}
  catalogueChanges(region: $region, after: $version) {{ {_CHANGE} }}
}}"""

PROPOSE_VERSION: Final = f"""mutation ConsoleProposeVersion(
  $document: JSON!, $effectiveFrom: Date!, $reason: String!
) {{
  done: proposeCatalogueVersion(document: $document, effectiveFrom: $effectiveFrom, reason: $reason) {{
    version {{ region version }} {_MENDED}
  }}
}}"""


def _decided(name: str, mutation: str) -> str:
    return f"""mutation {name}($step: CatalogueStepInput!, $decision: CatalogueDecision!) {{
  done: {mutation}(step: $step, decision: $decision) {{ version {{ state }} {_MENDED} }}
}}"""


REVIEW_VERSION: Final = _decided("ConsoleReviewVersion", "reviewCatalogueVersion")
APPROVE_VERSION: Final = _decided("ConsoleApproveVersion", "approveCatalogueVersion")
PUBLISH_VERSION: Final = f"""mutation ConsolePublishVersion($step: CatalogueStepInput!, $knowsBreaking: Boolean) {{
  done: publishCatalogueVersion(step: $step, knowsBreaking: $knowsBreaking) {{ version {{ state }} {_MENDED} }}
}}"""
