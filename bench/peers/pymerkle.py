# SPDX-License-Identifier: Apache-2.0
"""pymerkle's SQLite tree: ``singles FOLDER COUNT`` or ``proofs FOLDER SIZE COUNT`` -> JSON.

Counted are seconds of the clock: an append that waits for the disk costs no CPU. ``singles`` are
appends of one entry each, durable on return (SQLite's own journal and FULL synchronisation, as
pymerkle leaves them), into a new tree; ``proofs`` are inclusion proofs of leaves spread over a tree
of SIZE leaves, after opening it, the first of them with its cache empty.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path

from pymerkle import SqliteTree


def entry(index: int) -> bytes:
    return hashlib.sha256(b"%d" % index).hexdigest().encode() * 2


def singles(folder: Path, count: int) -> dict[str, object]:
    """Append one entry at a time to a new tree."""
    (folder / "single.db").unlink(missing_ok=True)
    told = []
    with SqliteTree(str(folder / "single.db")) as tree:
        for index in range(count):
            begun = time.perf_counter()
            tree.append_entry(entry(index))
            told.append(time.perf_counter() - begun)
        root = tree.get_state(count)
    return {"single": told, "root": root.hex()}


def proofs(folder: Path, size: int, count: int) -> dict[str, object]:
    """Make a tree, and prove leaves of it after opening it again."""
    (folder / "bulk.db").unlink(missing_ok=True)
    with SqliteTree(str(folder / "bulk.db")) as tree:
        for start in range(0, size, 1000):
            tree.append_entries([entry(index) for index in range(start, min(start + 1000, size))])
    told = []
    with SqliteTree(str(folder / "bulk.db")) as tree:
        for place in range(count):
            begun = time.perf_counter()
            tree.prove_inclusion(1 + place * (size // count), size)
            told.append(time.perf_counter() - begun)
        root = tree.get_state(size)
    return {"proofs": told, "root": root.hex()}


does = {"singles": singles, "proofs": proofs}[sys.argv[1]]
print(json.dumps(does(Path(sys.argv[2]), *map(int, sys.argv[3:]))))
