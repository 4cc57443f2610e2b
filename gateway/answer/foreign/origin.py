"""Where a foreign graph comes from: a supergraph's SDL, or subgraphs that are composed here and now."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from connectors.sources.subgraph import SubgraphSource
from connectors.subgraph import Subgraph
from gateway.errors import StartRefused
from gateway.federation.composition import CompositionRefused, Problem, compose, unserved
from gateway.federation.planning import JoinedGraph, NoSupergraph, read_supergraph
from gateway.settings import Foreign

__all__ = ["open_sources", "read_graph", "read_subgraphs", "read_text"]


def read_graph(foreign: Foreign) -> JoinedGraph:
    """Give the graph that the settings name.

    Raises:
        StartRefused: the file cannot be read, or does not hold such a graph; every problem of a composition, or of
            what the graph demands and is not carried out here, with its mend.

    """
    if foreign.subgraphs is not None:
        graph = _read(foreign.subgraphs, _composed(foreign.subgraphs))
    elif foreign.supergraph is not None:
        graph = _read(foreign.supergraph, read_text(foreign.supergraph))
    else:
        message = "there is no foreign graph: set foreign.supergraph or foreign.subgraphs"
        raise StartRefused(message)
    open_sources(graph, foreign)  # an address that cannot be used is found now, not by the first question
    return graph


def open_sources(graph: JoinedGraph, foreign: Foreign) -> Mapping[str, SubgraphSource]:
    """Give each subgraph's source; nothing is connected yet.

    Raises:
        StartRefused: an address cannot be used.

    """
    sources: dict[str, SubgraphSource] = {}
    problems = []
    for name, url in graph.subgraphs.items():
        try:
            sources[name] = SubgraphSource(
                url,
                deadline_s=foreign.deadline_s,
                most_bytes=foreign.response_bytes,
                connections=foreign.connections,
            )
        except ValueError as error:
            problems.append(f"subgraph {name!r}: {error}")
    if problems:
        raise StartRefused("\n".join(problems))
    return sources


def _read(file: Path, sdl: str) -> JoinedGraph:
    try:
        graph = read_supergraph(sdl)
    except NoSupergraph as error:
        message = f"{file} holds no supergraph that can be served: {error}"
        raise StartRefused(message) from error
    if problems := unserved(sdl):
        heading = f"the graph of {file} cannot be served as it must be"
        raise _refused(heading, problems)
    return graph


def _composed(file: Path) -> str:
    try:
        return compose(read_subgraphs(file)).supergraph
    except CompositionRefused as refused:
        heading = f"the subgraphs of {file} do not compose"
        raise _refused(heading, refused.problems) from refused


def _refused(heading: str, problems: Sequence[Problem]) -> StartRefused:
    count = len(problems)
    return StartRefused("\n".join([f"{heading}: {count} problem{'s' if count > 1 else ''}", *_lines(problems)]))


def _lines(problems: Sequence[Problem]) -> Iterator[str]:
    for each in problems:
        where = f" at {each.coordinate}" if each.coordinate else ""
        whose = f" ({', '.join(each.subgraphs)})" if each.subgraphs else ""
        first, *others = each.message.english.splitlines()
        yield f"{each.code}{where}{whose}: {first}"
        yield from (f"    {line}" for line in others)
        yield f"    mend: {each.mend.english}"


def read_subgraphs(file: Path) -> list[Subgraph]:
    """Give the subgraphs of a JSON list of ``{name, url, sdl}``.

    Raises:
        StartRefused: the file is no such list.

    """
    message = f"{file} is no JSON list of subgraphs, each with the texts name, url and sdl"
    try:
        listed = orjson.loads(read_text(file))
    except orjson.JSONDecodeError as error:
        raise StartRefused(message) from error
    if not isinstance(listed, list) or not listed or not all(map(_is_subgraph, listed)):
        raise StartRefused(message)
    return [Subgraph(each["name"], each["url"], each["sdl"]) for each in listed]


def _is_subgraph(said: Any) -> bool:  # noqa: ANN401 (JSON)
    return isinstance(said, dict) and all(isinstance(said.get(key), str) for key in Subgraph._fields)


def read_text(file: Path) -> str:
    """Give the text of a file.

    Raises:
        StartRefused: it cannot be read, or is no text.

    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        message = f"{file} cannot be read: {reason}"
        raise StartRefused(message) from error
