"""Who is asking: a token's claims as a `Caller`, or a refusal; a bad token is never the public (Art. 19: 查询人)."""

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gateway.access.signatures import IssuerKeys
from gateway.errors import Text, Unauthenticated
from schema.disclosure import OrganizationKind, Role

__all__ = ["PUBLIC_CALLER", "Caller", "SubjectIdentifier", "Unauthenticated", "Verified", "Verifier"]

SubjectIdentifier = tuple[str, str]
"""A kind (``uscc`` or ``rid``) and the canonical code."""

_SUBJECTS: Final = {"uscc": re.compile(r"[0-9A-Z]{18}", re.ASCII), "rid": re.compile(r"[0-9]{17}[0-9X]", re.ASCII)}
_ROLES: Final = frozenset(Role)
_ANONYMOUS: Final = "ANONYMOUS"
_TOKEN_CHARACTERS: Final = 8_192
_NAME_CHARACTERS: Final = 200
_REMEMBERED_TOKENS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Caller:
    """One natural person or machine, and the organisation it acts for (R19.3).

    ``subject`` is who the caller is among the subjects; an identity number may be in it, so it is not in ``repr``.
    ``token_id`` is the token's ``jti``, else a digest of it; the public has none.
    """

    person: str
    name: str = field(repr=False)
    organisation: str | None
    organisation_kind: OrganizationKind | None
    roles: frozenset[Role]
    subject: SubjectIdentifier | None = field(repr=False)
    token_id: str

    @property
    def client(self) -> str:
        """Who is counted where askers are: the person with its organisation (R19.3)."""
        return f"{self.organisation or ''}/{self.person}"

    @property
    def is_public(self) -> bool:
        """Whether nobody said who they are."""
        return not self.token_id


PUBLIC_CALLER: Final = Caller(_ANONYMOUS, "", None, None, frozenset(), None, "")
"""Who sends no token: anonymous, with the standing that everybody has (Art. 15, AMB-26)."""


class Verified(NamedTuple):
    """A good token: who sends it, what else it says, and until when (seconds since 1970)."""

    caller: Caller
    claims: Mapping[str, object]
    expires_at: float


class Verifier:
    """Turns an ``Authorization`` header into a caller; remembers good tokens until they expire."""

    def __init__(self, keys: IssuerKeys, issuer: str, audience: str) -> None:
        """Accept the tokens that *issuer* signed with *keys* for *audience*."""
        self._keys, self._issuer, self.audience = keys, issuer, audience
        self._known: dict[str, tuple[float, Caller]] = {}

    def caller_of(self, authorization_header: str | None, now: float) -> Caller:
        """Say who sent the header, at the instant *now* in seconds since 1970; no header is the public (Art. 19).

        Raises:
            Unauthenticated: with what is wrong; nobody becomes the public by a bad token.

        """
        if authorization_header is None:
            return PUBLIC_CALLER
        known = self._known.get(authorization_header)
        if known is None:
            verified = self.verified(_token_in(authorization_header), now)
            self._remember(authorization_header, verified.expires_at, verified.caller, now)
            return verified.caller
        if now < known[0]:
            return known[1]
        self._known.pop(authorization_header, None)
        raise _expired()

    def verified(self, token: str, now: float) -> "Verified":
        """Give all that a good token says, at the instant *now*; nothing of it is remembered.

        Raises:
            Unauthenticated: with what is wrong.

        """
        claims = self._keys.claims_of(token)
        expires_at = self._check(claims, now)
        return Verified(_caller(claims, token), claims, expires_at)

    def of_audience(self, audience: str) -> "Verifier":
        """Give who checks the same issuer's tokens for another audience: ID tokens are for the client."""
        return Verifier(self._keys, self._issuer, audience)

    def _check(self, claims: Mapping[str, object], now: float) -> float:
        """Check by whom, for whom and for when the token is, and give the instant at which it expires."""
        if claims.get("iss") != self._issuer:
            raise Unauthenticated(Text("it is of another issuer (iss)", "签发者不符（iss）"))
        audience = claims.get("aud")
        if audience != self.audience and not (isinstance(audience, list) and self.audience in audience):
            raise Unauthenticated(Text("it is for another audience (aud)", "受众不符（aud）"))
        expires = _instant(claims, "exp")
        if expires is None:
            raise Unauthenticated(Text("it does not say when it expires (exp)", "未载明到期时间（exp）"))
        if expires <= now:
            raise _expired()
        if (_instant(claims, "nbf") or 0.0) > now:
            raise Unauthenticated(Text("it is not valid yet (nbf)", "令牌尚未生效（nbf）"))
        return expires

    def _remember(self, authorization_header: str, expires: float, caller: Caller, now: float) -> None:
        """Keep a good token; when there are too many, the expired go first, then the oldest."""
        if len(self._known) >= _REMEMBERED_TOKENS:
            self._known = {each: known for each, known in self._known.items() if known[0] > now}
        while len(self._known) >= _REMEMBERED_TOKENS:
            del self._known[next(iter(self._known))]
        self._known[authorization_header] = expires, caller


def _token_in(authorization_header: str) -> str:
    scheme, _, token = authorization_header.strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated(
            Text("the header is not 'Authorization: Bearer <token>'", "应为 Authorization: Bearer <令牌>")
        )
    if len(token) > _TOKEN_CHARACTERS:
        raise Unauthenticated(
            Text(f"it is longer than {_TOKEN_CHARACTERS} characters", f"超过 {_TOKEN_CHARACTERS} 字符")
        )
    return token


def _instant(claims: Mapping[str, object], name: str) -> float | None:
    """Read a NumericDate; NaN and infinity, which JSON readers let pass, would never expire."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _bad_claim(name=name)
    try:
        instant = float(value)
    except OverflowError as error:
        raise _bad_claim(name=name) from error
    if not math.isfinite(instant):
        raise _bad_claim(name=name)
    return instant


def _caller(claims: Mapping[str, object], token: str) -> Caller:
    person = _text(claims, "sub")
    if person is None or person == _ANONYMOUS:
        raise _bad_claim(name="sub")
    organisation, kind = _text(claims, "org"), _organisation_kind(claims)
    if kind is not None and organisation is None:
        raise _bad_claim(name="org")
    return Caller(
        person=person,
        name=_text(claims, "name") or person,
        organisation=organisation,
        organisation_kind=kind,
        roles=_roles(claims),
        subject=_subject(claims),
        token_id=_text(claims, "jti") or hashlib.sha256(token.encode()).hexdigest()[:32],
    )


def _text(claims: Mapping[str, object], name: str) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value.strip()) <= _NAME_CHARACTERS:
        raise _bad_claim(name=name)
    return value.strip()


def _organisation_kind(claims: Mapping[str, object]) -> OrganizationKind | None:
    value = _text(claims, "org_kind")
    if value is None:
        return None
    try:
        return OrganizationKind(value)
    except ValueError as error:
        raise _bad_claim(name="org_kind") from error


def _roles(claims: Mapping[str, object]) -> frozenset[Role]:
    """Keep the roles that we know; an issuer may give others, for other houses."""
    listed = claims.get("roles", [])
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise _bad_claim(name="roles")
    return frozenset(Role(each) for each in listed if each in _ROLES)


def _subject(claims: Mapping[str, object]) -> SubjectIdentifier | None:
    value = _text(claims, "subject")
    if value is None:
        return None
    kind, _, code = value.partition(":")
    code = code.upper()
    if kind not in _SUBJECTS or not _SUBJECTS[kind].fullmatch(code):
        raise _bad_claim(name="subject")
    return kind, code


def _bad_claim(*, name: str) -> Unauthenticated:
    return Unauthenticated(Text(f"its claim {name!r} is missing or cannot be used", f"声明 {name} 缺失或不可用"))


def _expired() -> Unauthenticated:
    return Unauthenticated(Text("it has expired (exp)", "令牌已过期（exp）"))
