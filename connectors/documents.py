"""What an agency's own service answers, object by object, made rows; nothing that was not asked for passes (R9.6).

For the author of a method that is marked with `connectors.connector.serves`. Which keys an object has is looked at when
a set of keys is seen first: one that Art. 9 forbids refuses the whole answer, another unknown one is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from connectors.errors import ProhibitedAnswered, SourceMisbehaved
from schema.prohibited import prohibited_in_name, prohibited_key
from schema.reporting import shown_name

__all__ = ["OF_A_SYSTEM", "Documents", "Named", "check_rows"]

OF_A_SYSTEM: Final[Mapping[str, Any]] = {
    "version": 1,
    "submissionMode": "SYSTEM",
    "recordStatus": "ACTIVE",
    "disputeStatus": "NONE",
    "sealed": False,
}
"""What the envelope says of a record that is read from the agency's own system, unless the agency says otherwise."""
_REMEMBERED: Final = 256
_MOST_KEYS: Final = 500

Row = list[Any]


class Named(Protocol):
    """What is asked for: which columns, in which order (`connectors.connector.Selection`)."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The catalogue's names."""
        ...


class Documents:
    """Reads one kind of object of one agency.

    >>> from types import SimpleNamespace
    >>> asked = SimpleNamespace(columns=("honourName", "awardedOn"))
    >>> Documents("WATER", {"title": "honourName"}).rows(asked, [{"title": "五一劳动奖", "mood": "好"}])
    [['五一劳动奖', None]]
    """

    def __init__(self, agency: str, names: Mapping[str, str]) -> None:
        """Say which of the keys of *agency* is which field of the catalogue, or of what every record has besides.

        What every record of an agency's own system has in common (``provider``, ``version``, ``recordStatus``, …) is
        filled in where no key says it.
        """
        self._keys = {field: key for key, field in names.items()}
        self._same = {**OF_A_SYSTEM, "provider": agency}
        self._known: dict[tuple[str, ...], None] = {}

    def rows(self, asked: Named, objects: Iterable[Mapping[str, Any]]) -> list[Row]:
        """Give the wanted values of each object.

        Raises:
            ProhibitedAnswered: a key, at whatever depth, is one that Art. 9 forbids.
            SourceMisbehaved: a value is an object itself, or what came is no object.

        """
        wanted = [(self._keys.get(name), self._same.get(name)) for name in asked.columns]
        return [
            [same if key is None else each.get(key, same) for key, same in wanted]
            for each in map(self._checked, objects)
        ]

    def _checked(self, each: Mapping[str, Any]) -> Mapping[str, Any]:
        if not isinstance(each, Mapping):
            message = "it answered something that is no object"
            raise SourceMisbehaved(message)
        keys = tuple(each)
        if keys not in self._known:
            self._look_at(keys)
        for value in each.values():
            if isinstance(value, Mapping | list | tuple):
                _check_value(value)
        return each

    def _look_at(self, keys: tuple[str, ...]) -> None:
        if len(keys) > _MOST_KEYS:
            message = f"it answered an object of more than {_MOST_KEYS} keys"
            raise SourceMisbehaved(message)
        for key in keys:
            item = prohibited_in_name(str(key))
            if item is not None:
                raise ProhibitedAnswered(shown_name(key), item.article)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[keys] = None


def check_rows(asked: Named, rows: Sequence[Sequence[Any]]) -> None:
    """Refuse rows that hold more than was asked for, or an object where a value belongs (R9.6).

    Raises:
        ProhibitedAnswered: a key inside a value is one that Art. 9 forbids.
        SourceMisbehaved: a row is too long or too short, or a value is an object.

    """
    width = len(asked.columns)
    for row in rows:
        if len(row) != width:
            message = f"it gave a row of {len(row)} values where {width} were asked for"
            raise SourceMisbehaved(message)
        for value in row:
            if isinstance(value, Mapping | list | tuple):
                _check_value(value)


def _check_value(value: object) -> None:
    """Let lists of plain values pass, and nothing else that has parts."""
    plain = isinstance(value, list | tuple) and not any(isinstance(each, Mapping | list | tuple) for each in value)
    if plain:
        return
    found = prohibited_key(value)
    if found is not None:
        raise ProhibitedAnswered(shown_name(found.name), found.item.article)
    message = "it answered an object where a plain value belongs"
    raise SourceMisbehaved(message)
