"""Keyed names of subjects and askers: the trail can be searched by them, and tells nothing without the key (R9.7)."""

from gateway.audit.keyed import Keyed

__all__ = ["Pseudonyms"]

_BYTES = 16
_REMEMBERED = 65_536


class Pseudonyms:
    """Gives the same 16 bytes for the same subject or asker, and remembers the latest ones."""

    def __init__(self, key: bytes) -> None:
        """Keep the *key*, which never enters the database."""
        self._keyed = Keyed(key)
        self._subjects: dict[str, bytes] = {}
        self._viewers: dict[tuple[str, str], bytes] = {}

    def subject(self, subject_id: str) -> bytes:
        """Give the keyed name of a subject."""
        known = self._subjects.get(subject_id)
        if known is None:
            if len(self._subjects) >= _REMEMBERED:
                self._subjects.clear()
            known = self._subjects[subject_id] = self._name("subject", subject_id)
        return known

    def viewer(self, organisation: str, person: str) -> bytes:
        """Give the keyed name of a person or machine acting for an organisation (R19.3)."""
        viewer = (organisation, person)
        known = self._viewers.get(viewer)
        if known is None:
            if len(self._viewers) >= _REMEMBERED:
                self._viewers.clear()
            known = self._viewers[viewer] = self._name("viewer", f"{len(organisation)}|{organisation}|{person}")
        return known

    def _name(self, kind: str, text: str) -> bytes:
        return self._keyed.digest(f"{kind}|{text}".encode("utf-8", "surrogatepass"))[:_BYTES]
