# SPDX-License-Identifier: Apache-2.0
"""Checkpoints: the signed head of a tree as three lines."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shirube.ledger import checkpoint as checkpoints
from shirube.ledger.checkpoint import Checkpoint
from shirube.ledger.errors import MalformedNote, UnverifiedNote

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
ROOT = hashlib.sha256(b"").digest()

lines = st.text(st.characters(codec="utf-8", min_codepoint=0x20), min_size=1, max_size=20)


def test_a_checkpoint_is_written_as_the_specification_says() -> None:
    # Base64 of SHA-256 of nothing, as everybody knows it: 47DEQpj8…
    text = checkpoints.render_text(Checkpoint("shirube/acme", 0, ROOT))
    assert text == "shirube/acme\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


@given(lines, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(lines))
def test_reading_gives_back_what_was_written(
    origin: str, size: int, root: bytes, extensions: list[str]
) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert checkpoints.parse_text(checkpoints.render_text(checkpoint)) == checkpoint


@given(st.text(max_size=200))
def test_rubbish_raises_only_our_own_error(rubbish: str) -> None:
    try:
        checkpoint = checkpoints.parse_text(rubbish)
    except MalformedNote:
        return
    assert checkpoints.render_text(checkpoint) == rubbish


@pytest.mark.parametrize(
    "text",
    [
        "shirube/acme\n3\n",
        "shirube/acme\n\n3\n",
        "shirube/acme\n03\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "shirube/acme\n-3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "shirube/acme\n３\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "shirube/acme\n9999999999999999999\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "shirube/acme\n3\nAAAA\n",
        "shirube/acme\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "shirube/acme\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedNote):
        checkpoints.parse_text(text)


def test_a_signed_checkpoint_is_accepted_only_with_its_key() -> None:
    signed = checkpoints.sign(Checkpoint("shirube/acme", 0, ROOT), KEY)
    assert checkpoints.verify(signed, KEY.public_key()) == Checkpoint("shirube/acme", 0, ROOT)
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    with pytest.raises(UnverifiedNote):
        checkpoints.verify(signed, other.public_key())
    with pytest.raises(UnverifiedNote):
        checkpoints.verify(signed.replace("\n0\n", "\n1\n"), KEY.public_key())
