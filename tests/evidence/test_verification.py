# SPDX-License-Identifier: Apache-2.0
"""Verification names the first thing that does not hold; one test per step of its story."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from shirube import evidence
from shirube.evidence import entry as entries
from shirube.evidence import keys, last_head
from shirube.evidence import statement as statements
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import tree
from shirube.store import sqlite
from shirube.store.files import EvidenceFiles
from shirube.store.sequencer import Sequencer
from shirube.terms.evidence import Withdrawal

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def sealed(operator, key, measured, policy, now) -> Path:
    """Return a folder with a ledger of four leaves, sealed in two goes."""
    with evidence.open_book(operator, key=key, create=True) as book:
        book.seal([measured("a"), measured("b"), policy], now=now)
        book.seal([measured("d")], now=now + HOUR)
    return operator


def first_problem(folder: Path, public_key=None) -> str:
    verification = evidence.verify(folder, public_key)
    assert not verification.holds
    (problem,) = verification.problems
    assert problem.where
    assert problem.why
    assert problem.remedy
    return str(problem)


def change(folder: Path, *statements_: str, **values: object) -> None:
    connection = sqlite3.connect(folder / ".shirube" / "ledger.db")
    with connection:
        for statement in statements_:
            connection.execute(statement, values)
    connection.close()


def rebuild(folder: Path, leaves: list[bytes], notes: list[str]) -> None:
    """Write a ledger of these leaves from scratch: what somebody without the key can do."""
    home = folder / ".shirube"
    (home / "ledger.db").unlink()
    store = sqlite.open_store(home / "ledger.db", create=True)
    Sequencer(store).append(leaves)
    for note in notes:
        store.sign(lambda _head, note=note: note)
    store.close()
    (home / "checkpoint").write_text(notes[-1], encoding="utf-8")


def content(folder: Path) -> tuple[list[bytes], list[str]]:
    store = sqlite.open_for_reading(folder / ".shirube" / "ledger.db")
    found = list(store.entries(0, store.head().size)), store.checkpoints()
    store.close()
    return found


def test_an_untouched_ledger_holds(sealed, key) -> None:
    verification = evidence.verify(sealed, key.public)
    assert verification.holds
    assert verification.remarks == ()
    assert (verification.leaves, verification.key_id) == (4, key.public.key_id)
    signed = checkpoints.verify(verification.checkpoint, key.public.raw)
    assert (signed.size, signed.root.hex()) == (4, verification.root)


def test_an_empty_ledger_holds(operator, key) -> None:
    evidence.open_book(operator, key=key, create=True).close()
    verification = evidence.verify(operator, key.public)
    assert verification.holds
    assert (verification.leaves, verification.root) == (0, tree.EMPTY_ROOT.hex())


def test_verifying_changes_no_file(sealed, key) -> None:
    before = {path: path.read_bytes() for path in sealed.rglob("*") if path.is_file()}
    evidence.verify(sealed, key.public)
    assert {path: path.read_bytes() for path in sealed.rglob("*") if path.is_file()} == before


def test_with_the_folders_own_key_a_remark_asks_to_compare_it(sealed, key) -> None:
    (remark,) = evidence.verify(sealed).remarks
    assert key.public.key_id in remark


def test_a_public_key_may_be_given_as_a_file(sealed, key, tmp_path) -> None:
    (tmp_path / "given.pem").write_bytes(key.public.pem)
    assert evidence.verify(sealed, tmp_path / "given.pem").holds


def test_step_1_another_operators_key(sealed) -> None:
    assert "expected is" in first_problem(sealed, keys.create("other").public)


def test_step_1_a_missing_public_key(sealed) -> None:
    (sealed / keys.PUBLIC_KEY).unlink()
    assert "not a public key" in first_problem(sealed)


def test_step_2_a_folder_without_a_ledger(sealed) -> None:
    (sealed / ".shirube" / "ledger.db").unlink()
    assert "no ledger here" in first_problem(sealed)


def test_step_2_a_trigger_that_somebody_put_in(sealed) -> None:
    change(sealed, "CREATE TRIGGER t AFTER INSERT ON leaf BEGIN DELETE FROM leaf; END")
    assert "its tables are not those of a ledger" in first_problem(sealed)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM leaf WHERE position = 3", "There are 3 leaves, but the head says 4"),
        ("DELETE FROM leaf WHERE position = 1", "There are 3 leaves"),
        ("INSERT INTO leaf VALUES (4, x'00')", "There are 5 leaves"),
        ("UPDATE leaf SET position = 9 WHERE position = 1", "leaf 1 cannot be read"),
        ("UPDATE leaf SET entry = 'text' WHERE position = 2", "leaf 2 cannot be read"),
        ("UPDATE leaf SET entry = x'7B7D' WHERE position = 2", "Leaf 2 is not an entry"),
        ("UPDATE head SET size = 3", "There are 4 leaves, but the head says 3"),
        ("DELETE FROM head", "the head of the tree is missing"),
        ("UPDATE head SET size = 'many'", "the head of the tree is missing"),
    ],
)
def test_step_3_leaves(sealed, key, statement: str, told: str) -> None:
    change(sealed, statement)
    assert told in first_problem(sealed, key.public)


def test_step_3_a_leaf_dated_before_the_one_in_front_of_it(sealed, key) -> None:
    leaves, notes = content(sealed)
    rebuild(sealed, leaves[::-1], notes)
    assert "Leaf 1 is dated 2026-11-01T09:00:00+00:00, before" in first_problem(sealed, key.public)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE node SET hash = x'00' WHERE level = 0 AND position = 2",
            "Node 2 of level 0 is 00",
        ),
        (
            "UPDATE node SET hash = zeroblob(32) WHERE level = 1 AND position = 1",
            "Node 1 of level 1",
        ),
        ("DELETE FROM node WHERE level = 1 AND position = 0", "nodes of level 1 are missing"),
        ("INSERT INTO node VALUES (7, 0, x'00')", "There are 8 nodes, but 7 belong"),
    ],
)
def test_step_4_nodes(sealed, key, statement: str, told: str) -> None:
    change(sealed, statement)
    assert told in first_problem(sealed, key.public)


def test_step_4_a_leaf_that_was_rewritten(sealed, key) -> None:
    leaf = content(sealed)[0][0].replace(b"09:00:00Z", b"08:00:00Z")
    change(sealed, "UPDATE leaf SET entry = :leaf WHERE position = 0", leaf=leaf)
    assert "Node 0 of level 0" in first_problem(sealed, key.public)


def test_step_5_a_root_that_was_rewritten(sealed, key) -> None:
    change(sealed, "UPDATE head SET root = zeroblob(32)")
    assert "The head's root is 0000" in first_problem(sealed, key.public)


def test_step_6_a_leaf_that_was_removed_with_all_hashes_made_new(sealed, key) -> None:
    leaves, notes = content(sealed)
    rebuild(sealed, [leaves[0], *leaves[2:]], notes)
    told = first_problem(sealed, key.public)
    assert "The checkpoint over 3 leaves was signed over another tree" in told


def test_step_6_leaves_that_nobody_signed_for(sealed, key) -> None:
    leaves, notes = content(sealed)
    rebuild(sealed, leaves, notes[:1])
    assert "covers 3 of 4 leaves" in first_problem(sealed, key.public)


@pytest.mark.parametrize("number", [1, 2])
def test_step_6_a_checkpoint_of_another_key(sealed, key, number: int) -> None:
    leaves, notes = content(sealed)
    size = {1: 3, 2: 4}[number]
    edge = tree.grow(0, [], map(tree.leaf_hash, leaves[:size]))[1]
    forged = checkpoints.Checkpoint("shirube/acme_credit", size, tree.fold(edge))
    notes[number - 1] = checkpoints.sign(forged, keys.create("other").private)
    rebuild(sealed, leaves, notes)
    assert "No signature of the key" in first_problem(sealed, key.public)


def test_step_6_checkpoints_in_another_order(sealed, key) -> None:
    leaves, notes = content(sealed)
    rebuild(sealed, leaves, [notes[1], notes[0], notes[1]])
    assert "does not follow the one before it" in first_problem(sealed, key.public)


def test_step_7_a_checkpoint_file_from_elsewhere(sealed, key) -> None:
    path = sealed / ".shirube" / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n4\n", b"\n5\n"))
    assert "none of the checkpoints" in first_problem(sealed, key.public)


def test_step_7_an_older_or_missing_checkpoint_file_loses_nothing(sealed, key) -> None:
    path = sealed / ".shirube" / "checkpoint"
    path.write_text(content(sealed)[1][0], encoding="utf-8")
    assert evidence.verify(sealed, key.public).remarks == ()
    path.unlink()
    verification = evidence.verify(sealed, key.public)
    assert verification.holds
    assert "missing" in verification.remarks[0]


def evidence_file(folder: Path, index: int) -> Path:
    leaf = entries.parse(content(folder)[0][index])
    return EvidenceFiles(folder / ".shirube" / "evidence").path(leaf.sha256)


def test_step_8_an_evidence_file_that_is_missing(sealed, key) -> None:
    path = evidence_file(sealed, 1)
    path.unlink()
    told = first_problem(sealed, key.public)
    assert "missing" in told
    assert str(path) in told


def test_step_8_evidence_files_that_were_exchanged(sealed, key) -> None:
    one, two = evidence_file(sealed, 0), evidence_file(sealed, 1)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert "was changed" in first_problem(sealed, key.public)


Forger = Callable[..., None]


@pytest.fixture
def forge(sealed, key) -> Forger:
    """Return a way to put any envelope under leaf 3, signed or not, and to sign the new tree."""

    def put(envelope: bytes, kind: str = "measurement", *, sign: bool = True) -> None:
        leaves, notes = content(sealed)
        (digest,) = EvidenceFiles(sealed / ".shirube" / "evidence").put([envelope])
        old = entries.parse(leaves[3])
        leaves[3] = entries.render(entries.Entry(kind, old.sealed_at, digest))  # type: ignore[arg-type]
        edge = tree.grow(0, [], map(tree.leaf_hash, leaves))[1]
        head = checkpoints.Checkpoint("shirube/acme_credit", 4, tree.fold(edge))
        if sign:
            notes[1] = checkpoints.sign(head, key.private)
        rebuild(sealed, leaves, notes)
        last_head.path(key.path.parent, key.public).unlink()

    return put


def test_step_9_an_envelope_of_another_key(sealed, key, forge, measured, now) -> None:
    forge(statements.seal(measured("d"), keys.create("other"), now + HOUR))
    told = first_problem(sealed, key.public)
    assert "Leaf 3: The operator's key did not sign this evidence" in told


def test_step_9_an_envelope_of_another_time(sealed, key, forge, measured, now) -> None:
    forge(statements.seal(measured("d"), key, now))
    assert "Leaf 3 and its evidence file say different things" in first_problem(sealed, key.public)


def test_step_9_an_envelope_of_another_kind(sealed, key, forge, measured, now) -> None:
    forge(statements.seal(measured("d"), key, now + HOUR), kind="document")
    assert "Leaf 3 and its evidence file say different things" in first_problem(sealed, key.public)


@pytest.mark.parametrize("index", [1, 3, 9, -1])
def test_step_9_a_withdrawal_of_another_run(sealed, key, forge, now, index: int) -> None:
    withdrawal = Withdrawal(index=index, reason="r", author="a", date=dt.date(2026, 11, 1))
    of_leaf_0 = entries.parse(content(sealed)[0][0]).sha256
    envelope = statements.seal(withdrawal, key, now + HOUR, named=of_leaf_0)
    forge(envelope, kind="withdrawal")
    assert "Leaf 3 and its evidence file say different things" in first_problem(sealed, key.public)


def test_step_9_an_envelope_that_is_no_json(sealed, key, forge) -> None:
    forge(b"no json")
    assert "Leaf 3: This is not evidence" in first_problem(sealed, key.public)


def test_step_10_a_restored_backup_shows_where_the_key_lives(
    sealed, key, measured, now, tmp_path
) -> None:
    shutil.copytree(sealed, tmp_path / "backup")
    with evidence.open_book(sealed, key=key) as book:
        book.seal([measured("e")], now=now + HOUR)
    assert "has signed 5 entries, here are 4" in first_problem(tmp_path / "backup", key.public)
    last_head.path(key.path.parent, key.public).unlink()  # a stranger has no such record
    assert evidence.verify(tmp_path / "backup", key.public).holds


def test_a_file_that_belongs_to_no_leaf_is_a_remark(sealed, key) -> None:
    EvidenceFiles(sealed / ".shirube" / "evidence").put([b"left behind"])
    verification = evidence.verify(sealed, key.public)
    assert verification.holds
    assert "1 evidence files belong to no leaf" in verification.remarks[0]


def test_no_leaf_tells_what_was_sealed(sealed) -> None:
    for leaf in content(sealed)[0]:
        assert set(json.loads(leaf)) == {"kind", "sealed_at", "sha256", "shirube"}
