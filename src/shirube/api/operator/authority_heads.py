# SPDX-License-Identifier: Apache-2.0
"""The head of the authority's own ledger, as its receipts give it: checked, and kept.

``.shirube/authorities/<id>/<n>.checkpoint`` holds each head that was given. The next receipt must
prove that the authority's ledger only grew from the largest, so the authority cannot take back or
change what it entered without being seen:

1. the proof leads from the answer's entry to a head that the authority's key signed;
2. the entry commits to a statement of the authority that says what the receipt says;
3. the head extends the one that is held here.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shirube.dossier import receipts
from shirube.evidence import entry as entries
from shirube.evidence import statement as statements
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import proof as proofs
from shirube.ledger import tree
from shirube.ledger.note import MAX_NOTE_BYTES
from shirube.ledger.texts import decode64
from shirube.store.files import read_whole, write_whole
from shirube.terms.errors import Problem
from shirube.terms.evidence import Answered
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.evidence.keys import PublicKey
    from shirube.ledger.checkpoint import Checkpoint
    from shirube.terms.receipt import Entered, Receipt


class RewrittenPast(Problem):
    """The authority's ledger is not a continuation of what it gave before."""


def check_and_keep(folder: Path, receipt: Receipt, key: PublicKey) -> None:
    """Check where a receipt stands in the authority's ledger, and keep that ledger's head.

    A receipt without such a proof is accepted only while no head of this authority is held. One
    that was kept before is accepted again.

    Raises
    ------
    RewrittenPast
        The proof is missing, is about another answer, or does not lead from the head held here.
    MalformedProof, MalformedNote, UnverifiedNote, UnverifiedProof
        It is no proof, or the authority's key did not sign its head.
    """
    home = folder / ".shirube" / "authorities" / receipt.authority
    kept = [checkpoints.parse(_text(path))[0] for path in home.glob("*.checkpoint")]
    held = max(kept, key=lambda one: one.size, default=None)
    if receipt.entered is None:
        if held is not None:
            raise _rewritten(receipt, _("the receipt does not say where it stands in it"))
        return
    given = proofs.parse(receipt.entered.proof)
    origin = checkpoints.origin(receipt.authority)
    head = proofs.verify(given, given.extra, key.raw, origin=origin)  # 1
    if not _says_the_same(given.extra, receipt.entered, receipt, key):  # 2
        raise _rewritten(receipt, _("its entry is about another answer"))
    if head in kept:
        return
    if held is not None and not _grew(held, head, receipt.entered):  # 3
        raise _rewritten(
            receipt,
            _("it has {size} entries and does not lead from the {held} that were held").format(
                size=head.size, held=held.size
            ),
        )
    write_whole(home / f"{head.size}.checkpoint", given.checkpoint.encode())


def _says_the_same(content: bytes, entered: Entered, receipt: Receipt, key: PublicKey) -> bool:
    entry, answer = entries.parse(content), entered.answer.encode()
    if hashlib.sha256(answer).hexdigest() != entry.sha256:
        return False
    sealed = statements.unseal(answer, key)
    return (entry.kind, sealed.item) == (
        "answer",
        Answered(
            operator_id=receipt.operator_id,
            dossier_sha256=receipt.dossier_sha256,
            result_sha256=receipts.result_digest(receipt),
            refused=bool(receipt.refusal),
        ),
    )


def _grew(held: Checkpoint, head: Checkpoint, entered: Entered) -> bool:
    path = () if held.size == head.size else entered.growth.get(str(held.size))
    if path is None:
        return False
    steps = [decode64(step) for step in path]
    return tree.verify_consistency(held.size, head.size, held.root, head.root, steps)


def _text(path: Path) -> str:
    return read_whole(path, most=MAX_NOTE_BYTES).decode()


def _rewritten(receipt: Receipt, detail: str) -> RewrittenPast:
    return RewrittenPast(
        _("The ledger of {authority} does not continue what it showed before: {detail}.").format(
            authority=receipt.authority, detail=detail
        ),
        why=_("Each side holds the other's signed head, so that neither rewrites the past alone."),
        remedy=_(
            "Keep the receipt and the folder .shirube/authorities as evidence. Ask for an export of"
            " its ledger and run `shirube ledger verify EXPORT --held` with the head held here."
        ),
    )
