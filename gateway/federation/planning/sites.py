"""What a plan is drawn with: places of the answer, the fetches that reach them, and the sites where these stand.

A *site* is one subgraph's selection at one place. Sites are opened lazily: only when a need cannot be met where
the place is in hand already.
"""

from gateway.federation.planning.costs import Alternate
from gateway.federation.planning.holdings import Hold
from gateway.federation.planning.needs import Arguments, Need, Needs

__all__ = ["Draft", "Place", "Selected", "Selection", "Site"]


class Selected:
    """One field of a selection."""

    __slots__ = ("arguments", "is_joint", "key", "name", "selection", "shape")

    def __init__(self, name: str, key: str, arguments: Arguments, shape: str, selection: "Selection | None") -> None:
        """Select *name* as *key*; *shape* is its type in that subgraph."""
        self.name = name
        self.key = key
        self.arguments = arguments
        self.shape = shape
        self.selection = selection
        self.is_joint = False
        """What is said here is a part of what stands there."""


class Selection:
    """A selection set in a subgraph's request: fields on its own type, and on narrower ones."""

    __slots__ = ("fields", "narrowed", "type", "typename")

    def __init__(self, type_name: str) -> None:
        """Start with nothing on *type_name*."""
        self.type = type_name
        self.fields: dict[str, Selected] = {}
        self.narrowed: dict[str, Selection] = {}
        self.typename = False

    def on(self, x: str) -> "Selection":
        """Give the part on *x*."""
        if x == self.type:
            return self
        found = self.narrowed.get(x)
        if found is None:
            found = self.narrowed[x] = Selection(x)
        return found


class Draft:
    """A fetch while the plan is drawn."""

    __slots__ = ("after", "entry_type", "key", "number", "on", "place", "requires", "selection", "stage", "subgraph")

    def __init__(self, number: int, subgraph: str, place: "Place", on: str, selection: Selection) -> None:
        """Fetch from *subgraph* for the objects at *place* that are an *on*."""
        self.number = number
        self.subgraph = subgraph
        self.place = place
        self.on = on
        self.selection = selection
        self.entry_type: str | None = None
        """How the objects are called there; None for a root type."""
        self.key: Needs | None = None
        self.requires: list[Needs] = []
        self.after: set[Draft] = set()
        self.stage = 0

    def waits_for(self, other: "Draft") -> bool:
        """Say whether this fetch is, or comes after, another."""
        seen: set[Draft] = set()
        left: list[Draft] = [self]
        while left:
            draft = left.pop()
            if draft is other:
                return True
            if draft not in seen:
                seen.add(draft)
                left.extend(draft.after)
        return False

    def depth(self) -> int:
        """Give how many fetches come one after the other before this one."""
        return _depth(self, {})


def _depth(draft: Draft, known: dict[Draft, int]) -> int:
    found = known.get(draft)
    if found is None:
        earlier = sorted(draft.after, key=lambda each: each.number)
        found = known[draft] = max((_depth(each, known) + 1 for each in earlier), default=0)
    return found


class Site:
    """One subgraph's selection at one place."""

    __slots__ = ("draft", "hold", "needy", "selection")

    def __init__(self, draft: Draft, hold: Hold, selection: Selection, *, needy: bool = False) -> None:
        """Stand in *draft*; *needy* where it waits for what a @requires asks."""
        self.draft = draft
        self.hold = hold
        self.selection = selection
        self.needy = needy


class Place:
    """A place of the answer: the objects that one path of fields leads to."""

    __slots__ = ("agreed", "alternates", "children", "need", "on", "parent", "sites", "static", "told_by")

    def __init__(self, static: str, parent: "Place | None" = None, on: str = "", need: Need | None = None) -> None:
        """Stand below *need* of the *on* at *parent*."""
        self.static = static
        self.parent = parent
        self.on = on
        self.need = need
        self.sites: list[Site] = []
        self.children: dict[tuple[str, ...], Place] = {}
        """By type and key; of a joint field, one for each subgraph."""
        self.agreed: frozenset[str] | None = None
        """Of a union: the members that all subgraphs know which resolve the field."""
        self.alternates: tuple[object, list[Alternate]] | None = None
        """The holds that could be opened through the parent, and when that was found."""
        self.told_by: Draft | None = None
        """The fetch that tells the concrete type, where it was asked."""
