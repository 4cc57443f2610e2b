"""From a plan to an answer: requests to subgraphs, the store that joins them, and the projection."""

from gateway.federation.execution.answers import FederatedAnswer, FieldError
from gateway.federation.execution.federation import Federation
from gateway.federation.execution.timing import Timing

__all__ = ["FederatedAnswer", "Federation", "FieldError", "Timing"]
