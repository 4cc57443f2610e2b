"""Hears what subgraphs answer: values go to the store, and whatever is lost is lost with its cause."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.subgraph import GraphqlResponse
from gateway.federation.execution.answers import Cause
from gateway.federation.execution.gathering import Part
from gateway.federation.execution.leaves import is_shallow
from gateway.federation.execution.store import MISBEHAVED, Object, Store, rename, renamed_path
from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.plan import Fetch

__all__ = ["hear_entities", "hear_root", "not_asked"]


def hear_root(store: Store, fetch: Fetch, targets: Sequence[Object], response: GraphqlResponse | Cause) -> None:
    """Hear the answer of a request to a root type."""
    if not isinstance(response, GraphqlResponse):
        for target in targets:
            store.lose(target, fetch.selection, response)
        return
    data = response.data
    if data is not None and fetch.renames:
        rename(data, fetch.renames)
    if data is None or response.errors:
        _hear_root_errors(store, fetch, targets, response)
    if data is not None:
        for target in targets:
            store.merge(target, dict(data) if len(targets) > 1 else data, fetch)  # type: ignore[arg-type]  # JSON objects are dicts


def _hear_root_errors(store: Store, fetch: Fetch, targets: Sequence[Object], response: GraphqlResponse) -> None:
    causes = [_cause(error, fetch.subgraph) for error in response.errors]
    if response.data is None and not causes:
        causes = [Cause(f"Subgraph {fetch.subgraph} gave neither data nor an error", MISBEHAVED, fetch.subgraph)]
    whole: list[Cause] = []
    for cause, error in zip(causes, response.errors or ({},), strict=False):
        steps = renamed_path(_path(error), fetch.renames)
        if steps and _locate(store, response.data or {}, steps, cause, targets):
            whole.append(cause.spread())
        elif response.data is None:
            whole.append(cause)
        else:
            store.causes.append(cause)
    if response.data is None:
        for target in targets:
            store.lose(target, fetch.selection, *whole)


def _locate(
    store: Store, data: Mapping[str, Any], steps: Sequence[str | int], cause: Cause, targets: Sequence[Object]
) -> bool:
    if isinstance(steps[0], str) and data.get(steps[0]) is None:
        cause.below = tuple(steps[1:])
        for target in targets:
            store.blame(target, steps[0], cause)
        return True
    return store.locate(data, steps, cause)


def not_asked(store: Store, part: Part) -> None:
    """Lose what cannot be asked for, for the cause of what it lacks."""
    for fetch, target, lack in part.unsent:
        causes = [cause.spread() for cause in store.lost.get((id(lack.holder), lack.key), ())]
        if not causes:
            message = f"{fetch.entry_type} cannot be asked for at subgraph {fetch.subgraph}: it has no {lack.key} here"
            causes = [Cause(message, MISBEHAVED, fetch.subgraph)]
        store.lose(target, fetch.selection, *causes)


def hear_entities(store: Store, subgraph: str, parts: Sequence[Part], response: GraphqlResponse | Cause) -> None:
    """Hear the answer of a request by key."""
    if not isinstance(response, GraphqlResponse):
        for part in parts:
            _lose_all(store, part, [response])
        return
    if len(parts) == 1 and not response.errors and response.data is not None:
        part = parts[0]
        entities: Any = response.data.get(part.alias)
        if entities.__class__ is list and len(entities) == len(part.representations):
            _absorb(store, part, entities, ())
            return
    heard: list[tuple[Part, list[Any]]] = []
    told: list[Mapping[str, Any]] = []
    for part in parts:
        found: Any = response.data.get(part.alias) if response.data is not None else None
        if found.__class__ is list and len(found) == len(part.representations):
            heard.append((part, found))
        else:
            errors = [error for error in response.errors if _concerns(error, part.alias)]
            wrong = Cause(f"Subgraph {subgraph} gave other objects than it was asked for", MISBEHAVED, subgraph)
            _lose_all(store, part, [_cause(error, subgraph) for error in errors] or [wrong])
            told += errors
    errors = [error for error in response.errors if error not in told]
    causes = [(error, _cause(error, subgraph)) for error in errors]
    placeless = [cause for error, cause in causes if not _hear_error(store, heard, error, cause)]
    if placeless and not any(entity is None for _, found in heard for entity in found):
        store.causes += placeless
    for part, found in heard:
        _absorb(store, part, found, placeless)


def _lose_all(store: Store, part: Part, causes: Sequence[Cause]) -> None:
    for index in range(len(part.objects)):
        for fetch, target in part.targets(index):
            store.lose(target, fetch.selection, *causes)


def _hear_error(store: Store, heard: Sequence[tuple[Part, list[Any]]], error: Mapping[str, Any], cause: Cause) -> bool:
    """Blame what a subgraph's own error points at; False where it points at nothing."""
    path = _path(error)
    if len(path) > 1:
        for part, entities in heard:
            index = path[1]
            if part.alias == path[0] and isinstance(index, int) and 0 <= index < len(entities):
                return _blame(store, part.targets(index), entities[index], path[2:], cause)
    return False


def _blame(
    store: Store,
    targets: Sequence[tuple[Fetch, Object]],
    entity: Any,  # noqa: ANN401 - any JSON
    path: Sequence[str | int],
    cause: Cause,
) -> bool:
    steps = renamed_path(path, targets[0][0].renames)
    if entity is not None and steps:
        return store.locate(entity, steps, cause)
    if isinstance(entity, dict) and None not in entity.values():
        store.causes.append(cause)  # it is no loss of anything, and is told all the same
        return True
    cause.below = tuple(steps[1:])
    for fetch, target in targets:
        if steps and steps[0] in fetch.selection.fields:
            store.blame(target, steps[0], cause)
            store.lose(target, fetch.selection, cause.spread())
        else:
            store.lose(target, fetch.selection, cause)
    return True


def _absorb(store: Store, part: Part, entities: Sequence[Any], placeless: Sequence[Cause]) -> None:
    for index in range(_absorb_plain(store, part, entities), len(entities)):
        entity, targets = entities[index], part.targets(index)
        fetch, target = targets[0]
        problem = _problem(entity, part.representations[index], fetch)
        if problem is not None:
            cause = Cause(f"Subgraph {fetch.subgraph} gave {problem}", MISBEHAVED, fetch.subgraph)
            causes = placeless if entity is None and placeless else (cause,)
            for each, target in targets:
                store.lose(target, each.selection, *causes)
        elif fetch.is_plain and len(targets) == 1 and not store.lost:
            target.update(entity)
        else:
            if fetch.renames:
                rename(entity, fetch.renames)
            for each, target in targets:
                store.merge(target, entity, each)


def _absorb_plain(store: Store, part: Part, entities: Sequence[Any]) -> int:
    """Add what came as it should, as far as it did; give how many that are."""
    plain = part.plain
    if plain is None or not plain.is_echoed or store.lost or part.others:
        return 0
    kind, name, key, _ = plain
    for index, (sent, target, entity) in enumerate(zip(part.representations, part.objects, entities, strict=True)):
        if entity.__class__ is not dict or entity.get(TYPENAME, kind) != kind or entity.get(key) != sent[name]:
            return index
        target.update(entity)
    return len(entities)


def _problem(entity: Any, representation: Object, fetch: Fetch) -> str | None:  # noqa: ANN401 - any JSON
    """Say what is wrong with an entity that came for a representation; None if nothing is."""
    if entity is None:
        return f"no {fetch.entry_type} for this key"
    if entity.__class__ is not dict:
        return "no object where one is due"
    if fetch.is_concrete and entity.get(TYPENAME, fetch.entry_type) != fetch.entry_type:
        return "an object of another type than it was asked for"
    for name, key, _, _ in fetch.echoes:
        value = entity.get(key)
        if value != representation[name] and not _is_same(value, representation[name]):
            return "another object than it was asked for"
    return None


def _is_same(echo: Any, sent: Any) -> bool:  # noqa: ANN401 - any JSON
    """Say whether a part of a key came back as it was sent; what did not come back says nothing."""
    if echo is None:
        return True
    if isinstance(sent, dict):
        return isinstance(echo, dict) and all(_is_same(echo.get(name), value) for name, value in sent.items())
    if isinstance(sent, list):
        return isinstance(echo, list) and len(echo) == len(sent) and all(map(_is_same, echo, sent))
    return str(echo) == str(sent)


def _cause(error: Mapping[str, Any], subgraph: str) -> Cause:
    told = error.get("extensions")
    extensions = dict(told) if isinstance(told, dict) else {}
    code = extensions.pop("code", None)
    if not is_shallow(extensions):
        extensions = {}  # they could not be written
    message = error.get("message")
    return Cause(
        message if isinstance(message, str) else f"Subgraph {subgraph} gave an error without a message",
        code if isinstance(code, str) else "DOWNSTREAM_SERVICE_ERROR",
        subgraph,
        extensions,
    )


def _path(error: Mapping[str, Any]) -> Sequence[str | int]:
    """Give where an error points; what is no path of names and numbers points nowhere."""
    path = error.get("path")
    return path if isinstance(path, list | tuple) and all(step.__class__ in (str, int) for step in path) else ()


def _concerns(error: Mapping[str, Any], alias: str) -> bool:
    """Say whether an error may be about one field of the request."""
    path = _path(error)
    return not path or path[0] == alias
