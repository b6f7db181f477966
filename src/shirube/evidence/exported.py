# SPDX-License-Identifier: Apache-2.0
"""Verify an export: every byte of every file is computed again from the entries, or refused.

1. The public key can be read; it is the one that was handed over, and the verifier key is its.
2. The checkpoint bears the key's signature.
3. Every entry bundle holds whole entries, in the order of their times.
4. Every hash of every tile is the one that is computed from the entries.
5. The root over them is the root of the checkpoint.
6. There is no other file among the tiles.
7. The tree extends the checkpoint that the verifier holds, if one was handed over.
8. Where evidence lies beside the log, it is verified like the operator's own.

Nothing is taken from a tile without being compared: a verifier that trusts a tile because its
neighbours fit can be led astray (CVE-2026-56865).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shirube.evidence.exporting import CHECKPOINT, EVIDENCE, PUBLIC_KEY, VERIFIER_KEY
from shirube.evidence.keyring import Keyring
from shirube.evidence.leaves import (
    Leaves,
    changed,
    read_held,
    refuse_other_key,
    refuse_unlike,
    trusted_key,
)
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import signatures, tiles, tree
from shirube.store import faults
from shirube.store.files import EvidenceFiles, read_whole
from shirube.terms.errors import Problem
from shirube.terms.verification import Verification
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from shirube.evidence.keys import PublicKey
    from shirube.ledger.checkpoint import Checkpoint

MAX_FILE_BYTES: Final = tiles.WIDTH * (tiles.MAX_ENTRY_BYTES + 2)
"""A full bundle of the longest entries; no file beside the evidence is longer."""

_AT_ONCE: Final = 16  # bundles


def is_export(folder: Path) -> bool:
    """Tell whether a folder looks like an export."""
    return (folder / CHECKPOINT).is_file() and (folder / PUBLIC_KEY).is_file()


def verify_export(
    folder: Path, public_key: Path | PublicKey | None = None, *, held: Path | None = None
) -> Verification:
    """Verify exported files; see the steps at the top of this module.

    Parameters
    ----------
    folder
        The folder with the file ``checkpoint``.
    public_key
        The operator's public key, from a source other than the folder.
    held
        A checkpoint that was received before; the log must extend it.

    Returns
    -------
    Verification
        With the first problem, if any. It never raises over what it finds in the folder.
    """
    walk = _Walk(folder)
    problems: tuple[Problem, ...] = ()
    try:
        walk.all(public_key, held)
    except Problem as problem:
        problems = (problem,)
    return Verification(
        leaves=len(walk.leaves.entries),
        root=walk.root.hex(),
        checkpoint=walk.checkpoint,
        key_id=walk.key_id,
        problems=problems,
        remarks=tuple(walk.remarks),
    )


class _Walk:
    """One verification: what has been seen so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.leaves = Leaves(str(folder / "tile"))
        self.root = self.held_root = tree.EMPTY_ROOT
        self.checkpoint = ""
        self.key_id = ""
        self.remarks: list[str] = []

    def all(self, public_key: Path | PublicKey | None, held_file: Path | None) -> None:
        trusted, key = trusted_key(self.folder / PUBLIC_KEY, public_key, self.remarks)  # 1
        self.key_id = trusted.key_id
        files = EvidenceFiles(self.folder / EVIDENCE)
        ring = Keyring(trusted)
        if not files.folder.is_dir():  # then no hand-over can be followed
            refuse_other_key(ring, key, self.folder / PUBLIC_KEY)
        head = self._head(key)  # 2
        self._verifier_key(head, key)  # 1
        shown = read_held(held_file) if held_file else ""
        held = checkpoints.parse(shown)[0] if shown else None
        self._tiles(head.size, held.size if held else 0)  # 3 4
        if self.root != head.root:  # 5
            raise changed(
                _("The signed root is {found}; computed from the entries it is {expected}.").format(
                    found=head.root.hex(), expected=self.root.hex()
                ),
                str(self.folder / CHECKPOINT),
            )
        self._strays(head.size)  # 6
        if files.folder.is_dir():  # 1
            ring.take(enumerate(self.leaves.entries), head.size, files)
            refuse_other_key(ring, key, self.folder / PUBLIC_KEY)
        if held:  # 7
            ring.verify_head(shown)
            root = self.held_root if held.size <= head.size else None
            refuse_unlike(held, head.origin, root, str(self.folder / CHECKPOINT))
        if files.folder.is_dir():  # 8
            known = self.leaves.evidence(files, ring)
            self.remarks += [found.refused for found in known if found.refused]
            if files.digests() - {leaf.sha256 for leaf in self.leaves.entries}:
                raise changed(_("There is evidence that belongs to no entry."), str(files.folder))
        else:
            self.remarks.append(_("The evidence itself was not exported; its digests were."))

    def _head(self, key: PublicKey) -> Checkpoint:
        path = self.folder / CHECKPOINT
        try:
            self.checkpoint = self._read(CHECKPOINT).decode()
            return checkpoints.verify(self.checkpoint, key.raw)
        except UnicodeDecodeError as error:
            raise changed(_("The checkpoint is not text."), str(path)) from error

    def _verifier_key(self, head: Checkpoint, key: PublicKey) -> None:
        verifier = signatures.Verifier(head.origin, signatures.note_code(key.raw), key.raw)
        if self._read(VERIFIER_KEY) != f"{signatures.render_key(verifier)}\n".encode():
            raise changed(
                _("The verifier key is not the one of the public key."),
                str(self.folder / VERIFIER_KEY),
            )

    def _tiles(self, size: int, held: int) -> None:
        edge: list[bytes] = []
        compared = _Compared(self._read, self._no)
        start = 0
        while start < size:
            contents: list[bytes] = []
            for place in range(start, min(start + _AT_ONCE * tiles.WIDTH, size), tiles.WIDTH):
                width = min(tiles.WIDTH, size - place)
                name = tiles.path("entries", place // tiles.WIDTH, width)
                contents += tiles.parse_bundle(self._read(name), width)
            self.leaves.take(contents)
            if start < held <= start + len(contents):
                part = tree.leaf_hashes(contents[: held - start])
                self.held_root = tree.fold(tree.grow(start, edge, part)[1])
            made, edge = tree.grow(start, edge, tree.leaf_hashes(contents))
            for level, _first, row in made:
                if level % tiles.HEIGHT == 0:
                    compared.take(level // tiles.HEIGHT, row)
            start += len(contents)
        compared.end()
        self.root = tree.fold(edge)

    def _strays(self, size: int) -> None:
        wanted = set(tiles.names(size))
        found = (path for path in (self.folder / "tile").rglob("*") if not path.is_dir())
        stray = next(
            (path for path in found if path.relative_to(self.folder).as_posix() not in wanted), None
        )
        if stray is not None:
            raise changed(_("This file does not belong to the ledger's tree."), str(stray))

    def _read(self, name: str) -> bytes:
        path = self.folder / name
        with faults.told(path):
            return read_whole(path, most=MAX_FILE_BYTES)

    def _no(self, name: str) -> Problem:
        return changed(
            _("The hashes of this tile are not those computed from the entries."),
            str(self.folder / name),
        )


class _Compared:
    """Hashes gathered until a tile is full, then compared with the file."""

    def __init__(self, read: Callable[[str], bytes], no: Callable[[str], Problem]) -> None:
        self._read, self._no = read, no
        self._rows: dict[int, tuple[int, list[bytes]]] = {}

    def take(self, level: int, row: Sequence[bytes]) -> None:
        """Take in the next hashes of one level of tiles."""
        index, waiting = self._rows.get(level, (0, []))
        waiting = [*waiting, *row]
        full = len(waiting) // tiles.WIDTH
        for place in range(full):
            start = place * tiles.WIDTH
            self._compare(level, index + place, waiting[start : start + tiles.WIDTH])
        self._rows[level] = index + full, waiting[full * tiles.WIDTH :]

    def end(self) -> None:
        """Compare the narrow tiles at the end of each row."""
        for level, (index, waiting) in self._rows.items():
            if waiting:
                self._compare(level, index, waiting)

    def _compare(self, level: int, index: int, computed: Sequence[bytes]) -> None:
        name = tiles.path(level, index, len(computed))
        if self._read(name) != b"".join(computed):
            raise self._no(name)
