"""A made-up supergraph: everything that follows from one seed."""

import random
from dataclasses import dataclass

from tests.federation.fuzz.cut import Cut
from tests.federation.fuzz.cutting import cut
from tests.federation.fuzz.inventing import invent
from tests.federation.fuzz.populating import populate
from tests.federation.fuzz.trimming import trim
from tests.federation.fuzz.world import World

__all__ = ["Made", "make"]


@dataclass(frozen=True, slots=True)
class Made:
    """A world and its cut."""

    seed: str
    world: World
    cut: Cut


def make(seed: str) -> Made:
    """Give the same world and cut for the same seed; in every fourth, some values fail."""
    chance = random.Random(seed)  # noqa: S311 (the same in every run)
    plain = invent(chance)
    world = populate(plain, chance, failing=0.03 if chance.random() < 0.25 else 0.0)
    made = Made(seed, world, cut(world, chance))
    trim(plain, made.cut)
    return made
