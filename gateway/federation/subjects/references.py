"""How a caller names a subject: a `SubjectRef`, read into the code by which the register is asked (Art. 7(1), 8(1))."""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from gateway.errors import BadUserInput, Text
from schema.checked import Checked
from schema.identifiers import (
    check_organization_code,
    check_registration_number,
    check_taxpayer_number,
    check_unified_social_credit_code,
)
from schema.identity import check_id_document_number, document_key

__all__ = ["Reference", "References"]


class SubjectId(Protocol):
    """The gateway's own id of a subject."""

    def __call__(self, kind_prefix: str, canonical: str) -> str:
        """Give the id of a canonical code."""
        ...


_SYNTHETIC_REGION: Final = "410199"
_REMEMBERED: Final = 50_000
_LONGEST_NAME: Final = 200
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reference:
    """A subject as named: ``by`` and ``value`` ask the register; a credit code or identity number is known at once.

    ``name`` must equal an individual's name; None where no name was asked for.
    """

    by: str
    value: str
    kind: str | None = None
    identifier: str | None = None
    name: str | None = None


class References:
    """Reads references; refuses codes that cannot be codes."""

    def __init__(self, subject_id: SubjectId, *, allow_synthetic_region: bool) -> None:
        """Name subjects by *subject_id*; codes of the made-up region pass in the demonstration only."""
        self._subject_id = subject_id
        self._synthetic = allow_synthetic_region
        self._read_code = functools.lru_cache(maxsize=_REMEMBERED)(self._legal_person)

    def read(self, ref: object, today: date) -> Reference:
        """Give the reference.

        Raises:
            BadUserInput: it names no code, or one that is wrong; with what is wrong.

        """
        if type(ref) is dict and len(ref) == 1:
            ((field, value),) = ref.items()
            if field == "unifiedSocialCreditCode" and type(value) is str:
                return self._read_code(field, value)
        given = {key: value for key, value in ref.items() if value is not None} if isinstance(ref, Mapping) else {}
        if len(given) != 1:
            raise BadUserInput(Text("name the subject by exactly one code", "请以且仅以一种代码指明主体"))
        ((field, value),) = given.items()
        if field == "individual":
            return self._individual(value, today)
        if field == "id":
            return Reference("id", str(value) if _ID.fullmatch(str(value)) else "")
        return self._read_code(field, str(value))

    def _legal_person(self, field: str, written: str) -> Reference:
        if field == "unifiedSocialCreditCode":
            code = _good(check_unified_social_credit_code(written), field)
            if code[2:8] == _SYNTHETIC_REGION and not self._synthetic:
                region = _SYNTHETIC_REGION
                raise BadUserInput(Text(f"{field}: region {region} is made up", f"{field}：行政区划 {region} 为虚构"))
            return Reference("id", self._subject_id("uscc", code), "LEGAL_PERSON", code)
        check, column = _CHECKS[field]
        return Reference(column, _good(check(written), field))

    def _individual(self, given: Mapping[str, Any], today: date) -> Reference:
        name, number = str(given.get("name", "")).strip(), str(given.get("idNumber", ""))
        kind = given.get("idType") or "RESIDENT_ID"
        if not name:
            raise BadUserInput(Text("individual.name is empty", "individual.name 为空"))
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise BadUserInput(Text("individual.name is no name", "individual.name 不是姓名"))
        id_type = str(getattr(kind, "name", kind))
        checked = check_id_document_number(number, on=today, resident=id_type == "RESIDENT_ID")
        code = _good(checked, "individual.idNumber")
        return Reference("id", self._subject_id(document_key(id_type), code), "INDIVIDUAL", code, name)


_CHECKS: Final[Mapping[str, tuple[Callable[[str], Checked], str]]] = {
    "organizationCode": (check_organization_code, "organization_code"),
    "registrationNumber": (check_registration_number, "registration_number"),
    "taxpayerNumber": (check_taxpayer_number, "taxpayer_number"),
}


def _good(checked: Checked, field: str) -> str:
    """Give the canonical code, or say what is wrong with it; never the code itself."""
    if checked.errors:
        raise BadUserInput(
            Text(
                f"{field}: {', '.join(fault.value for fault in checked.errors)}",
                f"{field}：{'，'.join(fault.chinese for fault in checked.errors)}",
            )
        )
    return checked.canonical
