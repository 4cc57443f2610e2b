"""Versions of the indicator catalogue as data: their shape, what one changes of another, a county's overlay (Art. 26).

Pure: a version is the document that `xinyong catalogue export --json` prints (`schema.export`), whoever wrote it.
"""

from schema.catalogue_versions.changes import Change, ChangeKind, changes
from schema.catalogue_versions.overlay import applied, is_overlay, overlay_problems
from schema.catalogue_versions.shape import CatalogueProblem, digest_of, document_problems

__all__ = [
    "CatalogueProblem",
    "Change",
    "ChangeKind",
    "applied",
    "changes",
    "digest_of",
    "document_problems",
    "is_overlay",
    "overlay_problems",
]
