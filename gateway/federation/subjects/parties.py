"""The subjects that a paper names, found in the centre's register (Art. 18; R15.8).

An individual is named by number and name, and taken at the word, registered or not: presenting a paper tells nobody
who is in the register, nor whose an id is. Legal persons are public, so a wrong code is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from connectors.connector import RegisteredSubject
from connectors.errors import SourceError
from connectors.register import Register
from gateway.access.papers.paper import Named
from gateway.errors import BadUserInput, Text
from gateway.federation.subjects.outcomes import lost
from gateway.federation.subjects.references import Reference, References
from gateway.federation.subjects.supergraph import CENTRE
from schema.masks import mask_text
from schema.references import SubjectRef
from schema.terms import SubjectKind

__all__ = ["Parties"]

_NOBODY: Final = Text("there is no such subject", "没有该主体")


@dataclass(frozen=True, slots=True, eq=False)
class Parties:
    """Finds subjects for papers: `gateway.access.papers.reading.Subjects`."""

    references: References
    register: Register

    async def named(self, refs: Sequence[SubjectRef], today: date) -> list[Named | Text]:
        """Give each subject, or the words why there is none.

        Raises:
            SourceLost, SourceGarbled: the register did not answer.

        """
        read = [self._read(each, today) for each in refs]
        wanted: dict[str, list[str]] = {}
        for each in read:
            if isinstance(each, Reference) and each.name is None and each.value:
                wanted.setdefault(each.by, []).append(each.value)
        found = {(by, code): subject for by, codes in wanted.items() for code, subject in await self._find(by, codes)}
        return [each if isinstance(each, Text) else _named(each, found) for each in read]

    async def registered(self, subject_ids: Sequence[str]) -> list[Named | None]:
        """Give what the register knows of each subject.

        Raises:
            SourceLost, SourceGarbled: the register did not answer.

        """
        found = dict(await self._find("id", subject_ids))
        return [None if (subject := found[each]) is None else _known(subject) for each in subject_ids]

    def _read(self, ref: SubjectRef, today: date) -> Reference | Text:
        try:
            return self.references.read(_written(ref), today)
        except BadUserInput as error:
            return error.detail

    async def _find(self, by: str, codes: Sequence[str]) -> list[tuple[str, RegisteredSubject | None]]:
        try:
            return list(zip(codes, await self.register.find(by, codes), strict=True))
        except SourceError as error:
            raise lost(CENTRE, error) from error


def _named(reference: Reference, found: dict[tuple[str, str], RegisteredSubject | None]) -> Named | Text:
    if reference.name is not None:
        if not reference.value:
            return _NOBODY
        return Named(reference.value, SubjectKind.INDIVIDUAL, mask_text(reference.name))  # a number is no name
    subject = found.get((reference.by, reference.value))
    return _NOBODY if subject is None or subject.kind != "LEGAL_PERSON" else _known(subject)


def _known(subject: RegisteredSubject) -> Named:
    """Name a registered subject; an individual's number stays where it is."""
    kind = SubjectKind[subject.kind]
    code = subject.identifier if kind is SubjectKind.LEGAL_PERSON else ""
    return Named(subject.id, kind, subject.name, code)


def _written(ref: SubjectRef) -> dict[str, Any]:
    """Write a reference as a question's variables have it."""
    person = ref.individual or None
    return {
        "id": ref.id or None,
        "unifiedSocialCreditCode": ref.unified_social_credit_code or None,
        "organizationCode": ref.organization_code or None,
        "registrationNumber": ref.registration_number or None,
        "taxpayerNumber": ref.taxpayer_number or None,
        "individual": None
        if person is None
        else {"idType": person.id_type, "idNumber": person.id_number, "name": person.name},
    }
