"""A paper as its readers see it: what a reviewer compares with the evidence, and never a number as it is (Art. 18)."""

import pytest

from schema.papers import Paper
from tests.gateway.access.papers.office import (
    PDF,
    Office,
    authorisation,
    collection_consent,
    entity_certificate,
    identity_document,
    official_letter,
)


async def shown(office: Office, persona: str, own_id: str) -> dict[str, str]:
    paper = await office.desk(persona).paper(own_id)
    assert isinstance(paper, Paper)
    return {each.name: each.value for each in paper.particulars}


async def test_a_reviewer_reads_what_the_evidence_must_show(office: Office) -> None:
    given = entity_certificate()
    paper = await office.presented("third-party", given)
    told = await shown(office, "centre-approver", paper.id)
    assert given.entity_certificate
    assert (told["handlerName"], told["seal"]) == (given.entity_certificate.handler_name, given.entity_certificate.seal)
    number = given.entity_certificate.handler_id_number
    assert told["handlerNumber"] == f"{number[:4]}{'*' * 12}{number[-2:]}"
    assert {"handlerName", "handlerNumber", "seal"} == set(told), "no digest of a number is shown"
    assert await shown(office, "third-party", paper.id) == told


async def test_of_a_consent_the_notice_that_was_read_is_shown(office: Office) -> None:
    paper = await office.presented("social-insurance-officer", collection_consent())
    told = await shown(office, "centre-approver", paper.id)
    assert set(told) == {"purpose", "notice", "noticeVersion", "noticeGivenAt", "signedAt"}


async def test_of_an_identity_document_its_kind_and_its_masked_number_are_shown(office: Office) -> None:
    paper = await office.presented("individual", identity_document())
    told = await shown(office, "centre-approver", paper.id)
    assert told["documentType"] == "RESIDENT_ID"
    assert "*" * 12 in told["number"]


async def test_a_reviewer_sees_that_the_same_file_proves_another_paper(office: Office) -> None:
    first = await office.presented("third-party", authorisation())
    again = await office.presented("third-party", authorisation())
    file = await office.file("tax-officer", PDF + b"another")
    alone = (await office.desk("tax-officer").present(official_letter(evidence=[file]), draft=False)).paper
    assert alone is not None

    async def also(persona: str, own_id: str) -> list[str] | None:
        paper = await office.desk(persona).paper(own_id)
        assert paper is not None
        (file,) = paper.evidence
        return None if file.also_proves is None else [str(each) for each in file.also_proves]

    assert await also("centre-approver", again.id) == [first.id]
    assert await also("centre-approver", first.id) == [again.id]
    assert await also("centre-approver", alone.id) == []
    assert await also("third-party", again.id) is None


@pytest.mark.parametrize("persona", ["centre-approver", "auditor"])
async def test_who_reads_a_paper_because_it_serves_their_organisation_reads_no_more_than_that(
    office: Office, persona: str
) -> None:
    paper = await office.presented("centre-operator", authorisation(requester="TAX"))
    assert "seal" in await shown(office, persona, paper.id)
    assert await shown(office, "tax-officer", paper.id) == {}
