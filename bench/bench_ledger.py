# SPDX-License-Identifier: Apache-2.0
"""The ledger: durable appends, one by one, in groups and in batches; recomputing; proofs.

Unlike the other benches this one counts seconds of the clock where an append waits for the disk:
waiting is its cost. How often this disk can sync is told beside it, in the same run. Recomputing
and proofs are CPU time as everywhere. An entry has 128 bytes.

The peer is pymerkle with its SQLite backend, which also returns after the commit. It appends one
entry in one transaction; we let callers who come at the same time share one. Both sides append in
turns, several times, on the same disk; medians of the turns stand.

What is compared then is mostly the disk. The goal was set on one that syncs 140 to 215 times a
second; a virtual one may answer from its host's memory, several thousand times. So the goal's line
has every sync of both sides take 5 ms (strace delays the call), and this disk's own is told. Beside
it stands the floor of any program of Python's threads: as many of them that do nothing but wait
together for one sync of 16 KiB, and hand the interpreter's lock over. Where that floor is less than
50 times cheaper than pymerkle, no ledger can be.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import ratio
from shirube.evidence import entry as entries
from shirube.evidence.leaves import Leaves
from shirube.evidence.verification import recompute
from shirube.ledger import tree
from shirube.store import sqlite
from shirube.store.sequencer import Sequencer
from shirube.store.sqlite_store import SqliteStore

BATCH, BATCHES = 1_000, 200
CALLERS, EACH = 64, 150
LARGE = 10_000_000
PEER_ROUNDS, PEER_SINGLES, PEER_EACH = 7, 100, 30
PEER_SIZE, PEER_PROOFS = 245_000, 20
SLOW_SYNC_MICROSECONDS = 5_000


def entry(index: int) -> bytes:
    """Return the entry that the peer has at this index as well."""
    return hashlib.sha256(b"%d" % index).hexdigest().encode() * 2


def seconds(fn: Callable[[], object]) -> float:
    """Return the seconds of the clock that a call takes."""
    begun = time.perf_counter()
    fn()
    return time.perf_counter() - begun


def main() -> int:
    """Run all comparisons in a folder of their own, on the disk of the checkout."""
    if sys.argv[1:2] == ["callers"]:
        print(_many_callers(Path(sys.argv[2]), PEER_EACH, tell=False))
        return 0
    with tempfile.TemporaryDirectory(dir=ratio.data_folder()) as folder:
        place = Path(folder)
        _disk(place)
        _batches(place / "batches.db")
        _one_caller(place / "alone.db")
        _many_callers(place / "callers.db")
        _recompute(place / "recompute.db")
        _peer(place)
    _large()
    return ratio.finish()


def _disk(folder: Path) -> None:
    """Tell how often this disk syncs: the floor of everything durable."""
    with (folder / "sync").open("wb") as stream:

        def write() -> None:
            stream.write(b"x" * 4096)
            stream.flush()
            os.fdatasync(stream.fileno())

        each = statistics.median(seconds(write) for _time in range(200))
    ratio.print_told("syncs of a growing file a second", each, 1.0, of="theirs")


def _batches(path: Path) -> None:
    store = sqlite.open_store(path, create=True)
    sequencer = Sequencer(store)
    groups = [
        [entry(index) for index in range(start, start + BATCH)]
        for start in range(0, BATCH * BATCHES, BATCH)
    ]
    took = seconds(lambda: [sequencer.append(group) for group in groups])
    edge = tree.grow(0, [], [tree.leaf_hash(each) for group in groups for each in group])[1]
    ratio.print_equal("the root of the batches", store.head().root == tree.fold(edge))
    ratio.print_ratio(
        "durable appends a second, batches of 1,000", took, BATCH * BATCHES, ">= 40000", "s | n"
    )
    store.close()


def _one_caller(path: Path) -> None:
    """Tell how many durable appends one caller makes when nobody else is there."""
    store = sqlite.open_store(path, create=True)
    sequencer = Sequencer(store)
    took = seconds(lambda: [sequencer.append([entry(each)]) for each in range(PEER_SINGLES)])
    store.close()
    ratio.print_told(
        "single durable appends a second, one caller", took, PEER_SINGLES, of="theirs", unit="s | n"
    )


def _many_callers(path: Path, each: int = EACH, *, tell: bool = True) -> float:
    """Return the seconds that one of many single durable appends costs all of them together."""
    store = sqlite.open_store(path, create=True)
    sequencer = Sequencer(store)
    waits: list[list[float]] = [[] for _caller in range(CALLERS)]

    def call(caller: int) -> None:
        for number in range(each):
            begun = time.perf_counter()
            sequencer.append([entry(caller * each + number)])
            waits[caller].append(time.perf_counter() - begun)

    callers = [threading.Thread(target=call, args=(caller,)) for caller in range(CALLERS)]

    def run() -> None:
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()

    took = seconds(run)
    count = CALLERS * each
    kept = sorted(store.entries(0, count)) == sorted(entry(index) for index in range(count))
    if tell:
        ratio.print_equal("every append of the 64 callers is there once", kept)
        ratio.print_ratio(
            "single durable appends a second, 64 callers", took, count, ">= 5000", "s | n"
        )
        wait = statistics.quantiles((one for row in waits for one in row), n=100)[98] * 1000
        ratio.print_ratio("64 callers: the slowest of a hundred waits", wait, 50.0, "<= 1", "ms")
    elif not kept:
        ratio.print_equal("every append of the 64 callers is there once", kept)
    store.close()
    return took / count


def _recompute(path: Path) -> None:
    now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    size = 400_000
    store = sqlite.open_store(path, create=True)
    sequencer = Sequencer(store)
    for start in range(0, size, 20_000):
        sequencer.append(
            [
                entries.render(entries.Entry("measurement", now, f"{index:064x}"))
                for index in range(start, start + 20_000)
            ]
        )
    timing = ratio.measure(lambda: recompute(store, Leaves(""), ""), 5)
    ratio.print_equal("the recomputed root", timing.result == store.head().root)
    ratio.print_ratio(
        "leaves recomputed a second: form, order, nodes, root", timing, size, ">= 200000", "s | n"
    )
    store.close()


def _peer(folder: Path) -> None:
    """Append and prove beside pymerkle."""
    rounds = [_peer_round(folder, number) for number in range(PEER_ROUNDS)]
    whole = [each for each in rounds if each is not None]
    if len(whole) < len(rounds):
        return
    theirs, together, alone, bare = (statistics.median(each) for each in zip(*whole, strict=True))
    name = "single durable appends on this disk, {}: pymerkle / ours"
    ratio.print_told(name.format("64 callers"), together, theirs, of="theirs")
    ratio.print_told(name.format("one caller"), alone, theirs, of="theirs")
    name = "64 threads that wait for one sync together and do nothing: pymerkle / these"
    ratio.print_told(name, bare, theirs, of="theirs")
    _peer_slow_disk(folder)
    _peer_proofs(folder)


def _peer_slow_disk(folder: Path) -> None:
    """Append on both sides where each sync takes 5 ms, as on the disk that the goal was set on."""
    name = "single durable appends, a sync takes 5 ms, 64 callers: pymerkle / ours"
    strace = shutil.which("strace")
    if strace is None:
        ratio.print_skipped(name, "strace is not installed, which delays the syncs")
        return
    slowly = [
        strace, "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
        "-e", f"inject=fsync,fdatasync:delay_exit={SLOW_SYNC_MICROSECONDS}",
    ]  # fmt: skip
    answer = ratio.peer("pymerkle", "singles", str(folder), str(PEER_SINGLES), before=slowly)
    done = subprocess.run(
        [*slowly, sys.executable, __file__, "callers", str(folder / "slow.db")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if answer is None or done.returncode != 0:
        ratio.print_skipped(name, f"a side failed {done.stderr.strip().splitlines()[-1:]}")
        return
    ours = float(done.stdout.splitlines()[-1])
    ratio.print_ratio(name, ours, statistics.mean(answer["single"]), ">= 50")


def _peer_round(folder: Path, number: int) -> tuple[float, float, float, float] | None:
    """Return the seconds of an append: pymerkle's, ours of many callers, ours of one, the floor.

    What a sync costs changes from minute to minute on a shared disk, so that both sides take turns
    of a second each.
    """
    answer = ratio.peer("pymerkle", "singles", str(folder), str(PEER_SINGLES))
    if answer is None:
        return None
    ours = folder / f"single{number}.db"
    store = sqlite.open_store(ours, create=True)
    sequencer = Sequencer(store)
    alone = seconds(lambda: [sequencer.append([entry(each)]) for each in range(PEER_SINGLES)])
    if store.head().root.hex() != answer["root"]:
        ratio.print_equal("the root of single appends", False)
    store.close()
    many = _many_callers(folder / f"callers{number}.db", PEER_EACH, tell=False)
    bare = _hand_overs(folder / "bare", PEER_EACH)
    return statistics.mean(answer["single"]), many, alone / PEER_SINGLES, bare


def _hand_overs(path: Path, each: int) -> float:
    """Return the seconds of one wait where many threads wait for one sync, and write no ledger.

    The last who comes syncs for all and opens a gate, and each opens it for the next: the cheapest
    way to wake them that we know.
    """
    guard, here, gates = threading.Lock(), [0], [threading.Lock()]
    gates[0].acquire()
    with path.open("wb") as stream:

        def wait_together() -> None:
            for _time in range(each):
                with guard:
                    gate, here[0] = gates[0], here[0] + 1
                    last = here[0] == CALLERS
                    if last:
                        gates[0], here[0] = threading.Lock(), 0
                        gates[0].acquire()
                if last:
                    stream.write(b"x" * 16_384)
                    stream.flush()
                    os.fdatasync(stream.fileno())
                else:
                    gate.acquire()
                gate.release()

        callers = [threading.Thread(target=wait_together) for _caller in range(CALLERS)]

        def run() -> None:
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join()

        return seconds(run) / CALLERS / each


def _peer_proofs(folder: Path) -> None:
    answer = ratio.peer("pymerkle", "proofs", str(folder), str(PEER_SIZE), str(PEER_PROOFS))
    if answer is None:
        return
    store = sqlite.open_store(folder / "peer.db", create=True)
    sequencer = Sequencer(store)
    for start in range(0, PEER_SIZE, 1_000):
        sequencer.append([entry(index) for index in range(start, start + 1_000)])
    ratio.print_equal("the root at 245,000 leaves", store.head().root.hex() == answer["root"])
    places = [place * (PEER_SIZE // PEER_PROOFS) for place in range(PEER_PROOFS)]
    ours = _proofs(store, places, PEER_SIZE)
    ratio.print_ratio(
        "a proof at 245,000 leaves: pymerkle / ours",
        statistics.mean(ours), statistics.mean(answer["proofs"]), ">= 20",
    )  # fmt: skip
    ratio.print_told(
        "the first proof after opening: pymerkle / ours", ours[0], answer["proofs"][0], of="theirs"
    )
    store.close()


def _proofs(store: SqliteStore, places: list[int], size: int) -> list[float]:
    root = store.head().root
    told = []
    for place in places:
        begun = time.perf_counter()
        path = tree.inclusion_proof(store.node, place, size)
        told.append(time.perf_counter() - begun)
        leaf = tree.leaf_hash(next(store.entries(place, place + 1)))
        if not tree.verify_inclusion(leaf, place, size, path, root):
            ratio.print_equal(f"the proof of leaf {place}", False)
    return told


def _large() -> None:
    """Prove single leaves of ten million; the ledger (2.6 GB) is made once and kept."""
    path = ratio.data_folder() / "ledger_10m.db"
    store = sqlite.open_store(path, create=True)
    sequencer = Sequencer(store)
    for start in range(store.head().size, LARGE, 20_000):
        sequencer.append([b"%d" % index for index in range(start, min(start + 20_000, LARGE))])
    store.close()
    store = sqlite.open_store(path)
    told = _proofs(store, [place * (LARGE // 500) for place in range(500)], LARGE)
    store.close()
    mean = statistics.mean(told) * 1000
    ratio.print_ratio("proof of one leaf of 10M, mean of 500", mean, 5.0, "<= 1", "ms")
    # The slowest waits for pages that the system had not read yet; that is the disk's cost.
    slow = statistics.quantiles(told, n=100)[98]
    ratio.print_told(
        "proof of one leaf of 10M: slowest of a hundred / mean", slow, mean / 1000, of="ours"
    )


if __name__ == "__main__":
    sys.exit(main())
