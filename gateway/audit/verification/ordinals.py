"""Whether lines and tallies say the same, by one number: no line is kept, and the database counts nothing (R19.7).

Of a subject that was counted *n* times there must be one line for each ordinal from 1 to *n*, among all queries and
among those of each organisation. Every line is worth a number that nobody can know beforehand: it is reckoned with
a secret of this verification; a tally is worth the sum of the lines that it stands for. Where all lines are worth what
all tallies are, they say the same, but for one chance in many millions of millions. Where they are not, that does not
say which row is to blame: then the database is asked.
"""

import hashlib
from collections.abc import Iterable
from itertools import accumulate, repeat
from typing import Final

from gateway.audit.codes import OUTCOMES
from gateway.audit.pending import EVERYBODY
from gateway.audit.verification.lines import Line
from gateway.audit.verification.snapshot import Snapshot
from schema.disclosure import Outcome
from schema.line_shapes import LOOKS

__all__ = ["Ordinals"]

_DENIED: Final = OUTCOMES[Outcome.DENIED]
_DISCLOSED: Final = OUTCOMES[Outcome.DISCLOSED]
_PRIME: Final = (1 << 61) - 1
_BITS: Final = 12
_LOW: Final = (1 << _BITS) - 1
_KNOWN: Final = 1 << 2 * _BITS
"""Below this, a power is the product of two that are at hand."""
_TALLIES: Final = "SELECT subject_key, organisation, n, denied, viewed + own FROM audit_tally"


class Ordinals:
    """What lines are worth, in all."""

    def __init__(self, secret: bytes) -> None:
        """Take the *secret*, which all that is to be added up or compared must share."""
        self._secret = secret
        self._of_subjects = hashlib.sha256(secret + b"subjects").digest()
        self._base, self._denied, self._uncounted = (self._drawn(name) for name in (b"base", b"denied", b"uncounted"))
        self._sum_of_powers = self._base * pow(self._base - 1, -1, _PRIME)
        self._low = _powers(self._base)
        self._high = _powers(pow(self._base, 1 << _BITS, _PRIME))
        self._askers: dict[str, int] = {EVERYBODY: 1}
        self.worth = 0
        self.shapes: set[bytes] = set()
        """The shapes that lines name."""

    def add(self, entries: Iterable[tuple[str, Iterable[Line]]]) -> None:
        """Add the lines of entries, as their columns are; each of an organisation, or a person who acts for none."""
        askers, low, power, subject = self._askers, self._low, self._power, self._subject
        shapes, worth = self.shapes, 0
        for asker, lines in entries:
            of_asker = askers[asker] if asker in askers else self._asker(asker)
            for _, _, key, _, nth, of_organisation, outcome, _, shape in lines:
                shapes.add(shape)
                one = 0
                if nth > 0:
                    one = low[nth] if nth <= _LOW else power(nth)
                    one += of_asker * (low[of_organisation] if 0 <= of_organisation <= _LOW else power(of_organisation))
                elif outcome == _DISCLOSED and shape not in LOOKS:
                    one = self._uncounted
                if outcome == _DENIED:
                    one += self._denied
                worth += one * subject(key)
        self.worth += worth

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
        if 0 <= n < _KNOWN:
            return self._low[n & _LOW] * self._high[n >> _BITS] % _PRIME
        return pow(self._base, n, _PRIME)

    def _subject(self, key: bytes) -> int:
        return int.from_bytes(hashlib.blake2s(self._of_subjects + key).digest()[:8])

    def _asker(self, asker: str) -> int:
        known = self._askers.get(asker)
        if known is None:
            known = self._askers[asker] = self._drawn(b"asker " + asker.encode("utf-8", "surrogatepass"))
        return known

    def _drawn(self, name: bytes) -> int:
        return int.from_bytes(hashlib.sha256(self._secret + b" " + name).digest()[:8]) % _PRIME


def _powers(base: int) -> list[int]:
    return list(accumulate(repeat(base, _LOW), lambda power, by: power * by % _PRIME, initial=1))
