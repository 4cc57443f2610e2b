"""What a new or changed subgraph would change of a federation, and what it would break."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphql import GraphQLSchema

from connectors.subgraph import Subgraph
from gateway.answer.foreign import read_subgraphs, read_text
from gateway.errors import StartRefused, Text
from gateway.federation.composition import Composed, CompositionRefused, Hint, Problem, compose, unserved
from gateway.federation.composition.changes import Change, Severity, changes
from gateway.federation.planning import NoSupergraph, read_supergraph

__all__ = ["Checked", "Unreadable", "check_subgraphs", "checked_lines", "checked_tree"]


class Unreadable(ValueError):
    """A file is not what it was given for; the text says what it should be."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of the check: problems, or hints and changes; ``compared`` says whether there was a before."""

    problems: tuple[Problem, ...] = ()
    unserved: tuple[Problem, ...] = ()
    """Why what composes is not served."""
    hints: tuple[Hint, ...] = ()
    changes: tuple[Change, ...] = ()
    compared: bool = False

    @property
    def breaking(self) -> int:
        """Count the changes that break operations."""
        return sum(each.severity is Severity.BREAKING for each in self.changes)

    @property
    def fine(self) -> bool:
        """Say whether it may be put into service as it is."""
        return not self.problems and not self.unserved and not self.breaking


def check_subgraphs(file: Path, replaced: Sequence[tuple[str, Path]], against: Path | None) -> Checked:
    """Compose the subgraphs of *file* with those *replaced* or added by name, and compare with what was before.

    Before is the graph of *against* (a supergraph, or a list of subgraphs), else *file* without what is replaced.

    Raises:
        Unreadable: a file is not what it was given for.

    """
    present = _subgraphs(file)
    proposed = {each.name: each for each in present}
    for name, sdl in replaced:
        url = proposed[name].url if name in proposed else ""
        proposed[name] = Subgraph(name, url, _text(sdl))
    after = list(proposed.values()) if replaced else present
    before = _before(present if replaced else None, against)
    try:
        composed = compose(after)
    except CompositionRefused as refused:
        return Checked(refused.problems)
    demanded = unserved(composed.supergraph)
    if before is None:
        return Checked(unserved=demanded, hints=composed.hints)
    found = tuple(changes(before, _api(composed)))
    return Checked(unserved=demanded, hints=composed.hints, changes=found, compared=True)


def _before(present: Sequence[Subgraph] | None, against: Path | None) -> GraphQLSchema | None:
    """Give the API before; None where there is none, or none that composes."""
    if against is not None:
        text = _text(against)
        if not text.lstrip().startswith("["):
            return _read(against, text)
        present = _subgraphs(against)
    if present is None:
        return None
    try:
        return _api(compose(present))
    except CompositionRefused:
        return None


def _api(composed: Composed) -> GraphQLSchema:
    return read_supergraph(composed.supergraph).api


def _read(file: Path, sdl: str) -> GraphQLSchema:
    try:
        return read_supergraph(sdl).api
    except NoSupergraph as error:
        message = f"{file} holds neither a supergraph nor a JSON list of subgraphs: {error}"
        raise Unreadable(message) from error


def _subgraphs(file: Path) -> list[Subgraph]:
    try:
        return read_subgraphs(file)
    except StartRefused as refused:
        raise Unreadable(refused.detail.english) from refused


def _text(file: Path) -> str:
    try:
        return read_text(file)
    except StartRefused as refused:
        raise Unreadable(refused.detail.english) from refused


def checked_lines(checked: Checked) -> Iterator[str]:
    """Tell it for a person: problems each with their mend, or changes and hints."""
    for each in checked.problems or checked.unserved:
        yield _line(each.code, each)
        yield f"    mend: {each.mend.english}"
    if checked.problems:
        return
    width = max((len(each.coordinate) for each in checked.changes), default=0)
    for change in checked.changes:
        yield f"{change.severity.value:9}  {change.kind.value:7}  {change.coordinate:{width}}  {change.description}"
    for hint in checked.hints:
        yield _line(f"hint: {hint.code}", hint)
    compared = "nothing to compare with" if not checked.compared else _count(len(checked.changes), "change")
    yield f"The subgraphs compose: {compared}, {checked.breaking} breaking, {_count(len(checked.hints), 'hint')}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _line(code: str, each: Problem | Hint) -> str:
    where = f" at {each.coordinate}" if each.coordinate else ""
    whose = f" ({', '.join(each.subgraphs)})" if each.subgraphs else ""
    return f"{code}{where}{whose}: {each.message.english}"


def checked_tree(checked: Checked) -> dict[str, object]:
    """Tell it for a program: ``fine``, ``composes``, problems, changes and hints, the texts in both languages."""
    return {
        "fine": checked.fine,
        "composes": not checked.problems,
        "compared": checked.compared,
        "breaking": checked.breaking,
        "problems": [{**_tree(each), "mend": _texts(each.mend)} for each in checked.problems],
        "unserved": [{**_tree(each), "mend": _texts(each.mend)} for each in checked.unserved],
        "changes": [
            {
                "severity": each.severity.value,
                "kind": each.kind.value,
                "coordinate": each.coordinate,
                "description": each.description,
            }
            for each in checked.changes
        ],
        "hints": [_tree(each) for each in checked.hints],
    }


def _tree(each: Problem | Hint) -> dict[str, object]:
    return {
        "code": each.code,
        "coordinate": each.coordinate,
        "subgraphs": list(each.subgraphs),
        "message": _texts(each.message),
    }


def _texts(text: Text) -> dict[str, str]:
    return {"en": text.english, "zh": text.chinese}
