"""Whether lines and tallies say the same, by one number: no line is kept, and the database counts nothing (R19.7).

Of a subject that was counted *n* times there must be one line for each ordinal from 1 to *n*, among all queries and
among those of each organisation. Every line is worth a number that nobody can know beforehand: it is reckoned with
a secret of this verification; a tally is worth the sum of the lines that it stands for. Where all lines are worth what
all tallies are, they say the same, but for one chance in many millions of millions. Where they are not, that does not
say which row is to blame: then the database is asked.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from gateway.audit.codes import OUTCOMES
from gateway.audit.pending import EVERYBODY
from gateway.audit.verification.snapshot import Snapshot
from schema.disclosure import Outcome

__all__ = ["Ordinals"]

_DENIED: Final = OUTCOMES[Outcome.DENIED]
_DISCLOSED: Final = OUTCOMES[Outcome.DISCLOSED]
_PRIME: Final = (1 << 61) - 1
_KNOWN: Final = 4_096
"""Powers that are kept at hand; few subjects are asked about more often."""
_TALLIES: Final = "SELECT subject_key, organisation, n, denied, viewed + own FROM audit_tally"


class Ordinals:
    """What lines are worth, in all."""

    def __init__(self, secret: bytes) -> None:
        """Take the *secret*, which all that is to be added up or compared must share."""
        self._secret = secret
        self._of_subjects = hashlib.sha256(secret + b"subjects").digest()
        self._base, self._denied, self._uncounted = (self._drawn(name) for name in (b"base", b"denied", b"uncounted"))
        self._sum_of_powers = self._base * pow(self._base - 1, -1, _PRIME)
        self._powers = [pow(self._base, n, _PRIME) for n in range(_KNOWN)]
        self._askers: dict[str, int] = {EVERYBODY: 1}
        self.worth = 0
        self.shapes: set[bytes] = set()
        """The shapes that lines name."""

    def add(self, asker: str, line: Sequence[Any]) -> None:
        """Add a line, as its columns are, of an entry of this organisation, or person who acts for none."""
        _, _, key, _, nth, of_organisation, outcome, _, shape = line
        self.shapes.add(shape)
        if nth > 0:
            worth = self._power(nth) + self._asker(asker) * self._power(of_organisation)
        else:
            worth = self._uncounted if outcome == _DISCLOSED else 0
        if outcome == _DENIED:
            worth += self._denied
        self.worth += worth * self._subject(key)

    async def are_counted(self, snapshot: Snapshot, worth: int) -> bool:
        """Say whether all lines of a trail, which are *worth* so much and none expired, are what the tallies say."""
        left = worth
        async for page in snapshot.pages(_TALLIES):
            try:
                left -= sum(self._tally(*row) for row in page)
            except TypeError:  # SQLite keeps a text where a number belongs
                return False
        return left % _PRIME == 0

    def _tally(self, key: bytes, organisation: str, n: int, denied: int, uncounted: int) -> int:
        worth = self._asker(organisation) * self._sum_of_powers * (self._power(n) - 1)
        if organisation == EVERYBODY:
            worth += denied * self._denied + uncounted * self._uncounted
        return worth * self._subject(key)

    def _power(self, n: int) -> int:
        return self._powers[n] if 0 <= n < _KNOWN else pow(self._base, n, _PRIME)

    def _subject(self, key: bytes) -> int:
        return int.from_bytes(hashlib.sha256(self._of_subjects + key).digest()[:8])

    def _asker(self, asker: str) -> int:
        known = self._askers.get(asker)
        if known is None:
            known = self._askers[asker] = self._drawn(b"asker " + asker.encode("utf-8", "surrogatepass"))
        return known

    def _drawn(self, name: bytes) -> int:
        return int.from_bytes(hashlib.sha256(self._secret + b" " + name).digest()[:8]) % _PRIME
