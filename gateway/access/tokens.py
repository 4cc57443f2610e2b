"""The demonstration's issuer of tokens: its key, its public keys, and a token for each persona (contract, section 4).

A city brings its own issuer; this one signs for the demonstration only, with a key that never leaves its folder.
"""

import functools
import json
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from gateway.access import key_files, personas
from gateway.access.key_files import KeyFileRefused
from gateway.access.signatures import REGISTRY, IssuerKeys

__all__ = ["AUDIENCE", "ISSUER", "LIFETIME", "claims", "issue", "issuer_keys", "jwks"]

ISSUER: Final = "xinyong-demonstration"
AUDIENCE: Final = "xinyong"
LIFETIME: Final = timedelta(hours=12)
_KEY_FILE: Final = "demonstration-issuer.jwk"


def issue(persona: str, keys_folder: Path, now: float, lifetime: timedelta = LIFETIME) -> str:
    """Give a signed token for *persona* from the instant *now*; the public's is the empty string.

    Raises:
        UnknownPersona: where there is no such persona.
        KeyFileRefused: where the issuer's key cannot be made or trusted.

    """
    told = claims(persona, now, lifetime)
    if not told:
        return ""
    key = _key(keys_folder)
    header = {"alg": "EdDSA", "typ": "JWT", "kid": key.kid}
    payload = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, payload, key, registry=REGISTRY)


def claims(persona: str, now: float, lifetime: timedelta = LIFETIME) -> dict[str, object]:
    """Give all claims of a token for *persona*: who it is, by whom and for whom it is issued, and until when.

    Raises:
        UnknownPersona: where there is no such persona.

    """
    who = personas.claims(persona)
    if not who:
        return {}
    start = int(now)
    until = start + int(lifetime.total_seconds())
    times = {"iat": start, "nbf": start, "exp": until, "jti": secrets.token_hex(16)}
    return {"iss": ISSUER, "aud": AUDIENCE, **who, **times}


def jwks(keys_folder: Path) -> dict[str, object]:
    """Give the issuer's public keys as a JWK set."""
    key = _key(keys_folder)
    return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": "EdDSA", "kid": key.kid}]}


def issuer_keys(keys_folder: Path) -> IssuerKeys:
    """Give the issuer's public keys as a verifier takes them."""
    return IssuerKeys(jwks(keys_folder), _KEY_FILE)


def _key(keys_folder: Path) -> OKPKey:
    """Read the issuer's key, making it at the first start."""
    key_files.make_folder(keys_folder)
    path = keys_folder / _KEY_FILE
    return _read(path, key_files.read_or_make(path, _new_key))


@functools.lru_cache(maxsize=4)
def _read(path: Path, content: bytes) -> OKPKey:
    try:
        key = OKPKey.import_key(json.loads(content))
    except (JoseError, ValueError, KeyError) as error:
        message = f"{path} is not a JWK: remove it, and a new one is made (old tokens then end)"
        raise KeyFileRefused(message) from error
    key.ensure_kid()
    return key


def _new_key() -> bytes:
    return json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)).encode()
