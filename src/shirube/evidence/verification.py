# SPDX-License-Identifier: Apache-2.0
"""Verify a whole ledger from public things alone, and name the first thing that does not hold.

Nothing that the ledger says about itself is believed. In this order:

1.  The public key can be read, and it is the one in the folder, or the ledger passed from it to
    that one: each key signed the next in, before it was revoked.
2.  The database is whole (SQLite looks at every page) and of a known format.
3.  Every leaf from 0 on is there, none beyond the head, and each is an entry whose time does not
    lie before that of the leaf in front of it.
4.  The hash of every leaf, and of every complete subtree, is computed again and is the stored one;
    no other node is stored.
5.  The root over them is the root of the head.
6.  Every signed checkpoint bears the signature of the key that was then in use, each is a head
    that this tree once had, they grow, and the newest covers all leaves.
7.  The file ``checkpoint`` is one of them.
8.  Every evidence file has the digest that its leaf names; one that is missing was erased by a
    later leaf, and one that was erased is gone.
9.  Every envelope bears the signature of the key that was then in use, and says the kind and the
    time that its leaf says; a withdrawal or an erasure names its entry by index and by digest. What
    a key signed after the time from which it was revoked is told: it does not count.
10. Where this machine keeps a record of the last head that the key signed, the tree extends it;
    and the checkpoint that the verifier holds, if one was handed over.

Time stamps on checkpoints are told beside it, each with what can be said of it: they are others'
words about this ledger, and it holds without them.

What this cannot show: that a declaration is true; that data were not swapped before their digest
was taken; and, to a stranger who holds neither an older checkpoint nor a witness's word, that the
operator did not replace the whole folder by another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.evidence import keys, last_head, stamps
from shirube.evidence.book import CHECKPOINT, FOLDER, LEDGER
from shirube.evidence.keyring import Keyring
from shirube.evidence.leaves import (
    DoesNotHold,
    Leaves,
    changed,
    read_held,
    refuse_other_key,
    refuse_unlike,
    trusted_key,
)
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import note as notes
from shirube.ledger import tree
from shirube.store import faults, sqlite
from shirube.store.files import EvidenceFiles, read_whole
from shirube.terms.errors import Problem
from shirube.terms.verification import Verification
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography.x509 import Certificate

    from shirube.evidence.keys import PublicKey
    from shirube.ledger.checkpoint import Checkpoint
    from shirube.store.port import Store
    from shirube.store.sqlite_store import SqliteStore
    from shirube.terms.ledger import Stamp

BATCH = 20_000


def verify(
    folder: Path,
    public_key: Path | PublicKey | None = None,
    *,
    newest: bool = True,
    held: Path | None = None,
    roots: Sequence[Certificate] = (),
) -> Verification:
    """Verify the ledger in an operator's folder; see the steps at the top of this module.

    Parameters
    ----------
    folder
        The folder that holds ``.shirube``.
    public_key
        The operator's public key, from a source other than the folder. Without it the key in the
        folder is used, and a remark says so.
    newest
        Whether the ledger is to be the newest that the key signed, as far as this machine knows;
        a backup may be older.
    held
        A checkpoint that was received before; the ledger must extend it.
    roots
        Certificates that the verifier trusts for time stamps.

    Returns
    -------
    Verification
        With the first problem, if any. It never raises over what it finds in the folder.
    """
    walk = _Walk(folder)
    try:
        walk.all(public_key, newest=newest, held=held)
        walk.stamps = stamps.stamps(folder, walk.signed, roots)
    except Problem as problem:
        walk.problems = (problem,)
    finally:
        walk.close()
    return walk.outcome()


def recompute(store: Store, leaves: Leaves, where: str) -> bytes:
    """Compute the tree again from its entries and return its root: steps 3 to 5.

    Parameters
    ----------
    store
        The ledger.
    leaves
        Takes in the entries.
    where
        The ledger's place, for what does not hold.

    Raises
    ------
    DoesNotHold
        A leaf, a node or the root is missing, too many, or not the one that is computed.
    """
    head = store.head()
    if store.leaf_count() != head.size:
        found = _("There are {found} leaves, but the head says {expected}.")
        raise changed(found.format(found=store.leaf_count(), expected=head.size), where)
    edge: list[bytes] = []
    for start in range(0, head.size, BATCH):
        contents = list(store.entries(start, min(start + BATCH, head.size)))
        leaves.take(contents)
        made, edge = tree.grow(start, edge, tree.leaf_hashes(contents))
        for level, first, computed in made:
            stored = store.hashes(level, first, first + len(computed))
            if stored != computed:
                raise _other_node(level, first, stored, computed, where)
    expected = sum(head.size >> level for level in range(head.size.bit_length()))
    if store.node_count() != expected:
        found = _("There are {found} nodes, but {expected} belong to this tree.")
        raise changed(found.format(found=store.node_count(), expected=expected), where)
    root = tree.fold(edge)
    if head.root != root:
        found = _("The head's root is {found}; computed from the leaves it is {expected}.")
        raise changed(found.format(found=head.root.hex(), expected=root.hex()), where)
    return root


def _other_node(
    level: int, first: int, stored: list[bytes], computed: list[bytes], where: str
) -> DoesNotHold:
    pairs = zip(stored, computed, strict=True)
    place, found, expected = next(
        (place, *pair) for place, pair in enumerate(pairs) if pair[0] != pair[1]
    )
    return changed(
        _(
            "Node {index} of level {level} is {found}; computed from the leaves it is {expected}."
        ).format(index=first + place, level=level, found=found.hex(), expected=expected.hex()),
        where,
    )


class _Walk:
    """One verification: what has been seen so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / FOLDER
        self.files = EvidenceFiles(self.home / "evidence")
        self.leaves = Leaves(str(self.home / LEDGER))
        self.newest = ""
        self.root = tree.EMPTY_ROOT
        self.key: PublicKey | None = None
        self.store: SqliteStore | None = None
        self.problems: tuple[Problem, ...] = ()
        self.remarks: list[str] = []
        self.signed: list[str] = []
        self.stamps: tuple[Stamp, ...] = ()

    def close(self) -> None:
        if self.store:
            self.store.close()

    def outcome(self) -> Verification:
        return Verification(
            leaves=len(self.leaves.entries),
            root=self.root.hex(),
            checkpoint=self.newest,
            key_id=self.key.key_id if self.key else "",
            problems=self.problems,
            remarks=tuple(self.remarks),
            stamps=self.stamps,
        )

    def all(self, public_key: Path | PublicKey | None, *, newest: bool, held: Path | None) -> None:
        inside = self.folder / keys.PUBLIC_KEY
        self.key, key = trusted_key(inside, public_key, self.remarks)  # 1
        # What is written after the ledger is read before it, so that an operator at work does not
        # look like damage.
        published = self._published()
        last = last_head.read(keys.directory(), key) if newest else None
        self.store = store = sqlite.open_for_reading(self.home / LEDGER)  # 2
        store.freeze()
        store.self_check()
        self.root = recompute(store, self.leaves, str(self.home / LEDGER))  # 3 4 5
        ring = Keyring(self.key)
        ring.take(enumerate(self.leaves.entries), len(self.leaves.entries), self.files)
        refuse_other_key(ring, key, inside)  # 1
        self.signed = signed = self._checkpoints(store, ring)  # 6
        self._checkpoint_file(published, signed)  # 7
        known = self.leaves.evidence(self.files, ring)  # 8 9
        self.remarks += [found.refused for found in known if found.refused]
        if last is not None:  # 10
            last_head.refuse_fork(store, last, last_head.path(keys.directory(), key))
        if held is not None:
            self._held(store, ring.verify_head(read_held(held))[0], signed)
        self._strays()

    def _held(self, store: SqliteStore, held: Checkpoint, signed: list[str]) -> None:
        origin = checkpoints.parse(signed[-1])[0].origin if signed else held.origin
        whole = held.size <= len(self.leaves.entries)
        root = tree.root(store.node, held.size) if whole else None
        refuse_unlike(held, origin, root, str(self.home / LEDGER))

    def _checkpoints(self, store: SqliteStore, ring: Keyring) -> list[str]:
        signed = store.checkpoints()
        last: Checkpoint | None = None
        signer = ring.newest
        for rendered in signed:
            last, signer = self._checkpoint(store, ring, rendered, last)
        self.newest = signed[-1] if signed else ""
        covered = last.size if last and signer.key_id == ring.newest.key_id else 0
        if covered != len(self.leaves.entries):
            raise DoesNotHold(
                _("The newest checkpoint covers {covered} of {leaves} leaves.").format(
                    covered=covered, leaves=len(self.leaves.entries)
                ),
                where=str(self.home / LEDGER),
                why=_("Nobody has signed for the rest: a run is at work, or was interrupted."),
                remedy=_("Run `shirube check` on the operator's machine; it signs the rest."),
            )
        return signed

    def _checkpoint(
        self, store: SqliteStore, ring: Keyring, rendered: str, last: Checkpoint | None
    ) -> tuple[Checkpoint, PublicKey]:
        try:
            found, signer = ring.verify_head(rendered)
        except Problem as problem:
            raise self._no(problem.found) from problem
        ours = (
            found.size <= len(self.leaves.entries)
            and tree.root(store.node, found.size) == found.root
        )
        if not ours:
            raise self._no(
                _("The checkpoint over {size} leaves was signed over another tree.").format(
                    size=found.size
                )
            )
        if last and (found.origin != last.origin or found.size < last.size):
            raise self._no(
                _("The checkpoint over {size} leaves does not follow the one before it.").format(
                    size=found.size
                )
            )
        return found, signer

    def _published(self) -> bytes | None:
        path = self.home / CHECKPOINT
        with faults.told(path):
            return read_whole(path, most=notes.MAX_NOTE_BYTES) if path.exists() else None

    def _checkpoint_file(self, published: bytes | None, signed: list[str]) -> None:
        path = self.home / CHECKPOINT
        if published is None and signed:
            self.remarks.append(_("The file {path} is missing.").format(path=path))
        if published is not None and published not in [text.encode() for text in signed]:
            raise DoesNotHold(
                _("The file is none of the checkpoints that the ledger holds."),
                where=str(path),
                why=_("It was changed, or it comes from another ledger."),
                remedy=_("Restore it from a backup, or from the operator's newest copy."),
            )

    def _strays(self) -> None:
        strays = self.files.digests() - {leaf.sha256 for leaf in self.leaves.entries}
        if strays:
            self.remarks.append(
                _("{count} evidence files belong to no leaf; an interrupted run left them.").format(
                    count=len(strays)
                )
            )

    def _no(self, found: str) -> DoesNotHold:
        return changed(found, str(self.home / LEDGER))
