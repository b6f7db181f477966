# SPDX-License-Identifier: Apache-2.0
"""The book of evidence in ``.shirube``: seal records, read them back in the ledger's order.

::

    .shirube/ledger.db             the tree, its entries, every signed checkpoint
    .shirube/evidence/ab/cd….json  the signed envelopes, by digest
    .shirube/checkpoint            the newest checkpoint, for people and tools
    .shirube/public_key.pem        the operator's public key

Sealing keeps to one order, so that a crash at any point loses nothing that was acknowledged:
envelopes durable, then leaves and head in one transaction, then what these leaves erase is deleted,
then the checkpoint over the durable head, first into the key's own record, then into the ledger.
What a crash left undone (a tail without a checkpoint, an erased envelope that is still there) is
done when the book is next opened for writing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from shirube.evidence import entry as entries
from shirube.evidence import keys, last_head
from shirube.evidence import statement as statements
from shirube.evidence.admission import WrongSeal, named, refuse_past
from shirube.evidence.entry import changes_key
from shirube.evidence.keyring import Keyring
from shirube.evidence.reading import Reading
from shirube.ledger import checkpoint as checkpoints
from shirube.store import sqlite
from shirube.store.files import EvidenceFiles, write_whole
from shirube.store.sequencer import Sequencer
from shirube.terms.errors import InternalError
from shirube.terms.evidence import (
    DocumentSeal,
    Evidence,
    ModelSeal,
    Record,
    Withdrawal,
)
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from shirube.evidence.keys import PublicKey, SigningKey
    from shirube.store.port import Head
    from shirube.store.sqlite_store import SqliteStore

FOLDER: Final = ".shirube"
LEDGER: Final = "ledger.db"
CHECKPOINT: Final = "checkpoint"


def exists(folder: Path) -> bool:
    """Tell whether the operator's folder holds a ledger; one that was never begun is none."""
    home = folder / FOLDER
    if not (home / LEDGER).is_file():
        return False
    return (home / CHECKPOINT).exists() or not sqlite.is_blank(home / LEDGER)


def open_book(folder: Path, *, key: SigningKey | None = None, create: bool = False) -> Book:
    """Open an operator's book of evidence; without a key, for reading only.

    Parameters
    ----------
    folder
        The operator's folder, the one that holds ``.shirube``.
    key
        The operator's signing key, when something is to be sealed.
    create
        Begin a new book where there is none; needs the key.

    Raises
    ------
    StoreProblem, KeyProblem
        There is no ledger, it cannot be opened, or it belongs to another key.
    ForkRefused
        The ledger is not a continuation of what the key has signed.
    """
    home = folder / FOLDER
    if key is None:
        store = sqlite.open_for_reading(home / LEDGER)
        return _opened(Book(folder, store, EvidenceFiles(home / "evidence"), keys.public(folder)))
    _refuse_other_key(folder, key)
    last_head.make_ready(key.path.parent, key.public)
    if not exists(folder):
        record = last_head.path(key.path.parent, key.public)
        last_head.refuse_new(last_head.read(key.path.parent, key.public), record)
    store = sqlite.open_store(home / LEDGER, create=create)
    book = Book(folder, store, EvidenceFiles(home / "evidence"), key.public, key)
    return _opened(book)


def _opened(book: Book) -> Book:
    try:
        book.prepare()
    except BaseException:
        book.close()
        raise
    return book


@dataclass
class Book:
    """An open book; ``open_book`` makes it. Use it in a ``with`` block."""

    folder: Path
    _store: SqliteStore
    _files: EvidenceFiles
    public: PublicKey
    _key: SigningKey | None = None

    def __post_init__(self) -> None:
        """Begin to read, and make the one way in for writers."""
        self._ring = Keyring(self.public)
        self._reading = Reading(self._files, self._ring)
        self._sequencer = Sequencer(self._store)

    def __enter__(self) -> Self:
        """Return the book."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the book."""
        self.close()

    def close(self) -> None:
        """Give up the connection to the ledger; what was sealed stays."""
        self._store.close()

    def prepare(self) -> None:
        """Look whether this key may write here, and sign a tail that a crash left unsigned."""
        if self._key is None:
            return
        self.refuse_fork(self._key.path.parent, self._key.operator_id)
        self._refuse_former(self._key)
        exported = self.folder / keys.PUBLIC_KEY
        if not exported.is_file():
            write_whole(exported, self._key.public.pem)
        if not self.covered or self._erasing():
            self._finish()

    def seal(self, items: Sequence[Record], *, now: dt.datetime) -> tuple[Evidence, ...]:
        """Sign the records and enter them in the ledger: one commit, one checkpoint.

        Parameters
        ----------
        items
            Measurements, documents, models, withdrawals; in this order they become leaves.
        now
            The time of sealing, with its time zone.

        Returns
        -------
        tuple of Evidence
            One per item, as they now stand in the ledger; durable.

        Raises
        ------
        WrongSeal
            A withdrawal names no run that counts, a change of keys does not fit the keys in use, or
            ``now`` lies before the last entry.
        KeyProblem
            The ledger has passed to another key.
        StoreProblem
            The disk is full, the ledger is locked or read-only; nothing was added.
        """
        if self._key is None or now.tzinfo is None:
            raise InternalError("sealing needs a key and a time with its zone")
        if not items:
            return ()
        self.refuse_fork(self._key.path.parent, self._key.operator_id)
        self._refuse_former(self._key)
        known = self.evidence()
        refuse_past(known, now)
        envelopes = [
            statements.seal(item, self._key, now, named=named(item, known)) for item in items
        ]
        for envelope in envelopes:
            statements.unseal(envelope, self.public)  # what cannot be read back never enters
        first = self._append(items, envelopes, now)
        self._finish()
        return self.evidence()[first : first + len(items)]

    def evidence(self) -> tuple[Evidence, ...]:
        """Return all evidence in the ledger's order, each digest and signature verified.

        Raises
        ------
        StoreProblem, UnverifiedEvidence, codec.Unreadable
            An evidence file is missing, was changed, or does not say what its leaf says.
        """
        size, first = self._store.head().size, len(self._reading.known)
        fresh = [entries.parse(content) for content in self._store.entries(first, size)]
        self._ring.take(enumerate(fresh, first), size, self._files)
        for leaf in fresh:
            self._reading.add(leaf)
        self._reading.settle()
        return tuple(self._reading.known)

    def run(self, declared_id: str, key: str) -> Evidence | None:
        """Return the latest run of a declared measurement with this key, if it still decides.

        A withdrawn run does not, nor one that a later run with the same arguments and seed
        superseded: data that were swapped for better ones and put back again must be measured
        again, or the better ones would go on deciding.
        """
        runs = [found for found in self.evidence() if _declared(found) == declared_id]
        same = [found for found in runs if found.measurement and found.measurement.key == key]
        if not same or same[-1].refused or same[-1].index in self.withdrawals():
            return None
        superseded = any(
            later.index > same[-1].index and _asked(later) == _asked(same[-1]) for later in runs
        )
        return None if superseded else same[-1]

    def documents(self) -> dict[str, DocumentSeal]:
        """Return the latest seal of each declared document, by its id."""
        seals = (found.document for found in self.evidence() if not found.refused)
        return {seal.document.id: seal for seal in seals if seal}

    def models(self) -> dict[str, ModelSeal]:
        """Return the latest seal of each declared model, by its id."""
        seals = (found.model for found in self.evidence() if not found.refused)
        return {seal.model.id: seal for seal in seals if seal}

    def withdrawals(self) -> dict[int, Withdrawal]:
        """Return the withdrawals by the index of the run that they take back."""
        found = (evidence.withdrawal for evidence in self.evidence())
        return {withdrawal.index: withdrawal for withdrawal in found if withdrawal}

    def checkpoint(self) -> str:
        """Return the newest signed checkpoint; empty before the first entry."""
        signed = self.checkpoints()
        return signed[-1] if signed else ""

    def checkpoints(self) -> list[str]:
        """Return all signed checkpoints, the oldest first."""
        return self._store.checkpoints()

    @property
    def covered(self) -> bool:
        """Whether the newest checkpoint covers all leaves; opening for writing signs the rest."""
        rendered, size = self.checkpoint(), self._store.head().size
        if not rendered:
            return size == 0
        signed, signer = self._keys().verify_head(rendered)
        return signed.size == size and signer.key_id == self._ring.newest.key_id

    def _keys(self) -> Keyring:
        """Return the keyring as of now; only changes of keys are read for it."""
        size, first = self._store.head().size, self._ring.taken
        contents = enumerate(self._store.entries(first, size), first)
        changes = [(index, entries.parse(one)) for index, one in contents if changes_key(one)]
        self._ring.take(changes, size, self._files)
        return self._ring

    def head(self) -> Head:
        """Return how many leaves the ledger has, and its root."""
        return self._store.head()

    def _append(self, items: Sequence[Record], envelopes: list[bytes], now: dt.datetime) -> int:
        digests = self._files.put(envelopes)
        leaves = [
            entries.render(entries.Entry(statements.kind_of(item), now, digest))
            for item, digest in zip(items, digests, strict=True)
        ]

        def admit(before: Head) -> None:
            # Others may have written since; from here on nobody else does.
            known = self.evidence()[: before.size]
            refuse_past(known, now)
            self._refuse_former(cast("SigningKey", self._key))
            for item in items:
                named(item, known)

        try:
            return self._sequencer.append(leaves, admit=admit)
        except WrongSeal:
            self._files.erase(digests)  # refused, so that no leaf will ever name them
            raise

    def _finish(self) -> None:
        """Do what follows durable leaves: delete what they erase, and sign the head."""
        self.evidence()
        self._files.erase(self._reading.erased())
        key = cast("SigningKey", self._key)
        origin = checkpoints.origin(key.operator_id)

        def signer(head: Head) -> str | None:
            self.refuse_fork(key.path.parent, key.operator_id)
            if self.covered:
                return None  # another program signed for these leaves as well
            note = checkpoints.sign(
                checkpoints.Checkpoint(origin, head.size, head.root), key.private
            )
            last_head.keep(key.path.parent, key.public, note)
            return note

        note = self._store.sign(signer)
        write_whole(self.folder / FOLDER / CHECKPOINT, note.encode())

    def _erasing(self) -> bool:
        """Tell whether a crash may have left an erased envelope here."""
        stored = self._store.entries(0, self._store.head().size)
        erasures = any(entries.parse(content).kind == "erasure" for content in stored)
        return erasures and any(
            self._files.path(found.sha256).exists()
            for found in self.evidence()
            if found.erased_by is not None
        )

    def refuse_fork(self, directory: Path, operator_id: str) -> None:
        """Accept the ledger only as a continuation of what its keys have signed.

        Parameters
        ----------
        directory
            The key directory, which remembers the last head that each key signed.
        operator_id
            The operator whose ledger it must be.

        Raises
        ------
        ForkRefused
            An older backup was restored, or two copies of the folder went on.
        """
        origin = checkpoints.origin(operator_id)
        own = {span.key.key_id: span.key for span in self._keys().spans}
        for public in (own | {self.public.key_id: self.public}).values():
            last = last_head.read(directory, public)
            if last is not None:
                where = last_head.path(directory, public)
                last_head.refuse_fork(self._store, last, where, origin=origin)

    @property
    def keyring(self) -> Keyring:
        """The keys that this ledger passed through, and what was revoked."""
        self.evidence()
        return self._ring

    def _refuse_former(self, key: SigningKey) -> None:
        newest = self._keys().newest
        if newest.key_id != key.public.key_id:
            raise keys.KeyProblem(
                _("This ledger has passed to the key {theirs}, yours is {ours}.").format(
                    theirs=newest.key_id[:16], ours=key.public.key_id[:16]
                ),
                where=str(key.path),
                why=_("Each entry is signed by the key that is in use."),
                remedy=_("If you were handing over just now, run `shirube key rotate` again."),
            )


def _declared(found: Evidence) -> str | None:
    return found.measurement.id if found.measurement else None


def _asked(found: Evidence) -> tuple[dict[str, object], int] | None:
    made = found.measurement
    return (made.arguments, made.seed) if made else None


def _refuse_other_key(folder: Path, key: SigningKey) -> None:
    if not (folder / keys.PUBLIC_KEY).is_file():
        return
    exported = keys.public(folder)
    if exported.key_id == key.public.key_id:
        return
    if _passed_to(folder, exported).key_id == key.public.key_id:
        write_whole(folder / keys.PUBLIC_KEY, key.public.pem)  # a hand-over was interrupted here
    else:
        raise keys.KeyProblem(
            _("This ledger belongs to the key {theirs}, yours is {ours}.").format(
                theirs=exported.key_id[:16], ours=key.public.key_id[:16]
            ),
            where=keys.PUBLIC_KEY,
            why=_("One ledger is signed by one key; another would break its chain of heads."),
            remedy=_("Use the key that began this ledger; SHIRUBE_KEY_DIR names its directory."),
        )


def _passed_to(folder: Path, exported: PublicKey) -> PublicKey:
    """Return the key that the ledger passed to from the one that its folder names."""
    if not exists(folder):
        return exported
    with open_book(folder) as book:
        return book.keyring.newest
