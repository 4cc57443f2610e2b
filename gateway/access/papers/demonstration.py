"""The demonstration's papers: accepted, with days that move with the city; what came besides is kept (Art. 18).

A second run on the same day changes nothing; on another day it moves the days of these papers alone, and neither their
state nor their uses: a paper that somebody has revoked in the demonstration stays revoked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import update

from gateway.access.papers.archive import Archive
from gateway.access.papers.desk import DeskKeys
from gateway.access.papers.evidence import EvidenceFiles
from gateway.access.papers.paper import KeptGrant, KeptPaper, Named, Written, WrittenGrant
from gateway.access.papers.procedure import GRANT_BASIS, basis_of
from gateway.access.papers.rows import grant_row, paper_row
from gateway.access.papers.senders import Senders
from gateway.store import Store
from gateway.store.tables import GRANT, PAPER
from schema.days import midnight
from schema.disclosure import LegalBasis, PurposeCode, Scope
from schema.papers import GrantState, PaperKind, PaperState, SignatureKind, VerificationMethod
from schema.steps import Step
from schema.terms import SubjectKind

__all__ = ["CITED", "seed"]

CITED: Final = (
    ("DEMO-AUTH-LP10", "third-party", "LP-10 authorises LP-02", "LP-10 授权 LP-02"),
    ("DEMO-LETTER-TAX", "tax-officer", "the tax authority's letter for LP-10 and IN-09", "税务机关函件"),
    ("DEMO-LETTER-COURT", "court-officer", "the court's letter for the same", "法院函件"),
    ("DEMO-LETTER-EXPIRED", "tax-officer", "a letter that has expired", "已过期的函件"),
    ("DEMO-AUTH-REVOKED", "third-party", "an authorisation that was revoked", "已撤销的授权"),
)
"""The papers that are cited, by whom, and what they are; the others are found by themselves."""

_CREDIT_SERVICE: Final = "91410199DEM0013591"
_LEGAL_PERSONS: Final = {
    "LP-02": ("91410199DEM001025G", "河南麦垄食品有限公司"),
    "LP-07": ("91410199DEM001076Q", "河南星野软件股份有限公司"),
    "LP-10": ("91410199DEM0011054", "河南泓源环保科技有限公司"),
}
_INDIVIDUALS: Final = {"IN-09": ("410199195901190953", "赵培林"), "IN-10": ("410199200104231074", "欧阳澈")}
_RESTRICTED: Final = frozenset({"SocialInsurancePayment", "PersonIdentity"})
_OF_COURTS: Final = frozenset(
    {PurposeCode.ADJUDICATION, PurposeCode.ENFORCEMENT, PurposeCode.SUPERVISION, PurposeCode.OTHER}
)
_OF_TAX: Final = frozenset({PurposeCode.SUPERVISION, PurposeCode.ENFORCEMENT})
_FILE: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F<</Type/Font"
    b"/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length 62>>stream\n"
    b"BT /F 18 Tf 72 700 Td (Demonstration: this paper is invented) Tj ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n"
)


async def seed(store: Store, keys: DeskKeys, files: EvidenceFiles, today: date) -> None:
    """Write the demonstration's papers for *today*, or move their days; *store* has its tables.

    Raises:
        PapersUnavailable: the database did not take them.

    """
    archive, senders = Archive(store.engine, keys, 30.0), Senders(store.engine, keys, 30.0)
    file = await files.keep(_FILE, "application/pdf", "demonstration.pdf")
    papers = list(_papers(_Making(keys, file.digest, today)))
    grants = list(_grants(today))
    for sender in dict.fromkeys(each.presented_by for each in papers):
        await senders.remember(file, sender, _at(today, -30))
    known = {each.id: each for each in await archive.papers([each.id for each in papers])}
    known_grants = {each.id: each for each in await archive.grants([each.id for each in grants])}
    for paper in papers:
        if paper.id not in known:
            await archive.keep(paper)
        elif known[paper.id].written != paper.written:
            await _move_days(store, paper, keys)
    for grant in grants:
        if grant.id not in known_grants:
            await archive.keep_grant(grant)
        elif known_grants[grant.id].written != grant.written:
            await _move_grants_days(store, grant)


async def _move_days(store: Store, paper: KeptPaper, keys: DeskKeys) -> None:
    row = paper_row(paper, keys)
    moved = {name: row[name] for name in ("valid_from", "valid_to", "sealed")}
    async with store.engine.begin() as connection:
        await connection.execute(update(PAPER).where(PAPER.c.id == paper.id).values(moved))


async def _move_grants_days(store: Store, grant: KeptGrant) -> None:
    row = grant_row(grant)
    moved = {name: row[name] for name in ("valid_from", "valid_to")}
    async with store.engine.begin() as connection:
        await connection.execute(update(GRANT).where(GRANT.c.id == grant.id).values(moved))


@dataclass(frozen=True, slots=True)
class _Making:
    """What every paper of the demonstration is made with."""

    keys: DeskKeys
    digest: str
    today: date

    def day(self, days: int) -> date:
        return self.today + timedelta(days)

    def legal_person(self, key: str) -> Named:
        code, name = _LEGAL_PERSONS[key]
        return Named(self.keys.subject_id("uscc", code), SubjectKind.LEGAL_PERSON, name, code)

    def individual(self, key: str) -> Named:
        number, name = _INDIVIDUALS[key]
        return Named(self.keys.subject_id("rid", number), SubjectKind.INDIVIDUAL, name)

    def kept(self, own_id: str, written: Written, presented_by: str, way: Sequence[PaperState] = ()) -> KeptPaper:
        """Give a paper that was presented, reviewed, and went *way* besides."""
        basis = basis_of(written.kind)
        since = min(-10, (written.valid_from - self.today).days)
        steps = [
            Step(_at(self.today, since), f"demo:{presented_by}", written.organisation, None, "SUBMITTED", None, basis),
            _step(_at(self.today, since + 1), ("SUBMITTED", "ACCEPTED"), "核对无误", basis),
        ]
        steps += [_step(_at(self.today, -1), ("ACCEPTED", each.value), "被查询人撤回授权", basis) for each in way]
        return KeptPaper(
            id=own_id,
            written=written,
            decided=PaperState(steps[-1].to_state),
            presented_by=f"demo:{presented_by}",
            presented_at=steps[0].at,
            reviewed_by="demo:centre-approver",
            steps=tuple(steps),
        )


def _papers(making: _Making) -> Iterator[KeptPaper]:
    yield making.kept("DEMO-AUTH-LP10", _authorisation(making), "third-party")
    yield making.kept("DEMO-AUTH-REVOKED", _authorisation(making), "third-party", [PaperState.REVOKED])
    yield making.kept("DEMO-LETTER-TAX", _letter(making, "TAX", "演示税函1号", _OF_TAX, -5), "tax-officer")
    yield making.kept("DEMO-LETTER-EXPIRED", _letter(making, "TAX", "演示税函0号", _OF_TAX, -120), "tax-officer")
    yield making.kept("DEMO-LETTER-COURT", _letter(making, "COURT", "演示院函1号", _OF_COURTS, -5), "court-officer")
    yield making.kept("DEMO-CERTIFICATE-LP07", _certificate(making, "LP-07", "company"), "company")
    yield making.kept("DEMO-CERTIFICATE-LP02", _certificate(making, "LP-02", "third-party"), "third-party")
    yield making.kept("DEMO-IDENTITY-IN10", _identity_document(making), "centre-operator")
    yield making.kept("DEMO-RECOGNITION", _recognition(making), "supervisor")


def _authorisation(making: _Making) -> Written:
    return Written(
        kind=PaperKind.AUTHORISATION,
        subjects=(making.legal_person("LP-10"),),
        evidence=(making.digest,),
        valid_from=making.day(-10),
        valid_to=making.day(180),
        organisation=_LEGAL_PERSONS["LP-02"][0],
        purposes=frozenset({PurposeCode.TRANSACTION}),
        scope=Scope(all_shared=True, restricted=frozenset({"SocialInsurancePayment"})),
        signed_on=making.day(-10),
        signatory="洪源生",
        signature=SignatureKind.PAPER,
        particulars={"seal": "4101990001105"},
    )


def _letter(making: _Making, organ: str, number: str, purposes: frozenset[PurposeCode], issued: int) -> Written:
    return Written(
        kind=PaperKind.OFFICIAL_LETTER,
        subjects=(making.legal_person("LP-10"), making.individual("IN-09")),
        evidence=(making.digest,),
        valid_from=making.day(issued),
        valid_to=making.day(issued + 85),
        persons=(f"demo:{organ.lower()}-officer",),
        organisation=organ,
        number=number,
        purposes=purposes,
        issued_on=making.day(issued),
        signatory="局长甲" if organ == "TAX" else "院长乙",
        signature=SignatureKind.PAPER,
        particulars={"seal": f"41019900{len(organ):05}"},
    )


def _certificate(making: _Making, key: str, holder: str) -> Written:
    return Written(
        kind=PaperKind.ENTITY_CERTIFICATE,
        subjects=(making.legal_person(key),),
        evidence=(making.digest,),
        valid_from=making.day(-2),
        valid_to=making.day(28),
        persons=(f"demo:{holder}",),
        issued_on=making.day(-2),
        signature=SignatureKind.E_SIGNATURE,
        particulars={"handlerName": {"company": "顾云舟", "third-party": "麦知秋"}[holder]},
    )


def _identity_document(making: _Making) -> Written:
    number, _ = _INDIVIDUALS["IN-10"]
    return Written(
        kind=PaperKind.IDENTITY_DOCUMENT,
        subjects=(making.individual("IN-10"),),
        evidence=(making.digest,),
        valid_from=making.day(-400),
        valid_to=making.day(3_000),
        persons=("demo:individual",),
        verification=VerificationMethod.WINDOW_SIGHTED,
        particulars={
            "documentType": "RESIDENT_ID",
            "numberDigest": making.keys.id_number_digest(number).hex(),
            "verifier": "demo:centre-operator",
        },
    )


def _recognition(making: _Making) -> Written:
    return Written(
        kind=PaperKind.RECOGNITION,
        subjects=(),
        evidence=(making.digest,),
        valid_from=making.day(-100),
        valid_to=making.day(265),
        organisation=_CREDIT_SERVICE,
        number="演示认定1号",
        issued_on=making.day(-100),
    )


def _grants(today: date) -> Iterator[KeptGrant]:
    """Give the approved grants of the tax authority and of the court, on the C fields of two record types."""
    for agency, purposes in (("TAX", _OF_TAX), ("COURT", _OF_COURTS)):
        proposed = _at(today, -60)
        written = WrittenGrant(
            agency=agency,
            scope=Scope(restricted=_RESTRICTED),
            purposes=purposes,
            valid_from=today - timedelta(50),
            valid_to=today + timedelta(315),
            approval_document=f"演示批复{agency}",
        )
        officer, supervisor = f"demo:{agency.lower()}-officer", ("demo:supervisor", "DEVELOPMENT_REFORM")
        steps = (
            Step(proposed, officer, agency, None, "PROPOSED", None, GRANT_BASIS),
            _step(_at(today, -58), ("PROPOSED", "REVIEWED"), "材料齐全", GRANT_BASIS),
            _step(_at(today, -55), ("REVIEWED", "APPROVED"), "同意授权", GRANT_BASIS, supervisor),
        )
        yield KeptGrant(
            id=f"DEMO-GRANT-{agency}",
            written=written,
            decided=GrantState.APPROVED,
            proposed_by=officer,
            proposed_at=proposed,
            reviewed_by="demo:centre-approver",
            steps=steps,
        )


def _step(
    at: datetime,
    states: tuple[str, str],
    reason: str,
    basis: LegalBasis,
    actor: tuple[str, str] = ("demo:centre-approver", "CREDIT_CENTRE"),
) -> Step:
    return Step(at, *actor, *states, reason, basis)


def _at(today: date, days: int) -> datetime:
    """Give nine o'clock in Zhengzhou, some days from today."""
    return midnight(today + timedelta(days)) + timedelta(hours=9)
