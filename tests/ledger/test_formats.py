# SPDX-License-Identifier: Apache-2.0
"""Verifier keys, cosignatures, proofs and tiles: round trips, hand-made examples, rubbish."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, proof, signatures, tiles, tree
from shirube.ledger import note as notes
from shirube.ledger.errors import MalformedNote, UnverifiedNote, UnverifiedProof
from shirube.ledger.proof import Proof
from shirube.terms.errors import InternalError, Problem

AT = dt.datetime(2026, 11, 1, 0, 0, 7, tzinfo=dt.UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
P256 = generate_private_key(SECP256R1())
ML_DSA = MLDSA44PrivateKey.generate()
LEAVES = [b"entry %d" % index for index in range(7)]
MADE, EDGE = tree.grow(0, [], map(tree.leaf_hash, LEAVES))
ROWS = {level: row for level, _start, row in MADE}
HEAD = checkpoints.Checkpoint("shirube/acme", 7, tree.fold(EDGE))
CHECKPOINT = checkpoints.sign(HEAD, KEY)
VERIFIERS = [
    signatures.Verifier("shirube/acme", signatures.NOTE_ED25519, KEY.public_key()),
    signatures.Verifier("shirube/acme", signatures.NOTE_ECDSA, P256.public_key()),
    cosignature.verifier("witness.example", KEY.public_key()),
    cosignature.verifier("witness.example", ML_DSA.public_key()),
]
hashes = st.binary(min_size=32, max_size=32)


def proven(index: int) -> Proof:
    path = tree.inclusion_proof(lambda level, place: ROWS[level][place], index, 7)
    return Proof(index, tuple(path), CHECKPOINT, LEAVES[index])


# The verifier keys


@pytest.mark.parametrize("verifier", VERIFIERS, ids=lambda one: f"type {one.code}")
def test_a_verifier_key_is_read_back(verifier: signatures.Verifier) -> None:
    read = signatures.parse_key(signatures.render_key(verifier))
    assert (read.name, read.code, read.key_id) == (verifier.name, verifier.code, verifier.key_id)


def test_the_same_key_has_another_id_as_log_and_as_witness() -> None:
    assert len({verifier.key_id for verifier in VERIFIERS}) == 4


@pytest.mark.parametrize("verifier", VERIFIERS, ids=lambda one: f"type {one.code}")
def test_a_changed_verifier_key_is_refused(verifier: signatures.Verifier) -> None:
    rendered = signatures.render_key(verifier)
    for place in range(0, len(rendered), 1 + len(rendered) // 120):
        changed = rendered[:place] + chr(ord(rendered[place]) ^ 1) + rendered[place + 1 :]
        if verifier.code == signatures.NOTE_ECDSA and place < len(verifier.name):
            continue  # the specification's id of an ECDSA key does not cover its name
        with pytest.raises(MalformedNote):
            signatures.parse_key(changed)


@given(st.text(max_size=120) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_rubbish_is_no_verifier_key(rubbish: str) -> None:
    parts = [rubbish, f"name+00000000+{rubbish}", f"{rubbish}+00000000+AQ=="]
    parts.append(f"name+00000000+{base64.b64encode(rubbish.encode(errors='replace')).decode()}")
    for text in parts:
        with pytest.raises(MalformedNote):
            signatures.parse_key(text)


def test_a_key_of_another_curve_is_refused() -> None:
    other = generate_private_key(SECP384R1()).public_key()
    text = signatures.render_key(signatures.Verifier("name", signatures.NOTE_ECDSA, other))
    with pytest.raises(MalformedNote, match="cannot be read"):
        signatures.parse_key(text)


# Cosignatures


@pytest.mark.parametrize("key", [KEY, ML_DSA], ids=["Ed25519", "ML-DSA-44"])
def test_a_cosignature_says_who_saw_the_head_and_when(key) -> None:
    note = cosignature.cosign(notes.parse(CHECKPOINT), "witness.example", key, at=AT)
    witness = cosignature.verifier("witness.example", key.public_key())
    seen = cosignature.verify(notes.parse(notes.render(note)), witness)
    assert (seen.name, seen.at) == ("witness.example", AT)
    # The log's own signature still stands, and is not taken for a witness's.
    assert checkpoints.verify(notes.render(note), KEY.public_key()) == HEAD
    with pytest.raises(UnverifiedNote):
        cosignature.verify(notes.parse(CHECKPOINT), witness)
    with pytest.raises(MalformedNote, match="not a witness"):
        cosignature.verify(note, VERIFIERS[0])


def test_the_example_of_the_specification_is_signed_over_its_lines() -> None:
    # "cosignature/v1", the time, and the checkpoint's three lines, each with its newline.
    note = cosignature.cosign(notes.parse(CHECKPOINT), "witness.example", KEY, at=AT)
    signature = note.signatures[-1].signature
    message = f"cosignature/v1\ntime {int(AT.timestamp())}\n{note.text}".encode()
    assert int.from_bytes(signature[:8], "big") == int(AT.timestamp())
    KEY.public_key().verify(signature[8:], message)


@pytest.mark.parametrize("key", [KEY, ML_DSA], ids=["Ed25519", "ML-DSA-44"])
def test_every_changed_byte_of_a_cosigned_head_is_refused(key) -> None:
    note = cosignature.cosign(notes.parse(CHECKPOINT), "witness.example", key, at=AT)
    witness = cosignature.verifier("witness.example", key.public_key())
    rendered = notes.render(note).encode()
    first_line = rendered.index("—".encode())
    witness_line = rendered.rindex("—".encode())
    places = [*range(first_line), *range(witness_line, len(rendered), 1 + len(rendered) // 300)]
    for place in places:
        changed = bytearray(rendered)
        changed[place] ^= 1
        with pytest.raises((Problem, UnicodeDecodeError)):
            cosignature.verify(notes.parse(changed.decode()), witness)


@pytest.mark.parametrize("seconds", [2**63, 2**64 - 1, 253_402_300_800])
def test_a_time_beyond_all_dates_is_refused(seconds: int) -> None:
    witness = cosignature.verifier("w", KEY.public_key())
    line = notes.NoteSignature("w", witness.key_id, seconds.to_bytes(8, "big") + b"x" * 64)
    with pytest.raises(UnverifiedNote, match="has no time"):
        cosignature.verify(notes.Note(notes.parse(CHECKPOINT).text, (line,)), witness)


@given(st.binary(max_size=100))
def test_a_rubbish_cosignature_is_refused(rubbish: bytes) -> None:
    for witness in VERIFIERS[2:]:
        line = notes.NoteSignature(witness.name, witness.key_id, rubbish)
        with pytest.raises(UnverifiedNote):
            cosignature.verify(notes.Note(notes.parse(CHECKPOINT).text, (line,)), witness)


def test_what_cannot_be_cosigned() -> None:
    with pytest.raises(MalformedNote):
        cosignature.cosign(notes.Note("no checkpoint\n", ()), "w", KEY, at=AT)
    with pytest.raises(MalformedNote, match="witness's name"):
        cosignature.cosign(notes.parse(CHECKPOINT), "a b", KEY, at=AT)
    with pytest.raises(MalformedNote, match="255 bytes"):
        cosignature.cosign(notes.parse(CHECKPOINT), "w" * 256, ML_DSA, at=AT)
    with pytest.raises(InternalError):
        cosignature.cosign(notes.parse(CHECKPOINT), "w", KEY, at=AT.replace(tzinfo=None))


# Proofs


def test_a_proof_looks_like_the_one_of_the_specification() -> None:
    # Leaf 6 of 7 stands alone at the right edge: its neighbours are (4,5) and (0..3).
    lines = proof.render(proven(6)).split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == "extra " + base64.b64encode(b"entry 6").decode()
    assert lines[2] == "index 6"
    assert [base64.b64decode(line) for line in lines[3:5]] == [ROWS[1][2], ROWS[2][0]]
    assert lines[5:8] == ["", "shirube/acme", "7"]


def test_each_leaf_is_proven_and_no_other() -> None:
    for index in range(7):
        given_ = proof.parse(proof.render(proven(index)))
        assert given_ == proven(index)
        assert proof.verify(given_, LEAVES[index], KEY.public_key(), origin="shirube/acme") == HEAD
        with pytest.raises(UnverifiedProof):
            proof.verify(given_, b"entry 7", KEY.public_key())
        with pytest.raises(UnverifiedNote):
            proof.verify(given_, LEAVES[index], OTHER.public_key())


@given(
    st.integers(0, 2**63 - 1),
    st.lists(hashes, max_size=63),
    st.binary(max_size=80),
)
def test_a_proof_is_read_back(index: int, path: list[bytes], extra: bytes) -> None:
    given_ = Proof(index, tuple(path), CHECKPOINT, extra)
    assert proof.parse(proof.render(given_)) == given_


lines = st.sampled_from(
    ["c2sp.org/tlog-proof@v1", "index 3", "index 03", "index -1", "extra AA==", "extra ", "",
     "A" * 43 + "=", "A" * 44, "shirube/acme", "7", CHECKPOINT, "— a AAAAAAA="]
)  # fmt: skip


@given(st.lists(lines | st.text(max_size=50), max_size=12).map("\n".join))
def test_rubbish_is_no_proof_and_raises_only_our_error(rubbish: str) -> None:
    for text in (rubbish, f"{proof.HEADER}\n{rubbish}", f"{proof.HEADER}\nindex 1\n{rubbish}"):
        try:
            read = proof.parse(text)
        except Problem:
            continue
        assert proof.render(read) == text


# Tiles


def test_the_paths_are_those_of_the_specification() -> None:
    assert tiles.path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tiles.path("entries", 0, 5) == "tile/entries/000.p/5"
    assert tiles.path(2, 1000, 256) == "tile/2/x001/000"
    # 70,000 leaves: 273 full tiles and one of 112 at level 0; one and 17 at level 1; one of 1.
    assert list(tiles.rows(70_000)) == [(0, 70_000), (1, 273), (2, 1)]
    assert list(tiles.widths(273)) == [(0, 256), (1, 17)]
    # 256 leaves: a full tile at level 0 and a narrow one of width 1 at level 1.
    assert list(tiles.names(256)) == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert list(tiles.names(0)) == []


@given(st.lists(st.binary(max_size=70), min_size=1, max_size=20))
def test_a_bundle_is_read_back(entries: list[bytes]) -> None:
    content = tiles.render_bundle(entries)
    assert tiles.parse_bundle(content, len(entries)) == entries
    for wrong in (content[:-1] if len(content) > 2 else b"", content + b"\x00"):
        with pytest.raises(Problem):
            tiles.parse_bundle(wrong, len(entries))
    with pytest.raises(Problem):
        tiles.parse_bundle(content, len(entries) + 1)


@given(st.binary(max_size=300), st.integers(1, 256))
def test_rubbish_is_no_bundle_and_raises_only_our_error(content: bytes, width: int) -> None:
    try:
        entries = tiles.parse_bundle(content, width)
    except Problem:
        return
    assert tiles.render_bundle(entries) == content
