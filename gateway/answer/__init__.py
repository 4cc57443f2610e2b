"""One question, answered: decide, then read, then record, then answer. The whole journey is in `journey.py`."""

from gateway.answer.credit import CreditGraph, CreditInquiry
from gateway.answer.itself import AboutItself
from gateway.answer.journey import Desk, Graph
from gateway.answer.question import Answer, Question

__all__ = ["AboutItself", "Answer", "CreditGraph", "CreditInquiry", "Desk", "Graph", "Question"]
