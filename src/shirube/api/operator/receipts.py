# SPDX-License-Identifier: Apache-2.0
"""What an authority answered: checked and kept, so that each side holds the other's signed head.

``.shirube/receipts/<sha256>.json`` holds the receipts by the digest of the dossier, and
``.shirube/witnessed/<authority>.checkpoint`` the last head that each authority cosigned. The next
dossier leads from that head.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shirube.api.operator import authority_heads
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
    RewrittenPast
        The authority's own ledger does not continue the head that is held of it.
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
    authority_heads.check_and_keep(folder, receipt, key)
    head = receipts.cosigned(receipt, keys.public(folder).raw, key.raw)
    if not extends(folder, head):
        raise Problem(
            _("The authority cosigned a head that this ledger does not extend."),
            where=str(receipt_file),
            why=_("Two histories of your ledger exist, or it was restored from an older backup."),
            remedy=_("Bring back the newest folder .shirube, and keep the receipt as evidence."),
        )
    keep_head(path_of(folder, receipt.authority), receipt.checkpoint)
    return receipt


def keep_head(path: Path, cosigned: str) -> None:
    """Keep a cosigned head as the last one, unless a larger is there, and the first of its size."""
    size = checkpoints.parse(cosigned)[0].size
    first = path.with_suffix("") / f"{size}.checkpoint"
    if not first.exists():
        write_whole(first, cosigned.encode())
    held = read_kept(path)
    if held is None or checkpoints.parse(held)[0].size <= size:
        write_whole(path, cosigned.encode())


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
        return (read_kept(path_of(folder, known[0])) or "") if known else ""
    if authority not in known:
        raise Problem(
            _("Name the authority that the dossier is for: {names}.").format(names=", ".join(known))
            if known
            else _("No authority has cosigned a head of this ledger yet."),
            where=str(home),
            remedy=_("The first dossier for an authority needs no name."),
        )
    return read_kept(path_of(folder, authority)) or ""


def with_cosignatures(folder: Path, checkpoint: str) -> str:
    """Return the checkpoint with the cosignatures of all who cosigned this very head."""
    note = notes.parse(checkpoint)
    lines = list(note.signatures)
    for home in ("witnessed", "witnesses"):
        for path in sorted((folder / ".shirube" / home).glob("*.checkpoint")):
            held = notes.parse(read_kept(path) or "")
            if held.text == note.text:
                lines += [line for line in held.signatures if line not in lines]
    return notes.render(notes.Note(note.text, tuple(lines)))


def is_authority(name: str) -> bool:
    """Tell whether a name can be an authority's id."""
    return bool(re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name))


def path_of(folder: Path, authority: str) -> Path:
    """Return where the last head that an authority cosigned is kept."""
    if not is_authority(authority):
        raise RefusedDossier(
            _("“{id}” cannot be an authority's id.").format(id=authority[:80]),
            remedy=_("Ask the authority for its id."),
        )
    return folder / ".shirube" / "witnessed" / f"{authority}.checkpoint"


def read_kept(path: Path) -> str | None:
    """Return a head that is kept; None where there is none."""
    if not path.is_file():
        return None
    with faults.told(path):
        return read_whole(path, most=MAX_NOTE_BYTES).decode()
