# SPDX-License-Identifier: Apache-2.0
"""Proofs that one entry is in the log (C2SP tlog-proof): a small text, verified offline.

It holds the entry's index, the hashes beside its path to the root, and the checkpoint with all its
cosignatures. The line ``extra`` is free: we put the entry itself there, so that the proof needs no
other file. It is not believed but hashed, and that hash is what the path starts from.

References
----------
https://c2sp.org/tlog-proof@v1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import tree
from shirube.ledger.errors import MalformedProof, UnverifiedProof
from shirube.ledger.texts import decimal, decode64, encode64
from shirube.ledger.tree import HASH_BYTES
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.ledger.checkpoint import Checkpoint
    from shirube.ledger.signatures import PublicKey

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_PROOF_BYTES: Final = 2_000_000
MAX_PATH: Final = 63


class Proof(msgspec.Struct, frozen=True):
    """An entry's index, its audit path, the signed checkpoint as text, and free extra bytes."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""


def render(proof: Proof) -> str:
    """Write the proof in the only way that ``parse`` accepts."""
    extra = [f"extra {encode64(proof.extra)}"] if proof.extra else []
    path = [encode64(step) for step in proof.path]
    head = "\n".join([HEADER, *extra, f"index {proof.index}", *path])
    return f"{head}\n\n{proof.checkpoint}"


def parse(rendered: str) -> Proof:
    """Read a proof; nothing is believed until ``verify`` accepted it.

    Raises
    ------
    MalformedProof, MalformedNote
        It is no proof in any respect, or its checkpoint is none.
    """
    if len(rendered) > MAX_PROOF_BYTES:
        raise _malformed(_("it is longer than {limit} characters").format(limit=MAX_PROOF_BYTES))
    head, blank, checkpoint = rendered.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise _malformed(_("its first line or the blank line before the checkpoint is missing"))
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = decode64(lines.pop(0).removeprefix("extra "))
        if not extra:
            raise _malformed(_("its extra line is empty"))
    first = lines.pop(0) if lines else ""
    index = decimal(first.removeprefix("index ")) if first.startswith("index ") else None
    if index is None:
        raise _malformed(_("its index is missing or not a number"))
    path = tuple(decode64(line) for line in lines)
    if len(path) > MAX_PATH or any(len(step) != HASH_BYTES for step in path):
        raise _malformed(_("its path is not one of at most 63 hashes"))
    checkpoints.parse(checkpoint)
    return Proof(index, path, checkpoint, extra)


def verify(proof: Proof, entry: bytes, key: PublicKey, *, origin: str | None = None) -> Checkpoint:
    """Accept the proof only if the key signed a tree that has this entry at this index.

    Parameters
    ----------
    proof, entry
        The proof, and the bytes of the entry that it is about.
    key
        The log's public key.
    origin
        The log's name; left out, whatever the key signed under is taken.

    Raises
    ------
    MalformedNote, UnverifiedNote, UnverifiedProof
        The checkpoint is not signed with this key, is of another log, or the path does not lead
        from the entry to its root.
    """
    head = checkpoints.verify(proof.checkpoint, key)
    if origin is not None and head.origin != origin:
        raise _unverified(_("it is of the log “{origin}”").format(origin=head.origin))
    leaf = tree.leaf_hash(entry)
    if not tree.verify_inclusion(leaf, proof.index, head.size, proof.path, head.root):
        raise _unverified(_("its path does not lead from the entry to the signed root"))
    return head


def _malformed(detail: str) -> MalformedProof:
    return MalformedProof(
        _("This is not a proof of inclusion: {detail}.").format(detail=detail),
        why=_("Whether the entry is in the ledger cannot be told from it."),
        remedy=_("Ask for the proof again; `shirube ledger prove` writes one."),
    )


def _unverified(detail: str) -> UnverifiedProof:
    return UnverifiedProof(
        _("The proof does not hold: {detail}.").format(detail=detail),
        why=_("The entry, its place or the proof was changed, or it was never in this ledger."),
        remedy=_("Ask for the proof again, and for the entry from the operator's ledger."),
    )
