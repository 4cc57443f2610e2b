"""Keyed hashes are those of RFC 2104, whatever the key's length."""

import hashlib
import hmac

import pytest

from gateway.audit.keyed import Keyed


@pytest.mark.parametrize("length", [0, 1, 16, 32, 63, 64, 65, 200])
def test_it_gives_what_the_library_gives_again_and_again(length: int) -> None:
    key = bytes(range(length))
    keyed = Keyed(key)
    texts = [b"", b"x", bytes(1_000), b"x"]
    assert [keyed.digest(text) for text in texts] == [hmac.digest(key, text, hashlib.sha256) for text in texts]
