"""What it would cost to learn something: pure questions, each answered once, that steer the planner past dead ends.

Nothing is planned here: a hold that would have to be opened first is supposed, and the next need may lean on it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gateway.federation.planning.holdings import Hold, Holdings
from gateway.federation.planning.joined_graph import Entry, FieldJoin, JoinedGraph
from gateway.federation.planning.needs import Need, Needs
from gateway.federation.planning.prices import FREE, NEVER, Price, Request, price

__all__ = ["Alternate", "Ban", "Choice", "Costs", "Option"]

_DOOR = 0.02
_LATER_FIELD = 0.01
"""Little things decide between equals: objects that are asked for anew, and each field of a later request."""

Ban = frozenset[tuple[str, ...]]
"""Doors that are being opened already: a key cannot be learnt by its own door."""


class Alternate(NamedTuple):
    """A hold that could be opened through the parent."""

    hold: Hold
    cost: Price


class Option(NamedTuple):
    """One way to a field."""

    cost: Price
    hold: Hold
    join: FieldJoin
    opened: int = -1
    """Which of the holds in hand, if it is one of them."""
    entry: Entry | None = None
    alternate: int = -1


class Choice(NamedTuple):
    """The cheapest way to a need."""

    cost: Price
    option: Option | None = None
    """None: by each concrete type apart."""
    learn: Entry | None = None
    """The door by which the concrete type is learnt first."""


_NOWHERE = Choice(NEVER)
_NONE: frozenset[Request] = frozenset()


class Costs:
    """Weighs the ways to a need."""

    def __init__(self, graph: JoinedGraph, holdings: Holdings) -> None:
        """Weigh by *graph*."""
        self._graph = graph
        self._holdings = holdings
        self._settled: dict[object, Price] = {}

    # What must be known ----------------------------------------------------------------------------------------------

    def settle(
        self, holds: tuple[Hold, ...], alternates: tuple[Alternate, ...], x: str, needs: Needs, ban: Ban
    ) -> Price:
        """Give the cost of all *needs* of an object of type *x* that *holds* have in hand."""
        asked = (holds, alternates, x, needs, ban)
        found = self._settled.get(asked)
        if found is None:
            found = self._settled[asked] = self._settle(holds, alternates, x, needs, ban)
        return found

    def _settle(
        self, holds: tuple[Hold, ...], alternates: tuple[Alternate, ...], x: str, needs: Needs, ban: Ban
    ) -> Price:
        opened, left, total = list(holds), list(alternates), FREE
        if needs.typename and not any(map(self._holdings.tells, opened)):
            learnt = self.learn(opened, left, x, ban)
            if learnt is None:
                return NEVER
            total &= learnt[0]
            opened.append(Hold.entered(learnt[1], x, learnt[0].stage))
        for need in self.ordered(opened, needs):
            on = x if need.on == needs.static else need.on
            if not self.stands(opened, on):
                continue
            choice = self.choose(opened, left, on, need, ban)
            if not choice.cost.is_possible:
                return NEVER
            total &= choice.cost
            self._suppose(choice, on, opened, left)
        return total

    def _suppose(self, choice: Choice, x: str, opened: list[Hold], left: list[Alternate]) -> None:
        option = choice.option
        if option is None:
            if choice.learn is not None:
                opened.append(Hold.entered(choice.learn, x, choice.cost.stage))
        elif option.entry is not None:
            opened.append(option.hold)
        elif option.alternate >= 0:
            opened.append(left.pop(option.alternate).hold)

    def ordered(self, opened: Sequence[Hold], needs: Needs) -> list[Need]:
        """Give needs in the order in which they are best settled: in hand first, then what has fewest homes."""
        items = list(needs.items.values())
        if len(items) > 1:
            items.sort(key=lambda need: self._order(opened, need))
        return items

    def _order(self, opened: Sequence[Hold], need: Need) -> tuple[int, int, int]:
        joins = [self._holdings.says(hold, need.on, need.name) for hold in opened]
        if any(join is not None and not join.requires for join in joins):
            return (0, need.sub is not None, 0)
        homes = [fields[need.name] for fields in self._graph.types[need.on].joins.values() if need.name in fields]
        needy = any(join.requires for join in homes)
        return (2 if needy else 1, sum(not join.external for join in homes), need.sub is not None)

    def stands(self, opened: Sequence[Hold], on: str) -> bool:
        """Say whether objects of type *on* may stand there, by the first subgraph that can tell."""
        for hold in opened:
            if self._holdings.tells(hold):
                return on == hold.type or not self._holdings.possible(hold).isdisjoint(self._graph.possible(on))
        return True

    # One need --------------------------------------------------------------------------------------------------------

    def choose(
        self,
        opened: Sequence[Hold],
        alternates: Sequence[Alternate],
        x: str,
        need: Need,
        ban: Ban,
        present: frozenset[Request] = _NONE,
    ) -> Choice:
        """Give the cheapest way to *need* of the objects that are an *x*, beside requests that are *present* anyway."""
        held = self.held(opened, alternates, x, need.name)
        best = self._cheapest(held, x, need, ban, present)
        if best.cost.requests or not best.cost.is_possible:
            doors = list(self.by_doors(opened, alternates, x, need, ban, is_first_enough=not present))
            if doors:
                best = self._cheapest([*held, *doors], x, need, ban, present)
        if (best.cost.is_possible and not best.cost.requests) or not self._graph.is_abstract(x):
            return best
        apart = self._apart(opened, x, need, ban)
        return apart if apart.cost.beside(present) < best.cost.beside(present) else best

    def _cheapest(self, options: list[Option], x: str, need: Need, ban: Ban, present: frozenset[Request]) -> Choice:
        if need.sub is None:
            option = min(options, key=lambda each: each.cost.beside(present), default=None)
            return _NOWHERE if option is None else Choice(option.cost, option)
        holdings = self._holdings
        below = [holdings.below(each.hold, x, each.join, need.name) for each in options]
        best = _NOWHERE
        for index in sorted(range(len(options)), key=lambda each: options[each].cost.beside(present)):
            option = options[index]
            if option.cost.beside(present) >= best.cost.beside(present):
                break
            cost = option.cost & self._beneath(options, below, index, need.sub, ban)
            if cost.beside(present) < best.cost.beside(present):
                best = Choice(cost, option)
        return best

    def _beneath(self, options: list[Option], below: list[Hold], index: int, needs: Needs, ban: Ban) -> Price:
        """Give the cost of what is needed below one option.

        The others count, as holds that could be opened through the parent, only where it cannot do without them: so
        what is asked is asked of few states, and answered once.
        """
        mine = below[index]
        cost = self.settle((mine,), (), needs.static, needs, ban)
        if cost.is_possible:
            return cost
        others = {
            hold._replace(stage=max(mine.stage, option.cost.stage))
            for option, hold in zip(options, below, strict=True)
            if hold.subgraph != mine.subgraph and self._is_of_use(hold, needs)
        }
        if not others:
            return NEVER
        alternates = tuple(
            Alternate(each, price([(each.subgraph, each.stage)], _DOOR, each.stage))
            for each in sorted(others, key=lambda each: (each.subgraph, each.type, each.stage))
        )
        return self.settle((mine,), alternates, needs.static, needs, ban)

    def _is_of_use(self, hold: Hold, needs: Needs) -> bool:
        return any(self._graph.join(hold.subgraph, need.on, need.name) is not None for need in needs.items.values())

    def held(self, opened: Sequence[Hold], alternates: Sequence[Alternate], x: str, field: str) -> list[Option]:
        """Give the ways to a field of the objects that are an *x* that need no door: in hand, or through the parent."""
        found = []
        for index, hold in enumerate(opened):
            join = self._holdings.says(hold, x, field)
            if join is not None and not join.requires:
                found.append(Option(_had(hold), hold, join, opened=index))
        for index, (hold, cost) in enumerate(alternates):
            join = self._holdings.says(hold, x, field)
            if join is not None and not join.requires:
                found.append(Option(cost, hold, join, alternate=index))
        return found

    def by_doors(
        self,
        opened: Sequence[Hold],
        alternates: Sequence[Alternate],
        x: str,
        need: Need,
        ban: Ban,
        *,
        is_first_enough: bool = True,
    ) -> Iterator[Option]:
        """Give the ways to a field by asking for its objects anew; of a leaf, none after one that cannot be beaten."""
        for entry, hold, join in self._holdings.doors(x, need.name):
            if not self._may_enter(opened, x, hold):
                continue
            cost = self.enter(opened, alternates, x, entry, ban)
            if join.requires and cost.is_possible:
                asked = (x, entry.subgraph, need.name)
                requires = self._graph.field_set(entry.type, join.requires, entry.subgraph)
                more = (tuple(opened), tuple(alternates), x, requires, ban | {asked})
                cost = NEVER if asked in ban else _with_required(cost, self.settle(*more), entry.subgraph)
            if cost.is_possible:
                yield Option(cost, hold._replace(stage=cost.stage), join, entry=entry)
                if is_first_enough and need.sub is None and len(cost.requests) == 1:
                    return

    def _may_enter(self, opened: Sequence[Hold], x: str, hold: Hold) -> bool:
        """Say whether a door makes sense: concrete types that can be told are entered one by one."""
        if not self._graph.is_abstract(x) or self._holdings.is_opaque(hold):
            return True
        return not any(map(self._holdings.tells, opened))

    def enter(self, opened: Sequence[Hold], alternates: Sequence[Alternate], x: str, entry: Entry, ban: Ban) -> Price:
        """Give the cost of asking for objects anew by a door, its key included."""
        if entry.needs is None:
            return price([(entry.subgraph, 0)])
        door = (x, entry.subgraph)
        if door in ban:
            return NEVER
        key = self.settle(tuple(opened), tuple(alternates), x, entry.needs, ban | {door})
        return _after(key, entry.subgraph)

    def learn(
        self, opened: Sequence[Hold], alternates: Sequence[Alternate], x: str, ban: Ban
    ) -> tuple[Price, Entry] | None:
        """Give the cheapest door by which the concrete type is learnt, with its cost."""
        best: tuple[Price, Entry] | None = None
        for entry in self._graph.entries(x):
            if not self._graph.is_opaque(entry.subgraph, entry.type) and entry.needs is not None:
                cost = self.enter(opened, alternates, x, entry, ban)
                if cost.is_possible and (best is None or cost.weight < best[0].weight):
                    best = (cost, entry)
        return best

    # Each concrete type apart ----------------------------------------------------------------------------------------

    def _apart(self, opened: Sequence[Hold], x: str, need: Need, ban: Ban) -> Choice:
        if any(map(self._holdings.tells, opened)):
            return Choice(self._each(opened, x, need, ban))
        best = _NOWHERE
        for entry in self._graph.entries(x):
            if not self._graph.is_opaque(entry.subgraph, entry.type) and entry.needs is not None:
                cost = self.enter(opened, (), x, entry, ban)
                if cost.weight < best.cost.weight:
                    cost &= self._each([*opened, Hold.entered(entry, x, cost.stage)], x, need, ban)
                    if cost.weight < best.cost.weight:
                        best = Choice(cost, None, entry)
        return best

    def _each(self, opened: Sequence[Hold], x: str, need: Need, ban: Ban) -> Price:
        """Give the cost of one need of every concrete type.

        What is asked of the abstract type must be had from one subgraph's object, its keys followed: parts of it are
        never picked from several subgraphs' objects, as each may be another's kind.
        """
        concretes = self.concretes(opened, x)
        if not concretes:
            return NEVER
        found = [hold for hold in opened if hold.scope is None]
        by_key = [hold for hold in opened if hold.scope is not None]
        ways = [[hold, *by_key] for hold in found] or [by_key]
        return min((self._every(way, concretes, need, ban) for way in ways), key=lambda each: each.weight)

    def _every(self, opened: Sequence[Hold], concretes: Sequence[str], need: Need, ban: Ban) -> Price:
        total = FREE
        for concrete in concretes:
            total &= self.choose(opened, (), concrete, need, ban).cost
        return total

    def concretes(self, opened: Sequence[Hold], x: str) -> list[str]:
        """Give the concrete types of *x* that may stand there, by the first subgraph that can tell."""
        found = self._graph.possible(x)
        for hold in opened:
            if self._holdings.tells(hold):
                found &= self._holdings.possible(hold)
                break
        return sorted(found)


def _had(hold: Hold) -> Price:
    """Give the price of a field where its object is in hand."""
    return price((), _LATER_FIELD, hold.stage) if hold.stage else FREE


def _after(known: Price, subgraph: str) -> Price:
    """Give the price of a request to *subgraph* that waits for what must be known for it."""
    if not known.is_possible:
        return NEVER
    stage = known.stage + 1
    return price(known.requests | {(subgraph, stage)}, known.fields + _DOOR, stage)


def _with_required(entered: Price, required: Price, subgraph: str) -> Price:
    """Give the price of a request that must wait for its @requires too."""
    if not required.is_possible:
        return NEVER
    stage = max(entered.stage, required.stage + 1)
    others = (entered.requests | required.requests) - {(subgraph, entered.stage)}
    return price(others | {(subgraph, stage)}, entered.fields + required.fields, stage)
