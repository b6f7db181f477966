# SPDX-License-Identifier: Apache-2.0
"""What an authority answered: checked and kept, so that each side holds the other's signed head.

``.shirube/receipts/<sha256>.json`` holds the receipts by the digest of the dossier, and
``.shirube/witnessed/<authority>.checkpoint`` the last head that each authority cosigned. The next
dossier leads from that head.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shirube.dossier import RefusedDossier, receipts
from shirube.evidence import keys
from shirube.evidence.handing_over import extends
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import note as notes
from shirube.ledger.note import MAX_NOTE_BYTES
from shirube.store import faults
from shirube.store.files import read_whole, write_whole
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.receipt import Receipt


def keep_receipt(
    folder: Path, receipt_file: Path, dossier_digest: str, authority_key: Path
) -> Receipt:
    """Check an authority's receipt and keep it.

    Parameters
    ----------
    folder
        The operator's folder.
    receipt_file
        The receipt.
    dossier_digest
        The SHA-256 of the dossier that was handed over.
    authority_key
        The authority's public key, from a source that you trust.

    Raises
    ------
    RefusedDossier
        It is no receipt of this authority for this dossier, or the authority refused the dossier.
    Problem
        The head that it cosigns is not one of this ledger.
    """
    key = keys.read_public(authority_key)
    content = read_whole(receipt_file, most=receipts.MAX_BYTES)
    receipt = receipts.read(content, key.raw)
    if receipt.dossier_sha256 != dossier_digest:
        raise RefusedDossier(
            _("The receipt is for another dossier: {digest}.").format(
                digest=receipt.dossier_sha256
            ),
            where=str(receipt_file),
            remedy=_("Ask the authority for the receipt of this one."),
        )
    # A refusal is kept as well: it is the authority's signed word.
    write_whole(folder / ".shirube" / "receipts" / f"{dossier_digest}.json", content)
    head = receipts.cosigned(receipt, keys.public(folder).raw, key.raw)
    if not extends(folder, head):
        raise Problem(
            _("The authority cosigned a head that this ledger does not extend."),
            where=str(receipt_file),
            why=_("Two histories of your ledger exist, or it was restored from an older backup."),
            remedy=_("Bring back the newest folder .shirube, and keep the receipt as evidence."),
        )
    held = _read(_path(folder, receipt.authority))
    if held is None or checkpoints.parse(held)[0].size <= head.size:
        write_whole(_path(folder, receipt.authority), receipt.checkpoint.encode())
    return receipt


def witnessed(folder: Path, authority: str | None) -> str:
    """Return the last head that an authority cosigned; empty when none did.

    Raises
    ------
    Problem
        More than one did, and none was named; or the one that was named did not.
    """
    home = folder / ".shirube" / "witnessed"
    known = sorted(path.stem for path in home.glob("*.checkpoint"))
    if authority is None and len(known) < 2:
        return (_read(_path(folder, known[0])) or "") if known else ""
    if authority not in known:
        raise Problem(
            _("Name the authority that the dossier is for: {names}.").format(names=", ".join(known))
            if known
            else _("No authority has cosigned a head of this ledger yet."),
            where=str(home),
            remedy=_("The first dossier for an authority needs no name."),
        )
    return _read(_path(folder, authority)) or ""


def with_cosignatures(checkpoint: str, held: str) -> str:
    """Return the checkpoint as it was cosigned, where that is the same head."""
    if held and notes.parse(held).text == notes.parse(checkpoint).text:
        return held
    return checkpoint


def _path(folder: Path, authority: str) -> Path:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", authority):
        raise RefusedDossier(
            _("“{id}” cannot be an authority's id.").format(id=authority[:80]),
            remedy=_("Ask the authority for its id."),
        )
    return folder / ".shirube" / "witnessed" / f"{authority}.checkpoint"


def _read(path: Path) -> str | None:
    if not path.is_file():
        return None
    with faults.told(path):
        return read_whole(path, most=MAX_NOTE_BYTES).decode()
