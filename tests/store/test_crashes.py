# SPDX-License-Identifier: Apache-2.0
"""A writer that is killed at any moment loses nothing that it acknowledged."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shirube.ledger import tree
from shirube.store import sqlite

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")

# Appends groups for ever; says after each commit how many leaves are durable. An entry holds its
# own index, so that a lost or doubled one shows.
_WRITER = """
import sys
from pathlib import Path
from shirube.store import sqlite
store = sqlite.open_store(Path(sys.argv[1]), create=True)
head = store.head()
print("ready", flush=True)
while True:
    entries = [b"entry %d" % index for index in range(head.size, head.size + 25)]
    head = store.append(entries, after=head)
    sys.stdout.write(f"{head.size}\\n")
    sys.stdout.flush()
"""


def _acknowledged_before_the_kill(path: Path, seconds: float) -> int:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout
    assert writer.stdout.readline() == "ready\n"
    time.sleep(seconds)
    writer.kill()
    told = [line for line in writer.stdout.read().split("\n")[:-1] if line]
    writer.wait()
    writer.stdout.close()
    return int(told[-1]) if told else 0


def _whole_tree(path: Path) -> int:
    store = sqlite.open_store(path)
    store.self_check()
    head = store.head()
    entries = list(store.entries(0, head.size))
    assert entries == [b"entry %d" % index for index in range(head.size)]
    made, edge = tree.grow(0, [], map(tree.leaf_hash, entries))
    assert head.root == tree.fold(edge)
    assert (store.leaf_count(), store.node_count()) == (head.size, len(made))
    assert all(store.node(level, index) == found for level, index, found in made[-200:])
    store.close()
    return head.size


def _survives(path: Path, cycles: int) -> int:
    moments = random.Random(20251219)  # noqa: S311 - moments, not secrets
    acknowledged = 0
    for _cycle in range(cycles):
        told = _acknowledged_before_the_kill(path, moments.uniform(0, 0.06))
        acknowledged = max(acknowledged, told)
        assert _whole_tree(path) >= acknowledged
    return acknowledged


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    assert _survives(tmp_path / "ledger.db", 20) > 0


@pytest.mark.full
def test_nothing_acknowledged_is_lost_in_two_hundred_kills(tmp_path: Path) -> None:
    # ``make soak`` does fifty times as many.
    cycles = 200 * int(os.environ.get("SHIRUBE_SOAK", "1"))
    assert _survives(tmp_path / "ledger.db", cycles) > 0
