# SPDX-License-Identifier: Apache-2.0
"""The duties of the port, asked of every adapter: a second one is a line in ``ADAPTERS``.

Nothing here knows where a ledger lies. An adapter brings two functions: one opens the ledger of a
place for writing (made where there is none), one for reading only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from shirube.ledger import tree
from shirube.store import sqlite
from shirube.store.port import Addition, Head, Leaf, Store
from shirube.store.sequencer import Sequencer


@dataclass(frozen=True)
class Adapter:
    """How one kind of store is opened at a place of its own."""

    write: Callable[[Path], Store]
    read: Callable[[Path], Store]


ADAPTERS = {
    "sqlite": Adapter(
        lambda place: sqlite.open_store(place / "ledger.db", create=True),
        lambda place: sqlite.open_for_reading(place / "ledger.db"),
    )
}


@pytest.fixture(params=list(ADAPTERS))
def adapter(request: pytest.FixtureRequest) -> Adapter:
    return ADAPTERS[request.param]


def leaves(*entries: bytes) -> list[Leaf]:
    return [Leaf(entry) for entry in entries]


def root_of(*entries: bytes) -> bytes:
    return tree.fold(tree.grow(0, [], tree.leaf_hashes(entries))[1])


def test_duty_1_what_append_returned_for_is_there_for_others_and_after_closing(
    adapter: Adapter, tmp_path: Path
) -> None:
    with closing(adapter.write(tmp_path)) as store:
        assert store.append([Addition([Leaf(b"a", b"event"), Leaf(b"b")])]) == [0]
        with closing(adapter.read(tmp_path)) as other:
            assert other.head() == Head(2, root_of(b"a", b"b"))
    with closing(adapter.read(tmp_path)) as again:
        assert list(again.entries(0, 2)) == [b"a", b"b"]
        assert list(again.events(0, 2)) == [(0, b"event")]
        assert (again.leaf_count(), again.node_count()) == (2, 3)
        assert again.node(1, 0) == tree.node_hash(*again.hashes(0, 0, 2))


def test_duty_1_a_group_that_fails_leaves_nothing(adapter: Adapter, tmp_path: Path) -> None:
    def stop(_head: Head) -> None:
        raise KeyboardInterrupt

    with closing(adapter.write(tmp_path)) as store:
        store.append([Addition(leaves(b"a"))])
        with pytest.raises(KeyboardInterrupt):
            store.append([Addition(leaves(b"b")), Addition(leaves(b"c"), admit=stop)])
        assert store.head() == Head(1, root_of(b"a"))
        assert (store.leaf_count(), store.node_count()) == (1, 1)
        assert store.append([Addition(leaves(b"d"))]) == [1]


def test_duties_2_and_3_writers_of_several_connections_each_get_their_own_index(
    adapter: Adapter, tmp_path: Path
) -> None:
    adapter.write(tmp_path).close()
    told: dict[bytes, int] = {}

    def write(name: int) -> None:
        with closing(adapter.write(tmp_path)) as store:
            for number in range(5):
                entry = b"%d-%d" % (name, number)
                told[entry] = Sequencer(store).append([entry])

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(adapter.read(tmp_path)) as store:
        found = list(store.entries(0, 20))
        assert store.head() == Head(20, root_of(*found))
    assert sorted(told.values()) == list(range(20))
    assert all(found[index] == entry for entry, index in told.items())


def test_duty_4_admission_sees_all_that_lies_before_and_stops_nobody_else(
    adapter: Adapter, tmp_path: Path
) -> None:
    seen: list[tuple[int, list[bytes]]] = []

    def admit(head: Head) -> None:
        seen.append((head.size, list(store.entries(0, head.size))))
        if head.size == 2:
            raise ValueError("not behind this")

    with closing(adapter.write(tmp_path)) as store:
        answers = store.append(
            [
                Addition(leaves(b"a", b"b")),
                Addition(leaves(b"refused"), admit=admit),
                Addition(leaves(b"c")),
                Addition(leaves(b"d"), admit=admit),
            ]
        )
        assert [answer for answer in answers if isinstance(answer, int)] == [0, 2, 3]
        assert isinstance(answers[1], ValueError)
        assert seen == [(2, [b"a", b"b"]), (3, [b"a", b"b", b"c"])]
        assert list(store.entries(0, 4)) == [b"a", b"b", b"c", b"d"]


def test_duty_5_a_checkpoint_is_kept_in_order_or_not_at_all(
    adapter: Adapter, tmp_path: Path
) -> None:
    with closing(adapter.write(tmp_path)) as store:
        store.append([Addition(leaves(b"a"))])
        assert store.sign(lambda head: f"first over {head.size}") == "first over 1"
        with pytest.raises(ZeroDivisionError):
            store.sign(lambda head: str(head.size // 0))
        assert store.sign(lambda _head: None) == "first over 1"
        assert store.sign(lambda _head: "second") == "second"
        assert store.checkpoints() == ["first over 1", "second"]


def test_duty_5_signing_waits_for_a_writer_and_sees_what_it_wrote(
    adapter: Adapter, tmp_path: Path
) -> None:
    inside, told = threading.Event(), []

    def admit(_head: Head) -> None:
        inside.set()
        thread.join(0.2)  # the signer must still be waiting when this ends

    def sign() -> None:
        inside.wait()
        with closing(adapter.write(tmp_path)) as other:
            told.append(other.sign(lambda head: str(head.size)))

    thread = threading.Thread(target=sign)
    with closing(adapter.write(tmp_path)) as store:
        thread.start()
        store.append([Addition(leaves(b"a", b"b"), admit=admit)])
        thread.join()
    assert told == ["2"]


def test_duty_6_reading_goes_on_while_another_writes(adapter: Adapter, tmp_path: Path) -> None:
    with closing(adapter.write(tmp_path)) as store:
        store.append([Addition(leaves(b"a"))])
        with closing(adapter.read(tmp_path)) as reader:

            def admit(_head: Head) -> None:
                assert list(reader.entries(0, 1)) == [b"a"]
                assert reader.head().size == 1

            assert store.append([Addition(leaves(b"b"), admit=admit)]) == [1]
            assert reader.head().size == 2
