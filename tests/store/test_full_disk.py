# SPDX-License-Identifier: Apache-2.0
"""A full disk: clean refusal, nothing lost, reading goes on, writing resumes with space."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shirube.ledger import tree
from shirube.store import sqlite
from shirube.store.files import EvidenceFiles
from shirube.store.port import StoreProblem
from shirube.store.sequencer import Sequencer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")

# A limit on the size of any file that the process writes stands in for a full disk: the write
# fails in the middle of a transaction, wherever the WAL happens to reach the limit.
_LIMITED = """
import resource, sys
from pathlib import Path
from shirube.store import sqlite
from shirube.store.files import EvidenceFiles
from shirube.store.port import StoreProblem
from shirube.store.sequencer import Sequencer
path = Path(sys.argv[1])
store = sqlite.open_store(path, create=True)
sequencer = Sequencer(store)
size = sequencer.append([b"before"]) + 1
soft = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))
try:
    while True:
        size = sequencer.append([b"x" * 1000] * 20) + 20
except StoreProblem as problem:
    print(type(problem).__name__, problem)
assert store.head().size == size, "the head moved"
assert next(store.entries(0, 1)) == b"before", "reading stopped"
try:
    EvidenceFiles(path.parent / "evidence").put([b"y" * (soft + 1)])
except StoreProblem as problem:
    print(type(problem).__name__, problem)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(sequencer.append([b"after"]) + 1, flush=True)
"""


def _check(path: Path, size: int) -> None:
    store = sqlite.open_for_reading(path)
    store.self_check()
    entries = list(store.entries(0, size))
    assert store.head().size == size
    assert (entries[0], entries[-1]) == (b"before", b"after")
    assert tree.fold(tree.grow(0, [], map(tree.leaf_hash, entries))[1]) == store.head().root
    store.close()


@pytest.mark.parametrize("limit", [70_000, 100_001, 131_072, 203_456])
def test_when_no_more_can_be_written_the_append_is_refused_and_later_resumed(
    tmp_path: Path, limit: int
) -> None:
    path = tmp_path / "ledger.db"
    told = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path), str(limit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.count("StoreProblem") == 2, told.stdout
    assert "Nothing that was acknowledged is lost" in told.stdout
    assert list((tmp_path / "evidence").glob("*/*")) == []
    _check(path, int(told.stdout.split()[-1]))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let root mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.full
def test_on_a_full_disk_the_append_is_refused_and_later_resumed(small_disk: Path) -> None:
    path = small_disk / "ledger.db"
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 300_000)
    store = sqlite.open_store(path, create=True)
    sequencer = Sequencer(store)
    size = sequencer.append([b"before"]) + 1
    with pytest.raises(StoreProblem, match="The disk is full") as raised:
        while True:
            size = sequencer.append([b"x" * 1000] * 20) + 20
    assert "Nothing that was acknowledged is lost" in str(raised.value)
    with pytest.raises(StoreProblem, match="The disk is full"):
        EvidenceFiles(small_disk / "evidence").put([b"y" * 500_000])
    assert store.head().size == size
    assert next(store.entries(0, 1)) == b"before"
    store.close()
    ballast.unlink()
    store = sqlite.open_store(path)
    size = Sequencer(store).append([b"after"]) + 1
    store.close()
    _check(path, size)
