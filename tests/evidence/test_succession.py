# SPDX-License-Identifier: Apache-2.0
"""A ledger passes from key to key; what a revoked key signed too late does not count."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from shirube import evidence
from shirube.evidence import keys, last_head, open_book, succession
from shirube.evidence.admission import WrongSeal
from shirube.evidence.keys import KeyProblem, SigningKey
from shirube.ledger import checkpoint as checkpoints
from shirube.store.port import StoreProblem
from shirube.terms.evidence import KeyChange

OPERATOR = "acme_credit"
HOUR = dt.timedelta(hours=1)


class World:
    """Two runs under the first key, a hand-over, and one under the second."""

    def __init__(self, folder: Path, first: SigningKey, now: dt.datetime, measured) -> None:
        self.folder, self.first, self.now, self.measured = folder, first, now, measured
        self.old = folder.parent / "old.pem"
        self.old.write_bytes(first.public.pem)
        self.seal("one", 0)
        self.seal("two", 1)

    def seal(self, name: str, hours: int, key: SigningKey | None = None) -> None:
        used = key or keys.load(OPERATOR, folder=self.folder)
        with open_book(self.folder, key=used, create=True) as book:
            book.seal([self.measured(name)], now=self.now + hours * HOUR)

    def rotate(self, hours: int) -> succession.HandedOver:
        return succession.rotate(
            self.folder, OPERATOR, reason="two years", author="CISO", now=self.now + hours * HOUR
        )

    def revoke(self, since: float, hours: int = 9):
        return succession.revoke(
            self.folder, OPERATOR, self.first.public.key_id, since=self.now + since * HOUR,
            reason="laptop stolen", author="CISO", now=self.now + hours * HOUR,
        )  # fmt: skip

    def known(self):
        with open_book(self.folder) as book:
            return book.evidence()


@pytest.fixture
def world(operator, key, now, measured) -> World:
    return World(operator, key, now, measured)


def test_each_entry_is_signed_by_the_key_of_its_time_and_anybody_can_follow(world: World) -> None:
    made = world.rotate(2)
    world.seal("three", 3)
    assert made.entry.index == 2
    old, new = world.first.public.key_id, made.key.public.key_id
    assert [one.key_id for one in world.known()] == [old, old, old, new]
    newest = world.folder / keys.PUBLIC_KEY
    for trusted in (None, world.old, newest):
        assert evidence.verify(world.folder, trusted).problems == ()
    kept = keys.directory() / "retired" / f"{old}.pem"
    assert made.kept == kept
    assert kept.stat().st_mode & 0o077 == 0


def test_the_head_over_the_hand_over_is_signed_by_both(world: World) -> None:
    made = world.rotate(2)
    with open_book(world.folder) as book:
        heads = book.checkpoints()[-2:]
    first, second = (
        checkpoints.verify(head, key.public.raw)
        for head, key in zip(heads, (world.first, made.key), strict=True)
    )
    assert first == second
    assert first.size == 3


def test_a_ledger_passes_on_more_than_once_and_to_another_kind_of_key(world: World) -> None:
    world.rotate(2)
    succession.rotate(
        world.folder, OPERATOR, reason="hardware", author="CISO", now=world.now + 3 * HOUR,
        algorithm="p256",
    )  # fmt: skip
    world.seal("three", 4)
    assert evidence.verify(world.folder, world.old).problems == ()
    with open_book(world.folder) as book:
        assert [(one.first, one.last) for one in book.keyring.spans] == [(0, 2), (3, 3), (4, None)]


def test_the_former_key_can_add_nothing(world: World) -> None:
    world.rotate(2)
    with pytest.raises(KeyProblem, match="belongs to the key"):
        world.seal("late", 3, key=world.first)
    # Even with the folder's key put back, the ledger itself says who is next.
    (world.folder / keys.PUBLIC_KEY).write_bytes(world.first.public.pem)
    with pytest.raises(KeyProblem, match="has passed to the key"):
        world.seal("late", 3, key=world.first)


def test_a_stranger_s_key_and_a_stranger_s_hand_over_are_refused(world: World) -> None:
    world.rotate(2)
    stranger = keys.create("stranger")
    (problem,) = evidence.verify(world.folder, stranger.public).problems
    assert "the one you trust is none of them" in problem.found
    (world.folder / keys.PUBLIC_KEY).write_bytes(stranger.public.pem)
    (problem,) = evidence.verify(world.folder, world.old).problems
    assert "The folder holds the public key" in problem.found


def test_an_interrupted_hand_over_is_finished_by_running_it_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = ("create", "promote", "load")
    for number, step in enumerate(steps):
        real, calls = getattr(keys, step), []

        def stop(*words, real=real, calls=calls, **named):
            calls.append(words)
            # `load` runs for the key in use, for its successor, and after the promotion.
            if real.__name__ != "load" or len(calls) == 3:
                raise KeyboardInterrupt
            return real(*words, **named)

        before = keys.load(OPERATOR).public.key_id
        with monkeypatch.context() as patch:
            patch.setattr(keys, step, stop)
            with pytest.raises(KeyboardInterrupt):
                world.rotate(2 + number)
        if step == "load":  # all was done but the new key's own signature
            world.seal(f"after {step}", 2 + number)
        else:
            world.rotate(2 + number)
            world.seal(f"after {step}", 2 + number)
        assert keys.load(OPERATOR).public.key_id != before
        assert evidence.verify(world.folder, world.old).problems == ()
    with open_book(world.folder) as book:
        assert len(book.keyring.spans) == 1 + len(steps)


def test_what_was_sealed_before_the_date_counts_and_what_was_sealed_from_it_on_does_not(
    world: World,
) -> None:
    world.rotate(2)
    for since, refused in ((2, []), (1.01, []), (1, [1]), (0.5, [1]), (0, [0, 1])):
        copy = world.folder.parent / f"copy{since}"
        shutil.copytree(world.folder, copy)
        heads = keys.directory() / "heads"
        saved = world.folder.parent / "heads"
        shutil.copytree(heads, saved)
        sealed = world.revoke(since)
        assert [one.withdrawal.index for one in sealed[1:]] == refused
        assert [one.index for one in world.known() if one.refused] == refused
        verified = evidence.verify(world.folder)
        assert verified.problems == ()
        told = [remark for remark in verified.remarks if "was revoked from" in remark]
        assert len(told) == len(refused)
        assert all("laptop stolen" in remark for remark in told)
        # Back to before the revocation, for the next date.
        shutil.rmtree(world.folder)
        copy.rename(world.folder)
        shutil.rmtree(heads)
        saved.rename(heads)


def test_a_run_that_was_sealed_too_late_is_measured_again(world: World) -> None:
    world.rotate(2)
    world.revoke(1)
    with open_book(world.folder) as book:
        assert book.run("one", "key of one") is not None
        assert book.run("two", "key of two") is None


def test_whoever_trusts_the_stolen_key_is_not_led_through_a_late_hand_over(world: World) -> None:
    world.rotate(2)
    world.revoke(1.5)
    (problem,) = evidence.verify(world.folder, world.old).problems
    assert "which was revoked from" in problem.found
    assert evidence.verify(world.folder, world.folder / keys.PUBLIC_KEY).problems == ()


def test_only_a_former_key_is_revoked_once_and_never_comes_back(world: World) -> None:
    with pytest.raises(WrongSeal, match="cannot be revoked"):
        world.revoke(1)  # it is in use
    made = world.rotate(2)
    with pytest.raises(WrongSeal, match="cannot be revoked"):
        world.revoke(99)  # a time to come
    world.revoke(1)
    with pytest.raises(WrongSeal, match="cannot be entered"):
        world.revoke(1)
    back = KeyChange(
        action="rotated", key_id=made.key.public.key_id, public_key=made.key.public.pem.decode(),
        at=world.now, reason="back", author="CISO", successor_id=world.first.public.key_id,
        successor=world.first.public.pem.decode(),
    )  # fmt: skip
    with open_book(world.folder, key=made.key) as book, pytest.raises(WrongSeal, match="entered"):
        book.seal([back], now=world.now + 9 * HOUR)


def test_an_older_backup_is_refused_after_the_hand_over_too(world: World, tmp_path: Path) -> None:
    evidence.backup(world.folder, tmp_path / "saved")
    world.rotate(2)
    with pytest.raises(last_head.ForkRefused):
        evidence.restore(tmp_path / "saved", tmp_path / "elsewhere", now=world.now)
    evidence.backup(world.folder, tmp_path / "newer")
    verified, _aside = evidence.restore(tmp_path / "newer", tmp_path / "elsewhere", now=world.now)
    assert verified.leaves == 3


def test_a_hand_over_that_is_missing_or_changed_is_noticed(world: World) -> None:
    entry = world.rotate(2).entry
    path = world.folder / ".shirube/evidence" / entry.sha256[:2] / f"{entry.sha256[2:]}.json"
    content = path.read_bytes()
    other = b"1" if content[-40:-39] == b"0" else b"0"
    for changed in (content[:-40] + other + content[-39:], content.replace(b"a", b"b", 1)):
        path.write_bytes(changed)
        assert evidence.verify(world.folder).problems
    path.unlink()
    (problem,) = evidence.verify(world.folder).problems
    assert isinstance(problem, StoreProblem)


def test_an_export_with_evidence_is_followed_and_one_without_says_why_not(
    world: World, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    held.write_bytes((world.folder / ".shirube/checkpoint").read_bytes())
    world.rotate(2)
    world.seal("three", 3)
    evidence.export(world.folder, tmp_path / "whole", with_evidence=True)
    evidence.export(world.folder, tmp_path / "bare")
    assert evidence.verify_export(tmp_path / "whole", world.old, held=held).problems == ()
    assert evidence.verify_export(tmp_path / "bare").problems == ()
    (problem,) = evidence.verify_export(tmp_path / "bare", world.old).problems
    assert "The folder holds the public key" in problem.found
