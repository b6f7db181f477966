# SPDX-License-Identifier: Apache-2.0
"""The book of evidence: sealed once, read in the ledger's order, continued by its key alone."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from shirube import evidence
from shirube.evidence import book as books
from shirube.evidence import keys, last_head
from shirube.evidence.book import WrongSeal
from shirube.evidence.keys import KeyProblem, SigningKey
from shirube.evidence.last_head import ForkRefused
from shirube.ledger import checkpoint as checkpoints
from shirube.store.port import StoreProblem
from shirube.terms.errors import InternalError
from shirube.terms.evidence import Withdrawal

HOUR = dt.timedelta(hours=1)


def withdraw(index: int) -> Withdrawal:
    return Withdrawal(index=index, reason="wrong file", author="Sato", date=dt.date(2026, 11, 1))


def seal(operator: Path, key: SigningKey, *items, now: dt.datetime):
    with evidence.open_book(operator, key=key, create=True) as book:
        return book.seal(items, now=now)


def test_records_are_sealed_in_their_order_and_read_back(
    operator, key, measured, policy, now
) -> None:
    sealed = seal(operator, key, measured("a"), policy, now=now)
    assert [found.index for found in sealed] == [0, 1]
    assert (sealed[0].measurement, sealed[1].document) == (measured("a"), policy)
    assert {found.key_id for found in sealed} == {key.public.key_id}
    with evidence.open_book(operator) as book:
        assert book.evidence() == sealed
        assert book.head().size == 2
        assert book.documents() == {"policy": policy}


def test_one_seal_is_one_checkpoint_over_all_leaves(operator, key, measured, now) -> None:
    with evidence.open_book(operator, key=key, create=True) as book:
        assert book.checkpoint() == ""
        book.seal([measured("a"), measured("b")], now=now)
        signed = checkpoints.verify(book.checkpoint(), key.public.raw)
        assert (signed.origin, signed.size) == ("shirube/acme_credit", 2)
        assert signed.root == book.head().root
    assert (operator / ".shirube" / "checkpoint").read_text(encoding="utf-8") == book_text(operator)


def book_text(operator: Path) -> str:
    with evidence.open_book(operator) as book:
        return book.checkpoint()


def test_a_p256_key_seals_and_verifies_as_well(operator, measured, now) -> None:
    key = keys.create("hardware", algorithm="p256", folder=operator)
    sealed = seal(operator, key, measured(), now=now)
    verification = evidence.verify(operator, key.public)
    assert (verification.holds, verification.leaves) == (True, len(sealed))


def test_sealing_nothing_adds_nothing(operator, key, now) -> None:
    assert seal(operator, key, now=now) == ()
    assert book_text(operator) == ""


def test_a_run_is_found_by_id_and_key_as_long_as_it_decides(operator, key, measured, now) -> None:
    _first, second, _other = seal(
        operator,
        key,
        measured("a", key="same"),
        measured("a", key="same"),
        measured("b", key="same"),
        now=now,
    )
    with evidence.open_book(operator, key=key) as book:
        assert book.run("a", "same") == second
        assert book.run("a", "another") is None
        book.seal([withdraw(1)], now=now + HOUR)
        # The earlier run does not come back: it was superseded, so there is nothing to reuse.
        assert book.run("a", "same") is None
        book.seal([withdraw(0)], now=now + HOUR)
        assert book.run("a", "same") is None
        assert sorted(book.withdrawals()) == [0, 1]


def test_a_run_that_later_data_superseded_is_not_reused(operator, key, measured, now) -> None:
    seal(operator, key, measured("a", key="old"), measured("a", key="new"), now=now)
    with evidence.open_book(operator, key=key) as book:
        assert book.run("a", "old") is None
        assert book.run("a", "new") is not None


@pytest.mark.parametrize("index", [-1, 1, 7])
def test_only_a_measurement_can_be_withdrawn(operator, key, measured, policy, now, index) -> None:
    seal(operator, key, measured(), policy, now=now)
    with pytest.raises(WrongSeal, match="cannot be withdrawn"):
        seal(operator, key, withdraw(index), now=now)


def test_a_run_is_withdrawn_once(operator, key, measured, now) -> None:
    seal(operator, key, measured(), now=now)
    seal(operator, key, withdraw(0), now=now)
    with pytest.raises(WrongSeal):
        seal(operator, key, withdraw(0), now=now)


def test_a_clock_that_went_back_is_refused(operator, key, measured, now) -> None:
    seal(operator, key, measured(), now=now)
    with pytest.raises(WrongSeal, match="The clock says"):
        seal(operator, key, measured(), now=now - HOUR)
    with evidence.open_book(operator) as book:
        assert len(book.evidence()) == 1


def test_sealing_needs_a_key_and_a_time_zone(operator, key, measured, now) -> None:
    with pytest.raises(InternalError):
        seal(operator, key, measured(), now=now.replace(tzinfo=None))
    with evidence.open_book(operator) as book, pytest.raises(InternalError):
        book.seal([measured()], now=now)


def test_reading_needs_no_private_key(operator, key, measured, now) -> None:
    seal(operator, key, measured(), now=now)
    key.path.unlink()
    with evidence.open_book(operator) as book:
        assert book.evidence()[0].measurement == measured()


def test_a_folder_without_a_ledger_is_named(operator, key) -> None:
    assert not books.exists(operator)
    with pytest.raises(StoreProblem, match="no ledger here"):
        evidence.open_book(operator)
    with pytest.raises(StoreProblem, match="no ledger here"):
        evidence.open_book(operator, key=key)
    assert not (operator / ".shirube").exists()


def test_another_key_cannot_continue_the_ledger(operator, key, measured, now) -> None:
    seal(operator, key, measured(), now=now)
    other = keys.create("other")
    with pytest.raises(KeyProblem, match="belongs to the key"):
        evidence.open_book(operator, key=other)


def test_two_open_books_add_one_behind_the_other(operator, key, measured, now) -> None:
    with (
        evidence.open_book(operator, key=key, create=True) as one,
        evidence.open_book(operator, key=key) as two,
    ):
        one.seal([measured("a")], now=now)
        (second,) = two.seal([measured("b")], now=now)
        (third,) = one.seal([measured("c")], now=now)
        assert (second.index, third.index) == (1, 2)
        assert [run.measurement.id for run in two.evidence()] == ["a", "b", "c"]
    assert evidence.verify(operator, key.public).holds


def test_a_restored_backup_is_refused(operator, key, measured, now, tmp_path) -> None:
    seal(operator, key, measured("a"), now=now)
    shutil.copytree(operator, tmp_path / "backup")
    seal(operator, key, measured("b"), now=now)
    with pytest.raises(ForkRefused, match="has signed 2 entries, here are 1"):
        evidence.open_book(tmp_path / "backup", key=key)
    with evidence.open_book(tmp_path / "backup") as book:
        assert book.head().size == 1  # reading goes on


def test_a_copy_that_went_its_own_way_is_refused(operator, key, measured, now, tmp_path) -> None:
    seal(operator, key, measured("a"), now=now)
    copy = tmp_path / "copy"
    shutil.copytree(operator, copy)
    record = last_head.path(key.path.parent, key.public)
    before = record.read_bytes()
    seal(operator, key, measured("b"), now=now)
    after = record.read_bytes()
    record.write_bytes(before)  # as on a second machine that holds the same key
    seal(copy, key, measured("c"), now=now)
    record.write_bytes(after)
    with pytest.raises(ForkRefused, match="first 2 entries differ"):
        evidence.open_book(copy, key=key)


def test_a_new_ledger_under_a_key_that_signed_another_is_refused(
    operator, key, measured, now, tmp_path
) -> None:
    seal(operator, key, measured(), now=now)
    with pytest.raises(ForkRefused, match="here are none"):
        evidence.open_book(tmp_path / "new", key=key, create=True)
    assert not (tmp_path / "new").exists()


def test_a_damaged_record_of_the_last_head_is_refused(operator, key, measured, now) -> None:
    seal(operator, key, measured(), now=now)
    record = last_head.path(key.path.parent, key.public)
    record.write_bytes(record.read_bytes().replace(b"\n1\n", b"\n0\n"))
    with pytest.raises(ForkRefused, match="cannot be read"):
        evidence.open_book(operator, key=key)


def test_without_a_place_for_the_last_head_nothing_is_added(
    operator, key, measured, now, key_directory
) -> None:
    (key_directory / "heads").write_text("in the way")
    with pytest.raises(StoreProblem, match="last signed head cannot be written"):
        seal(operator, key, measured(), now=now)
    assert not books.exists(operator)


def test_a_tail_without_a_checkpoint_is_signed_when_the_book_is_opened_again(
    operator, key, measured, now, monkeypatch
) -> None:
    def crash(_self: books.Book) -> None:
        raise KeyboardInterrupt

    seal(operator, key, measured("a"), now=now)
    with monkeypatch.context() as broken:
        broken.setattr(books.Book, "_finish", crash)
        with pytest.raises(KeyboardInterrupt):
            seal(operator, key, measured("b"), now=now)
    (problem,) = evidence.verify(operator, key.public).problems
    assert "covers 1 of 2 leaves" in str(problem)
    with evidence.open_book(operator, key=key) as book:
        assert [run.measurement.id for run in book.evidence()] == ["a", "b"]
    assert evidence.verify(operator, key.public).holds


@pytest.mark.parametrize("step", ["append", "sign", "keep", "checkpoint file"])
@pytest.mark.parametrize("persisted", [False, True], ids=["not persisted", "persisted"])
def test_a_failure_at_any_step_leaves_a_ledger_that_can_go_on(
    operator, key, measured, now, monkeypatch, step: str, persisted: bool
) -> None:
    # Each step fails either before it did anything or after it did everything.
    owner, name = {
        "append": (books.sqlite.SqliteStore, "append"),
        "sign": (books.sqlite.SqliteStore, "sign"),
        "keep": (last_head, "keep"),
        "checkpoint file": (books, "write_whole"),
    }[step]
    seal(operator, key, measured("a"), now=now)
    real = getattr(owner, name)

    def failing(*arguments, **options):
        if persisted:
            real(*arguments, **options)
        raise StoreProblem("the disk failed")

    with monkeypatch.context() as broken:
        broken.setattr(owner, name, failing)
        with pytest.raises(StoreProblem, match="the disk failed"):
            seal(operator, key, measured("b"), now=now)
    appended = persisted or step != "append"
    with evidence.open_book(operator, key=key) as book:
        assert len(book.evidence()) == (2 if appended else 1)
        book.seal([measured("c")], now=now)
        assert book.evidence()[-1].measurement == measured("c")
    assert evidence.verify(operator, key.public).holds


def test_a_record_that_cannot_be_read_back_never_enters(operator, key, measured, now) -> None:
    with pytest.raises(InternalError):
        seal(operator, key, measured("a"), measured("b", seconds=float("nan")), now=now)
    with evidence.open_book(operator) as book:
        assert book.evidence() == ()
