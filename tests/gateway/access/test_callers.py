import base64
import hmac
import json
import warnings
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.access.callers import PUBLIC_CALLER, Unauthenticated, Verifier
from gateway.access.signatures import REGISTRY, IssuerKeys
from gateway.errors import StartRefused
from schema.disclosure import OrganizationKind, Role

NOW = 1_795_000_000.0
ISSUER = "https://issuer.example"
AUDIENCE = "xinyong"
SigningKey = OKPKey | ECKey | RSAKey
KEYS: Mapping[str, SigningKey] = {
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
}
PUBLIC_KEYS = [key.as_dict(private=False) for key in KEYS.values()]
CLAIMS: Mapping[str, object] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "exp": NOW + 60,
    "sub": "u-1",
    "name": "程税安",
    "org": "TAX",
    "org_kind": "ADMINISTRATIVE",
    "roles": ["OFFICER", "COOK"],
    "jti": "j-1",
}
HEADER: Mapping[str, object] = {"alg": "EdDSA", "kid": "ed"}


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed(
    changes: Mapping[str, object] | None = None, header: Mapping[str, object] = HEADER, key: SigningKey = KEYS["EdDSA"]
) -> str:
    """Sign the claims, changed; a claim that is ``...`` is left out."""
    told = {name: value for name, value in {**CLAIMS, **(changes or {})}.items() if value is not ...}
    return "Bearer " + jws.serialize_compact(dict(header), json.dumps(told).encode(), key, registry=REGISTRY)


@pytest.fixture
def verifier() -> Verifier:
    return Verifier(IssuerKeys({"keys": PUBLIC_KEYS}), ISSUER, AUDIENCE)


def refusal(verifier: Verifier, authorization: str, now: float = NOW) -> str:
    with pytest.raises(Unauthenticated) as refused:
        verifier.caller_of(authorization, now)
    assert (refused.value.code, refused.value.status) == ("UNAUTHENTICATED", 401)
    assert not refused.value.detail.chinese.isascii()
    return refused.value.detail.english


def test_no_header_is_the_public(verifier: Verifier) -> None:
    caller = verifier.caller_of(None, NOW)
    assert caller is PUBLIC_CALLER
    assert caller.is_public


def test_a_good_token_says_who_is_asking(verifier: Verifier) -> None:
    caller = verifier.caller_of(signed(), NOW)
    assert (caller.person, caller.name, caller.organisation) == ("u-1", "程税安", "TAX")
    assert caller.organisation_kind is OrganizationKind.ADMINISTRATIVE
    assert caller.roles == {Role.OFFICER}
    assert (caller.subject, caller.token_id, caller.is_public) == (None, "j-1", False)


def test_a_sparse_token_has_no_rights_by_default(verifier: Verifier) -> None:
    absent = dict.fromkeys(["name", "org", "org_kind", "roles", "jti"], ...)
    caller = verifier.caller_of(signed(absent), NOW)
    assert (caller.name, caller.organisation, caller.organisation_kind, caller.roles) == (
        "u-1",
        None,
        None,
        frozenset(),
    )
    assert len(caller.token_id) == 32


@pytest.mark.parametrize("algorithm", list(KEYS))
def test_the_three_algorithms_are_taken_without_a_warning(verifier: Verifier, algorithm: str) -> None:
    key = KEYS[algorithm]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        token = signed(header={"alg": algorithm, "kid": key.kid, "typ": "at+jwt"}, key=key)
        assert verifier.caller_of(token, NOW).person == "u-1"
        assert verifier.caller_of(signed(header={"alg": algorithm}, key=key), NOW).person == "u-1"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_without_case(verifier: Verifier, scheme: str) -> None:
    assert verifier.caller_of(signed().replace("Bearer", scheme), NOW).person == "u-1"


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "HS512", "RS384", "PS256", "ES384", "Ed25519", 7, None, []]
)
def test_another_algorithm_is_refused(verifier: Verifier, algorithm: object) -> None:
    body = f"{encoded({'alg': algorithm, 'kid': 'ed'})}.{encoded(dict(CLAIMS))}"
    assert "algorithm is not one of EdDSA, ES256, RS256" in refusal(verifier, f"Bearer {body}.")
    assert "algorithm is not one of" in refusal(verifier, f"Bearer {body}.AAAA")


@pytest.mark.parametrize("name", ["RS256", "ES256", "EdDSA"])
def test_a_public_key_is_never_a_shared_secret(verifier: Verifier, name: str) -> None:
    pem = KEYS[name].as_bytes(encoding="PEM", private=False)
    body = f"{encoded({'alg': 'HS256', 'kid': KEYS[name].kid})}.{encoded(dict(CLAIMS))}"
    code = base64.urlsafe_b64encode(hmac.digest(pem, body.encode(), "sha256")).rstrip(b"=").decode()
    assert "algorithm is not one of" in refusal(verifier, f"Bearer {body}.{code}")


def test_an_algorithm_is_used_with_its_own_key_only(verifier: Verifier) -> None:
    token = signed(header={"alg": "ES256", "kid": "rsa"}, key=KEYS["ES256"])
    assert refusal(verifier, token) == "its algorithm is not that of its key"


@pytest.mark.parametrize(
    "identifier",
    ["../../../etc/passwd", "/dev/null", "ed\x00", "' OR 1=1 --", "http://evil.example/k", "", 1, ["ed"], {}],
)
def test_a_key_id_only_looks_up_and_never_reaches_out(verifier: Verifier, identifier: object) -> None:
    token = f"Bearer {encoded({'alg': 'EdDSA', 'kid': identifier})}.{encoded(dict(CLAIMS))}.AAAA"
    assert refusal(verifier, token) == "its issuer has no such key (kid)"


def test_a_key_in_the_token_is_not_believed(verifier: Verifier) -> None:
    own = OKPKey.generate_key("Ed25519")
    header = {**HEADER, "jwk": own.as_dict(private=False), "jku": "http://evil.example/jwks"}
    assert refusal(verifier, signed(header=header, key=own)) == "its signature is wrong"


def test_a_critical_extension_is_refused(verifier: Verifier) -> None:
    token = f"Bearer {encoded({**HEADER, 'crit': ['b64'], 'b64': False})}.{encoded(dict(CLAIMS))}.AAAA"
    assert refusal(verifier, token) == "its header has an unknown critical extension"


def test_of_two_keys_of_a_kind_a_token_names_one() -> None:
    second = OKPKey.generate_key("Ed25519", {"kid": "ed-2"})
    verifier = Verifier(IssuerKeys({"keys": [*PUBLIC_KEYS, second.as_dict(private=False)]}), ISSUER, AUDIENCE)
    assert refusal(verifier, signed(header={"alg": "EdDSA"})) == "its header names no key (kid)"
    assert verifier.caller_of(signed(header={"alg": "EdDSA", "kid": "ed-2"}, key=second), NOW).person == "u-1"


@pytest.mark.parametrize("algorithm", list(KEYS))
def test_a_changed_token_is_refused(verifier: Verifier, algorithm: str) -> None:
    token = signed(header={"alg": algorithm, "kid": KEYS[algorithm].kid}, key=KEYS[algorithm])
    head, _, signature = token.split(".")
    assert refusal(verifier, f"{head}.{encoded({**CLAIMS, 'org': 'COURT'})}.{signature}") == "its signature is wrong"
    for cut in ("", "AAAA", signature[:-8], signature + "AAAA"):
        assert refusal(verifier, token.replace(signature, cut)) == "its signature is wrong"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://evil.example"}, "it is of another issuer (iss)"),
        ({"iss": ...}, "it is of another issuer (iss)"),
        ({"aud": "another"}, "it is for another audience (aud)"),
        ({"aud": ["another", "third"]}, "it is for another audience (aud)"),
        ({"aud": ...}, "it is for another audience (aud)"),
        ({"aud": {AUDIENCE: 1}}, "it is for another audience (aud)"),
        ({"exp": ...}, "it does not say when it expires (exp)"),
        ({"exp": NOW}, "it has expired (exp)"),
        ({"exp": -1}, "it has expired (exp)"),
        ({"exp": float("nan")}, "its claim 'exp' is missing or cannot be used"),
        ({"exp": float("inf")}, "its claim 'exp' is missing or cannot be used"),
        ({"exp": 10**400}, "its claim 'exp' is missing or cannot be used"),
        ({"exp": "1999999999"}, "its claim 'exp' is missing or cannot be used"),
        ({"exp": True}, "its claim 'exp' is missing or cannot be used"),
        ({"nbf": NOW + 1}, "it is not valid yet (nbf)"),
        ({"nbf": "soon"}, "its claim 'nbf' is missing or cannot be used"),
        ({"sub": ...}, "its claim 'sub' is missing or cannot be used"),
        ({"sub": " "}, "its claim 'sub' is missing or cannot be used"),
        ({"sub": "ANONYMOUS"}, "its claim 'sub' is missing or cannot be used"),
        ({"sub": 7}, "its claim 'sub' is missing or cannot be used"),
        ({"sub": "u\n1"}, "its claim 'sub' is missing or cannot be used"),
        ({"sub": "u" * 201}, "its claim 'sub' is missing or cannot be used"),
        ({"org": ...}, "its claim 'org' is missing or cannot be used"),
        ({"org_kind": "EMPIRE"}, "its claim 'org_kind' is missing or cannot be used"),
        ({"roles": "OFFICER"}, "its claim 'roles' is missing or cannot be used"),
        ({"roles": [["OFFICER"]]}, "its claim 'roles' is missing or cannot be used"),
        ({"subject": "91410199DEM001076Q"}, "its claim 'subject' is missing or cannot be used"),
        ({"subject": "uscc:"}, "its claim 'subject' is missing or cannot be used"),
        ({"subject": "rid:91410199DEM001076Q"}, "its claim 'subject' is missing or cannot be used"),
        ({"subject": "tin:410199200104231074"}, "its claim 'subject' is missing or cannot be used"),
        ({"subject": "rid:４１０１９９２００１０４２３１０７４"}, "its claim 'subject' is missing or cannot be used"),
    ],
)
def test_a_claim_that_does_not_hold_is_refused(verifier: Verifier, changes: Mapping[str, object], reason: str) -> None:
    assert refusal(verifier, signed(changes)) == reason


def test_a_token_may_be_for_several_audiences(verifier: Verifier) -> None:
    assert verifier.caller_of(signed({"aud": ["other", AUDIENCE]}), NOW).person == "u-1"


def test_a_subject_claim_becomes_a_kind_and_a_canonical_code(verifier: Verifier) -> None:
    assert verifier.caller_of(signed({"subject": "uscc:91410199dem001076q"}), NOW).subject == (
        "uscc",
        "91410199DEM001076Q",
    )
    caller = verifier.caller_of(signed({"subject": "rid:410199200104231074"}), NOW)
    assert caller.subject == ("rid", "410199200104231074")
    assert "410199200104231074" not in repr(caller)


NO_TOKENS = ("", " ", "Bearer", "Bearer ", "Basic dTpw", "Bearer x", "Bearer a.b", "Bearer a.b.c", "Bearer a.b.c.d.e")
NO_HEADERS = (
    "",
    "令",
    "\ud800",
    "W10",
    encoded(["alg"]),
    encoded("alg"),
    encoded({**HEADER, "x": "y" * 600}),
    "A" * 8193,
)


@pytest.mark.parametrize("garbage", [*NO_TOKENS, *(f"Bearer {header}.e30.AAAA" for header in NO_HEADERS)])
def test_garbage_is_refused_and_never_the_public(verifier: Verifier, garbage: str) -> None:
    assert refusal(verifier, garbage)


@pytest.mark.parametrize("payload", [b"", b"[]", b"7", b"{", b"\xff", b'{"exp": 1' + b"0" * 5000 + b"}", b"[" * 3000])
def test_a_signed_payload_that_is_no_object_is_refused(verifier: Verifier, payload: bytes) -> None:
    token = jws.serialize_compact(dict(HEADER), payload, KEYS["EdDSA"], registry=REGISTRY)
    assert refusal(verifier, f"Bearer {token}") == "it is not a signed JWT"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80), parts=st.lists(st.binary(max_size=40), min_size=3, max_size=3))
def test_whatever_is_sent_is_refused_cleanly(verifier: Verifier, text: str, parts: list[bytes]) -> None:
    joined = ".".join(base64.urlsafe_b64encode(part).decode() for part in parts)
    for sent in (text, f"Bearer {text}", f"Bearer {joined}", f"Bearer {encoded(dict(HEADER))}.{text}.{text}"):
        assert refusal(verifier, sent)


def test_a_token_is_verified_once_and_refused_as_soon_as_it_expires(
    verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signed()
    first = verifier.caller_of(token, NOW)
    with monkeypatch.context() as patched:
        patched.setattr(IssuerKeys, "claims_of", None)
        assert verifier.caller_of(token, NOW + 59.999) is first
        assert refusal(verifier, token, NOW + 60) == "it has expired (exp)"
    assert refusal(verifier, token, NOW + 60) == "it has expired (exp)"


def test_a_bad_token_is_not_remembered_as_good(verifier: Verifier) -> None:
    early = signed({"nbf": NOW + 10})
    assert refusal(verifier, early) == "it is not valid yet (nbf)"
    assert verifier.caller_of(early, NOW + 10).person == "u-1"


def test_the_memory_of_tokens_is_bounded(verifier: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.access.callers._REMEMBERED_TOKENS", 3)
    tokens = [signed({"sub": f"u-{number}", "exp": NOW + 60 + number}) for number in range(5)]
    for token in tokens:
        verifier.caller_of(token, NOW)
    remembered = verifier._known  # noqa: SLF001  (only its size is looked at)
    assert list(remembered) == tokens[2:]
    verifier.caller_of(signed({"sub": "late", "exp": NOW + 900}), NOW + 63)
    assert len(remembered) == 3
    assert len(verifier._known) == 2  # noqa: SLF001  (as above)


def test_keys_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": PUBLIC_KEYS}))
    assert Verifier(IssuerKeys.from_file(path), ISSUER, AUDIENCE).caller_of(signed(), NOW).person == "u-1"


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"keys": 7}', '{"keys": []}', '{"keys": [7, {"kty": "oct", "k": "eA"}]}']
)
def test_a_file_without_keys_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(content)
    with pytest.raises(StartRefused, match=r"jwks\.json"):
        IssuerKeys.from_file(path)
    with pytest.raises(StartRefused, match="cannot be read"):
        IssuerKeys.from_file(tmp_path / "missing.json")


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ([PUBLIC_KEYS[0], {**PUBLIC_KEYS[1], "kid": "ed"}], "two keys with the id 'ed'"),
        ([KEYS["EdDSA"].as_dict(private=True)], "holds a private key"),
        ([{"kty": "RSA", "n": "AQAB"}], "cannot be read"),
        ([{**PUBLIC_KEYS[0], "use": "enc"}], "has no key for"),
        ([{**PUBLIC_KEYS[2], "alg": "RS512"}], "has no key for"),
        ([ECKey.generate_key("P-384").as_dict(private=False)], "has no key for"),
        ([OKPKey.generate_key("X25519").as_dict(private=False)], "has no key for"),
    ],
)
def test_keys_that_cannot_be_used_stop_the_start(keys: list[object], reason: str) -> None:
    with pytest.raises(StartRefused, match=reason):
        IssuerKeys({"keys": keys})


def test_no_other_algorithm_is_in_the_registry() -> None:
    with pytest.raises(UnsupportedAlgorithmError):
        REGISTRY.get_alg("HS256")


def test_a_weak_key_is_passed_over() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weak = RSAKey.generate_key(1024).as_dict(private=False)
        with pytest.raises(StartRefused, match="has no key for"):
            IssuerKeys({"keys": [weak]})
