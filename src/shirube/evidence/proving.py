# SPDX-License-Identifier: Apache-2.0
"""Prove to a stranger that one entry is in the ledger, and check such a proof.

A proof is a C2SP tlog-proof whose extra line is the entry. With the operator's public key it shows
that the entry stands at its index under a signed head; with the envelope beside it, what the entry
commits to. Neither the ledger nor any other entry is needed.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import TYPE_CHECKING

from shirube.evidence import entry as entries
from shirube.evidence import keys
from shirube.evidence import statement as statements
from shirube.evidence.book import FOLDER, LEDGER
from shirube.evidence.leaves import DoesNotHold
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, proof, tree
from shirube.ledger import note as notes
from shirube.ledger.proof import Proof
from shirube.ledger.signatures import parse_key
from shirube.store import sqlite
from shirube.terms.errors import Problem
from shirube.terms.ledger import Proven, Witnessed
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.evidence.entry import Entry
    from shirube.evidence.keys import PublicKey


def prove(folder: Path, index: int) -> str:
    """Return the proof, as text, that the entry at ``index`` is in the ledger.

    Raises
    ------
    Problem
        The newest checkpoint does not cover such an entry.
    """
    key = keys.public(folder)
    with closing(sqlite.open_for_reading(folder / FOLDER / LEDGER)) as store:
        store.freeze()
        signed = store.checkpoints()
        size = checkpoints.verify(signed[-1], key.raw).size if signed else 0
        if not 0 <= index < size:
            raise Problem(
                _("The ledger has no signed entry at index {index}.").format(index=index),
                where=str(folder),
                why=_("Its newest checkpoint covers {size} entries.").format(size=size),
                remedy=_("`shirube evidence list` shows the index of each entry."),
            )
        path = tree.inclusion_proof(store.node, index, size)
        (content,) = store.entries(index, index + 1)
    return proof.render(Proof(index, tuple(path), signed[-1], content))


def verify_proof(
    rendered: str,
    key: PublicKey,
    *,
    evidence: bytes | None = None,
    witnesses: Sequence[str] = (),
) -> Proven:
    """Check a proof against the operator's public key.

    Parameters
    ----------
    rendered
        The proof's text.
    key
        The operator's public key, from a source that you trust.
    evidence
        The envelope that the entry commits to, when it is at hand.
    witnesses
        Verifier keys of witnesses whose cosignature is asked for.

    Raises
    ------
    MalformedNote, MalformedProof, UnverifiedNote, UnverifiedProof, codec.Unreadable
        It is no proof, or does not hold.
    DoesNotHold
        The envelope is not the one that the entry names.
    """
    given = proof.parse(rendered)
    leaf = entries.parse(given.extra)
    head = proof.verify(given, given.extra, key.raw)
    note = notes.parse(given.checkpoint)
    seen = cosignature.verify_all(note, [parse_key(witness) for witness in witnesses])
    if evidence is not None:
        _same(evidence, leaf, key)
    return Proven(
        origin=head.origin,
        index=given.index,
        kind=leaf.kind,
        sealed_at=leaf.sealed_at,
        sha256=leaf.sha256,
        leaves=head.size,
        root=head.root.hex(),
        key_id=key.key_id,
        evidence_shown=evidence is not None,
        witnessed=tuple(Witnessed(name=one.name, key_id=one.key_id, at=one.at) for one in seen),
    )


def _same(evidence: bytes, leaf: Entry, key: PublicKey) -> None:
    digest = hashlib.sha256(evidence).hexdigest()
    fits = digest == leaf.sha256
    if fits:
        sealed = statements.unseal(evidence, key)
        fits = (sealed.kind, sealed.sealed_at) == (leaf.kind, leaf.sealed_at)
    if not fits:
        raise DoesNotHold(
            _("The evidence is not the one that the entry names: its digest is {found}.").format(
                found=digest
            ),
            why=_("Entry {digest} commits to something else.").format(digest=leaf.sha256),
            remedy=_("Ask for the file of that digest."),
        )
