# SPDX-License-Identifier: Apache-2.0
"""What has the form of a hash."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.measures.privacy.tokens.forms import ALGORITHMS, digest_of

# MD5 of the empty text, from RFC 1321: d41d8cd98f00b204e9800998ecf8427e.
EMPTY = bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e")


@pytest.mark.parametrize(
    ("token", "form"),
    [
        ("d41d8cd98f00b204e9800998ecf8427e", "hex"),
        (" D41D8CD98F00B204E9800998ECF8427E ", "hex"),
        ("md5:d41d8cd98f00b204e9800998ecf8427e", "hex"),
        ("1B2M2Y8AsgTpgAmY7PhCfg==", "base64"),
        ("1B2M2Y8AsgTpgAmY7PhCfg", "base64"),
    ],
)
def test_a_hash_is_known_in_every_spelling(token: str, form: str) -> None:
    assert digest_of(token) == (form, EMPTY)


@pytest.mark.parametrize("token", ["", "Naha", "090-1234-5678", "d41d8cd9", "x" * 32, "g" * 40])
def test_other_texts_are_no_hashes(token: str) -> None:
    assert digest_of(token) is None


@given(st.binary(max_size=20), st.sampled_from(sorted(ALGORITHMS.values())))
def test_every_digest_is_read_back(text: bytes, algorithm: str) -> None:
    digest = hashlib.new(algorithm, text).digest()
    url = base64.urlsafe_b64encode(digest).decode()
    assert digest_of(digest.hex()) == ("hex", digest)
    assert digest_of(url) == digest_of(url.rstrip("=")) == ("base64", digest)
