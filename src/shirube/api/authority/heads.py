# SPDX-License-Identifier: Apache-2.0
"""The heads that an authority cosigned: the last of each operator, and when it saw each size.

``heads/<id>.checkpoint`` is the last one; ``heads/<id>/<entries>.checkpoint`` keeps the first word
about every size, because what an authority saw before a date decides what a revoked key may still
vouch for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.dossier.signers import Seen
from shirube.evidence import keys
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature
from shirube.ledger import note as notes
from shirube.store import faults
from shirube.store.files import read_whole, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def held(folder: Path, operator_id: str) -> checkpoints.Checkpoint | None:
    """Return the head that the authority cosigned last for an operator; None when it never did."""
    path = _last(folder, operator_id)
    if not path.is_file():
        return None
    return checkpoints.parse(_read(path))[0]


def keep(folder: Path, operator_id: str, cosigned: str) -> None:
    """Keep a cosigned head, durable on return; the caller has made sure that it extends the last.

    The last head is written at the end: it is what the next one is held against.
    """
    size = checkpoints.parse(cosigned)[0].size
    first = folder / "heads" / operator_id / f"{size}.checkpoint"
    if not first.exists():
        write_whole(first, cosigned.encode())
    write_whole(_last(folder, operator_id), cosigned.encode())


def seen(folder: Path, operator_id: str, authority_id: str) -> tuple[Seen, ...]:
    """Return how large the operator's ledger was when this authority first cosigned each size."""
    key = keys.read_public(folder / "public_key.pem")
    own = cosignature.verifier(authority_id, key.raw)
    found = []
    for path in sorted((folder / "heads" / operator_id).glob("*.checkpoint")):
        head, note = checkpoints.parse(_read(path))
        found.append(Seen(head.size, cosignature.verify(note, own).at))
    return tuple(found)


def _last(folder: Path, operator_id: str) -> Path:
    return folder / "heads" / f"{operator_id}.checkpoint"


def _read(path: Path) -> str:
    with faults.told(path):
        return read_whole(path, most=notes.MAX_NOTE_BYTES).decode()
