# SPDX-License-Identifier: Apache-2.0
"""Writers in one program go in groups, writers of several programs in line; nobody is lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from shirube.store import sequencer as sequencing
from shirube.store import sqlite
from shirube.store.line import Line
from shirube.store.port import Addition, Head, StoreProblem
from shirube.store.sequencer import MOST_LEAVES, Sequencer

fcntl = pytest.importorskip("fcntl", reason="the line needs the locks of POSIX")


class Gated:
    """A store whose commits wait for a gate, so that a test decides who gathers behind."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.groups: list[list[bytes]] = []
        self.failure: BaseException | None = None

    def append(self, additions: Sequence[Addition]) -> list[int | Exception]:
        first = sum(map(len, self.groups))
        self.groups.append([leaf.entry for each in additions for leaf in each.leaves])
        self.begun.set()
        self.gate.wait(10)
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        answers: list[int | Exception] = []
        for each in additions:
            answers.append(first)
            first += len(each.leaves)
        return answers


def callers(sequencer: Sequencer, names: Sequence[bytes]) -> tuple[list[threading.Thread], dict]:
    answers: dict[bytes, object] = {}

    def call(name: bytes) -> None:
        try:
            answers[name] = sequencer.append([name])
        except BaseException as error:
            answers[name] = error

    started = [threading.Thread(target=call, args=(name,)) for name in names]
    for thread in started:
        thread.start()
    return started, answers


def gather(sequencer: Sequencer, count: int) -> None:
    while len(sequencer._waiting) < count:
        time.sleep(0.001)


def test_whoever_comes_during_a_commit_goes_together_in_the_next(tmp_path: Path) -> None:
    store = Gated()
    sequencer = Sequencer(store)  # type: ignore[arg-type]
    first, told_first = callers(sequencer, [b"first"])
    store.begun.wait(10)
    others, told = callers(sequencer, [b"%d" % number for number in range(9)])
    gather(sequencer, 9)
    store.gate.set()
    for thread in (*first, *others):
        thread.join(10)
    assert [len(group) for group in store.groups] == [1, 9]
    assert told_first == {b"first": 0}
    # Each was told the place at which its own entry stands.
    assert told == {name: 1 + place for place, name in enumerate(store.groups[1])}


def test_a_group_that_the_disk_refused_is_told_to_each_and_the_next_goes_on() -> None:
    store = Gated()
    sequencer = Sequencer(store)  # type: ignore[arg-type]
    store.failure = StoreProblem("the disk is full")
    first, told_first = callers(sequencer, [b"first"])
    store.begun.wait(10)
    others, told = callers(sequencer, [b"a", b"b"])
    gather(sequencer, 2)
    store.gate.set()
    for thread in (*first, *others):
        thread.join(10)
    assert isinstance(told_first[b"first"], StoreProblem)
    assert sorted(told.values()) == [1, 2]


def test_a_caller_that_is_stopped_takes_nobody_with_it() -> None:
    store = Gated()
    sequencer = Sequencer(store)  # type: ignore[arg-type]
    store.failure = KeyboardInterrupt()
    first, told_first = callers(sequencer, [b"stopped"])
    store.begun.wait(10)
    others, told = callers(sequencer, [b"a"])
    gather(sequencer, 1)
    store.gate.set()
    for thread in (*first, *others):
        thread.join(10)
    assert isinstance(told_first[b"stopped"], KeyboardInterrupt)
    assert isinstance(told[b"a"], int)


def test_a_leader_that_is_stopped_when_all_is_durable_still_tells_the_others(monkeypatch) -> None:
    store = Gated()
    sequencer = Sequencer(store)
    tell, stops = sequencing._tell, [KeyboardInterrupt()]

    def interrupted(told: list) -> None:
        if len(told) > 1 and stops:
            tell(told[:2])  # it came as far as the second of them
            raise stops.pop()
        tell(told)

    monkeypatch.setattr(sequencing, "_tell", interrupted)
    held, _answers = callers(sequencer, [b"held"])
    store.begun.wait(10)
    others, told = callers(sequencer, [b"%d" % number for number in range(6)])
    gather(sequencer, 6)
    store.gate.set()
    for thread in (*held, *others):
        thread.join(10)
        assert not thread.is_alive(), "a caller was never woken"
    assert [len(group) for group in store.groups] == [1, 6]  # nothing is written twice
    assert sorted(answer for answer in told.values() if isinstance(answer, int)) == [2, 3, 4, 5, 6]
    assert not sequencer._waiting


def after_two(monkeypatch: pytest.MonkeyPatch, moment: Callable[[], None]) -> tuple:
    """Return a sequencer whose last group had two callers; ``moment`` is what happens in a wait."""
    store = Gated()
    sequencer = Sequencer(store)
    held, _answers = callers(sequencer, [b"a"])
    store.begun.wait(10)
    more, _answers = callers(sequencer, [b"b", b"c"])
    while len(sequencer._waiting) < 2:
        time.sleep(0.001)
    store.gate.set()
    for thread in [*held, *more]:
        thread.join(10)
    assert [len(group) for group in store.groups] == [1, 2]
    monkeypatch.setattr("shirube.store.sequencer.time.sleep", lambda _seconds: moment())
    return sequencer, store


def test_a_leader_waits_a_moment_for_those_who_came_before(monkeypatch) -> None:
    came: list[threading.Thread] = []

    def moment() -> None:
        came.extend(callers(sequencer, [b"e"])[0])
        while len(sequencer._waiting) < 2:
            pass

    sequencer, store = after_two(monkeypatch, moment)
    assert sequencer.append([b"d"]) == 3
    came[0].join(10)
    assert store.groups[2:] == [[b"d", b"e"]]


def test_a_leader_does_not_wait_for_those_who_stay_away(monkeypatch) -> None:
    moments: list[None] = []
    sequencer, store = after_two(monkeypatch, lambda: moments.append(None))
    assert [sequencer.append([name]) for name in (b"d", b"e")] == [3, 4]
    assert store.groups[2:] == [[b"d"], [b"e"]]
    assert len(moments) == 1


def test_a_leader_that_is_stopped_while_it_waits_takes_nobody_with_it(monkeypatch) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    sequencer, store = after_two(monkeypatch, stop)
    with pytest.raises(KeyboardInterrupt):
        sequencer.append([b"d"])
    sequencer._together = 1
    assert sequencer.append([b"e"]) == 3
    assert store.groups[2:] == [[b"e"]]


def test_a_group_is_closed_before_it_grows_without_end() -> None:
    store = Gated()
    store.gate.set()
    sequencer = Sequencer(store)  # type: ignore[arg-type]
    for _time in range(3):
        sequencer.append([b"x"] * MOST_LEAVES)
    assert [len(group) for group in store.groups] == [MOST_LEAVES] * 3


def test_sixteen_threads_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    store = sqlite.open_store(tmp_path / "ledger.db", create=True)
    sequencer = Sequencer(store)
    told: dict[int, bytes] = {}

    def write(name: int) -> None:
        for number in range(10):
            entry = b"%d/%d" % (name, number)
            told[sequencer.append([entry])] = entry

    writers = [threading.Thread(target=write, args=(name,)) for name in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [told[index] for index in range(160)] == list(store.entries(0, 160))
    assert store.head().size == 160
    store.close()


def test_an_admission_is_asked_with_the_head_that_the_leaves_will_stand_behind(
    tmp_path: Path,
) -> None:
    store = sqlite.open_store(tmp_path / "ledger.db", create=True)
    sequencer = Sequencer(store)
    heads: list[Head] = []
    for name in (b"a", b"b"):
        sequencer.append([name], admit=heads.append)
    assert [head.size for head in heads] == [0, 1]

    def refuse(_head: Head) -> None:
        raise StoreProblem("not now")

    with pytest.raises(StoreProblem, match="not now"):
        sequencer.append([b"c"], admit=refuse)
    assert store.head().size == 2
    store.close()


def test_who_waits_too_long_is_told_and_does_not_stay_in_the_line(tmp_path: Path) -> None:
    holder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    with (
        pytest.raises(StoreProblem, match="Another program is writing"),
        Line(tmp_path, wait_seconds=0.05).first(),
    ):
        pytest.fail("the line was not free")
    os.close(holder)
    with Line(tmp_path, wait_seconds=10).first():  # the one that gave up holds nothing
        pass


def test_who_waits_comes_next(tmp_path: Path) -> None:
    holder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    threading.Timer(0.05, os.close, [holder]).start()
    with Line(tmp_path, wait_seconds=10).first():
        other = os.open(tmp_path, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)


def test_a_missing_folder_is_told_by_the_database_not_by_the_line(tmp_path: Path) -> None:
    with Line(tmp_path / "none", wait_seconds=0).first():
        pass
