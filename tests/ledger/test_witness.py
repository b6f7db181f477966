# SPDX-License-Identifier: Apache-2.0
"""A witness's decision (C2SP tlog-witness): every status, and what it never does."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, tree, witness
from shirube.ledger import note as notes
from shirube.ledger.errors import MalformedNote, MalformedProof
from shirube.ledger.witness import Growth, Known

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)
WITNESS = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
ORIGIN = "shirube/six"


class Log:
    """A log in memory."""

    def __init__(self, size: int, word: bytes = b"entry") -> None:
        leaves = [tree.leaf_hash(b"%s %d" % (word, index)) for index in range(size)]
        made, edge = tree.grow(0, [], leaves)
        self.rows = {level: row for level, _start, row in made}
        self.head = checkpoints.Checkpoint(ORIGIN, size, tree.fold(edge))

    def asked(self, old: int, *, key: Ed25519PrivateKey = KEY) -> bytes:
        path = tree.consistency_proof(lambda level, at: self.rows[level][at], old, self.head.size)
        return witness.render(Growth(old, tuple(path), checkpoints.sign(self.head, key)))


def decide(body: bytes, held: checkpoints.Checkpoint | None) -> witness.Decision:
    known = Known((OTHER.public_key(), KEY.public_key()), held)
    return witness.decide(body, {ORIGIN: known}.get)


@pytest.mark.parametrize(("old", "new"), [(0, 1), (0, 300), (7, 8), (255, 257), (300, 300)])
def test_a_tree_that_grew_is_accepted_and_nothing_but_the_logs_line_is_kept(old, new) -> None:
    held = Log(old).head if old else None
    decided = decide(Log(new).asked(old), held)
    assert decided.status == 200
    assert decided.note is not None
    assert checkpoints.parse_text(decided.note.text) == Log(new).head
    assert [line.name for line in decided.note.signatures] == [ORIGIN]


def test_each_refusal_has_its_status() -> None:
    five, nine = Log(5), Log(9)
    signed_by_nobody = nine.asked(5, key=WITNESS)
    elsewhere = nine.asked(5).replace(ORIGIN.encode(), b"shirube/ten")
    larger = nine.asked(5).replace(b"old 5", b"old 10")
    wrong_path = Log(9, b"other").asked(5)
    fork = Log(5, b"other").asked(5)
    stale = nine.asked(3)
    told = {
        "unreadable": decide(b"old five\n\n", five.head).status,
        "nobody": decide(signed_by_nobody, five.head).status,
        "elsewhere": decide(elsewhere, five.head).status,
        "larger": decide(larger, five.head).status,
        "wrong path": decide(wrong_path, five.head).status,
        "fork": decide(fork, five.head).status,
        "stale": decide(stale, five.head).status,
        "rollback": decide(five.asked(5), nine.head).status,
    }
    assert told == {
        "unreadable": 400, "nobody": 403, "elsewhere": 404, "larger": 400, "wrong path": 422,
        "fork": 409, "stale": 409, "rollback": 409,
    }  # fmt: skip


def test_a_conflict_tells_the_size_that_is_held() -> None:
    decided = decide(Log(9).asked(3), Log(5).head)
    assert (decided.body, decided.content_type) == ("5\n", "text/x.tlog.size")
    unseen = decide(Log(9).asked(3), None)
    assert (unseen.status, unseen.body) == (409, "0\n")


def test_a_first_request_carries_no_proof() -> None:
    body = Log(9).asked(0)
    assert body.startswith(b"old 0\n\nshirube/six\n9\n")
    with_proof = body.replace(b"old 0\n", b"old 0\n" + Log(9).asked(5).splitlines()[1] + b"\n")
    assert decide(with_proof, None).status == 422


def test_the_answer_is_the_witnesss_line_and_the_log_can_take_it_in() -> None:
    log = Log(9)
    decided = decide(log.asked(0), None)
    assert decided.note is not None
    cosigned = cosignature.cosign(decided.note, "witness.example/w1", WITNESS, at=AT)
    body = witness.render_cosignatures(cosigned, ["witness.example/w1"])
    assert body.startswith("— witness.example/w1 ")
    assert body.count("\n") == 1
    signed = checkpoints.sign(log.head, KEY)
    note = witness.with_lines(signed, body)
    verifier = cosignature.verifier("witness.example/w1", WITNESS.public_key())
    assert cosignature.verify(note, verifier).at == AT
    with pytest.raises(MalformedNote):
        witness.with_lines(signed, "no signature\n")
    with pytest.raises(MalformedNote, match="something else"):
        witness.with_lines(signed, f"shirube/six\n10\n\n{body}")


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_a_request_reads_back_as_it_was_written(old: int, path: list[bytes]) -> None:
    asked = Growth(old, tuple(path), checkpoints.sign(Log(3).head, KEY))
    assert witness.parse(witness.render(asked)) == asked


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: f"old 1\n\n{t}".encode()))
def test_junk_is_refused_with_our_own_error(body: bytes) -> None:
    with pytest.raises((MalformedNote, MalformedProof)):
        witness.parse(body)
    assert decide(body, None).status == 400


def test_a_changed_byte_of_a_request_is_never_cosigned_as_another_tree() -> None:
    body, held = Log(9).asked(5), Log(5).head
    for at in range(len(body)):
        decided = decide(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :], held)
        if decided.note is not None:
            assert checkpoints.parse_text(decided.note.text) == Log(9).head


def test_a_checkpoint_that_others_signed_as_well_is_taken() -> None:
    log = Log(9)
    note = notes.parse(checkpoints.sign(log.head, KEY))
    more = cosignature.cosign(note, "another.example", WITNESS, at=AT)
    asked = witness.render(Growth(0, (), notes.render(more)))
    decided = decide(asked, None)
    assert decided.status == 200
    assert decided.note == note
