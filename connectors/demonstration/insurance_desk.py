"""Writes facts as social insurance would: unit numbers, three-digit kinds, six-digit periods."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from connectors import social_insurance as insurance
from connectors.demonstration.ledger import Ledger, compact
from connectors.demonstration.parties import Party

__all__ = ["KINDS", "InsuranceDesk", "months_before"]

KINDS = ("110", "210", "310", "410")
_BUREAU = "郑州市社会保险中心"
_SHARES = {"110": Decimal("0.24"), "210": Decimal("0.01"), "310": Decimal("0.10"), "410": Decimal("0.005")}


def months_before(day: date, count: int) -> Iterator[int]:
    """Give the *count* whole months before the month of *day*, the latest first.

    >>> list(months_before(date(2026, 2, 10), 3))
    [202601, 202512, 202511]
    """
    number = day.year * 12 + day.month - 1
    for back in range(1, count + 1):
        year, month = divmod(number - back, 12)
        yield year * 100 + month + 1


class InsuranceDesk:
    """Social insurance's side of the demonstration."""

    def __init__(self, ledger: Ledger) -> None:
        """Write into *ledger*."""
        self.ledger = ledger

    def register(self, party: Party, headcount: int) -> None:
        """Enter a unit."""
        self.ledger.add(
            insurance.UNIT,
            aab001=_unit(party),
            aab998=party.identifier,
            aab004=party.name,
            aae140=",".join(KINDS),
            aab050=compact(party.established_on),
            aab051="1",
            aae017=_BUREAU,
            aab055=headcount,
            aae036=self.ledger.reported(party.established_on, 20),
        )

    def payment(self, party: Party, kind: str, period: int, headcount: int, *, paid: str = "1") -> None:
        """Enter a month's dues of one kind; *paid* is "1" paid, "2" in part, "0" not."""
        year, month = divmod(period, 100)
        payable = (headcount * 5_000 * _SHARES[kind]).quantize(Decimal("0.01"))
        done = {"1": payable, "2": (payable / 2).quantize(Decimal("0.01"))}.get(paid, Decimal("0.00"))
        self.ledger.add(
            insurance.PAYMENT,
            aab001=_unit(party),
            aae140=kind,
            aae002=period,
            aae020=payable,
            aae022=done,
            aae028=payable - done,
            aae111=paid,
            aae036=self.ledger.reported(date(year, month, 25)),
        )

    def payments(self, party: Party, months: int, headcount: int) -> None:
        """Enter all four kinds of so many months, all paid."""
        for period in months_before(self.ledger.as_of, months):
            for kind in KINDS:
                self.payment(party, kind, period, headcount)

    def wage_arrears(self, party: Party, listed: date, amount: str, workers: int) -> None:
        """List a unit for wages not paid."""
        self.ledger.add(
            insurance.WAGES,
            **_named(party),
            wsh=f"郑人社列〔{listed.year}〕{party.number}号",
            sy="克扣、无故拖欠劳动报酬, 经责令限期支付逾期未支付",
            lrrq=listed.isoformat(),
            jdjg="郑州市劳动保障监察支队",
            je=Decimal(amount),
            rs=workers,
            aae036=self.ledger.reported(listed),
        )

    def labour_violation(self, party: Party, decided: date) -> None:
        """Publish a major violation of labour law."""
        self.ledger.add(
            insurance.LABOUR,
            **_named(party),
            wsh=f"郑人社监罚〔{decided.year}〕{party.number}号",
            wfxw="未按规定支付劳动者工资",
            wfss="在建项目未实行农民工工资专用账户制度",
            clqk="责令改正, 处罚款50000元",
            jdrq=compact(decided),
            gbrq=decided.isoformat(),
            gbjg="郑州市人力资源和社会保障局",
            aae036=self.ledger.reported(decided),
        )

    def fraud(self, party: Party, listed: date, amount: str) -> None:
        """List serious dishonesty in social insurance."""
        self.ledger.add(
            insurance.FRAUD,
            **_named(party),
            wsh=f"郑社保失信〔{listed.year}〕{party.number}号",
            sxxw="以伪造证明材料手段骗取稳岗补贴",
            lryj="《社会保险领域严重失信人名单管理暂行办法》第五条",
            lrrq=compact(listed),
            rdjg=_BUREAU,
            je=Decimal(amount),
            aae036=self.ledger.reported(listed),
        )

    def employment(
        self, person: Party, state: str, started: date, employer: Party | None = None, ended: date | None = None
    ) -> None:
        """Enter a person's employment."""
        self.ledger.add(
            insurance.PERSON,
            aac001=f"41019{person.number:07d}",
            aac002=person.identifier,
            aac016=state,
            aab998=employer.identifier if employer else None,
            aab004=employer.name if employer else None,
            aae030=compact(started),
            aae031=compact(ended),
            aae036=self.ledger.reported(ended or started),
        )


def _unit(party: Party) -> str:
    return f"4101{party.number:08d}"


def _named(party: Party) -> dict[str, str]:
    return {"aab998" if party.is_legal_person else "aac002": party.identifier}
