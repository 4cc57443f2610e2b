"""What agencies without a connected system report to the centre: one function for each record type."""

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from connectors.demonstration.centre_desk import CentreDesk, Report
from connectors.demonstration.parties import Party, sample
from schema.reporting import digest_of

__all__ = [
    "accident",
    "ban",
    "commitment",
    "compulsion",
    "designation",
    "fee_arrears",
    "honour",
    "licence",
    "other",
    "penalty",
    "qualification",
    "registration",
]

_CONTENT = "承诺依法诚信经营, 自愿接受社会监督"


@lru_cache(maxsize=32)
def _agency(code: str) -> tuple[str, str]:
    agency = next(agency for agency in sample()["agencies"] if agency["code"] == code)
    return agency["name"], agency["unifiedSocialCreditCode"]


def _years_after(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))


def _counterparty(party: Party) -> dict[str, object]:
    if not party.is_legal_person:
        return {
            "counterpartyName": party.name,
            "counterpartyCategory": "NATURAL_PERSON",
            "counterpartyIdType": "RESIDENT_ID",
            "counterpartyId": party.identifier,
        }
    business = party.organization_type == "INDIVIDUAL_BUSINESS"
    return {
        "counterpartyName": party.name,
        "counterpartyCategory": "INDIVIDUAL_BUSINESS" if business else "LEGAL_PERSON_OR_ORGANIZATION",
        "unifiedSocialCreditCode": party.identifier,
        "registrationNumber": party.registration_number,
        "organizationCode": party.organization_code,
        "legalRepresentativeName": party.head.name if party.head else None,
    }


def registration(desk: CentreDesk, party: Party, provider: str) -> None:
    """Register an entity that market regulation does not."""
    desk.report(
        party,
        "EntityRegistration",
        Report(provider, party.established_on + timedelta(days=10)),
        unifiedSocialCreditCode=party.identifier,
        entityName=party.name,
        formerNames=[],
        organizationCode=party.organization_code,
        organizationType=party.organization_type,
        legalRepresentativeName=party.head.name if party.head else "方知远",
        legalRepresentativeId=party.head.identifier if party.head else None,
        establishedOn=party.established_on,
        address=f"郑州市演示大道{party.number}号",
        regionCode="410100",
        registrationAuthority=_agency(provider)[0],
        status="ACTIVE",
    )


def penalty(  # noqa: PLR0913 (a decision's own parts)
    desk: CentreDesk,
    party: Party,
    report: Report,
    violation: str,
    fine: Decimal,
    *,
    number: str | None = None,
    severity: str = "GENERAL",
    simplified: bool = False,
) -> None:
    """Report a penalty decided on the report's day."""
    name, code = _agency(report.provider)
    desk.report(
        party,
        "AdministrativePenalty",
        report,
        **_counterparty(party),
        penaltyDocumentNumber=number or f"{report.provider[:2]}罚〔{report.on.year}〕{party.number}-{report.on:%m%d}号",
        violationType=violation,
        violationFacts=f"经查, 当事人存在{violation}的行为",
        penaltyBasis="《中华人民共和国行政处罚法》第二十八条",
        penaltyTypes=["WARNING", "FINE"] if fine else ["WARNING"],
        penaltyContent=f"警告, 罚款{fine}元" if fine else "警告",
        fineAmount=fine,
        decisionDate=report.on,
        publicityUntil=None if severity == "MINOR" else _years_after(report.on, 1),
        severity=severity,
        simplifiedProcedure=simplified,
        authorityName=name,
        authorityCode=code,
        sourceUnitName=name,
        sourceUnitCode=code,
    )


def licence(desk: CentreDesk, party: Party, report: Report, name: str, number: str) -> None:
    """Report a licence granted on the report's day, for five years."""
    authority, code = _agency(report.provider)
    desk.report(
        party,
        "AdministrativeLicence",
        report,
        **_counterparty(party),
        licenceDocumentName=f"准予{name}决定书",
        licenceDocumentNumber=number,
        licenceType="GENERAL",
        licenceCertificateName=name,
        licenceContent=f"准予从事{name}所载事项",
        decisionDate=report.on,
        validFrom=report.on,
        validTo=_years_after(report.on, 5),
        authorityName=authority,
        authorityCode=code,
        licenceStatus="VALID",
        sourceUnitName=authority,
        sourceUnitCode=code,
    )


def honour(desk: CentreDesk, party: Party, on: date, name: str, level: str = "MUNICIPAL_GOVERNMENT") -> None:
    """Report an honour."""
    desk.report(
        party,
        "Honour",
        Report("DEVELOPMENT_REFORM", on),
        honourName=name,
        honourLevel=level,
        awardingBody="郑州市人民政府" if level == "MUNICIPAL_GOVERNMENT" else "河南省人民政府",
        documentNumber=f"郑政〔{on.year}〕{party.number}号",
        awardedOn=on,
        reason="成绩突出",
    )


def fee_arrears(  # noqa: PLR0913 (what a notice says)
    desk: CentreDesk, party: Party, on: date, amount: Decimal, *, kind: str, name: str, settled: date | None
) -> None:
    """Report fees not paid."""
    desk.report(
        party,
        "FeeArrears",
        Report("URBAN_MANAGEMENT", settled or on),
        feeKind=kind,
        feeName=name,
        arrearsPeriod=f"{on:%Y-%m}",
        arrearsAmount=amount,
        overdueFrom=on,
        settlementStatus="SETTLED" if settled else "UNSETTLED",
        settledOn=settled,
        collectingUnit=_agency("URBAN_MANAGEMENT")[0],
        terminatedOn=settled,
    )


def designation(desk: CentreDesk, party: Party, on: date, kind: str, provider: str = "DEVELOPMENT_REFORM") -> None:
    """Report that a party was put on a list: INCENTIVE, SERIOUS_DISHONESTY or WATCH."""
    name = {"INCENTIVE": "守信激励对象名单", "SERIOUS_DISHONESTY": "严重失信主体名单", "WATCH": "重点关注名单"}[kind]
    desk.report(
        party,
        "ListDesignation",
        Report(provider, on),
        listKind=kind,
        listName=name,
        decisionNumber=f"郑名单〔{on.year}〕{party.number}号",
        legalBasis="国办发〔2020〕49号",
        reason="诚信经营成绩突出" if kind == "INCENTIVE" else "多次违法失信",
        listedOn=on,
        plannedRemovalOn=_years_after(on, 3),
        authorityName=_agency(provider)[0],
        measures=["容缺受理", "减少抽查"] if kind == "INCENTIVE" else ["限制参加政府采购", "列为重点监管对象"],
    )


def commitment(desk: CentreDesk, party: Party, on: date, status: str = "FULFILLED", kind: str = "PROACTIVE") -> None:
    """Report a commitment and how it was kept."""
    desk.report(
        party,
        "CreditCommitment",
        Report("DEVELOPMENT_REFORM", on),
        contentDigest=digest_of(_CONTENT),
        commitmentType=kind,
        content=_CONTENT,
        madeOn=on,
        acceptorName=_agency("CREDIT_CENTRE")[0],
        acceptorCode=_agency("CREDIT_CENTRE")[1],
        fulfilmentStatus=status,
        assessedOn=None if status == "PENDING" else on + timedelta(days=90),
    )


def compulsion(desk: CentreDesk, party: Party, on: date, provider: str = "TAX", kind: str = "FREEZE") -> None:
    """Report a measure of compulsion."""
    desk.report(
        party,
        "AdministrativeCompulsion",
        Report(provider, on),
        decisionNumber=f"{provider}强〔{on.year}〕{party.number}号",
        compulsionType=kind,
        facts="逾期未履行行政决定",
        legalBasis="《中华人民共和国行政强制法》第四十五条",
        decisionDate=on,
        validTo=_years_after(on, 1),
        authorityName=_agency(provider)[0],
    )


def accident(desk: CentreDesk, party: Party, on: date, loss: Decimal) -> None:
    """Report a major accident."""
    desk.report(
        party,
        "MajorAccident",
        Report("EMERGENCY", on),
        accidentNumber=f"郑应急调〔{on.year}〕{party.number}号",
        accidentType="WORK_SAFETY",
        accidentLevel="RELATIVELY_MAJOR",
        occurredOn=on,
        summary="施工现场脚手架坍塌",
        liability="企业安全生产主体责任不落实",
        deaths=3,
        directLoss=loss,
        treatment="罚款并责令停产停业整顿",
        investigatingAuthority=_agency("EMERGENCY")[0],
    )


def ban(desk: CentreDesk, party: Party, person: Party, enterprise: Party, on: date) -> None:
    """Report that a person is banned from an industry, on the person's or the enterprise's side."""
    desk.report(
        party,
        "IndustryBan",
        Report("MARKET_REGULATION", on),
        decisionNumber=f"郑市监禁〔{on.year}〕{person.number}号",
        personKey=desk.key_of(person),
        personName=person.name,
        personIdNumber=person.identifier,
        position="LEGAL_REPRESENTATIVE",
        relatedEnterprise=enterprise.identifier,
        bannedIndustry="进出口贸易",
        legalBasis="《中华人民共和国公司法》第一百七十八条",
        banFrom=on,
        banTo=_years_after(on, 3),
        lifetime=False,
        authorityName=_agency("MARKET_REGULATION")[0],
    )


def qualification(desk: CentreDesk, person: Party, on: date, name: str, provider: str = "SOCIAL_INSURANCE") -> None:
    """Report a professional qualification."""
    desk.report(
        person,
        "ProfessionalQualification",
        Report(provider, on),
        certificateNumber=f"DEMZS{person.number:08d}",
        qualificationName=name,
        level="中级",
        issuedOn=on,
        issuingAuthority=_agency(provider)[0],
    )


def other(desk: CentreDesk, party: Party, report: Report, polarity: str, title: str) -> None:
    """Report something that no other type holds."""
    desk.report(
        party,
        "OtherRecord",
        report,
        recordNumber=f"其他〔{report.on.year}〕{party.number}号",
        title=title,
        content=f"{title}: 详见原件",
        polarity=polarity,
        legalBasis="《河南省社会信用条例》第十八条",
        occurredOn=report.on,
        terminatedOn=None,
        authorityName=_agency(report.provider)[0],
    )
