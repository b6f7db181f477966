# SPDX-License-Identifier: Apache-2.0
"""Look after the ledger: verify it, prove an entry, export it, back it up and bring it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube import evidence
from shirube.api.clock import now
from shirube.api.operator.stamps import read_roots
from shirube.api.operator.workspace import no_folder
from shirube.evidence import keys
from shirube.ledger.proof import MAX_PROOF_BYTES
from shirube.store import faults
from shirube.store.files import MAX_EVIDENCE_BYTES, read_whole
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.terms.ledger import Exported, LedgerStatus, Proven
    from shirube.terms.verification import Verification

_EXPORTED_KEY = "public_key.pem"


def verify(
    folder: Path,
    *,
    public_key: Path | None = None,
    held: Path | None = None,
    roots: Sequence[Path] = (),
) -> Verification:
    """Recompute a ledger, or an export of one; what does not hold is named in the answer.

    Parameters
    ----------
    folder
        The operator's folder, or an export.
    public_key
        The operator's public key, from a source that you trust.
    held
        A checkpoint that you received before; the ledger must extend it.
    roots
        Files of root certificates that you trust for time stamps.

    Raises
    ------
    Problem
        When there is nothing to verify, or the public key that was handed over is none.
    """
    here = (folder / ".shirube").exists()
    if not here and not evidence.is_export(folder):
        raise _no_ledger(folder)
    if public_key:
        keys.read_public(public_key)
    if here:
        return evidence.verify(folder, public_key, held=held, roots=read_roots(roots))
    return evidence.verify_export(folder, public_key, held=held)


def status(folder: Path) -> LedgerStatus:
    """Return the ledger at a glance; nothing is verified."""
    _expect_ledger(folder)
    return evidence.status(folder)


def prove(folder: Path, index: int) -> str:
    """Return the proof that one entry is in the ledger, as text (C2SP tlog-proof)."""
    _expect_ledger(folder)
    return evidence.prove(folder, index)


def verify_proof(
    proof: Path,
    *,
    folder: Path,
    public_key: Path | None = None,
    shown: Path | None = None,
    witnesses: Sequence[str] = (),
) -> Proven:
    """Check a proof of one entry; raises what does not hold.

    Parameters
    ----------
    proof
        The file of the proof.
    folder
        The operator's folder or an export, whose key is used when none is handed over.
    public_key
        The operator's public key, from a source that you trust.
    shown
        The file of the evidence that the entry commits to.
    witnesses
        Verifier keys of witnesses whose cosignature is asked for.
    """
    exported = folder / _EXPORTED_KEY
    inside = exported if exported.is_file() else folder / keys.PUBLIC_KEY
    key = keys.read_public(public_key or inside)
    with faults.told(proof):
        rendered = read_whole(proof, most=MAX_PROOF_BYTES).decode()
    content = read_whole(shown, most=MAX_EVIDENCE_BYTES) if shown else None
    return evidence.verify_proof(rendered, key, evidence=content, witnesses=witnesses)


def export(folder: Path, out: Path, *, with_evidence: bool = False) -> Exported:
    """Write the ledger as static files that any web server or USB stick serves."""
    _expect_ledger(folder)
    return evidence.export(folder, out, with_evidence=with_evidence)


def backup(folder: Path, out: Path) -> Verification:
    """Copy the ledger to a new folder and verify the copy."""
    _expect_ledger(folder)
    return evidence.backup(folder, out)


def restore(saved: Path, folder: Path) -> tuple[Verification, Path | None]:
    """Bring a backup back; what stood in its place is moved aside."""
    _expect_ledger(saved)
    return evidence.restore(saved, folder, now=now())


def _expect_ledger(folder: Path) -> None:
    if not (folder / ".shirube").exists():
        raise _no_ledger(folder)


def _no_ledger(folder: Path) -> Problem:
    if not folder.is_dir():
        return no_folder(folder)
    return Problem(
        _("There is no ledger in this folder."),
        where=str(folder),
        why=_("Evidence is kept in the folder .shirube beside the manifest."),
        remedy=_("Check the path; `shirube check` creates the ledger on its first run."),
    )
