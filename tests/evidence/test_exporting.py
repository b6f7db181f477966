# SPDX-License-Identifier: Apache-2.0
"""Exports, proofs, backups: what a stranger gets, and every byte of it is looked at."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from shirube import evidence
from shirube.evidence import entry as entries
from shirube.evidence import keys
from shirube.evidence.last_head import ForkRefused
from shirube.evidence.leaves import DoesNotHold
from shirube.evidence.reading import remains
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, proof, signatures, tiles
from shirube.ledger import note as notes
from shirube.ledger.errors import (
    MalformedNote,
    MalformedProof,
    MalformedTile,
    UnverifiedNote,
    UnverifiedProof,
)
from shirube.store import sqlite
from shirube.store.sequencer import Sequencer
from shirube.terms.errors import Problem
from shirube.terms.evidence import Erasure

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def sealed(operator, key, measured, policy, now) -> Path:
    """Return a folder with a ledger of four leaves, sealed in two goes."""
    with evidence.open_book(operator, key=key, create=True) as book:
        book.seal([measured("a"), measured("b"), policy], now=now)
        book.seal([measured("d")], now=now)
    return operator


def many(folder: Path, key, now: dt.datetime, count: int) -> None:
    """Enter many commitments to nothing, so that a log has tiles of several rows."""
    evidence.open_book(folder, key=key, create=True).close()
    store = sqlite.open_store(folder / ".shirube" / "ledger.db")
    leaf = entries.Entry("measurement", now, "ab" * 32)
    first = store.head().size
    Sequencer(store).append([entries.render(leaf)] * (count - first))
    head = store.head()
    signed = checkpoints.Checkpoint("shirube/acme_credit", head.size, head.root)
    store.sign(lambda _head: checkpoints.sign(signed, key.private))
    store.close()


def test_an_export_verifies_without_and_with_the_evidence(sealed, key, tmp_path) -> None:
    evidence.export(sealed, tmp_path / "log")
    alone = evidence.verify_export(tmp_path / "log", key.public)
    assert alone.holds, alone.problems
    assert "not exported" in alone.remarks[0]
    written = evidence.export(sealed, tmp_path / "usb", with_evidence=True)
    assert (written.leaves, written.written, written.evidence) == (4, 2, 4)
    whole = evidence.verify_export(tmp_path / "usb", key.public)
    assert (whole.holds, whole.leaves, whole.remarks) == (True, 4, ())
    assert whole.root == evidence.verify(sealed, key.public).root


def test_exporting_again_adds_what_is_new_and_takes_narrow_tiles_away(
    operator, key, now, tmp_path
) -> None:
    out = tmp_path / "log"
    many(operator, key, now, 300)
    assert evidence.export(operator, out).written == 5  # entries 256+44, hashes 256+44, 1
    full = {path: path.stat().st_mtime_ns for path in (out / "tile").rglob("000")}
    many(operator, key, now, 800)
    assert evidence.export(operator, out).written == 7  # entries 1, 2, 32 wide; hashes too; 3 wide
    assert {path: path.stat().st_mtime_ns for path in full} == full
    assert tiles_of(out) == set(tiles.names(800))
    assert evidence.verify_export(out, key.public).holds


@pytest.mark.full
def test_the_tiles_of_seventy_thousand_are_those_of_the_specification(
    operator, key, now, tmp_path
) -> None:
    out = tmp_path / "log"
    many(operator, key, now, 70_000)
    evidence.export(operator, out)
    # 273 full tiles and one of width 112 twice, one full and one of width 17, one of width 1.
    assert len(tiles_of(out)) == 2 * 274 + 2 + 1
    assert tiles_of(out) == set(tiles.names(70_000))
    assert (out / "tile/0/273.p/112").stat().st_size == 112 * 32
    assert evidence.verify_export(out, key.public).holds


def tiles_of(out: Path) -> set[str]:
    return {str(path.relative_to(out)) for path in (out / "tile").rglob("*") if path.is_file()}


def test_an_export_of_another_history_is_not_overwritten(
    sealed, key, measured, now, tmp_path
) -> None:
    out = tmp_path / "log"
    evidence.export(sealed, out)
    shutil.rmtree(sealed / ".shirube")
    shutil.rmtree(key.path.parent / "heads")
    with evidence.open_book(sealed, key=key, create=True) as book:
        book.seal([measured(name) for name in "vwxyz"], now=now)
    with pytest.raises(DoesNotHold, match="another history"):
        evidence.export(sealed, out)
    with pytest.raises(Problem, match="something else"):
        evidence.export(sealed, tmp_path)


def refuses_flips(out: Path, key, path: Path, step: int) -> None:
    original = path.read_bytes()
    for place in range(0, len(original), step):
        changed = bytearray(original)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        assert not evidence.verify_export(out, key.public).holds, (path, place)
    for changed in (b"", original[:-1], original + b"\n"):
        path.write_bytes(changed)
        assert not evidence.verify_export(out, key.public).holds, path
    path.write_bytes(original)


@pytest.mark.parametrize("step", [97, pytest.param(1, marks=pytest.mark.full)])
def test_every_flipped_byte_of_an_export_is_refused(sealed, key, tmp_path, step: int) -> None:
    out = tmp_path / "usb"
    evidence.export(sealed, out, with_evidence=True)
    for path in sorted(out.rglob("*")):
        if path.is_file():
            # The envelopes are looked at as in the ledger itself, where each byte is flipped.
            refuses_flips(out, key, path, 97 if path.suffix == ".json" else step)
    assert evidence.verify_export(out, key.public).holds
    (out / "tile" / "0" / "001").write_bytes(b"x" * 32)
    (problem,) = evidence.verify_export(out, key.public).problems
    assert "does not belong" in str(problem)


@pytest.mark.full
def test_flipped_bytes_of_tiles_in_three_rows_are_refused(operator, key, now, tmp_path) -> None:
    """One in eleven of a tree of 515 leaves; of a tree of four, every byte is flipped above."""
    out = tmp_path / "log"
    many(operator, key, now, 515)
    evidence.export(operator, out)
    for name in ("tile/0/000", "tile/0/001", "tile/0/002.p/3", "tile/1/000.p/2"):
        refuses_flips(out, key, out / name, 11)
    assert evidence.verify_export(out, key.public).holds


def test_a_proof_is_verified_from_the_key_and_the_evidence_alone(sealed, key) -> None:
    for index in range(4):
        rendered = evidence.prove(sealed, index)
        proven = evidence.verify_proof(rendered, key.public)
        content = next((sealed / ".shirube/evidence").glob(f"*/{proven.sha256[2:]}.json"))
        shown = evidence.verify_proof(rendered, key.public, evidence=content.read_bytes())
        assert (shown.index, shown.leaves, shown.evidence_shown) == (index, 4, True)
    with pytest.raises(DoesNotHold, match="not the one"):
        evidence.verify_proof(evidence.prove(sealed, 0), key.public, evidence=b"{}")
    with pytest.raises(Problem, match="no signed entry at index 4"):
        evidence.prove(sealed, 4)


def test_every_flipped_bit_of_a_proof_is_refused(sealed, key) -> None:
    rendered = evidence.prove(sealed, 2).encode()
    for place in range(len(rendered)):
        for bit in range(8):
            changed = bytearray(rendered)
            changed[place] ^= 1 << bit
            with pytest.raises((Problem, UnicodeDecodeError)):
                evidence.verify_proof(changed.decode(), key.public)


def test_a_proof_with_a_witness_s_cosignature(sealed, key, now) -> None:
    given = proof.parse(evidence.prove(sealed, 1))
    note = notes.parse(given.checkpoint)
    witnesses = []
    for name, private in (
        ("witness.example/one", Ed25519PrivateKey.generate()),
        ("witness.example/two", MLDSA44PrivateKey.generate()),
    ):
        note = cosignature.cosign(note, name, private, at=now)
        witnesses.append(signatures.render_key(cosignature.verifier(name, private.public_key())))
    cosigned = proof.render(proof.Proof(given.index, given.path, notes.render(note), given.extra))
    proven = evidence.verify_proof(cosigned, key.public, witnesses=witnesses)
    assert [(one.name[-3:], one.at) for one in proven.witnessed] == [("one", now), ("two", now)]
    with pytest.raises(UnverifiedNote):
        evidence.verify_proof(proof.render(given), key.public, witnesses=witnesses)


def test_a_backup_verifies_and_comes_back(sealed, key, measured, now, tmp_path) -> None:
    saved = tmp_path / "saved"
    before = evidence.backup(sealed, saved)
    assert before.leaves == 4
    shutil.rmtree(sealed / ".shirube")
    after, aside = evidence.restore(saved, sealed, now=now)
    assert (after.root, aside) == (before.root, None)
    with evidence.open_book(sealed, key=key) as book:  # and the ledger goes on
        (next_one,) = book.seal([measured("e")], now=now)
    assert next_one.index == 4
    assert evidence.verify(sealed, key.public).holds


def test_a_damaged_ledger_is_moved_aside_when_the_backup_comes_back(
    sealed, key, now, tmp_path
) -> None:
    saved = tmp_path / "saved"
    evidence.backup(sealed, saved)
    (sealed / ".shirube/ledger.db").write_bytes(b"damaged" * 5000)
    _after, aside = evidence.restore(saved, sealed, now=now)
    assert aside
    assert (aside / "ledger.db").read_bytes().startswith(b"damaged")
    assert evidence.verify(sealed, key.public).holds


def test_an_older_backup_is_refused_where_the_key_or_the_folder_knows_more(
    sealed, key, measured, now, tmp_path
) -> None:
    saved = tmp_path / "saved"
    evidence.backup(sealed, saved)
    with evidence.open_book(sealed, key=key) as book:
        book.seal([measured("e")], now=now)
    with pytest.raises(ForkRefused, match="has signed 5 entries, here are 4"):
        evidence.restore(saved, sealed, now=now)
    shutil.rmtree(key.path.parent / "heads")  # as on another machine
    with pytest.raises(Problem, match="does not continue"):
        evidence.restore(saved, sealed, now=now)
    assert evidence.verify(sealed, key.public).leaves == 5
    assert evidence.verify(saved, key.public, newest=False).holds


def test_a_backup_that_was_changed_is_refused_before_anything_is_moved(
    sealed, now, tmp_path
) -> None:
    saved = tmp_path / "saved"
    evidence.backup(sealed, saved)
    next((saved / ".shirube/evidence").rglob("*.json")).write_bytes(b"{}")
    with pytest.raises(Problem, match="was changed"):
        evidence.restore(saved, sealed, now=now)
    with pytest.raises(Problem, match="not empty"):
        evidence.backup(sealed, saved)
    assert not list(sealed.glob(".shirube.*"))


def test_a_backup_goes_along_with_an_erasure(sealed, key, now, tmp_path) -> None:
    with evidence.open_book(sealed, key=key) as book:
        run = book.evidence()[0]
        erasure = Erasure(
            index=0, reason="asked for", legal_basis="第35条", author="Sato", date=now.date(),
            **remains(run, reason="asked for"),
        )  # fmt: skip
        book.seal([erasure], now=now)
    assert evidence.backup(sealed, tmp_path / "saved").leaves == 5
    out = tmp_path / "usb"
    assert evidence.export(sealed, out, with_evidence=True).evidence == 4
    assert evidence.verify_export(out, key.public).holds


def test_the_status_tells_what_is_signed_and_what_stands_in_the_way(sealed, key, tmp_path) -> None:
    found = evidence.status(sealed)
    assert (found.leaves, found.signed, found.remembered) == (4, 4, 4)
    assert (found.kinds, found.hindrance) == ({"measurement": 3, "document": 1}, "")
    assert signatures.parse_key(found.verifier_key).key == key.public.raw
    key.path.rename(tmp_path / "away.pem")
    assert "not on this machine" in evidence.status(sealed).hindrance


def test_a_p256_log_is_exported_and_proven_as_well(operator, measured, now, tmp_path) -> None:
    key = keys.create("hardware", algorithm="p256", folder=operator)
    with evidence.open_book(operator, key=key, create=True) as book:
        book.seal([measured("a"), measured("b")], now=now)
    evidence.export(operator, tmp_path / "log")
    assert evidence.verify_export(tmp_path / "log", key.public).holds
    assert evidence.verify_proof(evidence.prove(operator, 1), key.public).index == 1


def test_a_proof_of_another_log_is_refused(sealed, key) -> None:
    given = proof.parse(evidence.prove(sealed, 0))
    with pytest.raises(UnverifiedProof, match="of the log"):
        proof.verify(given, given.extra, key.public.raw, origin="shirube/other")


@pytest.mark.parametrize("error", [MalformedNote, MalformedProof, MalformedTile])
def test_the_formats_errors_are_problems(error: type) -> None:
    assert issubclass(error, Problem)


def test_a_ledger_must_extend_the_checkpoint_that_a_verifier_holds(
    operator, key, measured, now, tmp_path
) -> None:
    held = tmp_path / "held"
    with evidence.open_book(operator, key=key, create=True) as book:
        book.seal([measured(name) for name in "abc"], now=now)
        held.write_text(book.checkpoint())
        book.seal([measured(name) for name in "de"], now=now)
    evidence.export(operator, tmp_path / "log")
    assert evidence.verify(operator, key.public, held=held).holds
    assert evidence.verify_export(tmp_path / "log", key.public, held=held).holds
    # The operator begins anew and hides what it had: both ways of looking see it.
    shutil.rmtree(operator / ".shirube")
    shutil.rmtree(key.path.parent / "heads")
    for names in ("vw", "xyz"):
        with evidence.open_book(operator, key=key, create=True) as book:
            book.seal([measured(name) for name in names], now=now)
        evidence.export(operator, tmp_path / names)
        assert evidence.verify(operator, key.public).holds
        for found in (
            evidence.verify(operator, key.public, held=held),
            evidence.verify_export(tmp_path / names, key.public, held=held),
        ):
            (problem,) = found.problems
            assert "does not extend" in str(problem)
    held.write_text("no checkpoint")
    assert not evidence.verify(operator, key.public, held=held).holds
    assert not evidence.verify_export(tmp_path / "xyz", key.public, held=held).holds


def test_files_without_end_and_pipes_on_a_stick_are_not_read(sealed, key, tmp_path) -> None:
    out = tmp_path / "usb"
    evidence.export(sealed, out, with_evidence=True)
    envelope = next((out / "evidence").rglob("*.json"))
    for path in (out / "tile/0/000.p/4", envelope, out / "checkpoint", out / "public_key.pem"):
        original = path.read_bytes()
        for put in (lambda place: place.symlink_to("/dev/zero"), os.mkfifo):
            path.unlink()
            put(path)
            (problem,) = evidence.verify_export(out, key.public).problems
            assert "no plain file" in str(problem)
        path.unlink()
        with path.open("wb") as sparse:
            sparse.truncate(2**36)
        (problem,) = evidence.verify_export(out, key.public).problems
        assert "longer than" in str(problem)
        path.unlink()
        path.write_bytes(original)
    assert evidence.verify_export(out, key.public).holds
