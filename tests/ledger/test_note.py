# SPDX-License-Identifier: Apache-2.0
"""Signed notes: the specification's own example, round trips, and refusals."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from shirube.ledger import note as notes
from shirube.ledger import signatures
from shirube.ledger.errors import MalformedNote, UnverifiedNote

# The verifier key and the note of Go's sumdb/note package documentation: a signer that is not ours.
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdn"
    "gotpRZb6KE6RyyBwJnAM=\n"
)

texts = st.text(st.characters(codec="utf-8", min_codepoint=0x20), max_size=60).map(
    lambda line: f"{line}\n"
)


def ed25519(seed: int = 1) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def go_key() -> Ed25519PublicKey:
    encoded = base64.b64decode(GO_VERIFIER.split("+", 2)[2])
    assert encoded[0] == signatures.NOTE_ED25519
    return Ed25519PublicKey.from_public_bytes(encoded[1:])


def test_a_note_signed_by_go_is_read_and_verified() -> None:
    note = notes.parse(GO_NOTE)
    assert signatures.key_id("PeterNeumann", go_key(), signatures.NOTE_ED25519).hex() == "c74f20a3"
    notes.verify(note, "PeterNeumann", go_key())
    assert notes.render(note) == GO_NOTE


@pytest.mark.parametrize("key", [ed25519(), generate_private_key(SECP256R1())], ids=["ed", "p256"])
def test_what_a_key_signs_its_public_half_verifies(key) -> None:
    note = notes.parse(notes.render(notes.sign("size 3\n", "shirube/acme", key)))
    notes.verify(note, "shirube/acme", key.public_key())
    with pytest.raises(UnverifiedNote):
        notes.verify(notes.Note("size 4\n", note.signatures), "shirube/acme", key.public_key())
    with pytest.raises(UnverifiedNote):
        notes.verify(note, "shirube/other", key.public_key())
    with pytest.raises(UnverifiedNote):
        notes.verify(note, "shirube/acme", ed25519(2).public_key())


def test_a_line_of_an_unknown_key_is_kept_and_ignored() -> None:
    ours = notes.sign("text\n", "shirube/acme", ed25519())
    witness = notes.sign("text\n", "witness.example", ed25519(2))
    both = notes.Note("text\n", witness.signatures + ours.signatures)
    read = notes.parse(notes.render(both))
    notes.verify(read, "shirube/acme", ed25519().public_key())
    assert read == both


@given(texts)
def test_reading_gives_back_what_was_written(text: str) -> None:
    note = notes.sign(text, "shirube/acme", ed25519())
    assert notes.parse(notes.render(note)) == note


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_rubbish_raises_only_our_own_error(rubbish: str) -> None:
    for rendered in (rubbish, f"{rubbish}\n\n— a {rubbish}\n", f"text\n\n— {rubbish}\n"):
        try:
            note = notes.parse(rendered)
        except MalformedNote:
            continue
        assert notes.render(note) == rendered


def test_every_flipped_bit_of_a_note_is_refused() -> None:
    rendered = notes.render(notes.sign("shirube/acme\n3\n", "shirube/acme", ed25519())).encode()
    for place in range(len(rendered)):
        for bit in range(8):
            changed = bytearray(rendered)
            changed[place] ^= 1 << bit
            with pytest.raises((MalformedNote, UnverifiedNote, UnicodeDecodeError)):
                notes.verify(notes.parse(changed.decode()), "shirube/acme", ed25519().public_key())


@pytest.mark.parametrize(
    "rendered",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name AAAA\n",  # four bytes of key id and no signature
        "text\n\n— name AAAAAAA\n",  # not Base64
        "text\n\n— name AAAAAAB=\n",  # a second way to write the same bytes
        "text\n\n— na me AAAAAAA=\n",
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n-- name AAAAAAA=\n",
        "te\x01xt\n\n— name AAAAAAA=\n",
        "text\n\n" + "— name AAAAAAA=\n" * 101,
        "x" * 1_000_001,
    ],
    ids=str,
)
def test_what_is_not_a_note_is_refused(rendered: str) -> None:
    with pytest.raises(MalformedNote):
        notes.parse(rendered)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb"])
def test_a_name_that_cannot_stand_on_a_signature_line_is_refused(name: str) -> None:
    with pytest.raises(MalformedNote):
        notes.sign("text\n", name, ed25519())
