"""Composition: subgraphs of Federation 1 and 2 into one supergraph, or every reason why not.

`compose` gives the supergraph's SDL (link v1.0, join v0.5) and hints; it raises `CompositionRefused` with all problems,
each with its rule (Apollo's code), its coordinate, its subgraphs, and how to mend it. `unserved` gives likewise what a
supergraph demands of whoever serves it, and is not carried out here.
"""

from gateway.federation.composition.compose import Composed, compose
from gateway.federation.composition.problems import CompositionRefused, Hint, Problem
from gateway.federation.composition.unserved import unserved

__all__ = ["Composed", "CompositionRefused", "Hint", "Problem", "compose", "unserved"]
