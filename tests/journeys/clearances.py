"""What a caller may see, by hand from its claims: the matrix (R15.3) once more, in a few plain words."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from connectors.demonstration import sample

__all__ = ["DEMONSTRATION", "Accepted", "Clearances", "Sight"]

_OF_ORGANS = {"LICENSING", "PROCUREMENT", "SUPERVISION", "ENFORCEMENT", "QUALIFICATION", "HONOUR_REVIEW", "OTHER"}
_FITTING = {
    "ADMINISTRATIVE": _OF_ORGANS,
    "AUTHORISED_PUBLIC_BODY": _OF_ORGANS,
    "CREDIT_SERVICE": {"CREDIT_SERVICE"},
}
"""Courts see tier B with a letter alone, so that no purpose is listed."""
_NUMBERS = {each["key"]: each["unifiedSocialCreditCode"] for each in sample()["legalPersons"]} | {
    each["key"]: each["idNumber"] for each in sample()["individuals"]
}
_PARTS_OF_A_TOKEN = _LETTERS_OF_A_PURPOSE = 3


@dataclass(frozen=True)
class Sight:
    """The strictest tier that is seen of a subject, and the record types of which tier C is seen too."""

    highest: str
    restricted: frozenset[str] = frozenset()
    reports: str = ""
    """The agency whose own records are seen whole, whatever their tier."""

    def at(self, provider: Any) -> "Sight":  # noqa: ANN401 (JSON)
        """Give what is seen of a record by its provider, as far as that is told: it may be one's own agency."""
        own = not isinstance(provider, Mapping) or provider.get("code", self.reports) == self.reports
        return _EVERYTHING if self.reports and own else replace(self, reports="")

    def of(self, record: str) -> str:
        """Give the strictest tier of one type of records; of lists, those of one's own agency may be in them."""
        return "C" if record in self.restricted or self.reports else self.highest


@dataclass(frozen=True)
class Accepted:
    """A paper that was accepted: for whom (``sub``), on which subjects, and of which record types it opens tier C."""

    handler: str
    subjects: frozenset[str]
    restricted: frozenset[str]


def _paper(handler: str, subjects: tuple[str, ...], *restricted: str) -> Accepted:
    return Accepted(f"demo:{handler}", frozenset(_NUMBERS[each] for each in subjects), frozenset(restricted))


DEMONSTRATION: Mapping[str, Accepted] = {
    "DEMO-AUTH-LP10": _paper("third-party", ("LP-10",), "SocialInsurancePayment"),
    "DEMO-LETTER-TAX": _paper("tax-officer", ("LP-10", "IN-09"), "SocialInsurancePayment", "PersonIdentity"),
    "DEMO-LETTER-COURT": _paper("court-officer", ("LP-10", "IN-09"), "SocialInsurancePayment", "PersonIdentity"),
}
"""The demonstration's papers that are in force (contract, section 7)."""
_EVERYTHING = Sight("C")


@dataclass(frozen=True)
class Clearances:
    """What one request's caller sees: of itself everything, of a paper's subjects what it opens, of others one tier."""

    others: Sight
    known: Mapping[str, Sight] = field(default_factory=dict)
    """By credit code or identity number."""

    @classmethod
    def of_request(
        cls, headers: Mapping[str, str], said: Mapping[str, Any], accepted: Mapping[str, Accepted] = DEMONSTRATION
    ) -> "Clearances":
        """Read who asks, why, and on which of the *accepted* papers."""
        claims = _claims(headers.get("authorization", ""))
        fitting = _FITTING.get(claims.get("org_kind", ""), set()) if "OFFICER" in claims.get("roles", ()) else set()
        papers = [accepted[each] for each in _cited(headers, said) if each in accepted]
        known = {
            subject: Sight("B", each.restricted)
            for each in papers
            if each.handler == claims.get("sub")
            for subject in each.subjects
        }
        itself = str(claims.get("subject", "")).partition(":")[2]
        if itself:
            known[itself] = _EVERYTHING
        reports = str(claims.get("org", "")) if "REPORTER" in claims.get("roles", ()) else ""
        return cls(Sight("B" if _purpose(headers, said) in fitting else "A", reports=reports), known)

    def of(self, by: Any) -> Sight:  # noqa: ANN401 (JSON)
        """Give what is seen of the subject so named; where the name does not tell who it is, the most of all."""
        named: tuple[str, Any] = next(iter(by.items())) if isinstance(by, Mapping) and len(by) == 1 else ("", "")
        way, code = named
        if way == "unifiedSocialCreditCode":
            return self.known.get(_plain(code), self.others)
        if way == "individual":
            number = code.get("idNumber", "") if isinstance(code, Mapping) else ""
            return self.known.get(_plain(number), self.others)
        of_all = [self.others, *self.known.values()]
        highest = max(each.highest for each in of_all)
        return Sight(highest, frozenset().union(*(each.restricted for each in of_all)))


def _plain(code: str) -> str:
    return "".join(each for each in str(code).upper() if each.isalnum())


def _claims(authorization: str) -> dict[str, Any]:
    parts = authorization.removeprefix("Bearer ").split(".")
    if len(parts) != _PARTS_OF_A_TOKEN:
        return {}
    try:
        said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
    except ValueError:
        return {}
    return said


def _extensions(said: Mapping[str, Any]) -> Mapping[str, Any]:
    extensions = said.get("extensions")
    return extensions if isinstance(extensions, Mapping) else {}


def _cited(headers: Mapping[str, str], said: Mapping[str, Any]) -> list[str]:
    extensions = _extensions(said)
    return [*(extensions.get("papers") or ()), extensions.get("paper") or "", headers.get("x-query-paper", "")]


def _purpose(headers: Mapping[str, str], said: Mapping[str, Any]) -> str:
    """Give the code of a purpose whose text says something."""
    purpose = _extensions(said).get("purpose")
    code, _, text = headers.get("x-query-purpose", "").partition(";")
    if isinstance(purpose, Mapping):
        code, text = str(purpose.get("code")), str(purpose.get("text"))
    return code if len(set(unquote(text))) >= _LETTERS_OF_A_PURPOSE else ""
