"""Writes facts as the courts would: a party line for each case, its code spelt as the clerk of that day liked."""

from datetime import date, timedelta
from decimal import Decimal

from connectors import courts
from connectors.demonstration.ledger import Ledger, compact
from connectors.demonstration.parties import Party

__all__ = ["CourtDesk"]

_COURTS = ("郑州市金水区人民法院", "郑州市中原区人民法院", "郑州市二七区人民法院", "郑州市中级人民法院")
_CAUSES = ("买卖合同纠纷", "借款合同纠纷", "建设工程施工合同纠纷", "劳动争议", "房屋租赁合同纠纷", "运输合同纠纷")
_BEHAVIOUR = "有履行能力而拒不履行生效法律文书确定义务"


class CourtDesk:
    """The courts' side of the demonstration."""

    def __init__(self, ledger: Ledger) -> None:
        """Write into *ledger*."""
        self.ledger = ledger
        self._cases = 0

    def _party(self, party: Party) -> int:
        spelling = (party.number + self._cases) % 3
        code = party.organization_code
        return self.ledger.add(
            courts.PARTY,
            dsrlb="2" if party.is_legal_person else "1",
            dsrmc=party.name,
            dm=(party.identifier, code, f"{code[:8]}-{code[8:]}")[spelling] if party.is_legal_person else None,
            sfzhm=None if party.is_legal_person else party.identifier,
            rybh=None if party.is_legal_person else _person(party),
            fddbr=party.head.name if party.head else None,
        )

    def _case(self, day: date, kind: str) -> tuple[str, str]:
        self._cases += 1
        place = self._cases % 4
        return f"({day.year})豫010{place + 1}{kind}{self._cases}号", _COURTS[place]

    def judgment(  # noqa: PLR0913 (what a document says)
        self,
        party: Party,
        effective: date,
        amount: Decimal,
        *,
        document: str = "判决书",
        role: str = "被告",
        sealed: bool = False,
    ) -> None:
        """Enter a document in force."""
        number, court = self._case(effective, "民初")
        self.ledger.add(
            courts.JUDGMENT,
            dsrbh=self._party(party),
            ah=number,
            fymc=court,
            wslx=document,
            ay=_CAUSES[self._cases % len(_CAUSES)],
            ssdw=role,
            cpjg=f"{'被告' if role == '被告' else '对方'}于生效之日起十日内支付{amount}元",
            pdje=amount,
            sxrq=compact(effective),
            sfgbk="1" if sealed else "0",
            gxsj=self.ledger.reported(effective),
        )

    def enforcement(
        self, party: Party, filed: date, applied: Decimal, *, state: str = "10", concluded: date | None = None
    ) -> None:
        """Enter a case of enforcement."""
        number, court = self._case(filed, "执")
        self.ledger.add(
            courts.ENFORCEMENT,
            dsrbh=self._party(party),
            ah=number,
            fymc=court,
            larq=filed.isoformat(),
            yjwh=number.replace("执", "民初"),
            sqbd=applied,
            lxje=applied if state == "20" else applied / 10,
            ajzt=state,
            jarq=concluded.isoformat() if concluded else None,
            gxsj=self.ledger.reported(concluded or filed),
        )

    def debtor(self, party: Party, filed: date, owed: Decimal, *, removed: date | None = None) -> None:
        """Publish a judgment debtor that does not perform."""
        number, court = self._case(filed, "执")
        self.ledger.add(
            courts.DEBTOR,
            dsrbh=self._party(party),
            ah=number,
            fymc=court,
            sf="河南",
            yjwh=number.replace("执", "民初"),
            larq=filed.isoformat(),
            yjdw=court,
            yw=f"支付货款{owed}元及利息",
            lxqk="全部已履行" if removed else "全部未履行",
            jtqx=_BEHAVIOUR,
            fbrq=compact(min(filed + timedelta(days=10), self.ledger.as_of)),
            ylx=None,
            wlx=None if removed else "全部",
            cxrq=compact(removed),
            gxsj=self.ledger.reported(removed or filed),
        )

    def restriction(self, party: Party, restricted: Party, issued: date, *, lifted: date | None = None) -> None:
        """Restrict the consumption of a person or of a company's head."""
        number, court = self._case(issued, "执")
        self.ledger.add(
            courts.RESTRICTION,
            dsrbh=self._party(party),
            ah=number,
            bxz_rybh=_person(restricted),
            bxz_mc=restricted.name,
            fymc=court,
            fbrq=compact(issued),
            jcrq=compact(lifted),
            gxsj=self.ledger.reported(lifted or issued),
        )

    def conviction(
        self, party: Party, officer: Party, effective: date, crime: str, position: str = "法定代表人"
    ) -> None:
        """Enter an officer's punishment for acts in performance of duty."""
        number, court = self._case(effective, "刑初")
        self.ledger.add(
            courts.CONVICTION,
            dsrbh=self._party(party),
            pjswh=number,
            rybh=_person(officer),
            xm=officer.name,
            sfzhm=officer.identifier,
            zw=position,
            zm=crime,
            xf="有期徒刑二年, 缓刑三年, 并处罚金",
            fymc=court,
            sxrq=compact(effective),
            lz="是",
            gxsj=self.ledger.reported(effective),
        )

    def bankruptcy(self, party: Party, company: Party, person: Party, found: date) -> None:
        """Find a person responsible for a bankruptcy."""
        number, court = self._case(found, "破")
        self.ledger.add(
            courts.BANKRUPTCY,
            dsrbh=self._party(party),
            pcah=number,
            pcqy_dm=company.identifier,
            rybh=_person(person),
            xm=person.name,
            sfzhm=person.identifier,
            zw="法定代表人",
            zrrd="对企业破产负有个人责任",
            rdrq=compact(found),
            fymc=court,
            jzrq=date(found.year + 3, found.month, min(found.day, 28)).isoformat(),
            gxsj=self.ledger.reported(found),
        )


def _person(party: Party) -> str:
    return f"R{party.number:08d}"
