"""Puts fetches into stages: as few of them as can be, and as few requests as fit into these.

Fetches of one subgraph in one stage become one request, so a fetch with time to spare waits for a neighbour.
"""

from collections.abc import Sequence

from gateway.federation.planning.sites import Draft

__all__ = ["schedule"]


def schedule(drafts: Sequence[Draft]) -> None:
    """Set the stage of every draft."""
    ordered = _in_order(drafts)
    earliest: dict[Draft, int] = {}
    dependents: dict[Draft, list[Draft]] = {draft: [] for draft in drafts}
    for draft in ordered:
        earliest[draft] = max((earliest[each] + 1 for each in draft.after), default=0)
        for each in draft.after:
            dependents[each].append(draft)
    last = max(earliest.values(), default=0)
    used: set[tuple[str, int, bool]] = set()
    for draft in sorted(ordered, key=lambda each: -earliest[each]):
        latest = min((each.stage for each in dependents[draft]), default=last + 1) - 1
        by_key = draft.key is not None
        shared = (each for each in range(earliest[draft], latest + 1) if (draft.subgraph, each, by_key) in used)
        draft.stage = next(shared, earliest[draft]) if by_key else earliest[draft]
        used.add((draft.subgraph, draft.stage, by_key))


def _in_order(drafts: Sequence[Draft]) -> list[Draft]:
    """Give drafts so that each comes after those it waits for."""
    ordered: dict[Draft, None] = {}

    def visit(draft: Draft) -> None:
        if draft not in ordered:
            for each in sorted(draft.after, key=lambda other: other.number):
                visit(each)
            ordered[draft] = None

    for draft in drafts:
        visit(draft)
    return list(ordered)
