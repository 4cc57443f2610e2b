import stat
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.access import tokens
from gateway.access.callers import PUBLIC_CALLER, Caller, Unauthenticated, Verifier
from gateway.access.held import Held
from gateway.access.key_files import KeyFileRefused
from gateway.access.personas import PERSONAS, UnknownPersona, claims
from gateway.access.standings import look_at
from schema.disclosure import OrganizationKind, Role, Standing

NOW = 1_795_000_000.5
LP_02, LP_07, LP_10 = (("uscc", f"91410199DEM00{each}") for each in ("1025G", "1076Q", "11054"))
IN_10 = ("rid", "410199200104231074")


def caller_of(persona: str, folder: Path, now: float = NOW) -> Caller:
    token = tokens.issue(persona, folder, NOW)
    verifier = Verifier(tokens.issuer_keys(folder), tokens.ISSUER, tokens.AUDIENCE)
    return verifier.caller_of(f"Bearer {token}" if token else None, now)


def test_the_personas_are_those_of_the_contract() -> None:
    assert " ".join(PERSONAS) == (
        "public individual company third-party tax-officer court-officer market-officer social-insurance-officer "
        "tax-reporter market-reporter credit-service centre-operator centre-approver supervisor auditor"
    )


def test_the_public_gets_no_token(tmp_path: Path) -> None:
    assert tokens.issue("public", tmp_path / "keys", NOW) == ""
    assert tokens.claims("public", NOW) == {}
    assert caller_of("public", tmp_path / "keys") is PUBLIC_CALLER


@pytest.mark.parametrize("persona", [name for name in PERSONAS if name != "public"])
def test_each_persona_is_let_in_as_who_it_is(persona: str, tmp_path: Path) -> None:
    caller = caller_of(persona, tmp_path)
    told = claims(persona)
    assert caller.person == told["sub"] == f"demo:{persona}"
    assert caller.name == told["name"]
    assert caller.organisation == told.get("org")
    assert sorted(caller.roles) == told["roles"]


@pytest.mark.parametrize(
    ("persona", "organisation", "kind", "role"),
    [
        ("tax-officer", "TAX", OrganizationKind.ADMINISTRATIVE, Role.OFFICER),
        ("court-officer", "COURT", OrganizationKind.JUDICIAL, Role.OFFICER),
        ("market-officer", "MARKET_REGULATION", OrganizationKind.ADMINISTRATIVE, Role.OFFICER),
        ("social-insurance-officer", "SOCIAL_INSURANCE", OrganizationKind.ADMINISTRATIVE, Role.OFFICER),
        ("tax-reporter", "TAX", OrganizationKind.ADMINISTRATIVE, Role.REPORTER),
        ("market-reporter", "MARKET_REGULATION", OrganizationKind.ADMINISTRATIVE, Role.REPORTER),
        ("centre-operator", "CREDIT_CENTRE", OrganizationKind.CREDIT_CENTRE, Role.OPERATOR),
        ("centre-approver", "CREDIT_CENTRE", OrganizationKind.CREDIT_CENTRE, Role.APPROVER),
        ("supervisor", "DEVELOPMENT_REFORM", OrganizationKind.SUPERVISOR, Role.SUPERVISOR),
        ("auditor", "CREDIT_CENTRE", OrganizationKind.CREDIT_CENTRE, Role.AUDITOR),
    ],
)
def test_staff_act_for_their_agency_in_one_role(
    persona: str, organisation: str, kind: OrganizationKind, role: Role, tmp_path: Path
) -> None:
    caller = caller_of(persona, tmp_path)
    assert (caller.organisation, caller.organisation_kind) == (organisation, kind)
    assert caller.roles == {role}


@pytest.mark.parametrize(
    ("persona", "subject", "standing"),
    [
        ("individual", IN_10, Standing.SELF),
        ("individual", LP_07, Standing.PUBLIC),
        ("company", LP_07, Standing.SELF),
        ("company", LP_10, Standing.PUBLIC),
        ("third-party", LP_02, Standing.SELF),
        ("third-party", LP_10, Standing.PUBLIC),
        ("tax-officer", LP_10, Standing.DUTY),
        ("court-officer", LP_10, Standing.DUTY),
        ("credit-service", LP_10, Standing.DUTY),
        ("tax-reporter", LP_10, Standing.PROVIDER),
        ("centre-operator", LP_10, Standing.STAFF),
        ("centre-approver", LP_10, Standing.STAFF),
        ("supervisor", LP_10, Standing.STAFF),
        ("auditor", LP_10, Standing.STAFF),
    ],
)
def test_personas_stand_as_the_demonstration_needs(
    persona: str, subject: tuple[str, str], standing: Standing, tmp_path: Path
) -> None:
    caller = caller_of(persona, tmp_path)
    own = frozenset({":".join(caller.subject)}) if caller.subject else frozenset()
    held = Held(own=own, recognised=persona == "credit-service")
    assert look_at(caller, ":".join(subject), held, None).sight.standing is standing


def test_a_token_ends_after_its_lifetime(tmp_path: Path) -> None:
    token = tokens.issue("auditor", tmp_path, NOW, timedelta(minutes=5))
    verifier = Verifier(tokens.issuer_keys(tmp_path), tokens.ISSUER, tokens.AUDIENCE)
    assert verifier.caller_of(f"Bearer {token}", NOW + 299).roles == {Role.AUDITOR}
    with pytest.raises(Unauthenticated, match="expired"):
        verifier.caller_of(f"Bearer {token}", NOW + 300)


def test_two_tokens_of_a_persona_are_told_apart(tmp_path: Path) -> None:
    assert caller_of("auditor", tmp_path).token_id != caller_of("auditor", tmp_path).token_id


def test_the_issuers_key_is_kept_and_only_its_public_half_shown(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    shown = tokens.jwks(folder)
    assert shown == tokens.jwks(folder)
    assert '"d"' not in str(shown).replace("'", '"')
    path = folder / "demonstration-issuer.jwk"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_demonstrations_token_is_refused(tmp_path: Path) -> None:
    token = tokens.issue("auditor", tmp_path / "one", NOW)
    other = Verifier(tokens.issuer_keys(tmp_path / "two"), tokens.ISSUER, tokens.AUDIENCE)
    with pytest.raises(Unauthenticated, match="no such key"):
        other.caller_of(f"Bearer {token}", NOW)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"kty": "RSA"}', b"7"])
def test_a_damaged_issuer_key_is_refused_with_the_cure(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "demonstration-issuer.jwk"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileRefused, match="remove it"):
        tokens.issue("auditor", tmp_path, NOW)


def test_an_unknown_persona_is_told_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownPersona, match="court-officer"):
        tokens.issue("emperor", tmp_path, NOW)
