"""Inspection: the trail read by auditors and by subjects, through sessions that cannot write (Art. 19, R19.12)."""

from gateway.audit.inspection.inspect import InspectionKeys, Trail, open_inspection
from gateway.audit.inspection.wanted import Wanted

__all__ = ["InspectionKeys", "Trail", "Wanted", "open_inspection"]
