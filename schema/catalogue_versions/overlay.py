"""A county's catalogue: the municipal one and an overlay of data, which may add and tighten, never loosen (AMB-33).

An overlay is ``{"version", "region", "base", "enums": {…}, "recordTypes": […], "tiers": {"TYPE.field": "B"}}``: record
types of the county's own, and tiers that it raises (Art. 26: 参照市级指标目录制定; R26.2).
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from schema.catalogue_versions.shape import TIERS, CatalogueProblem, Document, enum_problems, record_problems
from schema.text import Text

__all__ = ["MUNICIPAL", "applied", "is_overlay", "overlay_problems"]

MUNICIPAL: Final = "410100"
"""The region of the municipal catalogue."""
_COUNTY: Final = re.compile(r"4101\d\d", re.ASCII)
_PARTS: Final = frozenset({"version", "region", "base", "title", "enums", "recordTypes", "tiers"})


def is_overlay(document: object) -> bool:
    """Say whether a document means to be a county's overlay: it names a region of its own.

    >>> is_overlay({"region": "410181"}), is_overlay({"version": "0.2.0"})
    (True, False)
    """
    return isinstance(document, Mapping) and document.get("region", MUNICIPAL) != MUNICIPAL


def overlay_problems(overlay: Document, municipal: Document) -> list[CatalogueProblem]:
    """Give everything by which an overlay is none: what is no overlay at all, and whatever it would loosen or drop."""
    found = [*_header(overlay, municipal)]
    enums, types = overlay.get("enums", {}), overlay.get("recordTypes", [])
    if not isinstance(enums, Mapping) or not isinstance(types, Sequence) or isinstance(types, str):
        said = "enums is an object, recordTypes a list", "enums 须为对象，recordTypes 须为列表"
        return [*found, _problem("", "NOT_AN_OVERLAY", *said)]
    known = {each["name"] for each in municipal["recordTypes"]}
    fields = {each["graphField"] for each in municipal["recordTypes"]}
    for each in types:
        if isinstance(each, Mapping) and (str(each.get("name")) in known or str(each.get("graphField")) in fields):
            said = "the municipal catalogue has it: a county adds types of its own", "市级目录已有该类型，县级只能新增"
            found.append(_problem(str(each.get("name")), "MUNICIPAL_TYPE", *said))
    for name in enums.keys() & municipal["enums"].keys():
        said = "the municipal catalogue has this list: a county adds lists of its own", "市级目录已有该列表"
        found.append(_problem(f"enums.{name}", "MUNICIPAL_LIST", *said))
    found += enum_problems(enums)
    found += record_problems(types, {**municipal["enums"], **enums})
    found += _tiers(overlay.get("tiers", {}), municipal)
    return found


def applied(overlay: Document, municipal: Document) -> dict[str, Any]:
    """Give the county's whole catalogue: the municipal one with what a good overlay adds and raises."""
    whole: dict[str, Any] = copy.deepcopy(dict(municipal))
    whole["version"] = f"{municipal['version']}+{overlay['region']}.{overlay['version']}"
    whole["region"] = overlay["region"]
    whole["enums"] = {**whole["enums"], **copy.deepcopy(dict(overlay.get("enums", {})))}
    for record in whole["recordTypes"]:
        record["recordTier"] = _raised(overlay, record["name"], record["recordTier"])
        for field in record["fields"]:
            field["tier"] = _raised(overlay, f"{record['name']}.{field['name']}", field["tier"])
    known = {each["name"] for each in whole["recordTypes"]}  # a later municipal version may have taken one over
    own = copy.deepcopy(list(overlay.get("recordTypes", ())))
    whole["recordTypes"] += [each for each in own if each["name"] not in known]
    return whole


def _raised(overlay: Document, coordinate: str, tier: str) -> str:
    return max(tier, str(overlay.get("tiers", {}).get(coordinate, tier)))


def _header(overlay: Document, municipal: Document) -> Iterator[CatalogueProblem]:
    region, version = overlay.get("region"), overlay.get("version")
    if not isinstance(region, str) or _COUNTY.fullmatch(region) is None or region == MUNICIPAL:
        yield _problem("region", "REGION", "a county of 4101", "须为 4101 下辖县（市、区）")
    if not isinstance(version, str) or re.fullmatch(r"[0-9A-Za-z.-]{1,40}", version, re.ASCII) is None:
        yield _problem("version", "VERSION", "1 to 40 letters, digits, dots or hyphens", "版本号格式不符")
    if overlay.get("base") != municipal.get("version"):
        said = f"it must name the municipal version in force: {municipal.get('version')}", "须注明现行市级目录版本"
        yield _problem("base", "BASE", *said)
    for name in sorted(map(str, overlay.keys() - _PARTS)):
        said = "an overlay cannot change that", "县级目录不得变更该项"
        yield _problem(name[:40], "NOT_AN_OVERLAY", *said)


def _tiers(tiers: object, municipal: Document) -> Iterator[CatalogueProblem]:
    if not isinstance(tiers, Mapping):
        yield _problem("tiers", "NOT_AN_OVERLAY", "it must be an object", "须为对象")
        return
    known = {each["name"]: each["recordTier"] for each in municipal["recordTypes"]}
    known |= {
        f"{each['name']}.{field['name']}": field["tier"]
        for each in municipal["recordTypes"]
        for field in each["fields"]
    }
    for coordinate, tier in tiers.items():
        if coordinate not in known or tier not in TIERS:
            said = "it names no municipal type or field, or no tier", "不是市级目录的类型、指标或等级"
            yield _problem(f"tiers.{str(coordinate)[:80]}", "NAME", *said)
        elif tier < known[coordinate]:
            said = f"a county may raise tier {known[coordinate]}, never lower it", "县级目录只能提高、不得降低信息等级"
            yield _problem(f"tiers.{coordinate}", "TIER_LOWERED", *said)


def _problem(place: str, code: str, english: str, chinese: str) -> CatalogueProblem:
    return CatalogueProblem(place, code, Text(english, chinese))
