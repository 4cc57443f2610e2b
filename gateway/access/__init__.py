"""Who asks, why, and what they may see: callers, purposes, rules; papers will stand beside them (Art. 15, 18, 19)."""

from gateway.access.callers import PUBLIC_CALLER, Caller, SubjectIdentifier, Verifier
from gateway.access.keys import Keys
from gateway.access.rules import clearance, decide
from gateway.access.signatures import IssuerKeys

__all__ = [
    "PUBLIC_CALLER",
    "Caller",
    "IssuerKeys",
    "Keys",
    "SubjectIdentifier",
    "Verifier",
    "clearance",
    "decide",
]
