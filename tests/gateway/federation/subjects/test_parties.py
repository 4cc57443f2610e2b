"""The subjects that papers name: legal persons as the register has them, individuals taken at the word (R15.8)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import pytest

from connectors.connector import RegisteredSubject
from connectors.errors import SourceUnavailable
from connectors.register import Register
from gateway.access.papers.paper import Named
from gateway.errors import SourceLost, Text
from gateway.federation.subjects.parties import Parties
from gateway.federation.subjects.references import References
from schema.records.enums import IdDocumentType
from schema.references import IndividualRef, SubjectRef
from schema.terms import SubjectKind

TODAY = date(2026, 11, 23)
CODE, NUMBER = "91410199DEM0011054", "410199200104231074"
COMPANY = RegisteredSubject(
    f"uscc-{CODE}", "LEGAL_PERSON", CODE, "河南泓源环保科技有限公司", CODE, "DEM001105", None, None, None, None, None
)
PERSON = RegisteredSubject(f"rid-{NUMBER}", "INDIVIDUAL", NUMBER, "欧阳澈", None, None, None, None, None, None, None)


class Shelf:
    """A register of two subjects, which notes what it is asked."""

    def __init__(self, *, down: bool = False) -> None:
        self.asked: list[tuple[str, list[str]]] = []
        self.down = down

    async def find(self, by: str, values: Sequence[str]) -> list[RegisteredSubject | None]:
        """Find subjects."""
        self.asked.append((by, list(values)))
        if self.down:
            message = "down"
            raise SourceUnavailable(message)
        known: dict[str, RegisteredSubject] = {COMPANY.id: COMPANY, "DEM001105": COMPANY, PERSON.id: PERSON}
        return [known.get(each) for each in values]


def own_id(kind_prefix: str, canonical: str) -> str:
    return f"{kind_prefix}-{canonical}"


def parties(shelf: Shelf) -> Parties:
    references = References(own_id, allow_synthetic_region=True)
    return Parties(references, cast("Register", shelf))


def individual(**over: Any) -> SubjectRef:  # noqa: ANN401 (an input's fields)
    return SubjectRef(individual=IndividualRef(**{"id_number": NUMBER, "name": "欧阳澈", **over}))


async def test_a_legal_person_is_as_the_register_has_it() -> None:
    shelf = Shelf()
    refs = [SubjectRef(unified_social_credit_code=CODE), SubjectRef(organization_code="DEM00110-5")]
    found = await parties(shelf).named(refs, TODAY)
    assert found == [Named(COMPANY.id, SubjectKind.LEGAL_PERSON, COMPANY.name, CODE)] * 2
    assert shelf.asked == [("id", [COMPANY.id]), ("organization_code", ["DEM001105"])]


async def test_an_individual_is_taken_at_the_word_and_the_register_is_not_asked() -> None:
    shelf = Shelf()
    (registered, stranger) = await parties(shelf).named([individual(), individual(name="他人")], TODAY)
    assert registered == Named(PERSON.id, SubjectKind.INDIVIDUAL, "欧阳澈")
    assert stranger == Named(PERSON.id, SubjectKind.INDIVIDUAL, "他人")
    assert shelf.asked == []


async def test_a_number_that_stands_for_a_name_is_masked() -> None:
    (found,) = await parties(Shelf()).named([individual(name=NUMBER)], TODAY)
    assert found == Named(PERSON.id, SubjectKind.INDIVIDUAL, "4101************74")


async def test_an_individual_is_not_named_by_an_id_whoever_has_it() -> None:
    shelf = Shelf()
    known, unknown = await parties(shelf).named([SubjectRef(id=each) for each in (PERSON.id, "nobody")], TODAY)  # type: ignore[arg-type]  # an ID is a text
    assert known == unknown == Text("there is no such subject", "没有该主体")
    (company,) = await parties(shelf).named([SubjectRef(id=COMPANY.id)], TODAY)  # type: ignore[arg-type]  # an ID is a text
    assert company == Named(COMPANY.id, SubjectKind.LEGAL_PERSON, COMPANY.name, CODE)


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        (SubjectRef(unified_social_credit_code="91410199DEM001025G"), "there is no such subject"),
        (SubjectRef(unified_social_credit_code="9"), "unifiedSocialCreditCode: LENGTH"),
        (SubjectRef(id="nobody"), "there is no such subject"),  # type: ignore[arg-type]  # an ID is a text
        (individual(id_number="410199200104231075"), "individual.idNumber: CHECKSUM"),
        (individual(name=" "), "individual.name is empty"),
        (individual(name="欧阳\u202e澈"), "individual.name is no name"),
        (individual(name="长" * 201), "individual.name is no name"),
        (individual(id_type=IdDocumentType.PASSPORT, id_number="E/1"), "individual.idNumber: ALPHABET"),
        (SubjectRef(), "name the subject by exactly one code"),
    ],
)
async def test_whom_there_is_not_is_told_in_words(ref: SubjectRef, words: str) -> None:
    (found,) = await parties(Shelf()).named([ref], TODAY)
    assert isinstance(found, Text)
    assert found.english == words


async def test_what_the_register_knows_has_no_number_in_it() -> None:
    known, unknown = await parties(Shelf()).registered([PERSON.id, "nobody"])
    assert known == Named(PERSON.id, SubjectKind.INDIVIDUAL, "欧阳澈")
    assert NUMBER not in repr(known).replace(PERSON.id, "")
    assert unknown is None


async def test_a_register_that_is_down_is_no_register_without_subjects() -> None:
    with pytest.raises(SourceLost):
        await parties(Shelf(down=True)).named([SubjectRef(unified_social_credit_code=CODE)], TODAY)
    with pytest.raises(SourceLost):
        await parties(Shelf(down=True)).registered([PERSON.id])
