# SPDX-License-Identifier: Apache-2.0
"""The book of evidence in ``.shirube``: seal records, read them back in the ledger's order.

::

    .shirube/ledger.db             the tree, its entries, every signed checkpoint
    .shirube/evidence/ab/cd….json  the signed envelopes, by digest
    .shirube/checkpoint            the newest checkpoint, for people and tools
    .shirube/public_key.pem        the operator's public key

Sealing keeps to one order, so that a crash at any point loses nothing that was acknowledged:
envelopes durable, then leaves and head in one transaction, then the checkpoint over the durable
head, first into the key's own record, then into the ledger. A tail that a crash left without a
checkpoint is signed when the book is next opened for writing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from shirube.evidence import entry as entries
from shirube.evidence import keys, last_head
from shirube.evidence import statement as statements
from shirube.ledger import checkpoint as checkpoints
from shirube.store import sqlite
from shirube.store.files import EvidenceFiles, write_whole
from shirube.terms.errors import InternalError, Problem
from shirube.terms.evidence import DocumentSeal, Evidence, Withdrawal
from shirube.terms.measurement import Measurement
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from shirube.evidence.keys import PublicKey, SigningKey
    from shirube.evidence.statement import Item
    from shirube.store.port import Head
    from shirube.store.sqlite import SqliteStore

FOLDER: Final = ".shirube"
LEDGER: Final = "ledger.db"
CHECKPOINT: Final = "checkpoint"


class WrongSeal(Problem):
    """Something that cannot be sealed: a withdrawal of nothing, a clock that went back."""


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
    _known: list[Evidence] = field(default_factory=list)

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
        if not self.covered:
            self._sign()

    def seal(self, items: Sequence[Item], *, now: dt.datetime) -> tuple[Evidence, ...]:
        """Sign the records and enter them in the ledger: one commit, one checkpoint.

        Parameters
        ----------
        items
            Measurements, documents, withdrawals; in this order they become leaves.
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
        first = self._append(items, self._key, now)
        self._sign()
        return self.evidence()[first : first + len(items)]

    def evidence(self) -> tuple[Evidence, ...]:
        """Return all evidence in the ledger's order, each digest and signature verified.

        Raises
        ------
        StoreProblem, UnverifiedEvidence, codec.Unreadable
            An evidence file is missing, was changed, or does not say what its leaf says.
        """
        size = self._store.head().size
        for content in self._store.entries(len(self._known), size):
            self._known.append(self._read(len(self._known), entries.parse(content)))
        return tuple(self._known)

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

    def withdrawals(self) -> dict[int, Withdrawal]:
        """Return the withdrawals by the index of the run that they take back."""
        found = (evidence.withdrawal for evidence in self.evidence())
        return {withdrawal.index: withdrawal for withdrawal in found if withdrawal}

    def checkpoint(self) -> str:
        """Return the newest signed checkpoint; empty before the first entry."""
        signed = self._store.checkpoints()
        return signed[-1] if signed else ""

    @property
    def covered(self) -> bool:
        """Whether the newest checkpoint covers all leaves; opening for writing signs the rest."""
        rendered = self.checkpoint()
        signed = checkpoints.verify(rendered, self.public.raw).size if rendered else 0
        return signed == self._store.head().size

    def head(self) -> Head:
        """Return how many leaves the ledger has, and its root."""
        return self._store.head()

    def _append(self, items: Sequence[Item], key: SigningKey, now: dt.datetime) -> int:
        first = 0

        def made(before: Head) -> list[bytes]:
            # Nobody else writes from here until the leaves are durable: what is checked here still
            # holds then, and whoever came later waits in line instead of trying again and again.
            nonlocal first
            first = before.size
            known = self.evidence()[: before.size]
            _refuse_past(known, now)
            targets = [_withdrawn(item, known) for item in items]
            envelopes = [
                statements.seal(item, key, now, withdrawn=target)
                for item, target in zip(items, targets, strict=True)
            ]
            for envelope in envelopes:
                statements.unseal(envelope, self.public)  # what cannot be read back never enters
            digests = self._files.put(envelopes)
            return [
                entries.render(entries.Entry(statements.kind_of(item), now, digest))
                for item, digest in zip(items, digests, strict=True)
            ]

        self._store.extend(made)
        return first

    def _sign(self) -> None:
        key = cast("SigningKey", self._key)
        origin = checkpoints.origin(key.operator_id)

        def signer(head: Head) -> str:
            self._refuse_fork(key)
            note = checkpoints.sign(
                checkpoints.Checkpoint(origin, head.size, head.root), key.private
            )
            last_head.keep(key.path.parent, key.public, note)
            return note

        note = self._store.sign(signer)
        write_whole(self.folder / FOLDER / CHECKPOINT, note.encode())

    def _refuse_fork(self, key: SigningKey) -> None:
        last = last_head.read(key.path.parent, key.public)
        if last is not None:
            where = last_head.path(key.path.parent, key.public)
            origin = checkpoints.origin(key.operator_id)
            last_head.refuse_fork(self._store, last, where, origin=origin)

    def _read(self, index: int, leaf: entries.Entry) -> Evidence:
        sealed = statements.unseal(self._files.get(leaf.sha256), self.public)
        return as_evidence(index, leaf, sealed, self.public.key_id, self._known)


def as_evidence(
    index: int,
    leaf: entries.Entry,
    sealed: statements.Sealed,
    key_id: str,
    before: Sequence[Evidence],
) -> Evidence:
    """Join what a leaf says with what its envelope says; both must say the same."""
    if (leaf.kind, leaf.sealed_at) != (sealed.kind, sealed.sealed_at):
        raise _differs(index)
    item = sealed.item
    if isinstance(item, Withdrawal):
        fits = 0 <= item.index < index and before[item.index].sha256 == sealed.subjects[0][1]
        if not fits:
            raise _differs(index)
    return Evidence(
        index=index,
        sha256=leaf.sha256,
        key_id=key_id,
        sealed_at=leaf.sealed_at,
        kind=leaf.kind,
        measurement=item if isinstance(item, Measurement) else None,
        document=item if isinstance(item, DocumentSeal) else None,
        withdrawal=item if isinstance(item, Withdrawal) else None,
    )


def _declared(found: Evidence) -> str | None:
    return found.measurement.id if found.measurement else None


def _asked(found: Evidence) -> tuple[dict[str, object], int] | None:
    made = found.measurement
    return (made.arguments, made.seed) if made else None


def _differs(index: int) -> statements.UnverifiedEvidence:
    return statements.UnverifiedEvidence(
        _("Leaf {index} and its evidence file say different things.").format(index=index),
        why=_("The kind, the time of sealing, or the run that is withdrawn do not agree."),
        remedy=_("Restore the folder .shirube from a backup."),
    )


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


def _withdrawn(item: Item, known: Sequence[Evidence]) -> str:
    """Return the digest of the run that the item withdraws; empty for other items."""
    if not isinstance(item, Withdrawal):
        return ""
    target = known[item.index] if 0 <= item.index < len(known) else None
    taken = {evidence.withdrawal.index for evidence in known if evidence.withdrawal}
    if target is None or target.measurement is None or item.index in taken or not item.reason:
        raise WrongSeal(
            _("Leaf {index} cannot be withdrawn.").format(index=item.index),
            why=_("Only a measurement can be withdrawn, once, and only with a reason."),
            remedy=_("Look up the run's index in the report's list of evidence."),
        )
    return target.sha256
