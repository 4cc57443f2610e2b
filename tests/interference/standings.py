"""Who asks in two worlds, and what is within its standing: by hand from the law's matrix (R15.3), no rule is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from connectors.demonstration import sample
from schema.tiers import Tier
from tests.agreement.city import Registered
from tests.agreement.records import Record

__all__ = ["STANDINGS", "Opening", "Standing"]


@dataclass(frozen=True, slots=True)
class Opening:
    """What a paper opens of the one subject that it names: a tier, and the record types of which it opens tier C."""

    highest: Tier
    restricted: frozenset[str] = frozenset()

    def of(self, record: str) -> Tier:
        """Give the strictest tier that is open of a record type."""
        return Tier.RESTRICTED if record in self.restricted else self.highest


@dataclass(frozen=True, slots=True)
class Standing:
    """A caller with its purpose and its papers.

    ``others`` is the strictest tier that it sees of whoever is not itself, ``opened`` what cited papers open, by the
    subject's credit code or identity number.
    """

    name: str
    persona: str
    purpose: tuple[str, str] | None = None
    others: Tier = Tier.PUBLIC
    itself: str | None = None
    finds_individuals: bool = False
    counts: bool = False
    """Whether it reads how often others were queried (Art. 19)."""
    own_agency: str | None = None
    """The agency whose own records it reads whole, since it reports them."""
    papers: tuple[str, ...] = ()
    opened: Mapping[str, Opening] = field(default_factory=lambda: MappingProxyType({}))

    def highest(self, record: Record) -> Tier | None:
        """Give the strictest tier that is within it of a record's subject and type; None: nobody is there for it."""
        subject = record.subject
        if not self.finds(subject):
            return None
        if subject.identifier == self.itself or (self.own_agency and record["provider"] == self.own_agency):
            return Tier.RESTRICTED
        if subject.identifier in self.opened:
            return self.opened[subject.identifier].of(record.definition.name)
        return self.others

    def forbids(self, record: Record) -> bool:
        """Say whether a record is not there for it by its tier, or a seal (R15.2)."""
        highest = self.highest(record)
        return highest is None or record.excluded or record.tier > highest

    def hides(self, record: Record, today: date) -> bool:
        """Say whether a record is not there for it, be it that its publicity has ended (R17.3)."""
        if self.forbids(record):
            return True
        until = record["publicityUntil"]
        over = "publicityUntil" in record.lost or (until is not None and date.fromisoformat(until) < today)
        return self.highest(record) is Tier.PUBLIC and over

    def finds(self, subject: Registered) -> bool:
        """Say whether the subject is there for it at all (R15.7, R15.8)."""
        known = subject.identifier == self.itself or subject.identifier in self.opened
        return known or self.finds_individuals or subject.kind == "LEGAL_PERSON"


_NUMBERS: Final = {each["key"]: each["unifiedSocialCreditCode"] for each in sample()["legalPersons"]} | {
    each["key"]: each["idNumber"] for each in sample()["individuals"]
}
_COMPANY: Final = _NUMBERS["LP-07"]
_SUPERVISION: Final = ("SUPERVISION", "年度双随机抽查")
_PAYMENTS: Final = Opening(Tier.SHARED, frozenset({"SocialInsurancePayment"}))
_GRANTED: Final = Opening(Tier.SHARED, frozenset({"SocialInsurancePayment", "PersonIdentity"}))
_EVERYBODY: Final = (
    Standing("public", "public"),
    Standing("company", "company", itself=_COMPANY),
    Standing("officer", "market-officer", _SUPERVISION, Tier.SHARED, finds_individuals=True),
    Standing("officer-without-purpose", "market-officer"),
    Standing("court-officer", "court-officer", ("ADJUDICATION", "审理合同纠纷案件")),
    Standing("credit-service", "credit-service", ("CREDIT_SERVICE", "出具信用报告使用"), Tier.SHARED),
    Standing("reporter", "tax-reporter", _SUPERVISION, own_agency="TAX"),
    Standing("operator", "centre-operator", _SUPERVISION),
    Standing(
        "third-party-with-authorisation",
        "third-party",
        ("TRANSACTION", "采购合同签约前核查"),
        itself=_NUMBERS["LP-02"],
        papers=("DEMO-AUTH-LP10",),
        opened={_NUMBERS["LP-10"]: _PAYMENTS},
    ),
    Standing(
        "officer-with-letter",
        "tax-officer",
        _SUPERVISION,
        Tier.SHARED,
        papers=("DEMO-LETTER-TAX",),
        opened={_NUMBERS["LP-10"]: _GRANTED, _NUMBERS["IN-09"]: _GRANTED},
    ),
    Standing("auditor", "auditor", _SUPERVISION, counts=True),
)
STANDINGS: Final[Mapping[str, Standing]] = MappingProxyType({each.name: each for each in _EVERYBODY})
"""Every standing by its name."""
