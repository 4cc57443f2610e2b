"""The directives and scalars of the Federation specification, by version, and the specifications that are carried on.

A *carried* directive of a subgraph stands in the supergraph too, under a specification of its own.
"""

from dataclasses import dataclass
from typing import Final

from gateway.federation.composition.links import FEDERATION, Feature, Links, Version

__all__ = [
    "CARRIED",
    "KNOWN_VERSIONS",
    "Carried",
    "Provided",
    "is_known",
    "meaning_of",
    "provided_directives",
    "provided_scalars",
    "unknown_imports",
]

_APOLLO: Final = "https://specs.apollo.dev"
KNOWN_VERSIONS: Final = tuple(Version(2, minor) for minor in range(15))
_FIRST: Final = Version(2, 0)
_NEVER: Final = Version(99, 0)
_EVERYWHERE: Final = (
    "FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT"
    " | INPUT_FIELD_DEFINITION"
)
_COSTLY: Final = "ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR"
_GUARDED: Final = "FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM"


@dataclass(frozen=True, slots=True)
class Provided:
    """A directive that Federation provides; ``{Scalar}`` in ``after`` is the subgraph's name for that scalar."""

    after: str
    since: Version = _FIRST
    until: Version = _NEVER


_PROVIDED: Final[tuple[tuple[str, Provided], ...]] = (
    ("key", Provided("(fields: {FieldSet}!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE")),
    ("requires", Provided("(fields: {FieldSet}!) on FIELD_DEFINITION")),
    ("provides", Provided("(fields: {FieldSet}!) on FIELD_DEFINITION")),
    ("external", Provided("(reason: String) on OBJECT | FIELD_DEFINITION")),
    ("extends", Provided(" on OBJECT | INTERFACE")),
    ("tag", Provided(f"(name: String!) repeatable on {_EVERYWHERE}", until=Version(2, 3))),
    ("tag", Provided(f"(name: String!) repeatable on {_EVERYWHERE} | SCHEMA", Version(2, 3))),
    ("shareable", Provided(" on OBJECT | FIELD_DEFINITION", until=Version(2, 2))),
    ("shareable", Provided(" repeatable on OBJECT | FIELD_DEFINITION", Version(2, 2))),
    ("inaccessible", Provided(f" on {_EVERYWHERE}")),
    ("override", Provided("(from: String!) on FIELD_DEFINITION", until=Version(2, 7))),
    ("override", Provided("(from: String!, label: String) on FIELD_DEFINITION", Version(2, 7))),
    ("composeDirective", Provided("(name: String) repeatable on SCHEMA", Version(2, 1))),
    ("interfaceObject", Provided(" on OBJECT", Version(2, 3))),
    ("authenticated", Provided(f" on {_GUARDED}", Version(2, 5))),
    ("requiresScopes", Provided(f"(scopes: [[{{Scope}}!]!]!) on {_GUARDED}", Version(2, 5))),
    ("policy", Provided(f"(policies: [[{{Policy}}!]!]!) on {_GUARDED}", Version(2, 6))),
    ("context", Provided("(name: String!) repeatable on INTERFACE | OBJECT | UNION", Version(2, 8))),
    ("fromContext", Provided("(field: {ContextFieldValue}) on ARGUMENT_DEFINITION", Version(2, 8))),
    (
        "cost",
        Provided(
            f"(weight: Int!) on {_COSTLY}",
            Version(2, 9),
        ),
    ),
    (
        "listSize",
        Provided(
            "(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],"
            " requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
            Version(2, 9),
        ),
    ),
    ("cacheTag", Provided("(format: String!) repeatable on OBJECT | FIELD_DEFINITION", Version(2, 12))),
)
_SCALARS: Final[dict[str, Version]] = {
    "FieldSet": Version(2, 0),
    "Scope": Version(2, 5),
    "Policy": Version(2, 6),
    "ContextFieldValue": Version(2, 8),
}
_FEDERATION_1: Final = ("key", "requires", "provides", "external", "tag", "extends")


@dataclass(frozen=True, slots=True)
class Carried:
    """A directive that the supergraph carries, with the specification that it stands under there.

    ``{name}`` is what the supergraph calls the directive, ``{spec}`` what it calls the specification.
    """

    specification: str
    version: Version
    definition: str
    purpose: str | None = None
    scalar: str | None = None


CARRIED: Final[dict[str, Carried]] = {
    "tag": Carried("tag", Version(0, 3), f"directive @{{name}}(name: String!) repeatable on {_EVERYWHERE} | SCHEMA"),
    "inaccessible": Carried("inaccessible", Version(0, 2), f"directive @{{name}} on {_EVERYWHERE}", purpose="SECURITY"),
    "authenticated": Carried("authenticated", Version(0, 1), f"directive @{{name}} on {_GUARDED}", purpose="SECURITY"),
    "requiresScopes": Carried(
        "requiresScopes",
        Version(0, 1),
        f"directive @{{name}}(scopes: [[{{spec}}__Scope!]!]!) on {_GUARDED}",
        purpose="SECURITY",
        scalar="Scope",
    ),
    "policy": Carried(
        "policy",
        Version(0, 1),
        f"directive @{{name}}(policies: [[{{spec}}__Policy!]!]!) on {_GUARDED}",
        purpose="SECURITY",
        scalar="Policy",
    ),
    "context": Carried(
        "context",
        Version(0, 1),
        "directive @{name}(name: String!) repeatable on INTERFACE | OBJECT | UNION",
        purpose="SECURITY",
        scalar="ContextFieldValue",
    ),
    "cost": Carried(
        "cost",
        Version(0, 1),
        f"directive @{{name}}(weight: Int!) on {_COSTLY}",
    ),
    "listSize": Carried(
        "cost",
        Version(0, 1),
        "directive @{name}(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],"
        " requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
    ),
}


def is_known(identity: str) -> bool:
    """Say whether a specification's directives mean something to composition."""
    return identity == FEDERATION or any(identity == f"{_APOLLO}/{each.specification}" for each in CARRIED.values())


def meaning_of(local: str, links: Links, defined: frozenset[str]) -> str:
    """Give what a subgraph's directive means in the Federation specification; empty if it is the subgraph's own.

    In Federation 1 a later directive means what it says if the subgraph *defined* it.
    """
    source = links.directive(local)
    if source is not None:
        feature, name = source
        return name if is_known(feature.url.identity) else ""
    if links.federation is not None:
        return ""
    later = {name for name, each in _PROVIDED if each.since <= Version(2, 4)}
    return local if local in _FEDERATION_1 or (local in later and local in defined) else ""


def unknown_imports(feature: Feature) -> list[str]:
    """Give what a subgraph imports from a known specification that it does not have in that version."""
    name, version = feature.url.name, feature.url.version
    if feature.url.identity == FEDERATION:
        known = {f"@{each}" for each, one in _PROVIDED if one.since <= version < one.until}
        known |= {each for each, since in _SCALARS.items() if since <= version}
    elif is_known(feature.url.identity):
        carried = {each: one for each, one in CARRIED.items() if one.specification == name}
        known = {f"@{each}" for each in carried} | {one.scalar for one in carried.values() if one.scalar}
        known |= {"@fromContext"} if "context" in carried else set()
    else:
        return []
    return [theirs for theirs, _ in feature.imports if theirs not in known]


def _names(links: Links) -> tuple[dict[str, str], dict[str, str], Version]:
    """Give the subgraph's names of directives and scalars, and the version that it uses."""
    federation = links.federation
    if federation is None:
        scalars = {name: f"_{name}" for name in _SCALARS}
        return {name: name for name in _FEDERATION_1}, scalars, Version(2, 0)
    names = {name: federation.directive(name) for name, _ in _PROVIDED}
    for feature in links.features:
        if feature is not federation and is_known(feature.url.identity):
            names |= {
                name: feature.directive(name)
                for name, each in CARRIED.items()
                if each.specification == feature.url.name
            }
    return names, {name: federation.type(name) for name in _SCALARS}, federation.url.version


def provided_directives(links: Links) -> dict[str, str]:
    """Give the definition of each directive that the subgraph may use without defining it, by its name there."""
    names, scalars, version = _names(links)
    given = {
        names[name]: f"directive @{names[name]}{each.after.format(**scalars)}"
        for name, each in _PROVIDED
        if name in names and each.since <= version < each.until
    }
    for feature in links.features:
        for name, carried in CARRIED.items():
            if feature.url.identity == f"{_APOLLO}/{carried.specification}":
                local = feature.directive(name)
                given[local] = carried.definition.format(name=local, spec=feature.name)
    link = links.link_name
    given.setdefault(
        link,
        f"directive @{link}(url: String, as: String, for: {link}__Purpose, import: [{link}__Import])"
        " repeatable on SCHEMA",
    )
    return given


def provided_scalars(links: Links) -> dict[str, str]:
    """Give the definition of each scalar or enum that those directives need, by its name in the subgraph."""
    _, scalars, _ = _names(links)
    given = {local: f"scalar {local}" for local in scalars.values()}
    for feature in links.features:
        for carried in CARRIED.values():
            if carried.scalar and feature.url.identity == f"{_APOLLO}/{carried.specification}":
                given[f"{feature.name}__{carried.scalar}"] = f"scalar {feature.name}__{carried.scalar}"
    link = links.link_name
    given[f"{link}__Import"] = f"scalar {link}__Import"
    given[f"{link}__Purpose"] = f"enum {link}__Purpose {{ SECURITY EXECUTION }}"
    return given
