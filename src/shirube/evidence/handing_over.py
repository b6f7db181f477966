# SPDX-License-Identifier: Apache-2.0
"""Take from the ledger what a stranger needs to check pieces of evidence: envelopes and proofs.

All of it from one state of the ledger, that of its newest checkpoint, however many are asked for.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from shirube.evidence import entry as entries
from shirube.evidence import keys
from shirube.evidence.book import FOLDER, LEDGER
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import tree
from shirube.ledger.proof import Proof
from shirube.store import sqlite
from shirube.store.files import EvidenceFiles
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.ledger.checkpoint import Checkpoint


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """Envelopes and proofs by the order asked for, and the proof that the tree grew."""

    checkpoint: str
    envelopes: dict[int, bytes]
    proofs: tuple[Proof, ...]
    consistency: tuple[bytes, ...]


def hand_over(folder: Path, indexes: Sequence[int], *, since: int = 0) -> HandedOver:
    """Return envelopes and proofs of these entries under the newest checkpoint.

    Parameters
    ----------
    folder
        The operator's folder.
    indexes
        The entries, ascending; none that was erased.
    since
        The size of an older tree that the newest is to be led from.

    Raises
    ------
    Problem
        The newest checkpoint does not cover one of them.
    StoreProblem
        An envelope is missing.
    """
    key = keys.public(folder)
    files = EvidenceFiles(folder / FOLDER / "evidence")
    with closing(sqlite.open_for_reading(folder / FOLDER / LEDGER)) as store:
        store.freeze()
        signed = store.checkpoints()
        size = checkpoints.verify(signed[-1], key.raw).size if signed else 0
        for index in (*indexes, since - 1):
            if not -1 <= index < size:
                raise Problem(
                    _("The ledger has no signed entry at index {index}.").format(index=index),
                    where=str(folder),
                    why=_("Its newest checkpoint covers {size} entries.").format(size=size),
                    remedy=_("`shirube evidence list` shows the index of each entry."),
                )
        stored = list(store.entries(0, size))
        return HandedOver(
            checkpoint=signed[-1] if signed else "",
            envelopes={index: files.get(entries.parse(stored[index]).sha256) for index in indexes},
            proofs=tuple(
                Proof(
                    index, tuple(tree.inclusion_proof(store.node, index, size)), "", stored[index]
                )
                for index in indexes
            ),
            consistency=tuple(tree.consistency_proof(store.node, since, size)) if since else (),
        )


def extends(folder: Path, held: Checkpoint) -> bool:
    """Tell whether the operator's ledger extends a head that was signed before."""
    with closing(sqlite.open_for_reading(folder / FOLDER / LEDGER)) as store:
        store.freeze()
        return held.size <= store.head().size and tree.root(store.node, held.size) == held.root
