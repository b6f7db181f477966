# SPDX-License-Identifier: Apache-2.0
"""Eight writers that are killed at any moment lose nothing that they acknowledged."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shirube.ledger import tree
from shirube.store import sqlite

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and fork")

# A nursery of writers: for each line that it reads it forks four programs with two threads each,
# all of which append to the same ledger for ever, and tells their process ids. A writer says what
# is durable in the file of its cycle; what a killed program wrote to a file stays.
_NURSERY = """
import os, sys, threading
from pathlib import Path
from shirube.ledger import tree
from shirube.store import faults, sqlite
from shirube.store.sequencer import Sequencer

def write(sequencer, name, told):
    number = 0
    while True:
        entries = [b"%s %d" % (name, number + place) for place in range(1 + number % 3)]
        index = sequencer.append(entries)
        for place, entry in enumerate(entries):
            os.write(told, b"%d %s\\n" % (index + place, entry))
        number += len(entries)

def program(path, told, cycle, program_number):
    sequencer = Sequencer(sqlite.open_store(Path(path), create=True))
    out = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for thread in range(2):
        name = b"%d/%d/%d" % (int(cycle), program_number, thread)
        threading.Thread(target=write, args=(sequencer, name, out)).start()
    threading.Event().wait()

for line in sys.stdin:
    path, told, cycle = line.rstrip().split("\\t")
    born = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            program(path, told, cycle, number)
        born.append(child)
    print(*born, flush=True)
    for child in born:
        os.waitpid(child, 0)
    print("dead", flush=True)
"""


@pytest.fixture
def nursery() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as born:
        yield born
        born.stdin.close()


def _acknowledged_before_the_kill(
    nursery: subprocess.Popen[str], path: Path, cycle: int, seconds: float
) -> dict[int, bytes]:
    told = path.with_name(f"told_{cycle}")
    nursery.stdin.write(f"{path}\t{told}\t{cycle}\n")
    nursery.stdin.flush()
    writers = [int(word) for word in nursery.stdout.readline().split()]
    # On a busy machine a short sleep can end before the first commit: the first cycle awaits one.
    while cycle == 0 and not (told.exists() and told.stat().st_size):
        time.sleep(0.005)
    time.sleep(seconds)
    for writer in writers:
        os.kill(writer, signal.SIGKILL)
    assert nursery.stdout.readline() == "dead\n"
    lines = told.read_bytes().split(b"\n")[:-1] if told.exists() else []
    told.unlink(missing_ok=True)
    return {int(index): entry for index, entry in (line.split(b" ", 1) for line in lines)}


def _whole_tree(path: Path) -> list[bytes]:
    store = sqlite.open_store(path, create=True)
    store.self_check()
    head = store.head()
    entries = list(store.entries(0, head.size))
    assert len(set(entries)) == head.size  # none doubled
    made, edge = tree.grow(0, [], map(tree.leaf_hash, entries))
    assert head.root == tree.fold(edge)
    assert store.leaf_count() == head.size
    assert store.node_count() == sum(len(row) for _level, _start, row in made)
    assert all(store.hashes(level, start, start + len(row)) == row for level, start, row in made)
    store.close()
    return entries


def _survives(nursery: subprocess.Popen[str], folder: Path, cycles: int) -> int:
    moments = random.Random(20251219)  # noqa: S311 - moments, not secrets
    acknowledged: dict[int, bytes] = {}
    for cycle in range(cycles):
        # A ledger of its own for each hundred cycles, so that looking at all of it stays quick.
        if cycle % 100 == 0:
            acknowledged = {}
        path = folder / f"{cycle // 100}" / "ledger.db"
        path.parent.mkdir(exist_ok=True)
        acknowledged |= _acknowledged_before_the_kill(
            nursery, path, cycle, moments.uniform(0, 0.06)
        )
        entries = _whole_tree(path)
        assert all(entries[index] == entry for index, entry in acknowledged.items())
    return len(acknowledged)


def test_nothing_acknowledged_is_lost_when_eight_writers_are_killed(
    nursery: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert _survives(nursery, tmp_path, 10) > 0


@pytest.mark.full
def test_nothing_acknowledged_is_lost_in_two_hundred_kills(
    nursery: subprocess.Popen[str], tmp_path: Path
) -> None:
    # ``make soak`` does fifty times as many.
    cycles = 200 * int(os.environ.get("SHIRUBE_SOAK", "1"))
    assert _survives(nursery, tmp_path, cycles) > 0
