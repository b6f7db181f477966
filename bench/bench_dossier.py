# SPDX-License-Identifier: Apache-2.0
"""A dossier of 10,000 pieces of evidence: sealed, verified, verified by the single file.

CPU seconds. The evidence is signed beforehand and lies in memory, as does the tree: what is counted
is what a dossier costs, with the proof of every entry. There is no peer; the aim is ten seconds for
sealing and verifying together.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import ratio
from shirube import dossier
from shirube.dossier.verifier import verify_dossier
from shirube.evidence import entry as entries
from shirube.evidence import keys, statement
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import tree
from shirube.ledger.proof import Proof
from shirube.terms.document import Document
from shirube.terms.dossier import DossierHead
from shirube.terms.evidence import DocumentSeal

COUNT, MOST_SECONDS = 10_000, 10.0
NOW = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
Made = TypeVar("Made")


def counted(name: str, fn: Callable[[], Made]) -> tuple[Made, float]:
    """Return what a call makes and the CPU seconds that it takes; print them."""
    begun = time.process_time()
    made = fn()
    spent = time.process_time() - begun
    print(f"{name}: {spent:.2f} s of CPU")
    return made, spent


def main() -> int:
    """Seal and verify; end with 1 when it takes longer than it may."""
    private = Ed25519PrivateKey.generate()
    key = keys.SigningKey("six", Path(), keys.public_from(private.public_key()), private)
    paper = Document(id="policy", kinds=("governance_policy",), title=None, absent=True)
    envelopes = [statement.seal(DocumentSeal(document=paper), key, NOW) for _ in range(COUNT)]
    digests = [hashlib.sha256(envelope).hexdigest() for envelope in envelopes]
    leaves = [entries.render(entries.Entry("document", NOW, digest)) for digest in digests]
    levels = [tree.leaf_hashes(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        levels.append([tree.node_hash(left, right) for left, right in pairs])

    def node(level: int, index: int) -> bytes:
        return levels[level][index]

    root = tree.root(node, COUNT)
    head = checkpoints.Checkpoint(checkpoints.origin("six"), COUNT, root)
    checkpoint = checkpoints.sign(head, private)

    def seal() -> bytes:
        proofs = tuple(
            Proof(index, tuple(tree.inclusion_proof(node, index, COUNT)), "", leaf)
            for index, leaf in enumerate(leaves)
        )
        said = DossierHead(
            operator_id="six",
            operator_name="六行商店",
            corporate_number="",
            on=NOW.date(),
            sealed_at=NOW,
            tool_version="0",
            origin=head.origin,
            leaves=COUNT,
            root=root.hex(),
        )
        chosen = dossier.Chosen(
            checkpoint=checkpoint,
            envelopes=dict(enumerate(envelopes)),
            proofs=proofs,
            findings=(),
        )
        return dossier.seal(said, chosen, private)

    content, sealing = counted(f"sealing {COUNT:,} pieces of evidence", seal)
    print(f"the file: {len(content) / 1024 / 1024:.1f} MiB")
    verified, verifying = counted("verifying", lambda: dossier.verify(content, key.public.raw))
    with tempfile.TemporaryDirectory(dir=ratio.data_folder()) as folder:
        file = Path(folder) / "public_key.pem"
        file.write_bytes(key.public.pem)
        counted("verifying with the single file", lambda: verify_dossier.verify(content, file, []))
    ratio.print_equal("all evidence is there", len(verified.evidence) == COUNT)
    name = f"sealing and verifying {COUNT:,} pieces (against 10 s)"
    ratio.print_ratio(name, sealing + verifying, MOST_SECONDS, "<= 1.0")
    return ratio.finish()


if __name__ == "__main__":
    sys.exit(main())
