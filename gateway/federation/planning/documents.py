"""Writes the requests of a plan as GraphQL.

Fields stand under their keys. Where one key has two shapes on different types of one selection, which GraphQL does
not allow, the later one gets another name for the way, and *renames* say how it is called when it is back.
"""

from collections.abc import Iterable

from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.sites import Selected, Selection

__all__ = ["Renames", "Written", "agrees", "write"]


class Renames:
    """Where the names in a response differ from the keys."""

    __slots__ = ("below", "names")

    def __init__(self) -> None:
        """Start with nothing renamed."""
        self.names: dict[str, str] = {}
        self.below: dict[str, Renames] = {}

    def __bool__(self) -> bool:
        """Say whether anything is renamed."""
        return bool(self.names or self.below)


class Written:
    """A selection, written."""

    __slots__ = ("renames", "text", "variables")

    def __init__(self, text: str, variables: tuple[str, ...], renames: Renames) -> None:
        """Keep the text with its braces, the variables in it, and the renames."""
        self.text = text
        self.variables = variables
        self.renames = renames


def write(selection: Selection) -> Written:
    """Write a selection of one subgraph."""
    writer = _Writer()
    renames = Renames()
    text = writer.selection(selection, renames)
    return Written(text, tuple(writer.variables), renames)


class _Writer:
    def __init__(self) -> None:
        self.variables: dict[str, None] = {}
        self._renamed = 0

    def selection(self, selection: Selection, renames: Renames) -> str:
        taken: dict[str, list[tuple[str, Selected]]] = {}
        parts = [TYPENAME] if selection.typename else []
        parts += self._fields(selection, taken, renames)
        for narrowed in selection.narrowed.values():
            inner = self._fields(narrowed, taken, renames)
            if inner:
                parts.append(f"... on {narrowed.type} {{ {' '.join(inner)} }}")
        return f"{{ {' '.join(parts) or TYPENAME} }}"

    def _fields(
        self, selection: Selection, taken: dict[str, list[tuple[str, Selected]]], renames: Renames
    ) -> Iterable[str]:
        return [self._field(each, taken, renames) for each in selection.fields.values()]

    def _field(self, field: Selected, taken: dict[str, list[tuple[str, Selected]]], renames: Renames) -> str:
        name = self._name(field, taken.setdefault(field.key, []), renames)
        self.variables.update(dict.fromkeys(field.arguments.variables))
        called = field.name if name == field.name else f"{name}: {field.name}"
        text = called + field.arguments.text
        if field.selection is None:
            return text
        below = Renames()
        text = f"{text} {self.selection(field.selection, below)}"
        if below:
            renames.below[name] = below
        return text

    def _name(self, field: Selected, taken: list[tuple[str, Selected]], renames: Renames) -> str:
        clashing = [name for name, other in taken if not agrees(field, other)]
        name = next((name for name, _ in taken if name not in clashing), None)
        if name is None:
            name = field.key
            if taken:
                self._renamed += 1
                name = f"{field.key}_{self._renamed}"
                renames.names[name] = field.key
        taken.append((name, field))
        return name


def agrees(one: Selected, other: Selected) -> bool:
    """Say whether two selections of one key may share their name: the same shape, all the way down."""
    if one.selection is None or other.selection is None:
        return one.shape == other.shape and one.selection is other.selection
    if _wrapping(one.shape) != _wrapping(other.shape):
        return False
    theirs: dict[str, list[Selected]] = {}
    for each in _all(other.selection):
        theirs.setdefault(each.key, []).append(each)
    return all(agrees(each, twin) for each in _all(one.selection) for twin in theirs.get(each.key, ()))


def _all(selection: Selection) -> Iterable[Selected]:
    yield from selection.fields.values()
    for narrowed in selection.narrowed.values():
        yield from narrowed.fields.values()


def _wrapping(shape: str) -> str:
    return "".join(each for each in shape if each in "[]!")
