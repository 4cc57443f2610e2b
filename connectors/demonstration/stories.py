"""The twenty legal persons and ten individuals of ``sample.json``, each with the records that its story tells."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connectors import market_regulation
from connectors.demonstration import reports
from connectors.demonstration.centre_desk import CentreDesk, Report
from connectors.demonstration.codes import credit_code, organization_code
from connectors.demonstration.court_desk import CourtDesk
from connectors.demonstration.insurance_desk import KINDS, InsuranceDesk, months_before
from connectors.demonstration.ledger import Ledger
from connectors.demonstration.market_desk import Licence, MarketDesk, Penalty
from connectors.demonstration.parties import Party
from connectors.demonstration.tax_desk import TaxDesk

__all__ = ["Desks", "tell"]

_REGISTRARS = {
    "PUBLIC_INSTITUTION": "ESTABLISHMENT",
    "SOCIAL_ASSOCIATION": "CIVIL_AFFAIRS",
    "PRIVATE_NON_ENTERPRISE": "CIVIL_AFFAIRS",
    "FOUNDATION": "CIVIL_AFFAIRS",
    "LAW_FIRM": "JUSTICE",
    "COLLECTIVE_ECONOMIC_ORGANIZATION": "AGRICULTURE",
    "TRADE_UNION": "TRADE_UNION",
}
_BRANCHES = 900_000
"""Far beyond the numbers of generated legal persons."""

_DEBTS = 181
"""The most entries seen of one subject in a real report."""


@dataclass(frozen=True, slots=True)
class Desks:
    """All agencies' sides of the demonstration."""

    ledger: Ledger
    tax: TaxDesk
    court: CourtDesk
    insurance: InsuranceDesk
    market: MarketDesk
    centre: CentreDesk

    def registrar(self, party: Party, state: str = "1", capital_wan: int = 500) -> None:
        """Register an entity where its kind is registered."""
        provider = _REGISTRARS.get(party.organization_type)
        if provider:
            reports.registration(self.centre, party, provider)
        else:
            self.market.register(party, state=state, capital_wan=capital_wan)


Cast = dict[str, Party]


def tell(desks: Desks, cast: Cast) -> None:
    """Write every story subject with its records."""
    for key, party in cast.items():
        desks.centre.register(party)
        if party.is_legal_person:
            desks.registrar(party, state="2" if key == "LP-09" else "1")
            status = {"LP-06": "05", "LP-09": "07"}.get(key, "03")
            small = party.organization_type == "INDIVIDUAL_BUSINESS"
            desks.tax.register(party, status=status, small=small, officer=None if small else cast["IN-08"])
            desks.insurance.register(party, 40 + party.number)
        else:
            _who_one_is(desks, party)
    for story in _STORIES:
        story(desks, cast)


def _who_one_is(desks: Desks, person: Party) -> None:
    desks.centre.identity(
        person,
        "SOCIAL_INSURANCE",
        desks.ledger.ago(300),
        employmentState="RETIRED" if person.key == "IN-09" else "EMPLOYED",
        educationLevel="BACHELOR" if person.number % 2 else "JUNIOR_COLLEGE",
        graduatedFrom="中原演示大学",
        maritalStatus="MARRIED" if person.number % 3 else "UNMARRIED",
    )


def _model_company(desks: Desks, cast: Cast) -> None:
    party, ago = cast["LP-01"], desks.ledger.ago
    this_year = desks.ledger.as_of.year
    for year in range(this_year - 5, this_year):
        desks.tax.rating(party, year, "1", f"{90 + year % 5}.50")
    for year in range(this_year - 3, this_year):
        desks.tax.statement(party, year, Decimal(86_400_000 + year * 1_000))
    reports.honour(desks.centre, party, ago(420), "郑州市市长质量奖")
    reports.designation(desks.centre, party, ago(300), "INCENTIVE")
    reports.commitment(desks.centre, party, ago(500))
    for serial, name in enumerate(("一种精密主轴的温控装置", "五轴联动夹具", "刀具磨损检测方法"), start=1):
        desks.market.property(party, "41", name, f"ZL20{serial}910{serial}00001.{serial}", ago(1500 - serial * 200))
    desks.market.certificate(party, "质量管理体系认证(GB/T 19001)", "DEMQ1900101", ago(500))
    for serial, name in enumerate(("排污许可证", "特种设备使用登记证"), start=1):
        desks.market.licence(party, Licence(name, ago(700 - serial * 90), ago(-1100)), serial)
    for person, position in (
        ("IN-03", "法定代表人"),
        ("IN-03", "执行董事"),
        ("IN-08", "财务负责人"),
        ("IN-04", "监事"),
    ):
        desks.market.officer(party, cast[person], position, ago(2200))
    desks.insurance.payments(party, 6, 41)
    desks.court.judgment(party, ago(900), Decimal("325000.00"), role="原告")


def _food_company(desks: Desks, cast: Cast) -> None:
    party, ago = cast["LP-02"], desks.ledger.ago
    desks.market.licence(party, Licence("食品经营许可证", ago(1806), ago(-20)), 1)
    desks.market.licence(party, Licence("食品生产许可证", ago(1200), ago(-626)), 2)
    desks.market.penalty(
        party, Penalty("生产不合格产品", ago(640), Decimal(38_000), types="罚款;没收违法所得", state="3")
    )
    desks.market.certificate(party, "危害分析与关键控制点(HACCP)认证", "DEMH2000201", ago(300))
    desks.market.officer(party, cast["IN-04"], "法定代表人", ago(1900))
    desks.tax.rating(party, desks.ledger.as_of.year - 1, "2", "83.00")
    desks.insurance.payments(party, 3, 42)
    reports.commitment(desks.centre, party, ago(600), kind="REPAIR")


def _hauler(desks: Desks, cast: Cast) -> None:
    party, ago = cast["LP-03"], desks.ledger.ago
    for serial in range(1, 7):
        desks.market.licence(
            party,
            Licence("道路运输经营许可证", ago(1500 - serial * 150), ago(-400 - serial), "郑州市交通运输局"),
            serial,
        )
    report = Report("ECOLOGY", ago(100))
    reports.penalty(desks.centre, party, report, "使用排放不合格的运输车辆", Decimal(50_000))
    desks.tax.rating(party, desks.ledger.as_of.year - 1, "2", "78.00")
    desks.insurance.payments(party, 3, 60)


def _builder(desks: Desks, cast: Cast) -> None:
    party, ago = cast["LP-04"], desks.ledger.ago
    desks.insurance.wage_arrears(party, ago(210), "1286000.00", 64)
    desks.insurance.labour_violation(party, ago(240))
    reports.accident(desks.centre, party, ago(400), Decimal(3_450_000))
    report = Report("EMERGENCY", ago(360))
    reports.penalty(desks.centre, party, report, "安全生产主体责任不落实", Decimal(800_000), severity="SERIOUS")
    desks.court.judgment(party, ago(330), Decimal("2150000.00"))
    desks.court.judgment(party, ago(300), Decimal("186000.00"), document="调解书")
    desks.court.enforcement(party, ago(250), Decimal("2150000.00"))
    desks.tax.rating(party, desks.ledger.as_of.year - 1, "5", "38.00")
    reports.designation(desks.centre, party, ago(200), "SERIOUS_DISHONESTY", "SOCIAL_INSURANCE")
    for period in months_before(desks.ledger.as_of, 3):
        for kind in KINDS:
            desks.insurance.payment(party, kind, period, 44, paid="0" if kind == "110" else "2")


def _trader(desks: Desks, cast: Cast) -> None:
    party, head, ago = cast["LP-06"], cast["IN-05"], desks.ledger.ago
    desks.market.abnormal(party, ago(420))
    # The same listing twice, as in a real report.
    desks.ledger.again(market_regulation.ABNORMAL)
    desks.market.abnormal(party, ago(1300), removed=ago(1100))
    desks.tax.non_normal(party, ago(380))
    desks.tax.arrears(party, "10101", ago(310), Decimal("482116.37"))
    desks.tax.rating(party, desks.ledger.as_of.year - 1, "5", "22.00")
    for number in range(_DEBTS):
        removed = ago(30) if number % 20 == 0 else None
        desks.court.debtor(party, ago(60 + number * 6), Decimal(18_000 + number * 730), removed=removed)
    for number in range(12):
        desks.court.enforcement(
            party, ago(70 + number * 90), Decimal(96_000 + number * 1_000), state="30" if number % 3 else "10"
        )
    desks.court.restriction(party, head, ago(350))
    desks.court.judgment(party, ago(600), Decimal("912000.00"))
    desks.court.judgment(party, ago(610), Decimal("55000.00"), sealed=True)
    reports.compulsion(desks.centre, party, ago(290))
    desks.market.officer(party, head, "法定代表人", ago(3000))
    desks.market.licence(party, Licence("食品经营许可证", ago(2300), ago(470), valid=False))
    desks.insurance.fraud(party, ago(260), "73500.00")


def _software_house(desks: Desks, cast: Cast) -> None:
    party, ago = cast["LP-07"], desks.ledger.ago
    for number, (place, days) in enumerate((("洛阳", 1500), ("新乡", 900)), start=_BRANCHES):
        code = credit_code("91", organization_code(number))
        desks.market.branch(party, code, f"{party.name}{place}分公司", ago(days))
    desks.market.property(party, "30", "星野", "DEM30076001", ago(2000))
    desks.market.property(party, "20", "星野云", "DEM20076002", ago(1800))
    desks.market.property(party, "10", "星野政务数据平台", "软著登字第DEM0076003号", ago(1200))
    revoked = Report(
        "URBAN_MANAGEMENT", ago(320), version=2, status="REVOKED", dispute="UPHELD", statement="该处罚认定的当事人有误"
    )
    reports.penalty(desks.centre, party, revoked, "擅自设置户外广告", Decimal(5_000))
    desks.insurance.payments(party, 24, 320)
    year = desks.ledger.as_of.year
    desks.tax.rating(party, year - 2, "1", "91.00")
    desks.tax.rating(party, year - 1, "2", "86.50")
    desks.tax.statement(party, year - 1, Decimal("212345678.90"))
    desks.market.officer(party, cast["IN-08"], "副总经理", ago(800))
    desks.market.licence(party, Licence("增值电信业务经营许可证", ago(1100), ago(-725)))


def _restaurateur(desks: Desks, cast: Cast) -> None:
    party, ago = cast["LP-08"], desks.ledger.ago
    reports.fee_arrears(
        desks.centre, party, ago(280), Decimal("18260.40"), kind="UTILITY_CHARGE", name="水费", settled=ago(200)
    )
    reports.fee_arrears(
        desks.centre, party, ago(260), Decimal("9300.00"), kind="ADMINISTRATIVE_FEE", name="排污收费", settled=ago(190)
    )
    desks.market.penalty(
        party, Penalty("未公示食品经营许可证", ago(150), Decimal(500), "警告", "轻微", simplified=True)
    )
    desks.market.licence(party, Licence("食品经营许可证", ago(1000), ago(-826)))


def _bankrupt(desks: Desks, cast: Cast) -> None:
    party, head, ago = cast["LP-09"], cast["IN-07"], desks.ledger.ago
    decided = ago(1100)
    for side in (party, head):
        desks.court.bankruptcy(side, party, head, ago(500))
        reports.ban(desks.centre, side, head, party, ago(480))
        desks.court.conviction(side, head, ago(700), "骗取出口退税罪")
    desks.tax.violation(party, ("03", "以虚假报关单骗取出口退税款"), "1268.453912", decided)
    desks.tax.penalty(party, decided, "2536907.82")
    desks.court.judgment(party, ago(760), Decimal("6400000.00"))
    desks.tax.rating(party, desks.ledger.as_of.year - 2, "5", "0.00")


def _model_client(desks: Desks, cast: Cast) -> None:
    party, ago = cast["LP-10"], desks.ledger.ago
    desks.insurance.payments(party, 24, 128)
    year = desks.ledger.as_of.year
    desks.tax.rating(party, year - 1, "1", "94.00")
    desks.tax.rating(party, year - 2, "3", "80.00")
    desks.tax.statement(party, year - 1, Decimal("45670000.00"))
    desks.market.property(party, "42", "污水在线监测仪", "ZL202120000010.5", ago(1400))
    desks.market.certificate(party, "环境管理体系认证(GB/T 24001)", "DEME2401001", ago(420))
    desks.market.licence(
        party, Licence("排污许可证", ago(900), ago(-926), "郑州市生态环境局(演示)", "11410199DEM001287G")
    )
    desks.court.judgment(party, ago(520), Decimal("88000.00"), document="调解书", role="原告")
    reports.commitment(desks.centre, party, ago(250))
    reports.commitment(desks.centre, party, ago(40), "PENDING", "APPROVAL_REPLACEMENT")


def _small_businesses(desks: Desks, cast: Cast) -> None:
    ago = desks.ledger.ago
    noodles, clothes = cast["LP-11"], cast["LP-12"]
    desks.market.officer(noodles, cast["IN-01"], "经营者", ago(4000))
    desks.market.licence(noodles, Licence("食品经营许可证", ago(1300), ago(-526)))
    desks.market.penalty(noodles, Penalty("未建立进货查验记录", ago(480), Decimal(2_000), "警告;罚款", "轻微"))
    desks.tax.arrears(clothes, "10101", ago(320), Decimal("6412.00"), settled=ago(160))
    desks.tax.arrears(clothes, "10101", ago(140), Decimal("3920.55"))
    desks.tax.penalty(clothes, ago(200), "200.00", minor=True)
    desks.market.officer(clothes, cast["IN-02"], "经营者", ago(2200))
    desks.court.judgment(clothes, ago(460), Decimal("12600.00"))


def _other_organizations(desks: Desks, cast: Cast) -> None:
    ago = desks.ledger.ago
    desks.market.certificate(cast["LP-13"], "绿色食品认证", "DEMLB4101130", ago(330))
    reports.honour(desks.centre, cast["LP-14"], ago(800), "河南省文明校园", "PROVINCIAL_GOVERNMENT")
    reports.licence(
        desks.centre, cast["LP-14"], Report("ESTABLISHMENT", ago(700)), "食堂经营许可", "郑编许〔演示〕14号"
    )
    reports.other(desks.centre, cast["LP-15"], Report("CIVIL_AFFAIRS", ago(260)), "POSITIVE", "社会组织评估4A级")
    reports.designation(desks.centre, cast["LP-16"], ago(220), "WATCH", "CIVIL_AFFAIRS")
    reports.honour(desks.centre, cast["LP-17"], ago(350), "中原慈善奖", "PROVINCIAL_GOVERNMENT")
    reports.commitment(desks.centre, cast["LP-18"], ago(150), "PENDING", "SELF_REGULATION")
    reports.other(desks.centre, cast["LP-19"], Report("AGRICULTURE", ago(410)), "NEUTRAL", "农村集体资产清查结果")
    reports.other(desks.centre, cast["LP-20"], Report("TRADE_UNION", ago(190)), "POSITIVE", "模范职工之家")


def _individuals(desks: Desks, cast: Cast) -> None:
    ago = desks.ledger.ago
    cook, seller, lawyer, debtor = cast["IN-01"], cast["IN-02"], cast["IN-06"], cast["IN-05"]
    desks.tax.register(cook, small=True)
    desks.tax.arrears(cook, "10106", ago(330), Decimal("1500.00"), settled=ago(210))
    desks.market.licence(cook, Licence("特种设备作业人员证", ago(600), ago(-860)))
    desks.court.judgment(seller, ago(460), Decimal("12600.00"), role="申请人")
    reports.honour(desks.centre, cast["IN-04"], ago(560), "郑州市劳动模范")
    desks.court.debtor(debtor, ago(340), Decimal("912000.00"))
    desks.court.restriction(debtor, debtor, ago(350))
    desks.court.enforcement(debtor, ago(360), Decimal("912000.00"))
    desks.court.judgment(debtor, ago(620), Decimal("40000.00"), sealed=True)
    desks.insurance.fraud(debtor, ago(255), "12000.00")
    reports.qualification(desks.centre, lawyer, ago(3000), "法律职业资格", "JUSTICE")
    reports.qualification(desks.centre, cast["IN-08"], ago(900), "中级会计师")
    employers = {"IN-02": "LP-12", "IN-06": "LP-18", "IN-08": "LP-07", "IN-10": "LP-01"}
    for person, employer in employers.items():
        desks.insurance.employment(cast[person], "1", ago(1000), cast[employer])
    desks.insurance.employment(cast["IN-08"], "3", ago(1300), ended=ago(1001))
    desks.insurance.employment(cast["IN-09"], "4", ago(2500))
    desks.insurance.employment(cast["IN-07"], "1", ago(6000), cast["LP-09"], ago(480))


def _five_years(desks: Desks, cast: Cast) -> None:
    """Write a penalty whose five years end tomorrow, one whose ended a month ago, and one that stays (Art. 20)."""
    person, as_of = cast["IN-09"], desks.ledger.as_of
    desks.market.penalty(person, Penalty("无照经营", _years_before(desks.ledger.ago(-1), 5), Decimal(3_000)), 1)
    desks.market.penalty(
        person, Penalty("销售超过保质期的食品", _years_before(desks.ledger.ago(30), 5), Decimal(1_000)), 2
    )
    reports.penalty(desks.centre, person, Report("URBAN_MANAGEMENT", _years_before(as_of, 2)), "占道经营", Decimal(200))


def _disputant(desks: Desks, cast: Cast) -> None:
    person, ago = cast["IN-10"], desks.ledger.ago
    disputed = Report("URBAN_MANAGEMENT", ago(90), dispute="IN_PROGRESS", statement="本人当日不在郑州, 已提出异议")
    reports.other(desks.centre, person, disputed, "NEGATIVE", "违规张贴广告")
    reports.fee_arrears(
        desks.centre, person, ago(180), Decimal("326.50"), kind="UTILITY_CHARGE", name="燃气费", settled=None
    )


def _years_before(day: date, years: int) -> date:
    return (
        day.replace(year=day.year - years, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - years)
    )


_STORIES: tuple[Callable[[Desks, Cast], None], ...] = (
    _model_company,
    _food_company,
    _hauler,
    _builder,
    _trader,
    _software_house,
    _restaurateur,
    _bankrupt,
    _model_client,
    _small_businesses,
    _other_organizations,
    _individuals,
    _five_years,
    _disputant,
)
