"""What it would cost to learn something: pure questions, each answered once, that steer the planner past dead ends.

Nothing is planned here: a hold that would have to be opened first is supposed, and the next need may lean on it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gateway.federation.planning.holdings import Hold, Holdings
from gateway.federation.planning.joined_graph import Entry, FieldJoin, JoinedGraph
from gateway.federation.planning.needs import Need, Needs
from gateway.federation.planning.prices import FREE, NEVER, Price, Request, price

__all__ = ["Alternate", "Ban", "Choice", "Costs", "Hand", "Option"]

_DOOR = 0.02
_LATER_FIELD = 0.01
"""Little things decide between equals: objects that are asked for anew, and each field of a later request."""

Ban = frozenset[tuple[str, ...]]
"""Doors that are being opened already: a key cannot be learnt by its own door."""


class Alternate(NamedTuple):
    """A hold that could be opened through the parent."""

    hold: Hold
    cost: Price


class Hand(NamedTuple):
    """What is in hand at one place, and what is not to be asked there."""

    opened: Sequence[Hold]
    alternates: Sequence[Alternate] = ()
    ban: Ban = frozenset()
    present: frozenset[Request] = frozenset()
    """Requests that are made anyway."""


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


class Costs:
    """Weighs the ways to a need."""

    def __init__(self, graph: JoinedGraph, holdings: Holdings) -> None:
        """Weigh by *graph*."""
        self._graph = graph
        self._holdings = holdings
        self._settled: dict[object, Price] = {}

    # What must be known ----------------------------------------------------------------------------------------------

    def settle(self, hand: Hand, x: str, needs: Needs) -> Price:
        """Give the cost of all *needs* of an object of type *x*."""
        asked = (tuple(hand.opened), tuple(hand.alternates), hand.ban, x, needs)
        found = self._settled.get(asked)
        if found is None:
            found = self._settled[asked] = self._settle(hand, x, needs)
        return found

    def _settle(self, hand: Hand, x: str, needs: Needs) -> Price:
        opened, left, total = list(hand.opened), list(hand.alternates), FREE
        supposed = Hand(opened, left, hand.ban)
        if needs.typename and not any(map(self._holdings.tells, opened)):
            learnt = self.learn(supposed, x)
            if learnt is None:
                return NEVER
            total &= learnt[0]
            opened.append(Hold.entered(learnt[1], x, learnt[0].stage))
        for need in self.ordered(opened, needs):
            on = x if need.on == needs.static else need.on
            if not self.stands(opened, on):
                continue
            choice = self.choose(supposed, on, need)
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
        for hold in opened:
            join = self._holdings.says(hold, need.on, need.name)
            if join is not None and not join.requires:
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

    def choose(self, hand: Hand, x: str, need: Need) -> Choice:
        """Give the cheapest way to *need* of the objects that are an *x*."""
        if self._graph.is_joint(x, need.name):
            return self._jointly(hand, x, need)
        held = self.held(hand, x, need.name)
        best = self._cheapest(held, hand, x, need)
        if best.cost.requests or not best.cost.is_possible:
            doors = list(self.by_doors(hand, x, need))
            if doors:
                best = self._cheapest([*held, *doors], hand, x, need)
        if (best.cost.is_possible and not best.cost.requests) or not self._graph.is_abstract(x):
            return best
        apart = self._apart(hand, x, need)
        return apart if apart.cost.beside(hand.present) < best.cost.beside(hand.present) else best

    def of_each_home(self, hand: Hand, x: str, need: Need) -> list[Option]:
        """Give the cheapest way to each home of a joint field that may be asked, in the homes' order."""
        ways = [*self.held(hand, x, need.name), *self.by_doors(hand, x, need)]
        found: list[Option] = []
        for home in self._graph.homes(x, need.name):
            if need.among is None or home in need.among:
                there = [each for each in ways if each.hold.subgraph == home]
                found.append(min(there, key=lambda each: each.cost.weight, default=_no_way(home, x)))
        return found

    def _jointly(self, hand: Hand, x: str, need: Need) -> Choice:
        """Give what all parts of a joint field take."""
        total, option = FREE, None
        for option in self.of_each_home(hand, x, need):
            total &= option.cost
        return Choice(total, option)

    def _cheapest(self, options: list[Option], hand: Hand, x: str, need: Need) -> Choice:
        present = hand.present
        if need.sub is None:
            option = min(options, key=lambda each: each.cost.beside(present), default=None)
            return _NOWHERE if option is None else Choice(option.cost, option)
        below = [self._holdings.below(each.hold, x, each.join, need.name) for each in options]
        best = _NOWHERE
        for index in sorted(range(len(options)), key=lambda each: options[each].cost.beside(present)):
            option = options[index]
            if option.cost.beside(present) >= best.cost.beside(present):
                break
            cost = option.cost & self._beneath(options, below, index, need.sub, hand.ban)
            if cost.beside(present) < best.cost.beside(present):
                best = Choice(cost, option)
        return best

    def _beneath(self, options: list[Option], below: list[Hold], index: int, needs: Needs, ban: Ban) -> Price:
        """Give the cost of what is needed below one option.

        The others count, as holds that could be opened through the parent, only where it cannot do without them: so
        what is asked is asked of few states, and answered once.
        """
        mine = below[index]
        cost = self.settle(Hand((mine,), (), ban), needs.static, needs)
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
        return self.settle(Hand((mine,), alternates, ban), needs.static, needs)

    def _is_of_use(self, hold: Hold, needs: Needs) -> bool:
        return any(self._graph.join(hold.subgraph, need.on, need.name) is not None for need in needs.items.values())

    def held(self, hand: Hand, x: str, field: str) -> list[Option]:
        """Give the ways to a field of the objects that are an *x* that need no door: in hand, or through the parent."""
        found = []
        for index, hold in enumerate(hand.opened):
            join = self._holdings.says(hold, x, field)
            if join is not None and not join.requires:
                found.append(Option(_had(hold), hold, join, opened=index))
        for index, (hold, cost) in enumerate(hand.alternates):
            join = self._holdings.says(hold, x, field)
            if join is not None and not join.requires:
                found.append(Option(cost, hold, join, alternate=index))
        return found

    def by_doors(self, hand: Hand, x: str, need: Need) -> Iterator[Option]:
        """Give the ways to a field by asking for its objects anew; of a leaf, none after one that cannot be beaten."""
        for entry, hold, join in self._holdings.doors(x, need.name):
            if not self._may_enter(hand.opened, x, hold):
                continue
            cost = self.enter(hand, x, entry)
            if join.requires and cost.is_possible:
                asked = (x, entry.subgraph, need.name)
                requires = self._graph.field_set(entry.type, join.requires, entry.subgraph)
                known = NEVER if asked in hand.ban else self.settle(_barred(hand, asked), x, requires)
                cost = _with_required(cost, known, entry.subgraph)
            if cost.is_possible:
                yield Option(cost, hold._replace(stage=cost.stage), join, entry=entry)
                if not hand.present and need.sub is None and len(cost.requests) == 1:
                    return

    def _may_enter(self, opened: Sequence[Hold], x: str, hold: Hold) -> bool:
        """Say whether a door makes sense: concrete types that can be told are entered one by one."""
        if not self._graph.is_abstract(x) or self._holdings.is_opaque(hold):
            return True
        return not any(map(self._holdings.tells, opened))

    def enter(self, hand: Hand, x: str, entry: Entry) -> Price:
        """Give the cost of asking for objects anew by a door, its key included."""
        if entry.needs is None:
            return price([(entry.subgraph, 0)])
        door = (x, entry.subgraph)
        if door in hand.ban:
            return NEVER
        return _after(self.settle(_barred(hand, door), x, entry.needs), entry.subgraph)

    def learn(self, hand: Hand, x: str) -> tuple[Price, Entry] | None:
        """Give the cheapest door by which the concrete type is learnt, with its cost."""
        best: tuple[Price, Entry] | None = None
        for entry in self._telling(x):
            cost = self.enter(hand, x, entry)
            if cost.is_possible and (best is None or cost.weight < best[0].weight):
                best = (cost, entry)
        return best

    def _telling(self, x: str) -> Iterator[Entry]:
        """Give the doors behind which the concrete type is known."""
        for entry in self._graph.entries(x):
            if entry.needs is not None and not self._graph.is_opaque(entry.subgraph, entry.type):
                yield entry

    # Each concrete type apart ----------------------------------------------------------------------------------------

    def _apart(self, hand: Hand, x: str, need: Need) -> Choice:
        if any(map(self._holdings.tells, hand.opened)):
            return Choice(self._each(hand.opened, x, need, hand.ban))
        best = _NOWHERE
        for entry in self._telling(x):
            cost = self.enter(Hand(hand.opened, (), hand.ban), x, entry)
            if cost.weight < best.cost.weight:
                cost &= self._each([*hand.opened, Hold.entered(entry, x, cost.stage)], x, need, hand.ban)
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
        ways = [Hand([hold, *by_key], (), ban) for hold in found] or [Hand(by_key, (), ban)]
        return min((self._every(way, concretes, need) for way in ways), key=lambda each: each.weight)

    def _every(self, hand: Hand, concretes: Sequence[str], need: Need) -> Price:
        total = FREE
        for concrete in concretes:
            total &= self.choose(hand, concrete, need).cost
        return total

    def concretes(self, opened: Sequence[Hold], x: str) -> list[str]:
        """Give the concrete types of *x* that may stand there, by the first subgraph that can tell."""
        found = self._graph.possible(x)
        for hold in opened:
            if self._holdings.tells(hold):
                found &= self._holdings.possible(hold)
                break
        return sorted(found)


def _no_way(subgraph: str, x: str) -> Option:
    return Option(NEVER, Hold(subgraph, x), FieldJoin(x, x))


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


def _barred(hand: Hand, door: tuple[str, ...]) -> Hand:
    """Give the same hand while a door is being opened."""
    return Hand(hand.opened, hand.alternates, hand.ban | {door})
