"""The generated subjects: most have little, every tenth has records with all agencies, a few have very much.

Long tails follow what real reports show; a share of the records is doubled or has a fine in the wrong unit, as real
agencies' records are, and in a large crowd a few codes and days cannot be read at all.
"""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import sqlalchemy as sa

from connectors import courts, market_regulation, tax
from connectors.demonstration import reports
from connectors.demonstration.centre_desk import Report
from connectors.demonstration.codes import credit_code, organization_code
from connectors.demonstration.insurance_desk import KINDS, months_before
from connectors.demonstration.market_desk import Licence, Penalty
from connectors.demonstration.parties import Party
from connectors.demonstration.stories import Desks

__all__ = ["Crowd"]

_DOUBLED = 0.015
_WRONG_UNIT = 0.005
_UNREADABLE = 0.0005
_BRANCHES = 200_000
_MOST_LICENCES = 191
_HAS_MOST_LICENCES = 1
_LICENCES = (
    "食品经营许可证",
    "道路运输经营许可证",
    "排污许可证",
    "公共场所卫生许可证",
    "营业性演出许可证",
    "烟草专卖零售许可证",
)
_VIOLATIONS = ("未按规定明码标价", "生产不合格产品", "虚假宣传", "未公示年度报告", "商标侵权")
_POSITIONS = ("法定代表人", "监事", "总经理", "财务负责人")
_REGISTERED = frozenset({"ENTERPRISE", "INDIVIDUAL_BUSINESS", "FARMERS_COOPERATIVE"})


class Crowd:
    """Writes generated subjects with their records; the same seed writes the same."""

    def __init__(self, desks: Desks, random: Random, people: list[Party]) -> None:
        """Take the agencies' desks, the source of chance, and who may hold office."""
        self.desks = desks
        self.random = random
        self.people = people

    def legal_person(self, party: Party, index: int) -> None:
        """Write a legal person: its registrations, and what chance gives it."""
        chance, desks = self.random.random, self.desks
        headcount = 1 + int(min(self.random.paretovariate(1.1) * 5, 3_000))
        gone = chance() < 0.04
        business = party.organization_type == "INDIVIDUAL_BUSINESS"
        desks.centre.register(party)
        desks.registrar(party, "3" if gone else "1", capital_wan=10 * headcount)
        desks.tax.register(party, status="07" if gone else "03", small=business, officer=self._person(index + 5))
        if not business or chance() < 0.6:
            desks.insurance.register(party, headcount)
            self._payments(party, headcount)
            self._labour(party, headcount)
        self._taxes(party)
        if party.organization_type in _REGISTERED:
            self._market(party, index)
        self._licences(party, index)
        self._penalties(party)
        self._court(party)
        self._reported(party)

    def individual(self, person: Party, index: int) -> None:
        """Write an individual: who it is, where it works, and what chance gives it."""
        chance, desks = self.random.random, self.desks
        desks.centre.register(person)
        desks.centre.identity(
            person,
            "SOCIAL_INSURANCE",
            self.desks.ledger.ago(self.random.randrange(30, 900)),
            employmentState="EMPLOYED" if chance() < 0.8 else "FLEXIBLE",
            educationLevel=self.random.choice(("MASTER", "BACHELOR", "JUNIOR_COLLEGE", "SECONDARY")),
        )
        desks.insurance.employment(person, "1" if chance() < 0.8 else "2", self._day(2_000))
        if chance() < 0.3:
            desks.insurance.employment(person, "3", self._day(4_000, 2_100), ended=self._day(2_050, 2_001))
        if chance() < 0.3:
            reports.qualification(desks.centre, person, self._day(3_000), "二级建造师" if index % 2 else "执业药师")
        if chance() < 0.06:
            desks.court.judgment(person, self._day(1_500), self._money(400_000))
        if chance() < 0.04:
            filed = self._day(1_500)
            desks.court.enforcement(person, filed, self._money(300_000))
            desks.court.debtor(person, filed, self._money(300_000))
            desks.court.restriction(person, person, filed)
        if chance() < 0.05:
            fine = Penalty("无照经营", self._day(1_700), self._money(5_000))
            desks.market.penalty(person, fine)
        if chance() < 0.02:
            reports.fee_arrears(
                desks.centre, person, self._day(700), self._money(900), kind="UTILITY_CHARGE", name="水费", settled=None
            )

    def _payments(self, party: Party, headcount: int) -> None:
        months = 3 if party.busy else self.random.choice((0, 0, 1, 1, 2, 3))
        late = self.random.random() < 0.05
        for period in months_before(self.desks.ledger.as_of, months):
            for kind in KINDS:
                self.desks.insurance.payment(party, kind, period, headcount, paid="0" if late else "1")

    def _labour(self, party: Party, headcount: int) -> None:
        chance, insurance = self.random.random, self.desks.insurance
        if chance() < 0.005:
            insurance.wage_arrears(party, self._day(900), f"{self._money(600_000)}", 1 + headcount // 2)
        if chance() < 0.003:
            insurance.labour_violation(party, self._day(1_200))
        if chance() < 0.001:
            insurance.fraud(party, self._day(1_200), f"{self._money(60_000)}")

    def _taxes(self, party: Party) -> None:
        chance, desks, year = self.random.random, self.desks, self.desks.ledger.as_of.year
        if party.organization_type == "ENTERPRISE":
            for back in range(1, 4 if party.busy else 1 + int(chance() * 3)):
                desks.tax.rating(party, year - back, self.random.choice("1112222333345"), f"{60 + 40 * chance():.2f}")
                self._maybe_again(tax.RATING)
            for back in range(1, 3 if party.busy else int(chance() * 2.4) + 1):
                desks.tax.statement(party, year - back, self._money(90_000_000))
        if party.busy or chance() < 0.05:
            self._arrears(party)
        if chance() < 0.01:
            desks.tax.non_normal(party, self._day(1_000))
        if chance() < 0.003:
            amount = f"{50 + 900 * chance():.6f}"
            desks.tax.violation(party, ("05", "虚开增值税专用发票"), amount, self._day(1_500))
        if party.busy or chance() < 0.04:
            desks.tax.penalty(party, self._day(900), f"{self._money(40_000)}", minor=chance() < 0.5)
            self._maybe_again(tax.PENALTY)

    def _arrears(self, party: Party) -> None:
        announced = self._day(700, 200)
        settled = announced + timedelta(days=90) if self.random.random() < 0.5 else None
        self.desks.tax.arrears(
            party, self.random.choice(("10101", "10104", "10110")), announced, self._money(80_000), settled=settled
        )
        self._maybe_again(tax.ARREARS)

    def _market(self, party: Party, index: int) -> None:
        chance, market = self.random.random, self.desks.market
        if party.organization_type == "INDIVIDUAL_BUSINESS":
            market.officer(party, self._person(index * 7), "经营者", party.established_on)
        else:
            for n, position in enumerate(_POSITIONS[: 4 if party.busy else 2 + int(chance() * 3)]):
                market.officer(party, self._person(index * 7 + n), position, self._day(1_800))
        for n in range(2 if party.busy else self._tail(0.12, 30)):
            kind = self.random.choice(("30", "41", "42", "43", "10", "20"))
            market.property(
                party, kind, f"{party.name[2:4]}{n + 1}号", f"DEM{kind}{party.number:07d}{n:02d}", self._day(2_500)
            )
        for n in range(self._tail(0.08, 12)):
            market.certificate(
                party, "质量管理体系认证(GB/T 19001)", f"DEMQ{party.number:07d}{n:02d}", self._day(1_000)
            )
        for n in range(self._tail(0.03, 25)):
            code = credit_code("91", organization_code(_BRANCHES + party.number * 40 + n))
            market.branch(party, code, f"{party.name}第{n + 1}分公司", self._day(2_000))
        if chance() < 0.06:
            listed = self._day(1_200, 300)
            market.abnormal(party, listed, removed=listed + timedelta(days=120) if chance() < 0.6 else None)
            self._maybe_again(market_regulation.ABNORMAL)

    def _licences(self, party: Party, index: int) -> None:
        count = (
            _MOST_LICENCES
            if index == _HAS_MOST_LICENCES
            else 2 + self._tail(0.3, 40)
            if party.busy
            else self._tail(0.7, 60)
        )
        for serial in range(1, count + 1):
            decided = self._day(2_000)
            until = decided + timedelta(days=1_826) if self.random.random() < 0.8 else None
            licence = Licence(
                self.random.choice(_LICENCES), decided, until, valid=until is None or until > self.desks.ledger.as_of
            )
            number = self.desks.market.licence(party, licence, serial)
            self._maybe_again(market_regulation.LICENCE)
            if self.random.random() < _DOUBLED / 2:
                report = Report("MARKET_REGULATION", decided, version=2)
                reports.licence(self.desks.centre, party, report, licence.name, number)

    def _penalties(self, party: Party) -> None:
        chance = self.random.random
        for serial in range(1, (2 + self._tail(0.1, 5) if party.busy else self._tail(0.15, 40)) + 1):
            minor = chance() < 0.3
            penalty = Penalty(
                self.random.choice(_VIOLATIONS),
                self._day(1_700),
                self._money(60_000),
                "警告;罚款" if chance() > _UNREADABLE else "罚没款",
                None if chance() < 0.2 else "轻微" if minor else "一般",
                simplified=minor and chance() < 0.5,
                in_yuan_by_mistake=chance() < _WRONG_UNIT,
            )
            number = self.desks.market.penalty(party, penalty, serial)
            self._maybe_again(market_regulation.PENALTY)
            if chance() < _DOUBLED:
                report = Report("MARKET_REGULATION", penalty.decided, version=2, status="CORRECTED")
                reports.penalty(self.desks.centre, party, report, penalty.violation, penalty.fine, number=number)

    def _court(self, party: Party) -> None:
        chance, court = self.random.random, self.desks.court
        for _ in range(2 if party.busy else self._tail(0.25, 60)):
            document = "判决书" if chance() < 0.7 else "调解书" if chance() < 0.6 else "裁定书"
            role = "被告" if chance() < 0.5 else "原告"
            court.judgment(
                party, self._day(1_800), self._money(2_000_000), document=document, role=role, sealed=chance() < 0.02
            )
            self._maybe_again(courts.JUDGMENT)
        for _ in range(2 if party.busy else self._tail(0.1, 60)):
            filed = self._day(1_500, 200)
            done = filed + timedelta(days=150) if chance() < 0.5 else None
            court.enforcement(party, filed, self._money(900_000), state="20" if done else "10", concluded=done)
            self._maybe_again(courts.ENFORCEMENT)
            if chance() < _UNREADABLE:
                self.desks.ledger.spoil(courts.ENFORCEMENT, "larq", "2024-02-30")
        for _ in range(1 if party.busy else self._tail(0.04, 120)):
            court.debtor(party, self._day(1_500), self._money(900_000))
            self._maybe_again(courts.DEBTOR)
            if party.head and chance() < 0.5:
                court.restriction(party, party.head, self._day(1_000))

    def _reported(self, party: Party) -> None:
        chance, centre = self.random.random, self.desks.centre
        if party.busy or chance() < 0.35:
            reports.commitment(
                centre, party, self._day(900, 100), self.random.choice(("FULFILLED", "FULFILLED", "BREACHED"))
            )
        if chance() < 0.04:
            reports.honour(centre, party, self._day(1_500), "郑州市五一劳动奖状")
        if chance() < 0.04:
            since = self._day(700, 120)
            settled = since + timedelta(days=100) if chance() < 0.7 else None
            reports.fee_arrears(
                centre, party, since, self._money(9_000), kind="UTILITY_CHARGE", name="水费", settled=settled
            )
        if party.busy or chance() < 0.05:
            reports.designation(
                centre, party, self._day(900), self.random.choice(("INCENTIVE", "WATCH", "SERIOUS_DISHONESTY"))
            )
        if chance() < 0.02:
            reports.compulsion(centre, party, self._day(800), "URBAN_MANAGEMENT", "SEAL")
        if chance() < 0.003:
            reports.accident(centre, party, self._day(1_500), self._money(4_000_000))
        if party.busy or chance() < 0.03:
            reports.penalty(centre, party, Report("ECOLOGY", self._day(900)), "超标排放污染物", self._money(90_000))
        if chance() < 0.05:
            reports.other(centre, party, Report("DEVELOPMENT_REFORM", self._day(900)), "NEUTRAL", "信用核查")

    def _person(self, place: int) -> Party:
        return self.people[place % len(self.people)]

    def _day(self, before: int, until: int = 10) -> date:
        return self.desks.ledger.ago(self.random.randrange(until, before))

    def _money(self, most: int) -> Decimal:
        return Decimal(int(self.random.random() * most * 100) + 100).scaleb(-2)

    def _tail(self, share: float, most: int) -> int:
        """Give how many records of a kind one has: mostly none, seldom some, very seldom many."""
        return int(min(self.random.paretovariate(1.4), most)) if self.random.random() < share else 0

    def _maybe_again(self, table: sa.Table) -> None:
        if self.random.random() < _DOUBLED:
            self.desks.ledger.again(table)
