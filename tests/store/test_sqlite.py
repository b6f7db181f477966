# SPDX-License-Identifier: Apache-2.0
"""The SQLite ledger: one transaction per group, compare and swap, and clear refusals."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.ledger import tree
from shirube.store import sqlite, sqlite_store
from shirube.store.port import Addition, Head, Leaf, StoreProblem
from shirube.store.sequencer import Sequencer
from shirube.terms.errors import InternalError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def append(path: Path, *entries: bytes) -> Head:
    store = sqlite.open_store(path, create=True)
    try:
        Sequencer(store).append(entries)
        return store.head()
    finally:
        store.close()


def test_a_new_ledger_is_the_empty_tree(path: Path) -> None:
    store = sqlite.open_store(path, create=True)
    assert store.head() == Head(0, tree.EMPTY_ROOT)
    assert (store.leaf_count(), store.node_count(), store.checkpoints()) == (0, 0, [])
    store.close()


def test_what_was_appended_is_there_after_opening_again(path: Path) -> None:
    # Three leaves: four nodes, (0,0) (0,1) (0,2) (1,0); root = node(node(a, b), c).
    a, b, c = (tree.leaf_hash(entry) for entry in (b"a", b"b", b"c"))
    head = append(path, b"a", b"b", b"c")
    assert head == Head(3, tree.node_hash(tree.node_hash(a, b), c))
    store = sqlite.open_for_reading(path)
    assert store.head() == head
    assert list(store.entries(0, 3)) == [b"a", b"b", b"c"]
    assert store.hashes(0, 0, 3) == [a, b, c]
    assert store.node(1, 0) == tree.node_hash(a, b)
    assert store.node_count() == 4
    store.close()


@given(st.lists(st.lists(st.binary(max_size=20), max_size=6), max_size=6))
def test_groups_give_the_same_tree_as_one_append(groups: list[list[bytes]]) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    sqlite._create(connection)
    store = sqlite.SqliteStore(Path("memory"), connection)
    for group in groups:
        Sequencer(store).append(group)
    everything = [entry for group in groups for entry in group]
    edge = tree.grow(0, [], map(tree.leaf_hash, everything))[1]
    assert store.head() == Head(len(everything), tree.fold(edge))
    assert list(store.entries(0, len(everything))) == everything
    store.close()


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 127, 128, 129, 1_000])
def test_every_row_is_written_however_many_one_statement_takes(path: Path, count: int) -> None:
    # One statement takes 64 rows: the leaves of the counts around 64 and 128 need one, two, three.
    leaves = [Leaf(b"%d" % place, b"event" * (place % 3)) for place in range(count)]
    store = sqlite.open_store(path, create=True)
    Sequencer(store).append([b"before"])
    assert Sequencer(store).append(leaves) == 1
    made, edge = tree.grow(
        0, [], [tree.leaf_hash(entry) for entry in (b"before", *(each.entry for each in leaves))]
    )
    assert store.head() == Head(count + 1, tree.fold(edge))
    assert list(store.entries(1, count + 1)) == [each.entry for each in leaves]
    assert list(store.events(0, count + 1)) == [
        (1 + place, each.event) for place, each in enumerate(leaves) if each.event
    ]
    assert store.node_count() == sum(len(row) for _level, _start, row in made)
    assert all(store.hashes(level, start, start + len(row)) == row for level, start, row in made)
    store.close()


def test_a_statement_keeps_below_the_values_that_any_sqlite_takes(path: Path) -> None:
    store = sqlite.open_store(path, create=True)
    store._db.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    assert Sequencer(store).append([b"%d" % place for place in range(500)]) == 0
    assert store.leaf_count() == 500
    store.close()


def test_what_is_not_admitted_adds_nothing_and_stops_nobody_of_its_group(path: Path) -> None:
    seen: list[tuple[int, list[bytes]]] = []
    store = sqlite.open_store(path, create=True)

    def look(head: Head) -> None:
        seen.append((head.size, list(store.entries(0, head.size))))

    def refuse(_head: Head) -> None:
        raise StoreProblem("not behind this head")

    first, refused, last = store.append(
        [
            Addition([Leaf(b"a")]),
            Addition([Leaf(b"b")], refuse),
            Addition([Leaf(b"c"), Leaf(b"d")], look),
        ]
    )
    assert (first, last) == (0, 1)
    assert isinstance(refused, StoreProblem)
    assert seen == [(1, [b"a"])]  # it saw what lies before it in the same group
    assert list(store.entries(0, 3)) == [b"a", b"c", b"d"]
    store.close()


def test_an_event_and_its_leaf_are_one_transaction(path: Path) -> None:
    store = sqlite.open_store(path, create=True)
    Sequencer(store).append([Leaf(b"a", b"what happened"), Leaf(b"b"), Leaf(b"c", b"more")])
    assert list(store.events(0, 3)) == [(0, b"what happened"), (2, b"more")]

    def fail(_self: object, *_given: object) -> None:
        raise StoreProblem("between event and head")

    with pytest.MonkeyPatch.context() as broken, pytest.raises(StoreProblem):
        broken.setattr(sqlite_store._Growing, "write", fail)
        store.append([Addition([Leaf(b"d", b"lost")])])
    assert list(store.events(0, 9)) == [(0, b"what happened"), (2, b"more")]
    assert store.leaf_count() == 3
    store.close()


def test_a_ledger_of_the_first_form_is_refused_with_a_way_out(path: Path) -> None:
    append(path, b"a")
    with sqlite3.connect(path) as earlier:
        earlier.execute("PRAGMA user_version = 1")
    earlier.close()
    for opened in (sqlite.open_for_reading, sqlite.open_store):
        with pytest.raises(StoreProblem, match="first form") as raised:
            opened(path)
        assert "shirube init" in str(raised.value)


def test_an_entry_that_does_not_fit_a_tile_is_refused(path: Path) -> None:
    store = sqlite.open_store(path, create=True)
    Sequencer(store).append([b"x" * 65_535])
    with pytest.raises(InternalError):
        Sequencer(store).append([b"x" * 65_536])
    assert store.head().size == 1
    store.close()


def test_a_checkpoint_that_cannot_be_made_is_not_kept(path: Path) -> None:
    store = sqlite.open_store(path, create=True)

    def refuse(_head: Head) -> str:
        raise StoreProblem("no")

    with pytest.raises(StoreProblem, match="no"):
        store.sign(refuse)
    assert store.checkpoints() == []
    assert store.sign(lambda head: f"size {head.size}\n") == "size 0\n"
    assert store.checkpoints() == ["size 0\n"]
    store.close()


def test_a_second_writer_waits_and_is_told_who_is_in_the_way(path: Path) -> None:
    append(path, b"a")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = sqlite.open_store(path, wait_seconds=0.05)
    with pytest.raises(StoreProblem, match="Another program is writing"):
        Sequencer(store).append([b"b"])
    reader = sqlite.open_for_reading(path)
    assert list(reader.entries(0, 1)) == [b"a"]  # reading goes on
    other.execute("ROLLBACK")
    assert Sequencer(store).append([b"b"]) == 1
    for connection in (reader, store, other):
        connection.close()


def test_a_missing_ledger_is_named(path: Path) -> None:
    for opened in (sqlite.open_for_reading, sqlite.open_store):
        with pytest.raises(StoreProblem, match="There is no ledger here") as raised:
            opened(path)
        assert str(path) in str(raised.value)
        assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"not a database, but long enough to be one" * 100])
def test_a_file_that_is_no_ledger_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreProblem, match="damaged"):
        sqlite.open_for_reading(path)


def test_a_database_of_somebody_else_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE head (size, root)")
    other.close()
    with pytest.raises(StoreProblem, match="not a ledger of Shirube"):
        sqlite.open_for_reading(path)


def test_a_newer_format_is_refused(path: Path) -> None:
    append(path, b"a")
    with sqlite3.connect(path) as later:
        later.execute("PRAGMA user_version = 3")
    later.close()
    with pytest.raises(StoreProblem, match="format 3 is not known"):
        sqlite.open_for_reading(path)


def test_a_truncated_database_is_refused_with_a_way_out(path: Path) -> None:
    append(path, *[b"entry %d" % index for index in range(200)])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StoreProblem, match="damaged") as raised:
        sqlite.open_for_reading(path).self_check()
    assert "Restore the folder .shirube from a backup" in str(raised.value)


def test_nodes_that_do_not_lead_to_the_root_stop_an_append(path: Path) -> None:
    append(path, b"a", b"b")
    with sqlite3.connect(path) as other:
        other.execute("UPDATE node SET hash = ? WHERE level = 1", (b"x" * 32,))
    other.close()
    store = sqlite.open_store(path)
    with pytest.raises(StoreProblem, match="do not lead to the stored root"):
        Sequencer(store).append([b"c"])
    assert store.head().size == 2
    store.close()


def test_reading_leaves_no_file_behind(path: Path) -> None:
    append(path, b"a")
    sqlite.open_for_reading(path).close()
    assert [found.name for found in path.parent.iterdir()] == ["ledger.db"]


_READ_ONLY = """
import os, sys
from pathlib import Path
from shirube.store import faults, sqlite, sqlite_store
from shirube.store.port import StoreProblem
from shirube.store.sequencer import Sequencer
str(faults.problem("full", Path(), ""))  # loads what the interpreter may not read later
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
path = Path(sys.argv[1])
store = sqlite.open_for_reading(path)
print(store.head().size, [entry.decode() for entry in store.entries(0, store.head().size)])
store.close()
try:
    store = sqlite.open_store(path)
    Sequencer(store).append([b"c"])
except StoreProblem as problem:
    print(problem)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX permissions")
@pytest.mark.parametrize("crashed", [False, True], ids=["clean", "with entries in the WAL"])
def test_a_read_only_ledger_is_read_and_not_written(path: Path, crashed: bool) -> None:
    store = sqlite.open_store(path, create=True)
    Sequencer(store).append([b"a", b"b"])
    folder = path.parent / "read_only"
    folder.mkdir()
    if crashed:  # as a crash leaves it: the newest entries are still in the WAL
        for found in (path, sqlite._wal(path)):
            shutil.copyfile(found, folder / found.name)
    store.close()
    if not crashed:
        shutil.copyfile(path, folder / path.name)
    for found in (*folder.iterdir(), folder):
        found.chmod(0o555 if found.is_dir() else 0o444)
    for above in folder.parents:
        if above.stat().st_uid == os.getuid() and not above.stat().st_mode & 0o001:
            above.chmod(0o711)  # a test folder of pytest's, which another user must pass through
    told = subprocess.run(
        [sys.executable, "-c", _READ_ONLY, str(folder / path.name)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    folder.chmod(0o755)
    assert told.stdout.startswith("2 ['a', 'b']\n"), told
    assert "may be read but not written here" in told.stdout
    assert "nothing that was acknowledged is lost" in told.stdout.lower()
