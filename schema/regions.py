"""What is known of region codes: a soft reference, since codes are merged and added every year (GB/T 2260)."""

from collections.abc import Mapping

__all__ = ["RESIDENCE_PERMITS", "is_known", "known_since"]

_PROVINCES = frozenset(
    {"11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43"}
    | {"44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"}
)

_ZHENGZHOU = "4101"

_DISTRICTS: Mapping[str, int | None] = {
    "410100": None,  # 郑州市
    "410101": None,  # 市辖区
    "410102": None,  # 中原区
    "410103": None,  # 二七区
    "410104": None,  # 管城回族区
    "410105": None,  # 金水区
    "410106": None,  # 上街区
    "410108": None,  # 惠济区
    "410122": None,  # 中牟县
    "410181": 1991,  # 巩义市
    "410182": 1994,  # 荥阳市
    "410183": 1994,  # 新密市
    "410184": 1994,  # 新郑市
    "410185": 1994,  # 登封市
}
"""Zhengzhou's own codes, with the year since which a code exists where that is within living memory."""

RESIDENCE_PERMITS = frozenset({"810000", "820000", "830000"})
"""In place of a region: residents of Hong Kong, Macao and Taiwan."""


def is_known(region: str) -> bool:
    """Say whether a region code may exist: Zhengzhou's are known one by one, of others only the province.

    >>> is_known("410105"), is_known("410199"), is_known("440300")
    (True, False, True)
    """
    return region in _DISTRICTS if region.startswith(_ZHENGZHOU) else region[:2] in _PROVINCES


def known_since(region: str) -> int | None:
    """Give the year since which a region code exists, or None where that is not known."""
    return _DISTRICTS.get(region)
