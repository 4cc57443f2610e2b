"""Composition: subgraphs of Federation 1 and 2 into one supergraph, or every reason why not.

`compose` gives the supergraph's SDL (link v1.0, join v0.5) and hints; it raises `CompositionRefused` with all problems,
each with its rule (Apollo's code), its coordinate, its subgraphs, and how to mend it.
"""

from gateway.federation.composition.compose import Composed, compose
from gateway.federation.composition.problems import CompositionRefused, Hint, Problem

__all__ = ["Composed", "CompositionRefused", "Hint", "Problem", "compose"]
