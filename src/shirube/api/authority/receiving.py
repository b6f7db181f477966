# SPDX-License-Identifier: Apache-2.0
"""Receive a dossier: verify it, witness the operator's head, answer with a signed receipt.

1. The dossier is verified with the registered key, in a process of its own. What a revoked key
   signed counts if the authority cosigned a head over it before that date.
2. It must be that operator's: its id and its corporate number are those registered.
3. Its checkpoint must extend the one that the authority holds; otherwise two histories may exist.
4. The authority keeps the new head, then cosigns it.
5. The answer is entered in the authority's own ledger, and the receipt, which is signed last,
   proves where it stands there.

What fails is answered as well: the receipt then gives the exact reason and cosigns nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from shirube.api.authority import heads, own_ledger, register
from shirube.api.authority.office import alone, as_entered, open_office
from shirube.api.clock import now
from shirube.dossier import RefusedDossier, archive, intake, receipts
from shirube.evidence import keys
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, tree
from shirube.ledger import note as notes
from shirube.ledger.texts import decode64
from shirube.store.files import read_whole, write_whole
from shirube.terms.errors import Problem
from shirube.terms.evidence import Answered
from shirube.terms.receipt import Receipt
from shirube.texts import _, using

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from shirube.terms.dossier import DossierVerified
    from shirube.terms.receipt import Registration

VERIFIED = (
    "SHIRUBE_SIGNED_BY_REGISTERED_KEY",
    "SHIRUBE_EVIDENCE_IN_LEDGER",
    "SHIRUBE_EVERY_ENTRY_ACCOUNTED_FOR",
    "SHIRUBE_CHECKPOINT_COSIGNED",
)
EXTENDS = "SHIRUBE_EXTENDS_HEAD_HELD"
WHOLE = "SHIRUBE_NOTHING_REDACTED"


def receive(folder: Path, operator_id: str, file: Path) -> Receipt:
    """Receive an operator's dossier and keep the signed answer in ``receipts``.

    Raises
    ------
    Problem
        The operator is not registered, or the file or the authority's key cannot be read. A
        dossier that does not hold is no error: the receipt says so.
    """
    office = open_office(folder)
    key = keys.load(office.id, folder=folder)
    content = read_whole(file, most=archive.MAX_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    with alone(folder):
        known = as_entered(folder, operator_id, key)
        moment = now()
        try:
            # What is signed is read by strangers: the reason is written in one language.
            with using("en"):
                register.refuse_revoked(known, moment)
                verified = intake.inspect(
                    content,
                    known.public_key.encode(),
                    revoked=register.revoked(known),
                    seen=heads.seen(folder, operator_id, office.id),
                )
                register.refuse_unknown(known, verified)
                held = _extended(folder, known, verified)
        except Problem as problem:
            receipt = Receipt(
                authority=office.id,
                dossier_sha256=digest,
                operator_id=operator_id,
                at=moment,
                refusal=problem.found,
            )
        else:
            receipt = _accepted(verified, key, moment, extends=held)
            heads.keep(folder, operator_id, receipt.checkpoint)
        receipt = _entered(folder, receipt, key)
        write_whole(receipt_path(folder, digest), receipts.sign(receipt, key.private))
    return receipt


def _entered(folder: Path, receipt: Receipt, key: keys.SigningKey) -> Receipt:
    item = Answered(
        operator_id=receipt.operator_id,
        dossier_sha256=receipt.dossier_sha256,
        result_sha256=receipts.result_digest(receipt),
        refused=bool(receipt.refusal),
    )
    index = own_ledger.enter(folder, item, key, now=receipt.at)
    proven = own_ledger.entered(folder, receipt.operator_id, index)
    return msgspec.structs.replace(receipt, entered=proven)


def receipt_of(folder: Path, file: Path) -> tuple[Receipt, Path]:
    """Return the receipt that the authority gave for a dossier, verified, and where it lies."""
    open_office(folder)
    content = read_whole(file, most=archive.MAX_BYTES)
    path = receipt_path(folder, hashlib.sha256(content).hexdigest())
    if not path.is_file():
        raise Problem(
            _("No receipt was given for this dossier."),
            where=str(file),
            remedy=_("Run `shirube authority receive` first."),
        )
    key = keys.load(open_office(folder).id, folder=folder)
    return receipts.read(read_whole(path, most=receipts.MAX_BYTES), key.public.raw), path


def receipt_path(folder: Path, digest: str) -> Path:
    """Return where the receipt for the dossier of this digest lies."""
    return folder / "receipts" / f"{digest}.json"


def _extended(folder: Path, known: Registration, verified: DossierVerified) -> bool:
    """Tell whether a head was held, and refuse a dossier that does not extend it."""
    told = (verified.head.operator_id, verified.head.corporate_number)
    if told != (known.operator_id, known.corporate_number):
        raise RefusedDossier(
            _("The dossier is of {id} with the corporate number {number}.").format(
                id=told[0], number=told[1] or "–"
            )
        )
    old, new = heads.held(folder, known.operator_id), checkpoints.parse(verified.checkpoint)[0]
    if old is None:
        return False
    if old.size > new.size:
        raise RefusedDossier(
            _("The authority holds a head over {held} entries; this one has {size}.").format(
                held=old.size, size=new.size
            )
        )
    if old.size < new.size and verified.since != old.size:
        raise RefusedDossier(
            _("The dossier does not lead from the head over {held} entries that is held.").format(
                held=old.size
            )
        )
    path_hashes = [decode64(step) for step in verified.consistency] if verified.since else []
    path_hashes = path_hashes if old.size < new.size else []
    if not tree.verify_consistency(old.size, new.size, old.root, new.root, path_hashes):
        raise RefusedDossier(
            _("The ledger was forked: its first {held} entries are not those held.").format(
                held=old.size
            )
        )
    return True


def _accepted(
    verified: DossierVerified, key: keys.SigningKey, moment: dt.datetime, *, extends: bool
) -> Receipt:
    note = checkpoints.parse(verified.checkpoint)[1]
    own = tuple(line for line in note.signatures if line.name == verified.head.origin)
    cosigned = cosignature.cosign(
        notes.Note(note.text, own), key.operator_id, key.private, at=moment
    )
    holds = [*VERIFIED, *([EXTENDS] if extends else []), *([] if verified.removed else [WHOLE])]
    return Receipt(
        authority=key.operator_id,
        dossier_sha256=verified.sha256,
        operator_id=verified.head.operator_id,
        at=moment,
        properties=tuple(holds),
        packs=verified.head.packs,
        checkpoint=notes.render(cosigned),
    )
