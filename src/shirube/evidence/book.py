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
from shirube.evidence.reading import Reading
from shirube.ledger import checkpoint as checkpoints
from shirube.store import sqlite
from shirube.store.files import EvidenceFiles, write_whole
from shirube.store.sequencer import Sequencer
from shirube.terms.errors import InternalError, Problem
from shirube.terms.evidence import DocumentSeal, Erasure, Evidence, ModelSeal, Record, Withdrawal
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


class WrongSeal(Problem):
    """What cannot be sealed: a withdrawal or erasure of nothing, a clock that went back."""


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
        self._reading = Reading(self._files, self.public)
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
        self._refuse_fork(self._key)
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
            A withdrawal names no run that counts, or ``now`` lies before the last entry.
        StoreProblem
            The disk is full, the ledger is locked or read-only; nothing was added.
        """
        if self._key is None or now.tzinfo is None:
            raise InternalError("sealing needs a key and a time with its zone")
        if not items:
            return ()
        self._refuse_fork(self._key)
        known = self.evidence()
        _refuse_past(known, now)
        envelopes = [
            statements.seal(item, self._key, now, named=_named(item, known)) for item in items
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
        size = self._store.head().size
        for content in self._store.entries(len(self._reading.known), size):
            self._reading.add(entries.parse(content))
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
        if not same or same[-1].index in self.withdrawals():
            return None
        superseded = any(
            later.index > same[-1].index and _asked(later) == _asked(same[-1]) for later in runs
        )
        return None if superseded else same[-1]

    def documents(self) -> dict[str, DocumentSeal]:
        """Return the latest seal of each declared document, by its id."""
        seals = (found.document for found in self.evidence())
        return {seal.document.id: seal for seal in seals if seal}

    def models(self) -> dict[str, ModelSeal]:
        """Return the latest seal of each declared model, by its id."""
        seals = (found.model for found in self.evidence())
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
        rendered = self.checkpoint()
        signed = checkpoints.verify(rendered, self.public.raw).size if rendered else 0
        return signed == self._store.head().size

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
            _refuse_past(known, now)
            for item in items:
                _named(item, known)

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
            self._refuse_fork(key)
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

    def _refuse_fork(self, key: SigningKey) -> None:
        last = last_head.read(key.path.parent, key.public)
        if last is not None:
            where = last_head.path(key.path.parent, key.public)
            origin = checkpoints.origin(key.operator_id)
            last_head.refuse_fork(self._store, last, where, origin=origin)


def _declared(found: Evidence) -> str | None:
    return found.measurement.id if found.measurement else None


def _asked(found: Evidence) -> tuple[dict[str, object], int] | None:
    made = found.measurement
    return (made.arguments, made.seed) if made else None


def _refuse_other_key(folder: Path, key: SigningKey) -> None:
    if not (folder / keys.PUBLIC_KEY).is_file():
        return
    exported = keys.public(folder)
    if exported.key_id != key.public.key_id:
        raise keys.KeyProblem(
            _("This ledger belongs to the key {theirs}, yours is {ours}.").format(
                theirs=exported.key_id[:16], ours=key.public.key_id[:16]
            ),
            where=keys.PUBLIC_KEY,
            why=_("One ledger is signed by one key; another would break its chain of heads."),
            remedy=_("Use the key that began this ledger; SHIRUBE_KEY_DIR names its directory."),
        )


def _refuse_past(known: Sequence[Evidence], now: dt.datetime) -> None:
    if known and now < known[-1].sealed_at:
        raise WrongSeal(
            _("The clock says {now}, but the last entry was sealed at {last}.").format(
                now=now.isoformat(), last=known[-1].sealed_at.isoformat()
            ),
            why=_("The order of the ledger would contradict its times."),
            remedy=_("Set this machine's clock and run the same command again."),
        )


def _named(item: Record, known: Sequence[Evidence]) -> str:
    """Return the digest of the envelope that an item withdraws or erases; else nothing.

    Raises
    ------
    WrongSeal
        There is nothing that it could withdraw or erase.
    """
    if not isinstance(item, Withdrawal | Erasure):
        return ""
    target = known[item.index] if 0 <= item.index < len(known) else None
    if isinstance(item, Withdrawal):
        taken = {evidence.withdrawal.index for evidence in known if evidence.withdrawal}
        if target is None or target.measurement is None or item.index in taken or not item.reason:
            raise WrongSeal(
                _("Leaf {index} cannot be withdrawn.").format(index=item.index),
                why=_("Only a measurement can be withdrawn, once, and only with a reason."),
                remedy=_("Look up the run's index in the report's list of evidence."),
            )
        return target.sha256
    told = bool(item.reason and item.legal_basis)
    if target is None or target.erasure or target.erased_by is not None or not told:
        raise WrongSeal(
            _("Leaf {index} cannot be erased.").format(index=item.index),
            why=_("An entry is erased once, with a reason and a legal basis; no erasure is."),
            remedy=_("`shirube evidence list` shows the index of each entry."),
        )
    return target.sha256
