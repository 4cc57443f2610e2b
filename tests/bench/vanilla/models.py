"""The peer's ORM models: the columns of the agencies' tables that W1 needs, and no others."""

from decimal import Decimal

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.bench.city import SCHEMAS

__all__ = [
    "ArrearsRow",
    "DebtorRow",
    "EntityRow",
    "JudgmentRow",
    "PartyRow",
    "PropertyRow",
    "RatingRow",
    "SubjectRow",
    "TaxpayerRow",
    "UnitRow",
]


def _of(agency: str) -> dict[str, str]:
    return {"schema": SCHEMAS[agency]}


class _Model(DeclarativeBase):
    """What all models share: SQLAlchemy's register of them."""


class SubjectRow(_Model):
    """A line of the subject register."""

    __tablename__ = "subject"
    __table_args__ = _of("CREDIT_CENTRE")
    id: Mapped[str] = mapped_column(primary_key=True)
    identifier: Mapped[str]
    name: Mapped[str]


class TaxpayerRow(_Model):
    """A taxpayer."""

    __tablename__ = "dj_nsrxx"
    __table_args__ = _of("TAX")
    djxh: Mapped[str] = mapped_column(primary_key=True)
    shxydm: Mapped[str]


class RatingRow(_Model):
    """A year's credit rating."""

    __tablename__ = "nsxy_pj"
    __table_args__ = _of("TAX")
    xh: Mapped[int] = mapped_column(primary_key=True)
    djxh: Mapped[str]
    pjnd: Mapped[int]
    pjjb_dm: Mapped[str]
    pjdf: Mapped[Decimal | None]
    pjrq: Mapped[str | None]


class ArrearsRow(_Model):
    """Arrears of one tax."""

    __tablename__ = "qs_gg"
    __table_args__ = _of("TAX")
    xh: Mapped[int] = mapped_column(primary_key=True)
    djxh: Mapped[str]
    zsxm_dm: Mapped[str]
    ssqj: Mapped[str]
    qsye: Mapped[Decimal | None]
    xzqs: Mapped[Decimal | None]
    qjzt_dm: Mapped[str]
    qjrq: Mapped[str | None]
    ggrq: Mapped[str | None]
    ggjg_mc: Mapped[str | None]


class PartyRow(_Model):
    """A party to a case."""

    __tablename__ = "dsr"
    __table_args__ = _of("COURT")
    dsrbh: Mapped[int] = mapped_column(primary_key=True)
    dm: Mapped[str]


class JudgmentRow(_Model):
    """A judgment in force."""

    __tablename__ = "cp_ws"
    __table_args__ = _of("COURT")
    lsh: Mapped[int] = mapped_column(primary_key=True)
    dsrbh: Mapped[int]
    ah: Mapped[str]
    fymc: Mapped[str]
    wslx: Mapped[str]
    ssdw: Mapped[str]
    pdje: Mapped[Decimal | None]
    sxrq: Mapped[str | None]
    sfgbk: Mapped[str]


class DebtorRow(_Model):
    """A judgment debtor that does not perform."""

    __tablename__ = "sx_bzxr"
    __table_args__ = _of("COURT")
    lsh: Mapped[int] = mapped_column(primary_key=True)
    dsrbh: Mapped[int]
    ah: Mapped[str]
    fymc: Mapped[str]
    lxqk: Mapped[str]
    larq: Mapped[str | None]
    yw: Mapped[str | None]
    fbrq: Mapped[str | None]


class UnitRow(_Model):
    """An employer."""

    __tablename__ = "ab01"
    __table_args__ = _of("SOCIAL_INSURANCE")
    aab001: Mapped[str] = mapped_column(primary_key=True)
    aab998: Mapped[str]
    aae140: Mapped[str]
    aab055: Mapped[int | None]
    aab051: Mapped[str]
    aab050: Mapped[str | None]


class EntityRow(_Model):
    """An entity of the register."""

    __tablename__ = "JB_ZTXX"
    __table_args__ = _of("MARKET_REGULATION")
    PRIPID: Mapped[str] = mapped_column(primary_key=True)
    UNISCID: Mapped[str]


class PropertyRow(_Model):
    """A product, brand, trademark or patent."""

    __tablename__ = "ZS_CQ"
    __table_args__ = _of("MARKET_REGULATION")
    ID: Mapped[int] = mapped_column(primary_key=True)
    PRIPID: Mapped[str]
    LX: Mapped[str]
    MC: Mapped[str]
    ZCH: Mapped[str]
    SQRQ: Mapped[str | None]
    YXQZ: Mapped[str | None]
    FLZT: Mapped[str | None]
