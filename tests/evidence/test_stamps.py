# SPDX-License-Identifier: Apache-2.0
"""Stamps beside the ledger: kept as they came, told whatever they are, carried by backups."""

from __future__ import annotations

import hashlib

import pytest

from shirube import evidence
from shirube.evidence import open_book, stamps
from shirube.ledger.timestamp import StampProblem


@pytest.fixture
def folder(operator, key, now, policy):
    with open_book(operator, key=key, create=True) as book:
        book.seal([policy], now=now)
        book.seal([policy], now=now)
    return operator


def reply(folder) -> bytes:
    """Return what no parser takes, but which names the newest checkpoint."""
    signed = (folder / ".shirube" / "checkpoint").read_bytes()
    return b"\x30\x82 strange " + hashlib.sha256(signed).digest()


def test_a_reply_is_kept_with_its_checkpoint_and_shown_by_status_and_verify(folder) -> None:
    kept = stamps.add(folder, reply(folder), where="reply.tsr")
    assert (kept.leaves, kept.state) == (2, "unreadable")
    assert (folder / ".shirube/stamps" / kept.file).read_bytes() == reply(folder)
    verified = evidence.verify(folder)
    assert verified.holds
    assert verified.stamps == evidence.status(folder).stamps == (kept,)


def test_a_reply_on_nothing_of_ours_is_refused(folder) -> None:
    with pytest.raises(StampProblem, match="none of this ledger's checkpoints"):
        stamps.add(folder, b"a stamp on something else", where="reply.tsr")


def test_what_others_put_among_the_stamps_is_told_and_breaks_nothing(folder) -> None:
    stamps.add(folder, reply(folder), where="reply.tsr")
    home = folder / ".shirube/stamps"
    (home / "2-0123456789abcdef.tsr").write_bytes(b"junk")
    (home / "strange.tsr").write_bytes(b"junk")
    (home / "1-0123456789abcdef.tsr").write_bytes(bytes(100_000))
    verified = evidence.verify(folder)
    assert verified.holds
    told = {one.file: one.state for one in verified.stamps}
    assert told.pop("strange.tsr") == told.pop("2-0123456789abcdef.tsr") == "refused"
    assert told.pop("1-0123456789abcdef.tsr") == "unreadable"
    assert list(told.values()) == ["unreadable"]


def test_only_the_stamps_of_a_checkpoint_go_along_with_it(folder, key, now, policy) -> None:
    stamps.add(folder, reply(folder), where="reply.tsr")
    older = (folder / ".shirube" / "checkpoint").read_text()
    (folder / ".shirube/stamps/2-0123456789abcdef.tsr").write_bytes(b"junk")
    assert stamps.on_checkpoint(folder, older) == (reply(folder),)
    with open_book(folder, key=key) as book:
        book.seal([policy], now=now)
        assert stamps.on_checkpoint(folder, book.checkpoint()) == ()


def test_a_backup_carries_what_others_signed(folder, tmp_path) -> None:
    kept = stamps.add(folder, reply(folder), where="reply.tsr")
    evidence.backup(folder, tmp_path / "saved")
    assert evidence.status(tmp_path / "saved").stamps == (kept,)
