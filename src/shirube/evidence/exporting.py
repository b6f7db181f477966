# SPDX-License-Identifier: Apache-2.0
"""Export a ledger as static files (C2SP tlog-tiles) that any web server or USB stick serves.

::

    checkpoint                  the newest signed head
    tile/<L>/<N>                hashes of the tree
    tile/entries/<N>            the entries: kinds, times and salted commitments
    public_key.pem, log.vkey    the operator's key, for people and for other tools
    evidence/ab/cd….json        the envelopes, only when asked for

A second export into the same folder adds what is new: a tile that is full never changes. The
checkpoint is written after all that it covers, so that a reader in between sees a whole log.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from shirube.evidence import entry as entries
from shirube.evidence import keys
from shirube.evidence.book import FOLDER, LEDGER
from shirube.evidence.leaves import DoesNotHold
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import signatures, tiles, tree
from shirube.store import faults, sqlite
from shirube.store.files import EvidenceFiles
from shirube.terms.errors import Problem
from shirube.terms.ledger import Exported
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.ledger.checkpoint import Checkpoint
    from shirube.store.sqlite_store import SqliteStore

CHECKPOINT: Final = "checkpoint"
PUBLIC_KEY: Final = "public_key.pem"
VERIFIER_KEY: Final = "log.vkey"
EVIDENCE: Final = "evidence"


def export(folder: Path, out: Path, *, with_evidence: bool = False) -> Exported:
    """Write the ledger in ``folder`` as static files into ``out``.

    Parameters
    ----------
    folder
        The operator's folder.
    out
        A new or empty folder, or one that an earlier export of this ledger wrote.
    with_evidence
        Whether the envelopes go along. They may be confidential; the log itself is not.

    Raises
    ------
    Problem
        ``out`` holds something else, or the log of another history.
    StoreProblem
        The ledger cannot be read, or ``out`` cannot be written.
    """
    key = keys.public(folder)
    with closing(sqlite.open_for_reading(folder / FOLDER / LEDGER)) as store:
        store.freeze()
        signed = store.checkpoints()
        if not signed:
            raise Problem(
                _("Nothing is signed in this ledger yet."),
                where=str(folder / FOLDER),
                remedy=_("`shirube check` measures and seals; then there is something to export."),
            )
        head = checkpoints.verify(signed[-1], key.raw)
        _refuse_other(store, head, out)
        with faults.told(out):
            written = _tiles(store, head.size, out)
            verifier = signatures.Verifier(head.origin, signatures.note_code(key.raw), key.raw)
            _write(out / PUBLIC_KEY, key.pem)
            _write(out / VERIFIER_KEY, f"{signatures.render_key(verifier)}\n".encode())
            kept = _evidence(store, head.size, folder, out) if with_evidence else 0
            _write(out / CHECKPOINT, signed[-1].encode())
            _tidy(head.size, out)
    return Exported(folder=str(out), leaves=head.size, written=written, evidence=kept)


def _refuse_other(store: SqliteStore, head: Checkpoint, out: Path) -> None:
    """Accept a folder that is empty, or holds a part of this very log."""
    if not out.exists() or not any(out.iterdir()):
        return
    path = out / CHECKPOINT
    if not path.is_file():
        raise Problem(
            _("The folder holds something else than an export."),
            where=str(out),
            remedy=_("Name a new folder."),
        )
    with faults.told(path):
        earlier = checkpoints.parse(path.read_bytes().decode())[0]
    follows = earlier.origin == head.origin and earlier.size <= head.size
    if not follows or tree.root(store.node, earlier.size) != earlier.root:
        raise DoesNotHold(
            _("The folder holds the export of another history of the ledger."),
            where=str(path),
            why=_("Two histories under one name are a fork; somebody may hold the other one."),
            remedy=_("Find out which one is right before anything is published."),
        )


def _tiles(store: SqliteStore, size: int, out: Path) -> int:
    written = 0
    for index, width in tiles.widths(size):
        path = out / tiles.path("entries", index, width)
        if not path.exists():
            start = index * tiles.WIDTH
            _write(path, tiles.render_bundle(list(store.entries(start, start + width))))
            written += 1
    for level, count in tiles.rows(size):
        for index, width in tiles.widths(count):
            path = out / tiles.path(level, index, width)
            if not path.exists():
                start = index * tiles.WIDTH
                hashes = store.hashes(level * tiles.HEIGHT, start, start + width)
                _write(path, b"".join(hashes))
                written += 1
    return written


def _evidence(store: SqliteStore, size: int, folder: Path, out: Path) -> int:
    source, target = EvidenceFiles(folder / FOLDER / "evidence"), EvidenceFiles(out / EVIDENCE)
    named = [entries.parse(content).sha256 for content in store.entries(0, size)]
    here = {digest: source.find(digest) for digest in named}
    target.erase(digest for digest, content in here.items() if content is None)
    for digest, content in here.items():
        if content is not None and not target.path(digest).exists():
            _write(target.path(digest), content)
    return sum(content is not None for content in here.values())


def _tidy(size: int, out: Path) -> None:
    """Take away the narrow tiles of an earlier export; wider ones stand in their place."""
    wanted = set(tiles.names(size))
    for path in (out / "tile").rglob("*.p/*"):
        if path.relative_to(out).as_posix() not in wanted:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()


def _write(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees all of it or none; an export can always be repeated."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)
