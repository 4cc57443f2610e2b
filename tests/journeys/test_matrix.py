"""The matrix of R15, walked over HTTP: every persona, tier, subject and paper; each refusal with code and paper.

What each cell must be is written out here from the law's text, not asked of the rules. Fields that stand for a tier are
those of social insurance payments and of registrations for legal persons, of the person's identity for individuals.
Where a whole list is withheld, its one error stands for the fields in it.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from sqlalchemy import select

from gateway.audit.codes import OUTCOMES
from gateway.store import open_store
from gateway.store.tables import RECORD
from schema.disclosure import Outcome
from tests.journeys.visitor import CODES, PERSONS, Told, Visitor

Cell = str | tuple[str, str | None]
YES: Final = "yes"
PURPOSE: Final = ("PURPOSE_REQUIRED", None)


def tier(paper: str | None) -> Cell:
    return "TIER_FORBIDDEN", paper


def scope(paper: str) -> Cell:
    return "PAPER_SCOPE", paper


SUPERVISION = {"code": "SUPERVISION", "text": "年度双随机抽查"}
ENFORCEMENT = {"code": "ENFORCEMENT", "text": "（2026）豫01执118号案件执行"}
LICENSING = {"code": "LICENSING", "text": "餐饮许可 2026-118 号审查"}
TRANSACTION = {"code": "TRANSACTION", "text": "设备采购合同签订前的信用核查"}
CREDIT = {"code": "CREDIT_SERVICE", "text": "企业信用评级 2026-7 号"}
AUTHORISATION, LETTER, GRANT = "AUTHORISATION", "OFFICIAL_LETTER", "RESTRICTED_GRANT"
AS_THE_PUBLIC = (YES, tier(AUTHORISATION), tier(AUTHORISATION), tier(AUTHORISATION))
NOT_THERE = "not there"
OUT_OF_SCOPE, INVALID = "PAPER_SCOPE", "PAPER_INVALID"


@dataclass(frozen=True)
class Asked:
    """Who asks about whom on what, and what must come: A, B, C, and C that no paper of the demonstration names.

    A word instead says that the subject itself is refused with this code, or not there at all.
    """

    persona: str
    subject: str
    wanted: tuple[Cell, Cell, Cell, Cell] | str
    papers: tuple[str, ...] = ()
    purpose: dict[str, str] | None = field(default=None, hash=False)

    @property
    def name(self) -> str:
        """What the case is called."""
        why = self.purpose["code"] if self.purpose else "no purpose"
        return f"{self.persona} on {self.subject} with {' '.join(self.papers) or 'no paper'} for {why}"


AUTH, TAX, COURT = ("DEMO-AUTH-LP10",), ("DEMO-LETTER-TAX",), ("DEMO-LETTER-COURT",)
OFFICERS = ("tax-officer", "market-officer", "social-insurance-officer")
STAFF = ("centre-operator", "centre-approver", "supervisor", "auditor")
NOBODYS = ("DEMO-NO-SUCH-PAPER",)

LEGAL_PERSONS = [
    # the public, and others' handlers
    Asked("public", "LP-10", AS_THE_PUBLIC),
    Asked("public", "LP-10", AS_THE_PUBLIC, purpose=SUPERVISION),
    Asked("public", "LP-10", INVALID, AUTH),
    Asked("individual", "LP-10", AS_THE_PUBLIC),
    Asked("company", "LP-10", AS_THE_PUBLIC),
    Asked("company", "LP-10", INVALID, AUTH, TRANSACTION),  # another's authorisation
    # the subject itself
    Asked("company", "LP-07", (YES, YES, YES, YES)),
    Asked("third-party", "LP-02", (YES, YES, YES, YES)),
    # a third party with the subject's authorisation
    Asked("third-party", "LP-10", AS_THE_PUBLIC),
    Asked("third-party", "LP-10", (YES, YES, YES, scope(AUTHORISATION)), AUTH, TRANSACTION),
    Asked("third-party", "LP-10", (YES, PURPOSE, PURPOSE, scope(AUTHORISATION)), AUTH),
    Asked("third-party", "LP-10", OUT_OF_SCOPE, AUTH, SUPERVISION),
    Asked("third-party", "LP-01", OUT_OF_SCOPE, AUTH, TRANSACTION),
    Asked("third-party", "LP-02", (YES, YES, YES, YES), AUTH, TRANSACTION),
    Asked("third-party", "LP-10", INVALID, ("DEMO-AUTH-REVOKED",), TRANSACTION),
    Asked("third-party", "LP-10", INVALID, NOBODYS, TRANSACTION),
    Asked("third-party", "LP-10", INVALID, TAX, TRANSACTION),
    # administrative organs
    *[Asked(each, "LP-10", (YES, PURPOSE, PURPOSE, tier(LETTER))) for each in OFFICERS],
    *[Asked(each, "LP-10", (YES, PURPOSE, PURPOSE, tier(LETTER)), (), TRANSACTION) for each in OFFICERS],
    *[Asked(each, "LP-10", (YES, YES, tier(LETTER), tier(LETTER)), (), SUPERVISION) for each in OFFICERS],
    Asked("tax-officer", "LP-10", (YES, YES, YES, tier(GRANT)), TAX, SUPERVISION),
    Asked("tax-officer", "LP-10", (YES, YES, YES, tier(GRANT)), TAX, ENFORCEMENT),
    Asked("tax-officer", "LP-10", (YES, PURPOSE, PURPOSE, tier(GRANT)), TAX),
    Asked("tax-officer", "LP-10", OUT_OF_SCOPE, TAX, LICENSING),
    Asked("tax-officer", "LP-01", OUT_OF_SCOPE, TAX, SUPERVISION),
    Asked("tax-officer", "LP-10", INVALID, ("DEMO-LETTER-EXPIRED",), SUPERVISION),
    Asked("tax-officer", "LP-10", INVALID, COURT, SUPERVISION),
    Asked("tax-officer", "LP-10", INVALID, AUTH, SUPERVISION),
    Asked("market-officer", "LP-10", INVALID, TAX, SUPERVISION),
    # the judicial organ
    Asked("court-officer", "LP-10", (YES, tier(LETTER), tier(LETTER), tier(LETTER))),
    Asked("court-officer", "LP-10", (YES, tier(LETTER), tier(LETTER), tier(LETTER)), (), ENFORCEMENT),
    Asked("court-officer", "LP-10", (YES, YES, YES, tier(GRANT)), COURT, ENFORCEMENT),
    Asked("court-officer", "LP-10", (YES, PURPOSE, PURPOSE, tier(GRANT)), COURT),
    Asked("court-officer", "LP-10", INVALID, TAX, ENFORCEMENT),
    # the recognised credit service
    Asked("credit-service", "LP-10", (YES, PURPOSE, PURPOSE, tier(GRANT))),
    Asked("credit-service", "LP-10", (YES, YES, tier(GRANT), tier(GRANT)), (), CREDIT),
    Asked("credit-service", "LP-10", (YES, PURPOSE, PURPOSE, tier(GRANT)), (), SUPERVISION),
    Asked("credit-service", "LP-10", INVALID, AUTH, CREDIT),
    # providers on others' records, and staff
    Asked("tax-reporter", "LP-10", (YES, PURPOSE, PURPOSE, PURPOSE)),
    Asked("tax-reporter", "LP-10", (YES, tier(None), tier(None), tier(None)), (), SUPERVISION),
    Asked("tax-reporter", "LP-10", INVALID, TAX, SUPERVISION),
    *[Asked(each, "LP-10", (YES, tier(None), tier(None), tier(None))) for each in STAFF],
    *[Asked(each, "LP-10", (YES, tier(None), tier(None), tier(None)), (), SUPERVISION) for each in STAFF],
    *[Asked(each, "LP-10", INVALID, TAX, SUPERVISION) for each in STAFF],
]
INDIVIDUALS = [
    *[Asked(each, "IN-09", NOT_THERE) for each in ("public", "company", "individual", "tax-officer", "tax-reporter")],
    *[Asked(each, "IN-09", NOT_THERE, (), SUPERVISION) for each in ("public", "tax-reporter", *STAFF)],
    Asked("individual", "IN-10", (YES, YES, YES, YES)),
    Asked("tax-officer", "IN-09", (YES, YES, tier(LETTER), tier(LETTER)), (), SUPERVISION),
    Asked("tax-officer", "IN-09", NOT_THERE, (), TRANSACTION),
    Asked("tax-officer", "IN-09", (YES, YES, YES, tier(GRANT)), TAX, SUPERVISION),
    Asked("tax-officer", "IN-09", NOT_THERE, TAX),
    Asked("tax-officer", "IN-09", OUT_OF_SCOPE, TAX, LICENSING),
    Asked("tax-officer", "IN-10", OUT_OF_SCOPE, TAX, SUPERVISION),
    Asked("court-officer", "IN-09", NOT_THERE, (), ENFORCEMENT),
    Asked("court-officer", "IN-09", (YES, YES, YES, tier(GRANT)), COURT, ENFORCEMENT),
    Asked("third-party", "IN-09", NOT_THERE, (), TRANSACTION),
    Asked("third-party", "IN-09", OUT_OF_SCOPE, AUTH, TRANSACTION),
    Asked("credit-service", "IN-09", NOT_THERE, (), CREDIT),
]

LEGAL_PERSON: Final = """query($code: String!) {
  subject(by: {unifiedSocialCreditCode: $code}) {
    a: name
    ... on LegalPerson {
      bc: socialInsurancePayments { nodes { period paidAmount } }
      d: entityRegistrations { nodes { contactPhone } }
    }
  }
}"""
INDIVIDUAL: Final = """query($number: String!, $name: String!) {
  subject(by: {individual: {idNumber: $number, name: $name}}) {
    a: name
    ... on Individual {
      bc: personIdentities { nodes { name maritalStatus } }
      d: employmentStatuses { nodes { state } }
    }
  }
}"""
"""Each ``bc`` has a field of tier B and one of C that the demonstration's papers name; ``d`` is of C, named by none."""
COORDINATES: Final = {
    "LP": (
        "LegalPerson.socialInsurancePayments",
        "SocialInsurancePayment.paidAmount",
        "EntityRegistration.contactPhone",
    ),
    "IN": ("Individual.personIdentities", "PersonIdentity.maritalStatus", "Individual.employmentStatuses"),
}


async def ask(visitor: Visitor, asked: Asked) -> Told:
    variables: dict[str, Any] = {"code": CODES[asked.subject]} if asked.subject in CODES else {}
    query = LEGAL_PERSON
    if not variables:
        person = PERSONS[asked.subject]
        variables, query = {"number": person["idNumber"], "name": person["name"]}, INDIVIDUAL
    extensions = {"papers": list(asked.papers)} if asked.papers else {}
    return await visitor.ask(query, variables, persona=asked.persona, purpose=asked.purpose, extensions=extensions)


async def latest_outcome(visitor: Visitor) -> Outcome:
    store = open_store(visitor.house.settings.database.url)
    try:
        async with store.engine.connect() as connection:
            statement = select(RECORD.c.outcome).order_by(RECORD.c.at.desc(), RECORD.c.seq.desc()).limit(1)
            code = (await connection.execute(statement)).scalar_one()
    finally:
        await store.close()
    return next(Outcome(outcome) for outcome, number in OUTCOMES.items() if number == code)


def seen(told: Told, kind: str) -> tuple[Cell, Cell, Cell, Cell]:
    """Say what of each tier was told, and what was said of what was not."""
    subject = told.data["subject"]
    b, c, d = COORDINATES[kind]
    said = {error["extensions"].get("coordinate"): error["extensions"] for error in told.errors}

    def cell(values: list[Any], *coordinates: str) -> Cell:
        for each in coordinates:
            if each in said:
                assert said[each]["legalBasis"]["article"] in {"15", "18", "19"}
                assert not any(values), f"{each} is refused, and told"
                return said[each]["code"], said[each].get("missingPaper")
        assert any(values), f"{coordinates} is neither refused nor told"
        return YES

    shared = (subject["bc"] or {}).get("nodes", [])
    other = (subject["d"] or {}).get("nodes", [])
    of_d = d.partition(".")[0]
    connection = "LegalPerson.entityRegistrations" if of_d == "EntityRegistration" else d
    return (
        cell([subject["a"]]),
        cell([next(iter(each.values())) for each in shared], b),
        cell([list(each.values())[1] for each in shared], c, b),
        cell([value for each in other for value in each.values()], d, connection),
    )


@pytest.mark.parametrize("asked", [*LEGAL_PERSONS, *INDIVIDUALS], ids=lambda asked: asked.name)
async def test_each_cell_is_as_the_law_says(visitor: Visitor, asked: Asked) -> None:
    told = await ask(visitor, asked)
    assert told.status == 200
    outcome = await latest_outcome(visitor)
    match asked.wanted:
        case "PAPER_INVALID":
            assert "data" not in told.json
            assert told.codes == [INVALID]
        case "PAPER_SCOPE":
            assert told.data == {"subject": None}
            (error,) = told.errors
            assert (error["path"], error["extensions"]["code"]) == (["subject"], OUT_OF_SCOPE)
        case "not there":
            assert (told.data, told.errors) == ({"subject": None}, [])
        case cells:
            assert seen(told, asked.subject[:2]) == cells
            assert outcome is Outcome.DISCLOSED
            return
    assert outcome is Outcome.DENIED
    assert told.errors == [] or all(error["extensions"]["legalBasis"]["article"] == "18" for error in told.errors)


def test_every_persona_has_its_cells() -> None:
    from gateway.access.personas import PERSONAS  # noqa: PLC0415

    named = {asked.persona for asked in (*LEGAL_PERSONS, *INDIVIDUALS)}
    assert set(PERSONAS) - named == {"market-reporter"}, "whose place is tax-reporter's, of another agency"
