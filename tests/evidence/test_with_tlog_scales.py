# SPDX-License-Identifier: Apache-2.0
"""``tlog-scales``, which shares no code with us, reads our export and our cosignatures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import MLDSA44CosignatureSigner, NoteSignature, Vkey
from tlog_scales.tlog import Checkpoint, ConsistencyProof, InclusionProof

from shirube import evidence
from shirube.evidence import entry as entries
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, signatures, tree
from shirube.ledger import note as notes
from shirube.store import sqlite
from shirube.store.sequencer import Sequencer

AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def exported(operator: Path, key, out: Path, size: int) -> list[bytes]:
    """Export a ledger of so many commitments, each with its own digest."""
    evidence.open_book(operator, key=key, create=True).close()
    leaves = [
        entries.render(entries.Entry("measurement", AT, f"{index:064x}")) for index in range(size)
    ]
    store = sqlite.open_store(operator / ".shirube" / "ledger.db")
    Sequencer(store).append(leaves)
    head = checkpoints.Checkpoint("shirube/acme_credit", size, store.head().root)
    store.sign(lambda _head: checkpoints.sign(head, key.private))
    store.close()
    evidence.export(operator, out)
    return leaves


@pytest.mark.parametrize("size", [1, 255, 256, 1000, pytest.param(66_000, marks=pytest.mark.full)])
def test_tlog_scales_reads_our_export(operator, key, tmp_path, size: int) -> None:
    leaves = exported(operator, key, tmp_path / "log", size)
    reader = TilesReader(LocalBackend(tmp_path / "log"))
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string((tmp_path / "log/log.vkey").read_text().strip()))
    assert reader.calculate_root_hash() == checkpoint.root_hash
    for index in sorted({0, size // 3, size - 1}):
        assert reader.get_entry(index) == leaves[index]
        theirs = reader.get_inclusion_proof(index, size)
        leaf = tree.leaf_hash(leaves[index])
        theirs.check(leaf, checkpoint.root_hash)
        assert tree.verify_inclusion(leaf, index, size, theirs.node_hashes, checkpoint.root_hash)


def test_tlog_scales_accepts_our_proofs_and_we_theirs(operator, key, tmp_path) -> None:
    size = 70
    leaves = exported(operator, key, tmp_path / "log", size)
    reader = TilesReader(LocalBackend(tmp_path / "log"))
    reader.get_checkpoint()
    rows = {row[0]: row[2] for row in tree.grow(0, [], map(tree.leaf_hash, leaves))[0]}

    def node(level: int, index: int) -> bytes:
        return rows[level][index]

    root = tree.root(node, size)
    for index in range(size):
        ours = tree.inclusion_proof(node, index, size)
        InclusionProof(index, size, ours).check(tree.leaf_hash(leaves[index]), root)
        assert reader.get_inclusion_proof(index, size).node_hashes == ours
    for old in range(1, size):
        ours = tree.consistency_proof(node, old, size)
        ConsistencyProof(old, size, ours).check(tree.root(node, old), root)
        assert reader.get_consistency_proof(old, size).node_hashes == ours


@pytest.mark.parametrize("private", [Ed25519PrivateKey, MLDSA44PrivateKey])
def test_tlog_scales_accepts_our_cosignatures(operator, key, tmp_path, private) -> None:
    exported(operator, key, tmp_path / "log", 3)
    note = notes.parse((tmp_path / "log/checkpoint").read_text())
    witness = private.generate()
    line = cosignature.cosign(note, "witness.example", witness, at=AT)
    vkey = signatures.render_key(cosignature.verifier("witness.example", witness.public_key()))
    theirs = Checkpoint.from_text(notes.render(line))
    theirs.verify(Vkey.from_string(vkey))
    with pytest.raises(Exception):  # noqa: B017 - whatever it raises, it refuses
        Checkpoint.from_text(notes.render(line).replace("\n3\n", "\n4\n")).verify(
            Vkey.from_string(vkey)
        )


def test_we_accept_a_cosignature_of_tlog_scales(operator, key, tmp_path) -> None:
    exported(operator, key, tmp_path / "log", 3)
    rendered = (tmp_path / "log/checkpoint").read_text()
    signer = MLDSA44CosignatureSigner("witness.example", b"\x05" * 32)
    signed: NoteSignature = signer.sign(Checkpoint.from_text(rendered))
    note = notes.parse(f"{rendered}{signed.serialize()}\n")
    seen = cosignature.verify(note, signatures.parse_key(signer.vkey.serialize()))
    assert abs((dt.datetime.now(dt.UTC) - seen.at).total_seconds()) < 3600
