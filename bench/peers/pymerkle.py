# SPDX-License-Identifier: Apache-2.0
"""pymerkle's SQLite tree: FOLDER SINGLES SIZE PROOFS -> JSON with seconds and the root.

Counted are seconds of the clock: an append that waits for the disk costs no CPU. ``single`` are
appends of one entry each, durable on return, into a new tree; ``proofs`` are inclusion proofs of
leaves spread over a tree of SIZE leaves, after opening it, the first of them with its cache empty.
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


folder, singles, size, proofs = Path(sys.argv[1]), *map(int, sys.argv[2:])
for name in ("single.db", "bulk.db"):
    (folder / name).unlink(missing_ok=True)

single = []
with SqliteTree(str(folder / "single.db")) as tree:
    for index in range(singles):
        begun = time.perf_counter()
        tree.append_entry(entry(index))
        single.append(time.perf_counter() - begun)

with SqliteTree(str(folder / "bulk.db")) as tree:
    begun = time.perf_counter()
    for start in range(0, size, 1000):
        tree.append_entries([entry(index) for index in range(start, min(start + 1000, size))])
    bulk = time.perf_counter() - begun

told = []
with SqliteTree(str(folder / "bulk.db")) as tree:
    for place in range(proofs):
        begun = time.perf_counter()
        tree.prove_inclusion(1 + place * (size // proofs), size)
        told.append(time.perf_counter() - begun)
    root = tree.get_state(size)

print(json.dumps({"single": single, "bulk": bulk, "proofs": told, "root": root.hex()}))
