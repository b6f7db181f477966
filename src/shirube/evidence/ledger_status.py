# SPDX-License-Identifier: Apache-2.0
"""A ledger at a glance: how much is in it, how much is signed, whether it can go on."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from shirube.evidence import entry as entries
from shirube.evidence import keys, last_head, stamps
from shirube.evidence.book import FOLDER, LEDGER
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import signatures
from shirube.store import sqlite
from shirube.terms.errors import Problem
from shirube.terms.ledger import LedgerStatus
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.ledger.checkpoint import Checkpoint
    from shirube.store.sqlite_store import SqliteStore


def status(folder: Path) -> LedgerStatus:
    """Look at the ledger without verifying it, and at what the key remembers of it.

    Raises
    ------
    StoreProblem, KeyProblem
        There is no ledger, or it cannot be read.
    """
    key = keys.public(folder)
    # Before the ledger, so that an operator at work does not look like a fork.
    last = last_head.read(keys.directory(), key)
    with closing(sqlite.open_for_reading(folder / FOLDER / LEDGER)) as store:
        store.freeze()
        head = store.head()
        signed = store.checkpoints()
        newest = checkpoints.verify(signed[-1], key.raw) if signed else None
        contents = store.entries(0, head.size)
        kinds: Counter[str] = Counter(entries.parse(content).kind for content in contents)
        hindrance = _hindrance(store, last, newest)
    origin = newest.origin if newest else ""
    verifier = signatures.Verifier(origin, signatures.note_code(key.raw), key.raw)
    return LedgerStatus(
        origin=origin,
        leaves=head.size,
        root=head.root.hex(),
        signed=newest.size if newest else 0,
        remembered=last.size if last else None,
        kinds=dict(kinds),
        erased=kinds["erasure"],
        bytes=(folder / FOLDER / LEDGER).stat().st_size,
        key_id=key.key_id,
        verifier_key=signatures.render_key(verifier) if origin else "",
        hindrance=hindrance,
        stamps=stamps.stamps(folder, signed),
    )


def _hindrance(store: SqliteStore, last: Checkpoint | None, newest: Checkpoint | None) -> str:
    if last is not None:
        try:
            last_head.refuse_fork(store, last, keys.directory())
        except Problem as problem:
            return problem.found
    if newest and not keys.exists(newest.origin.removeprefix("shirube/")):
        return _("The signing key is not on this machine; reading and verifying need none.")
    return ""
