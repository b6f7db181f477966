# SPDX-License-Identifier: Apache-2.0
"""What every verification asks of entries and evidence, wherever the ledger lies.

A ledger at work and one that was exported as static files are walked differently; the key, the
order of the entries and the evidence behind them are looked at in the same way.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from shirube.evidence import entry as entries
from shirube.evidence import keys
from shirube.evidence.reading import Reading
from shirube.ledger import note as notes
from shirube.store import faults
from shirube.store.files import read_whole
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.evidence.entry import Entry
    from shirube.evidence.keyring import Keyring
    from shirube.evidence.keys import PublicKey
    from shirube.ledger.checkpoint import Checkpoint
    from shirube.store.files import EvidenceFiles
    from shirube.terms.evidence import Evidence


class DoesNotHold(Problem):
    """Something in the ledger is not what its signatures and hashes say."""


def changed(found: str, where: str) -> DoesNotHold:
    """Return the problem that something was changed after it was signed."""
    return DoesNotHold(
        found,
        where=where,
        why=_("The ledger was changed or damaged after it was signed."),
        remedy=_("Restore it from a backup or the operator's newest copy, and keep this one."),
    )


def trusted_key(
    inside: Path, given: Path | PublicKey | None, remarks: list[str]
) -> tuple[PublicKey, PublicKey]:
    """Return the key that is trusted, and the one that lies inside; usually they are one.

    Without a given one, the one inside is used, and a remark asks to compare it. That the ledger
    passed from the one to the other is asked of its keyring (``refuse_other_key``).
    """
    found = keys.read_public(inside)
    if given is None:
        remarks.append(
            _("Checked against the key in the folder itself; compare its id {id}.").format(
                id=found.key_id
            )
        )
        return found, found
    return (given if isinstance(given, keys.PublicKey) else keys.read_public(given)), found


def refuse_other_key(ring: Keyring, found: PublicKey, inside: Path) -> None:
    """Accept the key that lies inside only if the ledger passed to it from the trusted one.

    Raises
    ------
    DoesNotHold
        It did not.
    """
    if ring.newest.key_id != found.key_id:
        raise DoesNotHold(
            _("The folder holds the public key {found}, expected is {expected}.").format(
                found=found.key_id[:16], expected=ring.newest.key_id[:16]
            ),
            where=str(inside),
            why=_("The ledger is not the one of the operator whose key you have."),
            remedy=_("Ask the operator which key is in use, by another way than this folder."),
        )


def read_held(path: Path) -> str:
    """Read a checkpoint that the verifier was given before; whose it is, the keyring says.

    Raises
    ------
    StoreProblem
        It cannot be read.
    """
    with faults.told(path):
        return read_whole(path, most=notes.MAX_NOTE_BYTES).decode()


def refuse_unlike(held: Checkpoint, origin: str, root: bytes | None, where: str) -> None:
    """Accept the ledger only if it extends a checkpoint that the verifier holds.

    ``root`` is the root of the ledger's first ``held.size`` leaves; None when it has fewer.

    Raises
    ------
    DoesNotHold
        It is shorter, has another history, or is another ledger.
    """
    if (origin, root) == (held.origin, held.root):
        return
    raise DoesNotHold(
        _("The ledger does not extend the checkpoint that you hold, over {size} leaves.").format(
            size=held.size
        ),
        where=where,
        why=_("Entries were taken back, or two histories exist under one name."),
        remedy=_("Keep both checkpoints: each is signed, and together they prove it."),
    )


class Leaves:
    """The entries of a ledger, taken in from the first on."""

    def __init__(self, where: str) -> None:
        self._where = where
        self.entries: list[Entry] = []

    def take(self, contents: list[bytes]) -> None:
        """Take in the next entries: each must be one, and not lie before the one in front of it.

        Raises
        ------
        DoesNotHold
            A leaf holds something else, or its time lies before that of its neighbour.
        """
        try:
            fresh = entries.parse_all(contents)
        except Problem:  # one by one, to name the first that does not hold
            self._take_each(contents)
            raise
        times = [leaf.sealed_at for leaf in (*self.entries[-1:], *fresh)]
        if not all(map(operator.le, times, times[1:])):
            self._take_each(contents)
        self.entries += fresh

    def _take_each(self, contents: list[bytes]) -> None:
        """Take in entries until one does not hold, and raise what is wrong with it."""
        for content in contents:
            index = len(self.entries)
            try:
                leaf = entries.parse(content)
            except Problem as problem:
                shown = content[:120].decode(errors="backslashreplace")
                found = _("Leaf {index} is not an entry; there stands: {found}")
                raise changed(found.format(index=index, found=shown), self._where) from problem
            if self.entries and leaf.sealed_at < self.entries[-1].sealed_at:
                found = _("Leaf {index} is dated {found}, before the leaf in front of it.")
                told = found.format(index=index, found=leaf.sealed_at.isoformat())
                raise changed(told, self._where)
            self.entries.append(leaf)

    def evidence(self, files: EvidenceFiles, ring: Keyring) -> tuple[Evidence, ...]:
        """Return the evidence behind every leaf: there and signed, or erased and gone.

        Raises
        ------
        DoesNotHold
            The first that is not so.
        """
        reading = Reading(files, ring)
        for index, leaf in enumerate(self.entries):
            try:
                reading.add(leaf)
            except Problem as problem:
                raise DoesNotHold(
                    _("Leaf {index}: {found}").format(index=index, found=problem.found),
                    where=str(files.path(leaf.sha256)),
                    why=problem.why,
                    remedy=problem.remedy,
                ) from problem
        reading.settle()
        for digest in reading.erased():
            if files.path(digest).exists():
                raise DoesNotHold(
                    _("Evidence that was erased is still here."),
                    where=str(files.path(digest)),
                    why=_("The ledger says that it was deleted, with a reason and a legal basis."),
                    remedy=_("Run `shirube check` on the operator's machine; it finishes this."),
                )
        _refuse_late_hand_over(ring, reading.known)
        return tuple(reading.known)


def _refuse_late_hand_over(ring: Keyring, known: Sequence[Evidence]) -> None:
    """Refuse to follow a trusted key through a hand-over that it signed after it was revoked."""
    at = [span.key.key_id for span in ring.spans].index(ring.anchor.key_id)
    for span in ring.spans[at:-1]:
        last = known[span.last or 0]
        told = ring.refusal(last.index, last.sealed_at)
        if told:
            raise DoesNotHold(
                told,
                why=_("Whoever stole the key could have handed over; the one you trust is older."),
                remedy=_("Ask the operator for the newest key, by another way than this folder."),
            )
