"""Writes facts as market regulation would: the register in capitals, double publicity with fines in 万元."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from connectors import market_regulation as market
from connectors.demonstration.ledger import Ledger
from connectors.demonstration.parties import Party

__all__ = ["Licence", "MarketDesk", "Penalty"]

NOTHING = "— —"
LONG_TERM = "2099-12-31"
_NAME = "郑州市市场监督管理局"
_CODE = "11410199DEM0012443"
_ENTITY_TYPES = {
    "ENTERPRISE": ("1", "有限责任公司(自然人投资或控股)"),
    "INDIVIDUAL_BUSINESS": ("2", "个体工商户"),
    "FARMERS_COOPERATIVE": ("3", "农民专业合作社"),
}


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: what for, from when, until when (None: for long), by whom."""

    name: str
    decided: date
    until: date | None
    authority: str = _NAME
    authority_code: str = _CODE
    type: str = "普通"
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty: for what, of when, how much in yuan."""

    violation: str
    decided: date
    fine: Decimal
    types: str = "罚款"
    severity: str | None = "一般"
    simplified: bool = False
    state: str = "0"
    in_yuan_by_mistake: bool = False


class MarketDesk:
    """Market regulation's side of the demonstration."""

    def __init__(self, ledger: Ledger) -> None:
        """Write into *ledger*."""
        self.ledger = ledger

    def register(self, party: Party, *, state: str = "1", capital_wan: int = 500) -> None:
        """Enter an entity into the register."""
        kind, words = _ENTITY_TYPES[party.organization_type]
        head = party.head
        self.ledger.add(
            market.ENTITY,
            PRIPID=_entity(party),
            UNISCID=party.identifier,
            REGNO=party.registration_number or NOTHING,
            ZZJGDM=party.organization_code,
            ENTNAME=party.name,
            OLDNAME=f"{party.name[:4]}实业有限公司;{party.name[:4]}贸易行" if party.number % 9 == 1 else NOTHING,
            ZTLX=kind,
            ENTTYPE_CN=words,
            FRDB=head.name if head else "方知远",
            FRDB_CERNO=head.identifier if head else None,
            REGCAPCUR_CN="人民币",
            REGCAP=Decimal(capital_wan),
            ESTDATE=party.established_on,
            OPFROM=party.established_on,
            OPTO=date(2099, 12, 31),
            APPRDATE=party.established_on,
            DOM=f"郑州市演示大道{party.number}号",
            DOMDISTRICT="410105",
            OPSCOPE="一般项目: 技术服务、技术开发、销售(依法须经批准的项目除外)",
            INDUSTRYCO=f"F{51 + party.number % 2}{party.number % 10}0",
            REGORG_CN=_NAME,
            REGSTATE=state,
            TEL=f"0371-6{party.number % 10_000_000:07d}",
            S_EXT_TIMESTAMP=self.ledger.reported(party.established_on, 10),
        )

    def branch(self, party: Party, code: str, name: str, established: date) -> None:
        """Enter a branch."""
        self.ledger.add(
            market.BRANCH,
            PRIPID=_entity(party),
            BRUNISCID=code,
            BRNAME=name,
            PRIL="林若谷",
            OPLOC="郑州市演示大道分号",
            REGORG_CN=_NAME,
            ESTDATE=established.isoformat(),
            REGSTATE="1",
            S_EXT_TIMESTAMP=self.ledger.reported(established),
        )

    def officer(self, party: Party, person: Party, position: str, appointed: date, left: date | None = None) -> None:
        """Enter one of an entity's key persons."""
        self.ledger.add(
            market.PERSONNEL,
            PRIPID=_entity(party),
            PERSONID=f"P{person.number:09d}",
            NAME=person.name,
            CERNO=person.identifier,
            POSITION_CN=position,
            ACCDATE=appointed.isoformat(),
            OFFDATE=left.isoformat() if left else NOTHING,
            S_EXT_TIMESTAMP=self.ledger.reported(left or appointed),
        )

    def property(self, party: Party, kind: str, name: str, number: str, granted: date) -> None:
        """Enter a product, brand, trademark or patent."""
        self.ledger.add(
            market.PROPERTY,
            PRIPID=_entity(party),
            LX=kind,
            MC=name,
            ZCH=number,
            FL="第9类" if kind == "30" else NOTHING,
            SQRQ=granted.isoformat(),
            YXQZ=(granted + timedelta(days=3652)).isoformat(),
            FLZT="有效",
            SYJG="国家知识产权局",
            S_EXT_TIMESTAMP=self.ledger.reported(granted),
        )

    def certificate(self, party: Party, name: str, number: str, issued: date) -> None:
        """Enter a certification."""
        until = issued + timedelta(days=1095)
        self.ledger.add(
            market.CERTIFICATE,
            PRIPID=_entity(party),
            ZSBH=number,
            RZXM=name,
            RZJG="中原质量认证中心(演示)",
            FZRQ=issued.isoformat(),
            YXQZ=until.isoformat(),
            ZSZT="有效" if until >= self.ledger.as_of else "过期",
            S_EXT_TIMESTAMP=self.ledger.reported(issued),
        )

    def abnormal(self, party: Party, listed: date, *, removed: date | None = None) -> None:
        """List an entity as operating abnormally."""
        self.ledger.add(
            market.ABNORMAL,
            PRIPID=_entity(party),
            SPECAUSE="3" if party.number % 2 else "1",
            SPECAUSE_CN="通过登记的住所或者经营场所无法联系" if party.number % 2 else "未按规定期限公示年度报告",
            ABNTIME=listed.isoformat(),
            DECORG_CN=_NAME,
            REMEXCPRES_CN="已补报并公示" if removed else NOTHING,
            REMDATE=removed.isoformat() if removed else None,
            REDECORG_CN=_NAME if removed else NOTHING,
            S_EXT_TIMESTAMP=self.ledger.reported(removed or listed),
        )

    def licence(self, party: Party, licence: Licence, serial: int = 1) -> str:
        """Publish a licence; gives its document number."""
        number = f"郑许准〔{licence.decided.year}〕{party.number}-{serial}号"
        self.ledger.add(
            market.LICENCE,
            **_counterparty("XK", party),
            XK_XKWS=f"准予{licence.name}决定书",
            XK_WSH=number,
            XK_XKLB=licence.type,
            XK_XKZS=licence.name,
            XK_XKBH=f"JY1410199{party.number:07d}{serial:03d}",
            XK_NR=f"准予从事{licence.name}所载事项",
            XK_JDRQ=licence.decided.isoformat(),
            XK_YXQZ=licence.decided.isoformat(),
            XK_YXQZI=licence.until.isoformat() if licence.until else LONG_TERM,
            XK_XKJG=licence.authority,
            XK_XKJGDM=licence.authority_code,
            XK_ZT="1" if licence.valid else "2",
            XK_LYDW=licence.authority,
            XK_LYDWDM=licence.authority_code,
            BZ=NOTHING,
            GXSJ=self.ledger.reported(licence.decided, 5),
        )
        return number

    def penalty(self, party: Party, penalty: Penalty, serial: int = 1) -> str:
        """Publish a penalty, its fine in 万元 with six decimals; gives its document number."""
        number = f"郑市监罚〔{penalty.decided.year}〕{party.number}-{serial}号"
        unit = 1 if penalty.in_yuan_by_mistake else 10_000
        self.ledger.add(
            market.PENALTY,
            **_counterparty("CF", party),
            CF_WSH=number,
            CF_WFXW=penalty.violation,
            CF_SY=f"经查, 当事人存在{penalty.violation}的行为",
            CF_YJ="《中华人民共和国产品质量法》第四十九条",
            CF_CFLB=penalty.types,
            CF_NR=f"处以罚款{penalty.fine}元",
            CF_NR_FK=f"{penalty.fine / unit:.6f}",
            CF_NR_WFFF=f"{penalty.fine / 3 / unit:.6f}" if "没收" in penalty.types else NOTHING,
            CF_NR_ZKDX=NOTHING,
            CF_JDRQ=penalty.decided.isoformat(),
            CF_YXQ=LONG_TERM,
            CF_GSJZQ=(penalty.decided + timedelta(days=365)).isoformat(),
            CF_CFJG=_NAME,
            CF_CFJGDM=_CODE,
            CF_SJLY=_NAME,
            CF_SJLYDM=_CODE,
            CF_ZT=penalty.state,
            CF_SXCD=penalty.severity or NOTHING,
            CF_JYCX="是" if penalty.simplified else "否",
            BZ=NOTHING,
            GXSJ=self.ledger.reported(penalty.decided, 5),
        )
        return number


def _entity(party: Party) -> str:
    return f"410199{party.number:012d}"


def _counterparty(prefix: str, party: Party) -> dict[str, str | None]:
    legal = party.is_legal_person
    category = "个体工商户" if party.identifier.startswith("92") else "法人及非法人组织"
    head = party.head
    return {
        f"{prefix}_XDR_MC": party.name,
        f"{prefix}_XDR_LB": category if legal else "自然人",
        f"{prefix}_XDR_SHXYM": party.identifier if legal else NOTHING,
        f"{prefix}_XDR_GSZC": party.registration_number or NOTHING,
        f"{prefix}_XDR_ZZJG": party.organization_code if legal else NOTHING,
        f"{prefix}_XDR_SWDJ": party.identifier if legal else NOTHING,
        f"{prefix}_XDR_SYDW": NOTHING,
        f"{prefix}_XDR_SHZZ": NOTHING,
        f"{prefix}_FRDB": head.name if head else NOTHING,
        f"{prefix}_FR_ZJLX": "身份证" if head else NOTHING,
        f"{prefix}_FR_ZJHM": head.identifier if head else NOTHING,
        f"{prefix}_XDR_ZJLX": NOTHING if legal else "身份证",
        f"{prefix}_XDR_ZJHM": NOTHING if legal else party.identifier,
    }
