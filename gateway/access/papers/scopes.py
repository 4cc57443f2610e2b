"""What a paper may name: record types and fields of the catalogue, tier C never by a wildcard (R18.3, AMB-06)."""

from collections.abc import Iterable, Iterator
from typing import Final

import orjson

from gateway.access.papers.problems import Problem, unusable
from gateway.errors import Text
from schema.catalogue import RECORDS
from schema.disclosure import Scope
from schema.presented import ScopeInput

__all__ = ["check_names", "check_scope", "is_known", "read_scope", "write_scope", "written_scope"]

_MOST_NAMES: Final = 200


def is_known(name: str) -> bool:
    """Say whether *name* is a record type of the catalogue, or a field of one.

    >>> is_known("SocialInsurancePayment.paidAmount"), is_known("SocialInsurancePayment.*")
    (True, False)
    """
    record, dot, field = name.partition(".")
    return record in RECORDS and (not dot or field in RECORDS[record].fields)


def check_scope(scope: ScopeInput, place: tuple[str, ...]) -> Iterator[Problem]:
    """Give what is wrong with a scope: a name that is none, or nothing opened at all."""
    if not (scope.all_shared or scope.shared or scope.restricted):
        yield unusable(place, Text("the scope opens nothing", "授权范围为空"))
    yield from check_names(scope.shared, (*place, "shared"))
    yield from check_names(scope.restricted, (*place, "restricted"))


def check_names(names: list[str], place: tuple[str, ...]) -> Iterator[Problem]:
    """Give each name that is neither a record type's nor a field's."""
    if len(names) > _MOST_NAMES:
        yield unusable(place, Text(f"at most {_MOST_NAMES} names", f"最多 {_MOST_NAMES} 项"))
        return
    for n, name in enumerate(names):
        if not is_known(name):
            said = Text(
                "no such record type or field: each is named by itself", "目录中没有该信息类型或指标，须逐项列明"
            )
            yield unusable((*place, str(n)), said)


def written_scope(given: ScopeInput | None) -> Scope | None:
    """Give the scope that was written down, None where none was."""
    if not given:
        return None
    return Scope(given.all_shared, frozenset(given.shared), frozenset(given.restricted))


def write_scope(scope: Scope) -> str:
    """Write a scope for the register."""
    said = {"allShared": scope.all_shared, "shared": sorted(scope.shared), "restricted": sorted(scope.restricted)}
    return orjson.dumps(said).decode()


def read_scope(written: str) -> Scope:
    """Read what `write_scope` wrote.

    >>> read_scope(write_scope(Scope(restricted=frozenset({"PersonIdentity"})))).restricted
    frozenset({'PersonIdentity'})
    """
    said = orjson.loads(written)
    return Scope(said["allShared"], _names(said["shared"]), _names(said["restricted"]))


def _names(listed: Iterable[str]) -> frozenset[str]:
    return frozenset(listed)
