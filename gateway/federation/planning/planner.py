"""Draws a plan: each need is met where the place is in hand, else by the cheapest new site."""

from collections.abc import Iterable

from gateway.federation.planning.costs import Alternate, Ban, Choice, Costs, Hand, Option
from gateway.federation.planning.holdings import Hold, Holdings
from gateway.federation.planning.joined_graph import Entry, FieldJoin, JoinedGraph
from gateway.federation.planning.needs import Need, Needs
from gateway.federation.planning.prices import Request
from gateway.federation.planning.sites import Draft, Place, Selected, Selection, Site

__all__ = ["Planner", "Unplannable"]

_NO_BAN: Ban = frozenset()


class Unplannable(Exception):
    """No way leads to a field from where it is asked for: the supergraph is not satisfiable there."""

    def __init__(self, coordinate: str) -> None:
        """Name the field that cannot be reached."""
        self.coordinate = coordinate
        super().__init__(f"No subgraph can be asked for {coordinate} from here")


class Planner:
    """Draws the fetches of one operation."""

    def __init__(self, graph: JoinedGraph, holdings: Holdings) -> None:
        """Plan on *graph*; *holdings* is what is known of it from plans before."""
        self.graph = graph
        self.holdings = holdings
        self.costs = Costs(graph, holdings)
        self.drafts: list[Draft] = []
        self._sites = 0

    def query(self, needs: Needs) -> Place:
        """Draw the fetches of a query or a subscription.

        Raises:
            Unplannable: a field cannot be reached.

        """
        root = Place(needs.static)
        self.meet(root, needs.static, needs, _NO_BAN)
        return root

    def mutation(self, needs: Needs) -> list[Place]:
        """Draw the fetches of a mutation: its fields one after the other, each with what follows from it.

        Neighbours of one subgraph share a request where nothing need be fetched between them.

        Raises:
            Unplannable: a field cannot be reached.

        """
        places: list[Place] = []
        root = Place(needs.static)
        for need in needs.items.values():
            before = self.drafts[:]
            one = Needs(needs.static)
            one.items[(need.on, need.key)] = need
            self.meet(root, needs.static, one, _NO_BAN)
            new = self.drafts[len(before) :]
            for draft in new:
                draft.after.update(before)
            if not places or places[-1] is not root:
                places.append(root)
            alone = not new or (len(new) == 1 and new[0].place is root)
            last = root.sites[-1]
            root = root if alone and len(root.sites) == 1 else Place(needs.static)
            if alone and root.sites != [last]:
                root.sites = [last]
        return places

    def onward(self, needs: Needs, hold: Hold) -> Place:
        """Draw the fetches of what is needed of objects that are in hand already, in one subgraph.

        Raises:
            Unplannable: a field cannot be reached.

        """
        place = Place(needs.static)
        brought = Draft(-1, hold.subgraph, place, needs.static, Selection(hold.type))
        place.sites.append(Site(brought, hold, brought.selection))
        self.meet(place, needs.static, needs, _NO_BAN)
        for draft in self.drafts:
            draft.after.discard(brought)
        return place

    # Needs -----------------------------------------------------------------------------------------------------------

    def meet(self, place: Place, x: str, needs: Needs, ban: Ban) -> set[Draft]:
        """Meet all *needs* of the objects at *place* that are an *x*; give the fetches that do."""
        drafts: set[Draft] = set()
        if needs.typename:
            drafts.add(self._tell(place, ban))
        opened = [site.hold for site in place.sites]
        for need in self.costs.ordered(opened, needs):
            on = x if need.on == needs.static else need.on
            if not ban and self._is_refused(place, on):
                continue
            if self.costs.stands([site.hold for site in place.sites], on):
                drafts |= self._meet_one(place, on, need, ban)
        return drafts

    def _is_refused(self, place: Place, on: str) -> bool:
        """Say whether an object of type *on* would break the contract of a shared field that gives a union.

        Where several subgraphs resolve the field, only members that all of them know may stand there.
        """
        if self.graph.types[place.static].kind != "UNION" or self.graph.is_abstract(on):
            return False
        if place.agreed is None:
            holds = [site.hold for site in place.sites if site.hold.scope is None]
            holds += [each.hold for each in self._alternates(place, _NO_BAN)]
            possible = [self.holdings.possible(hold) for hold in holds]
            place.agreed = frozenset.intersection(*possible)
        return on not in place.agreed

    def _meet_one(self, place: Place, x: str, need: Need, ban: Ban) -> set[Draft]:
        if self.graph.is_joint(x, need.name):
            return self._meet_jointly(place, x, need, ban)
        opened = [site.hold for site in place.sites]
        if need.sub is None:
            for site in sorted(place.sites, key=lambda each: each.needy):
                join = self.holdings.says(site.hold, x, need.name)
                if join is not None and not join.requires:
                    self._select(site, x, need, join)
                    return {site.draft}
        alternates: list[Alternate] = []
        choice = self._plain_choice(opened, x, need, ban)
        if choice is None:
            alternates = self._alternates(place, ban)
            choice = self.costs.choose(Hand(opened, alternates, ban, self._present()), x, need)
        if not choice.cost.is_possible:
            coordinate = f"{x}.{need.name}"
            raise Unplannable(coordinate)
        if choice.option is None:
            return self._meet_apart(place, x, need, choice.learn, ban)
        option = choice.option
        site = self._realise(place, x, need, option, ban)
        if need.sub is None:
            self._select(site, x, need, option.join)
            return {site.draft}
        below = self._below(place, site, x, need, option.join)
        return {site.draft} | self.meet(below, below.static, need.sub, ban)

    def _meet_jointly(self, place: Place, x: str, need: Need, ban: Ban) -> set[Draft]:
        """Ask every home of a field for its part, and each for all that is needed of it."""
        assert need.sub is not None  # noqa: S101 - a joint field gives a list of objects
        drafts: set[Draft] = set()
        hand = Hand([site.hold for site in place.sites], (), ban)
        for option in self.costs.of_each_home(hand, x, need):
            if not option.cost.is_possible:
                coordinate = f"{x}.{need.name}"
                raise Unplannable(coordinate)
            site = self._realise(place, x, need, option, ban)
            selected = self._select(site, x, need, option.join)
            selected.is_joint = True
            assert selected.selection is not None  # noqa: S101 - as above
            below = place.children[(x, need.key, option.hold.subgraph)] = Place(need.sub.static, place, x, need)
            below.sites.append(
                Site(site.draft, self.holdings.below(site.hold, x, option.join, need.name), selected.selection)
            )
            drafts |= {site.draft} | self.meet(below, below.static, need.sub, ban)
        return drafts

    def _plain_choice(self, opened: list[Hold], x: str, need: Need, ban: Ban) -> Choice | None:
        """Choose without weighing, where there is nothing to weigh: the field has one home, and that is in hand."""
        if need.sub is None or self.graph.is_abstract(x) or len(self.graph.homes(x, need.name)) > 1:
            return None
        hand = Hand(opened, (), ban)
        options = self.costs.held(hand, x, need.name) or list(self.costs.by_doors(hand, x, need))
        return Choice(options[0].cost, options[0]) if len(options) == 1 else None

    def _meet_apart(self, place: Place, x: str, need: Need, learn: Entry | None, ban: Ban) -> set[Draft]:
        drafts: set[Draft] = set()
        if learn is not None:
            self._enter(place, x, learn, None, ban)
        drafts.add(self._tell(place, ban))
        for concrete in self.costs.concretes([site.hold for site in place.sites], x):
            drafts |= self._meet_one(place, concrete, need, ban)
        return drafts

    def _tell(self, place: Place, ban: Ban) -> Draft:
        """Have the concrete type told at *place*."""
        if place.told_by is None:
            site = next((each for each in place.sites if self.holdings.tells(each.hold)), None)
            if site is None:
                opened = [each.hold for each in place.sites]
                learnt = self.costs.learn(Hand(opened, self._alternates(place, ban), ban), place.static)
                if learnt is None:
                    coordinate = f"{place.static}.__typename"
                    raise Unplannable(coordinate)
                site = self._enter(place, place.static, learnt[1], None, ban)
            site.selection.typename = True
            place.told_by = site.draft
        return place.told_by

    def _present(self) -> frozenset[Request]:
        """Give the requests that are made anyway: what is ready for one of them goes along."""
        return frozenset((draft.subgraph, draft.depth()) for draft in self.drafts if draft.key is not None)

    # Sites -----------------------------------------------------------------------------------------------------------

    def _select(self, site: Site, x: str, need: Need, join: FieldJoin) -> Selected:
        selection = site.selection if self.holdings.is_opaque(site.hold) else site.selection.on(x)
        need.is_promised = need.is_promised is not False and join.shape.endswith("!")
        selected = selection.fields.get(need.key)
        if selected is None:
            below = None if need.sub is None else Selection(join.named)
            selected = Selected(need.name, need.key, need.arguments, join.shape, below)
            selection.fields[need.key] = selected
        return selected

    def _below(self, place: Place, site: Site, x: str, need: Need, join: FieldJoin) -> Place:
        """Give the place below a field that is selected at *site*, with a site there."""
        below = self._select(site, x, need, join).selection
        assert below is not None  # noqa: S101 - only fields with a selection have a place below
        child = place.children.get((x, need.key))
        if child is None:
            assert need.sub is not None  # noqa: S101 - as above
            child = place.children[(x, need.key)] = Place(need.sub.static, place, x, need)
        if all(each.selection is not below for each in child.sites):
            self._sites += 1
            child.sites.append(Site(site.draft, self.holdings.below(site.hold, x, join, need.name), below))
        return child

    def _realise(self, place: Place, x: str, need: Need, option: Option, ban: Ban) -> Site:
        if option.opened >= 0:
            return place.sites[option.opened]
        if option.alternate >= 0:
            return self._through_parent(place, option.hold.subgraph, ban)
        assert option.entry is not None  # noqa: S101 - an option is one of the three
        needy = need if option.join.requires else None
        return self._enter(place, x, option.entry, needy, ban)

    def _enter(self, place: Place, x: str, entry: Entry, needy: Need | None, ban: Ban) -> Site:
        """Open a site by a door; *needy* is the field whose @requires must be met for it."""
        door = (x, entry.subgraph)
        after: set[Draft] = set()
        requires: Needs | None = None
        if entry.needs is not None:
            after |= self.meet(place, x, entry.needs, ban | {door})
        if needy is not None:
            join = self.holdings.says(Hold.entered(entry, x), x, needy.name)
            assert join is not None  # noqa: S101 - it was chosen for this field
            assert join.requires is not None  # noqa: S101 - and needs something
            requires = self.graph.field_set(entry.type, join.requires, entry.subgraph)
            after |= self.meet(place, x, requires, ban | {(*door, needy.name)})
            site = self._joinable(place, x, entry, requires, after)
            if site is not None:
                return site
        return self._open(place, x, entry, requires, after)

    def _open(self, place: Place, x: str, entry: Entry, requires: Needs | None, after: set[Draft]) -> Site:
        draft = Draft(len(self.drafts), entry.subgraph, place, x, Selection(entry.type))
        draft.after = set(after)
        draft.key = entry.needs
        if place.sites and place.parent is not None:
            draft.after.add(place.sites[0].draft)
        if place.told_by is not None:
            draft.after.add(place.told_by)
        if entry.needs is not None:
            draft.entry_type = entry.type
        if requires is not None:
            draft.requires.append(requires)
        self.drafts.append(draft)
        site = Site(
            draft,
            Hold.entered(entry, x, draft.depth()),
            draft.selection,
            needy=requires is not None,
        )
        place.sites.append(site)
        self._sites += 1
        return site

    def _joinable(self, place: Place, x: str, entry: Entry, requires: Needs, after: set[Draft]) -> Site | None:
        """Find a fetch that may carry one more @requires: it would not wait longer, nor ask a name twice."""
        for site in place.sites:
            draft = site.draft
            if draft.subgraph != entry.subgraph or draft.place is not place or draft.on != x or draft.key is None:
                continue
            if draft.entry_type != entry.type or any(each.waits_for(draft) for each in after):
                continue
            later = max((each.depth() for each in after), default=-1) >= draft.depth()
            if later or _conflict([draft.key, *draft.requires], requires):
                continue
            draft.after |= after
            if requires not in draft.requires:
                draft.requires.append(requires)
            return site
        return None

    # Through the parent ----------------------------------------------------------------------------------------------

    def _alternates(self, place: Place, ban: Ban) -> list[Alternate]:
        """Give the holds at *place* that could be opened by selecting the parent's field in another subgraph."""
        parent, need = place.parent, place.need
        if parent is None or need is None or self.graph.is_joint(place.on, need.name):
            return []
        state = (self._sites, ban)
        if place.alternates is None or place.alternates[0] != state:
            reached = {site.hold.subgraph for site in place.sites if site.draft.place is not place}
            ways = self._ways(parent, place.on, need, ban)
            found = [
                Alternate(self.holdings.below(option.hold, place.on, option.join, need.name), option.cost)
                for subgraph, option in ways.items()
                if subgraph not in reached
            ]
            place.alternates = (state, found)
        return place.alternates[1]

    def _ways(self, parent: Place, x: str, need: Need, ban: Ban) -> dict[str, Option]:
        """Give the cheapest way to a parent's field in each subgraph."""
        opened = [site.hold for site in parent.sites]
        hand = Hand(opened, self._alternates(parent, ban), ban)
        options = [*self.costs.held(hand, x, need.name), *self.costs.by_doors(hand, x, need)]
        ways: dict[str, Option] = {}
        for option in options:
            best = ways.get(option.hold.subgraph)
            if not option.join.requires and (best is None or option.cost.weight < best.cost.weight):
                ways[option.hold.subgraph] = option
        return ways

    def _through_parent(self, place: Place, subgraph: str, ban: Ban) -> Site:
        parent, need = place.parent, place.need
        assert parent is not None  # noqa: S101 - only a place with a parent has alternates
        assert need is not None  # noqa: S101 - as above
        option = self._ways(parent, place.on, need, ban)[subgraph]
        site = self._realise(parent, place.on, need, option, ban)
        self._below(parent, site, place.on, need, option.join)
        return next(each for each in place.sites if each.draft is site.draft and each.hold.subgraph == subgraph)


def _conflict(present: Iterable[Needs], more: Needs) -> bool:
    """Say whether two sets ask for one name with different arguments, at any depth."""
    keys: dict[tuple[str, ...], str] = {}
    return any(not _agree(keys, (), needs) for needs in (*present, more))


def _agree(keys: dict[tuple[str, ...], str], path: tuple[str, ...], needs: Needs) -> bool:
    for need in needs.items.values():
        here = (*path, need.name)
        if keys.setdefault(here, need.key) != need.key:
            return False
        if need.sub is not None and not _agree(keys, here, need.sub):
            return False
    return True
