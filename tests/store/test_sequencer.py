# SPDX-License-Identifier: Apache-2.0
"""Writers in one program go in groups, writers of several programs in line; nobody is lost."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from shirube.store import sqlite
from shirube.store.line import Line
from shirube.store.port import Addition, Head, StoreProblem
from shirube.store.round import Asked, Round
from shirube.store.sequencer import _COMES_BACK, MOST_LEAVES, Sequencer

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
    """Wait until so many wait behind the round that is being committed."""
    until(lambda: sum(len(each.asked) for each in sequencer._rounds if not each.taken) >= count)


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.001)


def join(*threads: threading.Thread) -> None:
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive(), "a caller was never woken"


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


def after_two() -> tuple[Sequencer, Gated]:
    """Return a sequencer whose last round had two callers."""
    store = Gated()
    sequencer = Sequencer(store)
    held, _answers = callers(sequencer, [b"a"])
    store.begun.wait(10)
    more, _answers = callers(sequencer, [b"b", b"c"])
    gather(sequencer, 2)
    store.gate.set()
    join(*held, *more)
    assert [len(group) for group in store.groups] == [1, 2]
    sequencer._took = 1.0  # a slow disk: all are waited for
    return sequencer, store


def test_the_first_waits_for_those_who_came_before_and_the_last_leads(monkeypatch) -> None:
    sequencer, store = after_two()
    monkeypatch.setattr("shirube.store.sequencer._MOMENT", 10)
    first, told_first = callers(sequencer, [b"d"])
    until(lambda: sequencer._watcher)
    assert store.groups[2:] == []
    last, told = callers(sequencer, [b"e"])
    join(*first, *last)
    assert (told_first, told) == ({b"d": 3}, {b"e": 4})
    assert store.groups[2:] == [[b"d", b"e"]]


def test_nobody_waits_for_those_who_stay_away(monkeypatch) -> None:
    sequencer, store = after_two()
    moments: list[float] = []

    def over(_asked: Asked, seconds: float) -> bool:
        moments.append(seconds)
        return False

    monkeypatch.setattr(Asked, "wait", over)
    assert [sequencer.append([name]) for name in (b"d", b"e")] == [3, 4]
    assert store.groups[2:] == [[b"d"], [b"e"]]
    assert len(moments) == 1  # after that it is known that one comes alone


def test_where_the_disk_is_quicker_than_callers_come_back_half_of_them_are_enough(
    monkeypatch,
) -> None:
    monkeypatch.setattr("shirube.store.sequencer._MOMENT", 10)
    store = Gated()
    store.gate.set()
    sequencer = Sequencer(store)
    sequencer._together = 6
    sequencer._took = 5 * _COMES_BACK
    others, told = callers(sequencer, [b"a", b"b", b"c"])
    join(*others)
    assert [len(group) for group in store.groups] == [3]
    assert sorted(told.values()) == [0, 1, 2]


def test_where_the_disk_is_slow_all_are_waited_for(monkeypatch) -> None:
    monkeypatch.setattr("shirube.store.sequencer._MOMENT", 10)
    store = Gated()
    store.gate.set()
    sequencer = Sequencer(store)
    sequencer._together = 6
    sequencer._took = 6 * _COMES_BACK
    some, _told = callers(sequencer, [b"a", b"b", b"c", b"d", b"e"])
    gather(sequencer, 5)
    assert store.groups == []
    last, _told = callers(sequencer, [b"f"])
    join(*some, *last)
    assert [len(group) for group in store.groups] == [6]


def stop(monkeypatch: pytest.MonkeyPatch, name: bytes) -> tuple[threading.Event, threading.Event]:
    """Stop the caller of that name while it waits, as soon as the second event is set."""
    waits, stopped = threading.Event(), threading.Event()
    wait = Asked.wait

    def interrupted(asked: Asked, seconds: float = -1) -> bool:
        if asked.addition.leaves[0].entry != name:
            return wait(asked, seconds)
        waits.set()
        stopped.wait(10)
        raise KeyboardInterrupt

    monkeypatch.setattr(Asked, "wait", interrupted)
    return waits, stopped


def test_one_who_watches_and_is_stopped_takes_nobody_with_it(monkeypatch) -> None:
    sequencer, store = after_two()
    sequencer._together = 9
    waits, stopped = stop(monkeypatch, b"stopped")
    watcher, told_watcher = callers(sequencer, [b"stopped"])
    waits.wait(10)
    others, told = callers(sequencer, [b"d", b"e", b"f", b"g"])
    gather(sequencer, 5)
    stopped.set()
    join(*watcher, *others)
    assert isinstance(told_watcher[b"stopped"], KeyboardInterrupt)
    assert sorted(told.values()) == [3, 4, 5, 6]
    assert b"stopped" not in [entry for group in store.groups for entry in group]


@pytest.mark.parametrize("place", [0, 1, 2, 5], ids=["first", "second", "third", "last"])
@pytest.mark.parametrize("taken", [False, True], ids=["before its round", "in its round"])
def test_one_who_waits_and_is_stopped_takes_nobody_with_it(
    monkeypatch, place: int, taken: bool
) -> None:
    names = [b"%d" % number for number in range(6)]
    store = Gated()
    sequencer = Sequencer(store)
    waits, stopped = stop(monkeypatch, names[place])
    held, _answers = callers(sequencer, [b"held"])
    store.begun.wait(10)
    waiting = []
    for count, name in enumerate(names, 1):
        waiting.append(callers(sequencer, [name]))
        gather(sequencer, count)
    waits.wait(10)
    if not taken:
        stopped.set()
        join(*waiting[place][0])
    store.gate.set()
    if taken:
        # Whoever is woken to lead may be the one who is about to be stopped: the others wait.
        until(lambda: len(store.groups) == 2 or place == 0)
        stopped.set()
    join(*held, *(thread for threads, _told in waiting for thread in threads))
    told = {name: answer for _threads, answers in waiting for name, answer in answers.items()}
    assert isinstance(told.pop(names[place]), KeyboardInterrupt)
    entries = [entry for group in store.groups for entry in group]
    assert all(entries[answer] == name for name, answer in told.items())
    assert (names[place] in entries) == (taken and place != 0)


@pytest.mark.parametrize("moment", ["answer", "wake"])
def test_a_leader_that_is_stopped_when_all_is_durable_still_tells_the_others(
    monkeypatch, moment: str
) -> None:
    store = Gated()
    sequencer = Sequencer(store)
    told_already = getattr(Round, moment)
    stops = [KeyboardInterrupt()]

    def interrupted(each: Round, *given: object) -> None:
        if len(each.asked) > 1 and stops:
            if moment == "answer":
                each.answers = given[0]
                each.asked[0].answer = given[0][0]  # it came as far as the first of them
            raise stops.pop()
        told_already(each, *given)

    monkeypatch.setattr(Round, moment, interrupted)
    held, _answers = callers(sequencer, [b"held"])
    store.begun.wait(10)
    others, told = callers(sequencer, [b"%d" % number for number in range(6)])
    gather(sequencer, 6)
    store.gate.set()
    join(*held, *others)
    assert [len(group) for group in store.groups] == [1, 6]  # and nothing is written twice
    assert sorted(answer for answer in told.values() if isinstance(answer, int)) == [2, 3, 4, 5, 6]
    assert not sequencer._rounds


def test_a_round_whose_leader_is_stopped_is_committed_by_another_without_it() -> None:
    store = Gated()
    sequencer = Sequencer(store)
    held, _answers = callers(sequencer, [b"held"])
    store.begun.wait(10)
    others, told = callers(sequencer, [b"%d" % number for number in range(6)])
    gather(sequencer, 6)
    failures: list[BaseException] = [KeyboardInterrupt()]
    append = store.append

    def refuse(additions: Sequence[Addition]) -> list[int | Exception]:
        if failures:
            raise failures.pop()
        return append(additions)

    store.append = refuse  # type: ignore[method-assign]
    store.gate.set()
    join(*held, *others)
    stopped = [name for name, answer in told.items() if isinstance(answer, KeyboardInterrupt)]
    assert len(stopped) == 1
    assert [len(group) for group in store.groups] == [1, 5]
    assert stopped[0] not in store.groups[1]


def test_large_imports_and_single_entries_each_have_their_places() -> None:
    store = Gated()
    sequencer = Sequencer(store)
    held, _answers = callers(sequencer, [b"held"])
    store.begun.wait(10)
    told: dict[bytes, int] = {}

    def import_all(name: bytes) -> None:
        told[name] = sequencer.append([name] * MOST_LEAVES)

    large = []
    for name in (b"x", b"y", b"z"):
        large.append(threading.Thread(target=import_all, args=(name,)))
        large[-1].start()
        gather(sequencer, len(large))
    small, answers = callers(sequencer, [b"small"])
    gather(sequencer, 4)
    store.gate.set()
    join(*held, *large, *small)
    assert [len(group) for group in store.groups] == [1, *[MOST_LEAVES] * 3, 1]
    assert told == {name: 1 + place * MOST_LEAVES for place, name in enumerate((b"x", b"y", b"z"))}
    assert answers == {b"small": 1 + 3 * MOST_LEAVES}


def test_callers_that_are_stopped_at_random_leave_the_others_their_places(
    monkeypatch, tmp_path: Path
) -> None:
    chance = random.Random(9162)  # noqa: S311 - moments, not secrets
    wait = Asked.wait

    def perhaps(asked: Asked, seconds: float = -1) -> bool:
        early = chance.random()
        if early < 0.1:
            raise KeyboardInterrupt
        woken = wait(asked, seconds)
        if early > 0.9:
            raise KeyboardInterrupt
        return woken

    monkeypatch.setattr(Asked, "wait", perhaps)
    store = sqlite.open_store(tmp_path / "ledger.db", create=True)
    sequencer = Sequencer(store)
    told: dict[int, bytes] = {}
    stopped: list[bytes] = []

    def write(name: int) -> None:
        for number in range(25):
            entry = b"%d/%d" % (name, number)
            try:
                told[sequencer.append([entry])] = entry
            except KeyboardInterrupt:
                stopped.append(entry)

    writers = [threading.Thread(target=write, args=(name,)) for name in range(12)]
    for writer in writers:
        writer.start()
    join(*writers)
    found = list(store.entries(0, store.head().size))
    assert all(found[index] == entry for index, entry in told.items())
    assert len(set(found)) == len(found)  # none is there twice
    assert set(found) <= {*told.values(), *stopped}
    assert len(told) + len(stopped) == 300
    assert stopped
    assert not sequencer._rounds
    store.close()


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
