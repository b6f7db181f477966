# SPDX-License-Identifier: Apache-2.0
"""Older heads that go into a dossier: they show what a revoked key signed before it was revoked.

Of every witness that cosigned one, and of the time stamps that are kept, the largest head before
each revocation. Nobody asks for one while no key was revoked.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from shirube.evidence import open_book, stamps
from shirube.evidence.handing_over import hand_over
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import note as notes
from shirube.ledger import witness
from shirube.ledger.note import MAX_NOTE_BYTES
from shirube.ledger.signatures import TIME_BYTES
from shirube.ledger.witness import Growth
from shirube.store.files import read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shirube.evidence.keyring import Keyring


class OlderHead(msgspec.Struct, frozen=True):
    """A head as the operator signed it, and as it goes along: with its growth and cosignatures."""

    checkpoint: str
    anchor: bytes


def older_heads(folder: Path, ring: Keyring, size: int) -> tuple[OlderHead, ...]:
    """Return the heads that show how large the ledger was before each key was revoked.

    Parameters
    ----------
    folder
        The operator's folder.
    ring
        The ledger's keys.
    size
        The head of the dossier, which all others lead to.
    """
    moments = [change.at for change in ring.revoked.values()]
    chosen: dict[str, str] = {}
    for moment in moments:
        for group in (*_cosigned(folder), _stamped(folder)):
            before = [(head, note) for head, at, note in group if at < moment and head <= size]
            if before:
                largest = max(before)[1]
                chosen[notes.parse(largest).text] = largest
    return tuple(_anchor(folder, note) for note in chosen.values())


def _anchor(folder: Path, rendered: str) -> OlderHead:
    head, note = checkpoints.parse(rendered)
    handed = hand_over(folder, [], since=head.size)
    own = notes.render(notes.Note(note.text, note.signatures[:1]))
    return OlderHead(own, witness.render(Growth(head.size, handed.consistency, rendered)))


def _cosigned(folder: Path) -> Iterator[list[tuple[int, dt.datetime, str]]]:
    """Yield, for each witness, the heads that it cosigned: size, time, note."""
    for home in ("witnessed", "witnesses"):
        for place in sorted((folder / ".shirube" / home).glob("*/")):
            paths = place.glob("*.checkpoint")
            rendered = [read_whole(path, most=MAX_NOTE_BYTES).decode() for path in paths]
            yield [(checkpoints.parse(one)[0].size, _time(one), one) for one in rendered]


def _stamped(folder: Path) -> list[tuple[int, dt.datetime, str]]:
    with open_book(folder) as book:
        signed = book.checkpoints()
    stamped = {one.leaves: one.at for one in stamps.stamps(folder, signed) if one.at}
    heads = [(checkpoints.parse(one)[0].size, one) for one in signed]
    return [(size, stamped[size], one) for size, one in heads if size in stamped]


def _time(rendered: str) -> dt.datetime:
    """Return the time that the last line says; whoever reads the dossier verifies it."""
    line = notes.parse(rendered).signatures[-1]
    return dt.datetime.fromtimestamp(int.from_bytes(line.signature[:TIME_BYTES], "big"), dt.UTC)
