"""What human resources and social security knows, under the column numbers of its trade: ``aab001``, ``aae140``.

The tables keep the numbered columns of the older core system: units in ``ab01``, monthly dues in ``ac43``, persons
in ``cc20``. Insurance kinds are three digits, periods six.
"""

from typing import ClassVar

import sqlalchemy as sa

from connectors import columns as read
from connectors.connector import Connector, Key, Table
from schema.records.enums import EmploymentState, InsuranceKind, PaymentStatus
from schema.records.social_insurance import (
    EmploymentStatus,
    LabourSecurityViolation,
    SocialInsuranceFraud,
    SocialInsurancePayment,
    SocialInsuranceRegistration,
    WageArrearsCase,
)

__all__ = ["METADATA", "SocialInsurance"]

METADATA = sa.MetaData()


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.Text) for name in names)


def _case(name: str, *texts: str) -> sa.Table:
    """Give a table of labour inspection, which writes a unit's credit code or a person's number beside each case."""
    return sa.Table(
        name,
        METADATA,
        sa.Column("baz001", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("aab998", sa.Text, index=True),
        sa.Column("aac002", sa.Text, index=True),
        *_texts(*texts),
        sa.Column("je", sa.Numeric(16, 2)),
        sa.Column("rs", sa.Integer),
        sa.Column("aae036", sa.DateTime),
    )


UNIT = sa.Table(
    "ab01",
    METADATA,
    sa.Column("aab001", sa.Text, primary_key=True),
    sa.Column("aab998", sa.Text, nullable=False, index=True),
    *_texts("aab004", "aae140", "aab050", "aab051", "aae017"),
    sa.Column("aab055", sa.Integer),
    sa.Column("aae036", sa.DateTime),
)
PAYMENT = sa.Table(
    "ac43",
    METADATA,
    sa.Column("baz002", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("aab001", sa.Text, nullable=False, index=True),
    sa.Column("aae140", sa.Text),
    sa.Column("aae002", sa.Integer),
    sa.Column("aae020", sa.Numeric(14, 2)),
    sa.Column("aae022", sa.Numeric(14, 2)),
    sa.Column("aae028", sa.Numeric(14, 2)),
    *_texts("aae111", "aae024"),
    sa.Column("aae036", sa.DateTime),
)
PERSON = sa.Table(
    "cc20",
    METADATA,
    sa.Column("bcc001", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("aac001", sa.Text, nullable=False),
    sa.Column("aac002", sa.Text, index=True),
    *_texts("aac016", "aab998", "aab004", "aae030", "aae031"),
    sa.Column("aae036", sa.DateTime),
)
WAGES = _case("ldjc_tqgz", "wsh", "sy", "lrrq", "ycrq", "jdjg")
LABOUR = _case("ldjc_zdwf", "wsh", "wfxw", "wfss", "clqk", "jdrq", "gbrq", "gbjg")
FRAUD = _case("sb_yzsx", "wsh", "sxxw", "lryj", "lrrq", "ycrq", "rdjg")

KINDS = {
    "110": InsuranceKind.PENSION,
    "210": InsuranceKind.UNEMPLOYMENT,
    "310": InsuranceKind.MEDICAL,
    "410": InsuranceKind.WORK_INJURY,
}
PAYMENTS = {
    "1": PaymentStatus.PAID,
    "2": PaymentStatus.PARTIALLY_PAID,
    "0": PaymentStatus.UNPAID,
    "3": PaymentStatus.DEFERRED,
}
UNIT_STATES = {"1": "参保缴费", "2": "暂停缴费", "3": "终止缴费"}
EMPLOYMENT = {
    "1": EmploymentState.EMPLOYED,
    "2": EmploymentState.FLEXIBLE,
    "3": EmploymentState.UNEMPLOYED,
    "4": EmploymentState.RETIRED,
    "9": EmploymentState.OTHER,
}


def _unit(key: Key) -> sa.ColumnElement[bool]:
    return UNIT.c.aab998 == key.identifier


def _person(key: Key) -> sa.ColumnElement[bool]:
    return PERSON.c.aac002 == key.identifier


def _unit_of_wages(key: Key) -> sa.ColumnElement[bool]:
    return WAGES.c.aab998 == key.identifier


def _person_of_wages(key: Key) -> sa.ColumnElement[bool]:
    return WAGES.c.aac002 == key.identifier


def _unit_of_labour(key: Key) -> sa.ColumnElement[bool]:
    return LABOUR.c.aab998 == key.identifier


def _unit_of_fraud(key: Key) -> sa.ColumnElement[bool]:
    return FRAUD.c.aab998 == key.identifier


def _person_of_fraud(key: Key) -> sa.ColumnElement[bool]:
    return FRAUD.c.aac002 == key.identifier


class SocialInsurance(Connector):
    """Human resources and social security, which answers for the truth of what it serves (Art. 4)."""

    agency = "SOCIAL_INSURANCE"
    name = "郑州市人力资源和社会保障局(演示)"
    tables: ClassVar = (
        Table(
            SocialInsuranceRegistration,
            UNIT,
            {"LEGAL_PERSON": _unit},
            {
                "unitNumber": read.text(UNIT.c.aab001),
                "unitName": read.text(UNIT.c.aab004),
                "insuranceKinds": read.codes(UNIT.c.aae140, KINDS, separator=","),
                "registeredOn": read.day(UNIT.c.aab050),
                "insuredHeadcount": read.number(UNIT.c.aab055),
                "insuredStatus": read.code(UNIT.c.aab051, UNIT_STATES),
                "handlingAgency": read.text(UNIT.c.aae017),
                "reportedAt": read.instant(UNIT.c.aae036),
            },
        ),
        Table(
            SocialInsurancePayment,
            PAYMENT.join(UNIT, PAYMENT.c.aab001 == UNIT.c.aab001),
            {"LEGAL_PERSON": _unit},
            {
                "unitNumber": read.text(UNIT.c.aab001),
                "insuranceKind": read.code(PAYMENT.c.aae140, KINDS),
                "period": read.month(PAYMENT.c.aae002),
                "payableAmount": read.yuan(PAYMENT.c.aae020),
                "paidAmount": read.yuan(PAYMENT.c.aae022),
                "paymentStatus": read.code(PAYMENT.c.aae111, PAYMENTS),
                "arrearsAmount": read.yuan(PAYMENT.c.aae028),
                "settledOn": read.day(PAYMENT.c.aae024),
                "reportedAt": read.instant(PAYMENT.c.aae036),
            },
        ),
        Table(
            WageArrearsCase,
            WAGES,
            {"LEGAL_PERSON": _unit_of_wages, "INDIVIDUAL": _person_of_wages},
            {
                "caseNumber": read.text(WAGES.c.wsh),
                "wageArrearsAmount": read.yuan(WAGES.c.je),
                "affectedWorkers": read.number(WAGES.c.rs),
                "facts": read.text(WAGES.c.sy),
                "listedOn": read.day(WAGES.c.lrrq),
                "delistedOn": read.day(WAGES.c.ycrq),
                "authority": read.text(WAGES.c.jdjg),
                "reportedAt": read.instant(WAGES.c.aae036),
            },
        ),
        Table(
            LabourSecurityViolation,
            LABOUR,
            {"LEGAL_PERSON": _unit_of_labour},
            {
                "caseNumber": read.text(LABOUR.c.wsh),
                "violation": read.text(LABOUR.c.wfxw),
                "facts": read.text(LABOUR.c.wfss),
                "treatment": read.text(LABOUR.c.clqk),
                "decisionDate": read.day(LABOUR.c.jdrq),
                "publishedOn": read.day(LABOUR.c.gbrq),
                "authority": read.text(LABOUR.c.gbjg),
                "reportedAt": read.instant(LABOUR.c.aae036),
            },
        ),
        # Contribution bases, benefits and diagnoses of injuries are not in these tables: income and illness (Art. 9).
        Table(
            EmploymentStatus,
            PERSON,
            {"INDIVIDUAL": _person},
            {
                "personKey": read.person_key(PERSON.c.aac001),
                "state": read.code(PERSON.c.aac016, EMPLOYMENT),
                "employerCode": read.text(PERSON.c.aab998),
                "employerName": read.text(PERSON.c.aab004),
                "startedOn": read.day(PERSON.c.aae030),
                "endedOn": read.day(PERSON.c.aae031),
                "reportedAt": read.instant(PERSON.c.aae036),
            },
        ),
        Table(
            SocialInsuranceFraud,
            FRAUD,
            {"LEGAL_PERSON": _unit_of_fraud, "INDIVIDUAL": _person_of_fraud},
            {
                "decisionNumber": read.text(FRAUD.c.wsh),
                "behaviour": read.text(FRAUD.c.sxxw),
                "legalBasis": read.text(FRAUD.c.lryj),
                "listedOn": read.day(FRAUD.c.lrrq),
                "delistedOn": read.day(FRAUD.c.ycrq),
                "authority": read.text(FRAUD.c.rdjg),
                "amountInvolved": read.yuan(FRAUD.c.je),
                "reportedAt": read.instant(FRAUD.c.aae036),
            },
        ),
    )
