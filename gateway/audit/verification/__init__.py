"""Verification: is every entry as it was recorded, where it was sealed, with no other beside it (Art. 19, R19.10)."""

from gateway.audit.verification.entries import Range
from gateway.audit.verification.findings import Finding
from gateway.audit.verification.verify import Progress, Report, Trust, verify_snapshot, verify_trail

__all__ = ["Finding", "Progress", "Range", "Report", "Trust", "verify_snapshot", "verify_trail"]
