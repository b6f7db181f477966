# SPDX-License-Identifier: Apache-2.0
"""What a log asks of a witness, and what a witness answers (C2SP tlog-witness 1.0.0).

A request is the size of the tree that the witness saw last, the proof that the new tree grew from
there, and the new checkpoint. The decision is made here from bytes and from what is known of the
log, without a clock, a disk or a network; whoever calls keeps the new head before it cosigns.

======  =====================================================================================
status  when
======  =====================================================================================
200     the tree grew from the head held, or is the same
400     the request cannot be read, or its old size is larger than its checkpoint
403     no key that is known for this log signed the checkpoint
404     the log is not known here
409     the old size is not that of the head held, or two trees of one size differ
422     the proof does not lead from the head held to the checkpoint
======  =====================================================================================

References
----------
https://c2sp.org/tlog-witness@v1.0.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import note as notes
from shirube.ledger import tree
from shirube.ledger.errors import MalformedNote, MalformedProof, UnverifiedNote
from shirube.ledger.proof import MAX_PATH
from shirube.ledger.texts import decimal, decode64, encode64, malformed
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shirube.ledger.checkpoint import Checkpoint
    from shirube.ledger.note import Note
    from shirube.ledger.signatures import PublicKey

MAX_BODY_BYTES: Final = notes.MAX_NOTE_BYTES + 8192
"""A checkpoint, and before it at most 63 hashes."""

SIZE_TYPE: Final = "text/x.tlog.size"
_TEXT: Final = "text/plain; charset=utf-8"


class Growth(msgspec.Struct, frozen=True):
    """A request: the older size, the proof from there, and the checkpoint as text."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: str


class Known(msgspec.Struct, frozen=True):
    """What a witness knows of a log: the keys that may sign it, and the head that it saw last."""

    keys: tuple[PublicKey, ...]
    head: Checkpoint | None = None


class Decision(msgspec.Struct, frozen=True):
    """The answer to a request; with 200 the note that is to be kept and cosigned."""

    status: int
    body: str = ""
    content_type: str = _TEXT
    note: Note | None = None


def render(asked: Growth) -> bytes:
    """Write a request in the only way that ``parse`` accepts."""
    path = "".join(f"{encode64(step)}\n" for step in asked.path)
    return f"old {asked.old}\n{path}\n{asked.checkpoint}".encode()


def parse(body: bytes) -> Growth:
    """Read a request; nothing in it is believed yet.

    Raises
    ------
    MalformedProof, MalformedNote
        It is none.
    """
    try:
        head, blank, checkpoint = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise _malformed(_("it is not text")) from error
    first, *steps = head.split("\n")
    old = decimal(first.removeprefix("old ")) if first.startswith("old ") else None
    if not blank or old is None:
        raise _malformed(_("its old size or the blank line before the checkpoint is missing"))
    path = tuple(decode64(step) for step in steps)
    if len(path) > MAX_PATH or any(len(step) != tree.HASH_BYTES for step in path):
        raise _malformed(_("its path is not one of at most 63 hashes"))
    checkpoints.parse(checkpoint)
    return Growth(old, path, checkpoint)


def decide(body: bytes, log: Callable[[str], Known | None]) -> Decision:
    """Answer a request.

    Parameters
    ----------
    body
        The request as it came.
    log
        Returns what is known of the log with this origin; None when nothing is.
    """
    try:
        asked = parse(body)
    except (MalformedNote, MalformedProof) as problem:
        return Decision(400, f"{problem.found}\n")
    head, note = checkpoints.parse(asked.checkpoint)
    known = log(head.origin)
    if known is None:
        return Decision(404)
    own = _signed_by(note, head.origin, known.keys)
    return Decision(403) if own is None else _grown(asked, head, known, own)


def _grown(asked: Growth, head: Checkpoint, known: Known, own: Note) -> Decision:
    held = known.head or checkpoints.Checkpoint(head.origin, 0, tree.EMPTY_ROOT)
    if asked.old > head.size:
        return Decision(400)
    if asked.old != held.size or (held.size == head.size and held.root != head.root):
        return Decision(409, f"{held.size}\n", SIZE_TYPE)
    if not tree.verify_consistency(held.size, head.size, held.root, head.root, asked.path):
        return Decision(422)
    return Decision(200, note=own)


def render_cosignatures(note: Note, names: Sequence[str]) -> str:
    """Write the signature lines of these names, as a witness answers them."""
    lines = tuple(line for line in note.signatures if line.name in names)
    return notes.render(notes.Note(note.text, lines)).removeprefix(f"{note.text}\n")


def with_lines(checkpoint: str, body: str) -> Note:
    """Return the checkpoint as a note that carries the lines of an answer as well.

    Raises
    ------
    MalformedNote
        They are no signature lines.
    """
    asked, answered = notes.parse(checkpoint), notes.parse(checkpoint + body)
    if answered.text != asked.text:
        raise malformed(_("The answer of the witness holds something else than signatures."))
    return answered


def _signed_by(note: Note, origin: str, keys: Sequence[PublicKey]) -> Note | None:
    """Return the note with nothing under it but the log's own signature, if a known key made it."""
    for key in keys:
        verifier = notes.verifier(origin, key)
        try:
            notes.verify(note, origin, key)
        except UnverifiedNote:
            continue
        return notes.Note(note.text, notes.lines_of(note, verifier)[:1])
    return None


def _malformed(detail: str) -> MalformedProof:
    return MalformedProof(
        _("This is not a request to a witness: {detail}.").format(detail=detail),
        why=_("Without it a witness cannot tell whether the tree grew from what it saw."),
        remedy=_("`shirube ledger cosign request` writes one."),
    )
