"""Whose signature a token bears: the issuer's public keys, and three algorithms only (contract, section 4)."""

import base64
import binascii
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from gateway.errors import StartRefused, Text, Unauthenticated

__all__ = ["ALGORITHMS", "REGISTRY", "IssuerKeys"]

ALGORITHMS: Final = ("EdDSA", "ES256", "RS256")
_RSA_BITS: Final = 2048


class _ThreeAlgorithms(JWSRegistry):
    """joserfc's registry, cut down to ours: it would warn at each token that EdDSA is now called Ed25519."""

    def get_alg(self, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  (joserfc does not export the type)
        """Give the algorithm of *name* if it is one of ours."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


REGISTRY: Final = _ThreeAlgorithms(algorithms=ALGORITHMS, strict_check_header=False)


class IssuerKeys:
    """The public keys of the issuer of tokens, by key id."""

    def __init__(self, jwks: Mapping[str, object], origin: str = "the JWKS") -> None:
        """Keep the keys of a JWK set that one of our algorithms can use; others are passed over (RFC 7517, 5).

        Raises:
            StartRefused: where none is left, two share an id, one is private or cannot be read.

        """
        listed = jwks.get("keys")
        if not isinstance(listed, list):
            message = f'{origin} is not a JWK set: it has no list "keys"'
            raise StartRefused(message)
        self._by_id: dict[str, tuple[str, Key]] = {}
        for each in listed:
            self._add(each, origin)
        if not self._by_id:
            message = f"{origin} has no key for {', '.join(ALGORITHMS)} (Ed25519, P-256, RSA of {_RSA_BITS} bits)"
            raise StartRefused(message)

    @classmethod
    def none(cls) -> "IssuerKeys":
        """Give no keys: nobody's token is believed."""
        keys: IssuerKeys = cls.__new__(cls)
        keys._by_id = {}
        return keys

    @classmethod
    def from_file(cls, path: Path) -> "IssuerKeys":
        """Read the keys from a JWKS file.

        Raises:
            StartRefused: where the file cannot be read or used.

        """
        try:
            content = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            message = f"auth.keys: {path} cannot be read as a JWK set: {error}"
            raise StartRefused(message) from error
        return cls(content if isinstance(content, dict) else {}, str(path))

    def claims_of(self, token: str) -> dict[str, object]:
        """Give the claims of a token with a good signature; no claim is judged here.

        Raises:
            Unauthenticated: saying what is wrong with its form, algorithm, key or signature.

        """
        key = self._key_for(_header(token))
        try:
            return jwt.decode(token, key, registry=REGISTRY).claims
        except BadSignatureError as error:
            raise Unauthenticated(Text("its signature is wrong", "签名不正确")) from error
        except (JoseError, ValueError, RecursionError) as error:
            raise _malformed() from error

    def _add(self, data: object, origin: str) -> None:
        if not isinstance(data, dict) or data.get("use", "sig") != "sig":
            return
        if "d" in data:
            message = f"{origin} holds a private key: give the gateway the public ones only"
            raise StartRefused(message)
        try:
            key = JWKRegistry.import_key(data) if data.get("kty") in {"OKP", "EC", "RSA"} else None
            algorithm = None if key is None else _algorithm_of(key)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            message = f"{origin} holds a key that cannot be read: {error}"
            raise StartRefused(message) from error
        if key is None or algorithm is None or data.get("alg", algorithm) not in {algorithm, "Ed25519"}:
            return
        key.ensure_kid()
        identifier = cast("str", key.kid)
        if identifier in self._by_id:
            message = f"{origin} holds two keys with the id {identifier!r}"
            raise StartRefused(message)
        self._by_id[identifier] = algorithm, key

    def _key_for(self, header: Mapping[str, object]) -> Key:
        """Find the one key that the header names and that is made for its algorithm; nothing is fetched or guessed."""
        algorithm, identifier = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            allowed = ", ".join(ALGORITHMS)
            raise Unauthenticated(Text(f"its algorithm is not one of {allowed}", f"签名算法不在 {allowed} 之列"))
        if "crit" in header:
            raise Unauthenticated(Text("its header has an unknown critical extension", "令牌头含未知的关键扩展"))
        if identifier is None:
            fitting = [key for each, key in self._by_id.values() if each == algorithm]
            if len(fitting) == 1:
                return fitting[0]
            raise Unauthenticated(Text("its header names no key (kid)", "令牌头未指明密钥（kid）"))
        made_for, key = self._by_id.get(identifier, (None, None)) if isinstance(identifier, str) else (None, None)
        if key is None:
            raise Unauthenticated(Text("its issuer has no such key (kid)", "签发者无此密钥（kid）"))
        if made_for != algorithm:
            raise Unauthenticated(Text("its algorithm is not that of its key", "签名算法与密钥不符"))
        return key


def _algorithm_of(key: Key) -> str | None:
    """Name the one algorithm that a public key is used with here, or None."""
    if isinstance(key, OKPKey) and key.curve_name == "Ed25519":
        return "EdDSA"
    if isinstance(key, ECKey) and key.curve_name == "P-256":
        return "ES256"
    if isinstance(key, RSAKey) and key.public_key.key_size >= _RSA_BITS:
        return "RS256"
    return None


def _header(token: str) -> dict[str, object]:
    """Read the header before any key is touched."""
    encoded, _, rest = token.partition(".")
    try:
        if rest.count(".") != 1:
            raise _malformed()
        header = json.loads(base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _malformed() from error
    if not isinstance(header, dict):
        raise _malformed()
    return header


def _malformed() -> Unauthenticated:
    return Unauthenticated(Text("it is not a signed JWT", "不是有效的 JWT"))
