"""`@link`: which specifications a subgraph uses, in which version, and under which names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from graphql import ConstDirectiveNode, value_from_ast_untyped

from gateway.errors import Text

__all__ = ["CORE", "FEDERATION", "LINK", "Feature", "LinkProblem", "Links", "Url", "Version", "read_links"]

_APOLLO: Final = "https://specs.apollo.dev"
FEDERATION: Final = f"{_APOLLO}/federation"
LINK: Final = f"{_APOLLO}/link"
CORE: Final = f"{_APOLLO}/core"
_URL: Final = re.compile(r"^(?P<identity>https?://.+/(?P<name>[^/]+))/v(?P<major>\d+)\.(?P<minor>\d+)/?$")
_IMPORTED: Final = re.compile(r"^@?[_A-Za-z][_0-9A-Za-z]*$")


class Version(NamedTuple):
    """A version of a specification."""

    major: int
    minor: int

    def __str__(self) -> str:
        """Write it as in a URL, without the v."""
        return f"{self.major}.{self.minor}"


class Url(NamedTuple):
    """Where a specification is: its identity, its name, its version."""

    identity: str
    name: str
    version: Version

    def __str__(self) -> str:
        """Write it as in `@link(url:)`."""
        return f"{self.identity}/v{self.version}"


@dataclass(frozen=True, slots=True)
class Feature:
    """A specification as a subgraph uses it; ``imports`` maps names of the specification to the subgraph's."""

    url: Url
    name: str
    imports: tuple[tuple[str, str], ...] = ()

    def directive(self, name: str) -> str:
        """Give what the subgraph calls the specification's directive *name*."""
        for theirs, ours in self.imports:
            if theirs == f"@{name}":
                return ours.removeprefix("@")
        return self.name if name == self.url.name else f"{self.name}__{name}"

    def type(self, name: str) -> str:
        """Give what the subgraph calls the specification's type *name*."""
        return dict(self.imports).get(name, f"{self.name}__{name}")


class LinkProblem(NamedTuple):
    """What is wrong with a `@link`."""

    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class Links:
    """The specifications that a subgraph uses."""

    features: tuple[Feature, ...] = ()
    link_name: str = "link"

    def feature(self, identity: str) -> Feature | None:
        """Give the feature of this identity."""
        return next((each for each in self.features if each.url.identity == identity), None)

    @property
    def federation(self) -> Feature | None:
        """Give the Federation 2 feature; a subgraph without one is of Federation 1."""
        return self.feature(FEDERATION)

    def directive(self, local: str) -> tuple[Feature, str] | None:
        """Tell which specification a directive of the subgraph is from, and its name there."""
        for feature in self.features:
            for theirs, ours in feature.imports:
                if ours == f"@{local}":
                    return feature, theirs.removeprefix("@")
        prefix, marked, rest = local.partition("__")
        for feature in self.features:
            if feature.name == local and feature.directive(feature.url.name) == local:
                return feature, feature.url.name
            if marked and feature.name == prefix and feature.directive(rest) == local:
                return feature, rest
        return None

    def owns_type(self, local: str) -> Feature | None:
        """Tell which specification a type of the subgraph is from."""
        prefix, marked, _ = local.partition("__")
        for feature in self.features:
            if (marked and feature.name == prefix) or any(ours == local for _, ours in feature.imports):
                return feature
        return None


def read_links(directives: Sequence[ConstDirectiveNode]) -> tuple[Links, list[LinkProblem]]:
    """Read the links among the directives of a schema, and what is wrong with them."""
    given = [
        (
            node.name.value,
            {argument.name.value: value_from_ast_untyped(argument.value) for argument in node.arguments or ()},
        )
        for node in directives
    ]
    own_name = _name_of_link(given)
    problems: list[LinkProblem] = []
    features: list[Feature] = []
    for name, arguments in given:
        if name != own_name:
            continue
        url = _url(arguments.get("url"), problems)
        if url is None:
            continue
        called = arguments.get("as")
        imports = tuple(_imports(arguments.get("import"), problems))
        features.append(Feature(url, called if isinstance(called, str) and called else url.name, imports))
    problems += _doubles(features)
    if features and not any(each.url.identity == LINK for each in features):
        features.insert(0, Feature(Url(LINK, "link", Version(1, 0)), own_name))
    return Links(tuple(features), own_name), problems


def _name_of_link(given: Iterable[tuple[str, dict[str, object]]]) -> str:
    for name, arguments in given:
        url = arguments.get("url")
        if isinstance(url, str) and url.startswith(f"{LINK}/") and name == (arguments.get("as") or "link"):
            return name
    return "link"


def _url(given: object, problems: list[LinkProblem]) -> Url | None:
    match = _URL.match(given) if isinstance(given, str) else None
    if match is None:
        message = Text(
            f"@link has the url {given!r}, which names no specification and version",
            f"@link 的 url {given!r} 未指明规范及版本",
        )
        problems.append(LinkProblem("INVALID_LINK_IDENTIFIER", message))
        return None
    return Url(match["identity"], match["name"], Version(int(match["major"]), int(match["minor"])))


def _imports(given: object, problems: list[LinkProblem]) -> Iterable[tuple[str, str]]:
    if given is None:
        return
    for each in given if isinstance(given, list) else [given]:
        pair = _imported(each)
        if isinstance(pair, Text):
            problems.append(LinkProblem("INVALID_LINK_DIRECTIVE_USAGE", pair))
        else:
            yield pair


def _imported(each: object) -> tuple[str, str] | Text:
    named = {"name": each} if isinstance(each, str) else each
    if not isinstance(named, dict) or not {"name"} <= set(named) <= {"name", "as"}:
        return Text(
            f"@link imports {each!r}: it takes a name, or an object with name and as",
            f"@link 的 import 含 {each!r}：应为名称，或带 name 与 as 的对象",
        )
    name, called = named["name"], named.get("as") or named["name"]
    if not (isinstance(name, str) and isinstance(called, str) and _IMPORTED.match(name) and _IMPORTED.match(called)):
        return Text(f"@link imports {each!r}, which is no name", f"@link 的 import 含 {each!r}，不是名称")
    if name.startswith("@") != called.startswith("@"):
        return Text(
            f'@link imports "{name}" as "{called}": a directive stays a directive (@), a type a type',
            f"@link 将 {name} 导入为 {called}：指令须保留 @，类型不得带 @",
        )
    return name, called


def _doubles(features: Sequence[Feature]) -> Iterable[LinkProblem]:
    for index, feature in enumerate(features):
        for other in features[:index]:
            if other.url.identity == feature.url.identity:
                message = Text(f'@link names "{feature.url.identity}" twice', f"@link 重复引用 {feature.url.identity}")
                yield LinkProblem("INVALID_LINK_DIRECTIVE_USAGE", message)
            elif other.name == feature.name:
                message = Text(
                    f'@link gives the name "{feature.name}" to "{other.url.identity}" and "{feature.url.identity}"',
                    f"@link 将名称 {feature.name} 同时给予 {other.url.identity} 与 {feature.url.identity}",
                )
                yield LinkProblem("INVALID_LINK_DIRECTIVE_USAGE", message)
