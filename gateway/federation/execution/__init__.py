"""From a plan to an answer: requests to subgraphs, the store that joins them, and the projection."""

from gateway.federation.execution.answers import FederatedAnswer, FieldError, RequestTiming
from gateway.federation.execution.federation import Federation

__all__ = ["FederatedAnswer", "Federation", "FieldError", "RequestTiming"]
