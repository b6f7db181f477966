# SPDX-License-Identifier: Apache-2.0
"""Back up an operator's ledger, and bring it back, without ever making a second history.

A backup is a folder with its own ``.shirube`` in it, so everything that reads a ledger reads a
backup. Both ways end with a verification of the whole copy: one that does not verify is none.
"""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Final

from shirube.evidence import entry as entries
from shirube.evidence import keys, last_head, stamps
from shirube.evidence.book import CHECKPOINT, FOLDER, LEDGER, exists
from shirube.evidence.verification import verify
from shirube.ledger import tree
from shirube.store import faults, sqlite
from shirube.store.files import EvidenceFiles, write_whole
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.store.port import Head
    from shirube.store.sqlite_store import SqliteStore
    from shirube.terms.verification import Verification

_OTHERS_WORDS: Final = (stamps.STAMPS, "witnessed", "witnesses", "authorities", "receipts")
"""What others signed about this ledger; it lies beside it and cannot be made again."""

_RULES: Final = ("packs", "signers.json")
"""The rules that were adopted, to which the ledger is pinned, and whose signatures are known."""


def backup(folder: Path, out: Path) -> Verification:
    """Copy one consistent state of the ledger to a new folder, while others go on writing.

    Raises
    ------
    Problem
        ``out`` is not empty, or the copy does not verify.
    """
    if out.exists() and any(out.iterdir()):
        raise Problem(
            _("The folder for the backup is not empty."),
            where=str(out),
            why=_("A backup never overwrites anything."),
            remedy=_("Name a new folder, for example one with today's date."),
        )
    source, target = folder / FOLDER, out / FOLDER
    with closing(sqlite.open_for_reading(source / LEDGER)) as store, faults.told(target):
        target.mkdir(parents=True)
        store.backup(target / LEDGER)
    write_whole(out / keys.PUBLIC_KEY, keys.public(folder).pem)
    with closing(sqlite.open_for_reading(target / LEDGER)) as copy:
        signed = copy.checkpoints()
        named = [entries.parse(content).sha256 for content in copy.entries(0, copy.head().size)]
    if signed:
        write_whole(target / CHECKPOINT, signed[-1].encode())
    kept = EvidenceFiles(source / "evidence")
    found = (kept.find(digest) for digest in named)
    EvidenceFiles(target / "evidence").put([content for content in found if content is not None])
    with faults.told(target):
        for beside in (*_OTHERS_WORDS, *_RULES):
            if (source / beside).is_dir():
                shutil.copytree(source / beside, target / beside)
            elif (source / beside).is_file():
                shutil.copyfile(source / beside, target / beside)
    return _verified(out)


def restore(saved: Path, folder: Path, *, now: dt.datetime) -> tuple[Verification, Path | None]:
    """Bring a backup back; what stood in its place is moved aside, never deleted.

    Returns
    -------
    tuple
        The verification of the restored ledger, and where the former one lies now, if any.

    Raises
    ------
    ForkRefused
        The key has signed more than the backup holds, or something else.
    Problem
        The backup does not verify, or the folder holds a ledger that is newer or another one.
    """
    _verified(saved)
    key = keys.public(saved)
    directory = keys.directory()
    with closing(sqlite.open_for_reading(saved / FOLDER / LEDGER)) as store:
        last = last_head.read(directory, key)
        if last is not None:
            last_head.refuse_fork(store, last, last_head.path(directory, key))
        standing = _standing(folder)
        if standing and not _extends(store, standing):
            raise Problem(
                _("The folder holds a ledger that the backup does not continue."),
                where=str(folder / FOLDER),
                why=_("It is newer than the backup, or has another history; both may be needed."),
                remedy=_("Move it to another place yourself if it must make way."),
            )
    home, part = folder / FOLDER, folder / f"{FOLDER}.part"
    with faults.told(home):
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(saved / FOLDER, part)
        aside = folder / f"{FOLDER}.{now:%Y%m%dT%H%M%S}" if home.exists() else None
        if aside:
            home.rename(aside)
        part.rename(home)
    return _verified(folder), aside


def _verified(folder: Path) -> Verification:
    found = verify(folder, newest=False)
    if found.problems:
        raise found.problems[0]
    return found


def _standing(folder: Path) -> Head | None:
    """Return the head of the ledger that stands in the folder; None if none can be read."""
    if not exists(folder):
        return None
    try:
        with closing(sqlite.open_for_reading(folder / FOLDER / LEDGER)) as store:
            return store.head()
    except Problem:  # a damaged ledger is what a backup is for; it is moved aside, not deleted
        return None


def _extends(store: SqliteStore, standing: Head) -> bool:
    size = store.head().size
    return standing.size <= size and tree.root(store.node, standing.size) == standing.root
