"""What resolvers act through: the desks of one operation's caller, handed over as the context."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schema.catalogue_versions.desk import CatalogueStepsDesk
    from schema.desk import PaperDesk
    from schema.obligation_desk import ObligationDesk
    from schema.officers import OfficerDesk
    from schema.quality import QualityDesk
    from schema.quarantine_desk import QuarantineDesk
    from schema.submission_desk import SubmissionDesk
    from schema.trail_desk import TrailDesk
    from schema.violation_desk import ViolationDesk

__all__ = ["Context"]


@dataclass(frozen=True, slots=True)
class Context:
    """The desks of one caller, at one moment."""

    papers: "PaperDesk"
    trail: "TrailDesk"
    violations: "ViolationDesk"
    catalogues: "CatalogueStepsDesk"
    quarantine: "QuarantineDesk"
    submissions: "SubmissionDesk"
    obligations: "ObligationDesk"
    quality: "QualityDesk"
    officers: "OfficerDesk"
