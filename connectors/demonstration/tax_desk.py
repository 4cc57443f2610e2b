"""Writes facts as the tax authority would: internal numbers, codes, compact days."""

from datetime import date
from decimal import Decimal

from connectors import tax
from connectors.demonstration.ledger import Ledger, compact
from connectors.demonstration.parties import Party

__all__ = ["TaxDesk"]

_BUREAUS = ("国家税务总局郑州市金水区税务局", "国家税务总局郑州市二七区税务局", "国家税务总局郑州市高新区税务局")
_CITY_BUREAU = "国家税务总局郑州市税务局第一稽查局"


def _internal(party: Party) -> str:
    return f"{'1' if party.is_legal_person else '2'}01410100{party.number:011d}"


class TaxDesk:
    """The tax authority's side of the demonstration."""

    def __init__(self, ledger: Ledger) -> None:
        """Write into *ledger*."""
        self.ledger = ledger

    def register(self, party: Party, *, status: str = "03", small: bool = False, officer: Party | None = None) -> None:
        """Enter a taxpayer into the register."""
        legal = party.is_legal_person
        registered = party.established_on
        self.ledger.add(
            tax.TAXPAYER,
            djxh=_internal(party),
            nsrsbh=party.identifier,
            shxydm=party.identifier if legal else None,
            sfzjhm=None if legal else party.identifier,
            nsrmc=party.name,
            nsrzt_dm=status,
            nsrlx_dm="102" if small else "101",
            djrq=compact(registered),
            zxrq=compact(self.ledger.ago(200)) if status == "07" else None,
            zgswjg_mc=_BUREAUS[party.number % 3],
            cwfzr_xm=officer.name if officer else None,
            fddbr_xm=party.head.name if party.head else None,
            xgsj=self.ledger.reported(registered, 30),
        )

    def rating(self, party: Party, year: int, grade: str, score: str) -> None:
        """Enter a year's credit rating; *grade* is the authority's code, "1" for A."""
        rated = min(date(year + 1, 4, 20), self.ledger.ago(1))
        self.ledger.add(
            tax.RATING,
            djxh=_internal(party),
            pjnd=year,
            pjjb_dm=grade,
            pjdf=Decimal(score),
            pjrq=compact(rated),
            pjjg_mc="国家税务总局郑州市税务局",
            xgsj=self.ledger.reported(rated),
        )

    def arrears(
        self, party: Party, code: str, announced: date, balance: Decimal, *, settled: date | None = None
    ) -> None:
        """Announce arrears of one tax; of an individual no amount is written."""
        legal = party.is_legal_person
        self.ledger.add(
            tax.ARREARS,
            djxh=_internal(party),
            zsxm_dm=code,
            ssqj=f"{announced.year}{'上' if announced.month <= 6 else '下'}半年",
            qjzt_dm="2" if settled else "0",
            qjrq=compact(settled),
            ggrq=compact(announced),
            ggjg_mc=_BUREAUS[party.number % 3],
            qsye=balance if legal else None,
            xzqs=(balance / 4).quantize(Decimal("0.01")) if legal else None,
            xgsj=self.ledger.reported(settled or announced),
        )

    def violation(self, party: Party, kind: tuple[str, str], amount_wan: str, decided: date) -> None:
        """Publish a major violation, its *kind* a code and the facts; the amount is in 万元."""
        code, facts = kind
        person = party.head
        self.ledger.add(
            tax.VIOLATION,
            djxh=_internal(party),
            ajbh=f"豫郑税重案〔{decided.year}〕{party.number:05d}号",
            wfxz_dm=code,
            wfss=facts,
            flyj="《中华人民共和国税收征收管理法》第六十三条、第六十六条",
            clcf="追缴税款, 处以罚款, 移送司法机关",
            jdrq=compact(decided),
            gbrq=compact(decided),
            rdjg_mc=_CITY_BUREAU,
            zrr_xm=person.name if person else None,
            zrr_sfzjhm=person.identifier if person else None,
            sase_wy=Decimal(amount_wan) if party.is_legal_person else None,
            xgsj=self.ledger.reported(decided),
        )

    def statement(self, party: Party, year: int, revenue: Decimal) -> None:
        """Enter a year's figures, all following from the revenue."""
        self.ledger.add(
            tax.STATEMENT,
            djxh=_internal(party),
            kjnd=year,
            yysr=revenue,
            lrze=(revenue / 12).quantize(Decimal("0.01")),
            zcze=revenue * 2,
            fzze=(revenue * 2 / 3).quantize(Decimal("0.01")),
            sjse=(revenue / 30).quantize(Decimal("0.01")),
            xgsj=self.ledger.reported(min(date(year + 1, 5, 31), self.ledger.as_of)),
        )

    def non_normal(self, party: Party, determined: date, *, lifted: date | None = None) -> None:
        """Determine a taxpayer as non-normal."""
        self.ledger.add(
            tax.NON_NORMAL,
            djxh=_internal(party),
            rdrq=compact(determined),
            rdyy="连续三个月所有税种均未进行纳税申报",
            rdjg_mc=_BUREAUS[party.number % 3],
            jcrq=compact(lifted),
            jcyy="补办申报并接受处理" if lifted else None,
            xgsj=self.ledger.reported(lifted or determined),
        )

    def penalty(self, party: Party, decided: date, fine: str, *, minor: bool = False) -> str:
        """Enter a penalty in yuan; gives its document number."""
        number = f"郑税稽罚〔{decided.year}〕{party.number}-{decided:%m%d}号"
        self.ledger.add(
            tax.PENALTY,
            djxh=_internal(party),
            cfjdwsh=number,
            wfxw_mc="未按期申报" if minor else "虚列成本, 少缴税款",
            wfss="未按照规定的期限办理纳税申报" if minor else "在账簿上多列支出, 少缴企业所得税",
            cfyj="《中华人民共和国税收征收管理法》第六十二条"
            if minor
            else "《中华人民共和国税收征收管理法》第六十三条第一款",
            cflx_dm="2" if minor else "2,3",
            cfnr=f"罚款{fine}元",
            jdrq=compact(decided),
            gsjzq=compact(None if minor else date(decided.year + 1, decided.month, min(decided.day, 28))),
            jyaj_bz="Y" if minor else "N",
            sxcd_dm="1" if minor else "2",
            cfjg_mc=_CITY_BUREAU,
            fkje=Decimal(fine),
            msje=None if minor else (Decimal(fine) / 10).quantize(Decimal("0.01")),
            xgsj=self.ledger.reported(decided),
        )
        return number
