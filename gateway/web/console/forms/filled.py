"""A form as somebody filled it in: what was typed, the values, and every problem at its field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.errors import Text
from gateway.web.console.forms.declared import Form
from gateway.web.console.forms.inputs import Sent, Unreadable

__all__ = ["Filled", "empty", "problems_of", "read"]

_MISSING: Final = Text("This is needed", "此项必填")
_ANYWHERE: Final = ""
_SAID_TWICE: Final = {"number": "subject", "issuer": "subject"}
"""Values of the graph that no input has, since another input says the same."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form holds."""

    form: Form
    typed: Mapping[str, Sequence[str]]
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, Sequence[Text]] = field(default_factory=dict)
    """By the input's name; under no name what belongs to none."""

    def text(self, name: str) -> str:
        """Give what was typed under a name."""
        typed = self.typed.get(name, ())
        return typed[0] if typed else ""

    def chosen(self, name: str, word: str) -> bool:
        """Say whether a word was chosen under a name."""
        return word in self.typed.get(name, ())

    def of(self, name: str) -> Sequence[Text]:
        """Give the problems of an input."""
        return self.problems.get(name, ())

    @property
    def elsewhere(self) -> Sequence[Text]:
        """The problems that belong to no input."""
        return self.of(_ANYWHERE)

    def argument(self) -> Mapping[str, Any]:
        """Give the graph's argument."""
        given = dict(self.form.given(self.values))
        return {self.form.argument: given} if self.form.argument else given

    def with_problems(self, problems: Mapping[str, Sequence[Text]]) -> "Filled":
        """Give the same with what the graph found."""
        return Filled(self.form, self.typed, self.values, problems)


def empty(form: Form, known: Mapping[str, str]) -> Filled:
    """Give a form with what is known beforehand."""
    return Filled(form, {name: [value] for name, value in known.items()})


def read(form: Form, sent: Sent) -> Filled:
    """Read what was sent; all problems at once."""
    typed: dict[str, Sequence[str]] = {}
    values: dict[str, Any] = {}
    problems: dict[str, Sequence[Text]] = {}
    for each in form.inputs:
        typed |= each.typed(sent)
        try:
            value = each.value(typed)
        except Unreadable as error:
            problems[each.name] = [error.said]
            continue
        if value is not None:
            values[each.name] = value
        elif each.required:
            problems[each.name] = [_MISSING]
    return Filled(form, typed, values, problems)


def problems_of(form: Form, errors: Iterable[Mapping[str, Any]]) -> dict[str, list[Text]]:
    """Put what the graph found to the inputs that it is about."""
    names = {each.name for each in form.inputs}
    problems: dict[str, list[Text]] = {}
    for error in errors:
        ways = (_SAID_TWICE.get(part, part) for part in error["field"])
        name = next((part for part in ways if part in names), _ANYWHERE)
        problems.setdefault(name, []).append(Text(error["message"], error["messageChinese"] or error["message"]))
    return problems
