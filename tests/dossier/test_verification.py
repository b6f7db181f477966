# SPDX-License-Identifier: Apache-2.0
"""Two verifiers that share no code say the same of good dossiers and of changed ones."""

from __future__ import annotations

import datetime as dt
import io
import sys
import zipfile
from typing import TYPE_CHECKING

import msgspec
import pytest

from shirube import dossier
from shirube.dossier import archive, sealing, statement
from shirube.dossier.signers import Trust
from shirube.dossier.verifier import verify_dossier
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, envelope, note, signatures, strict_json
from shirube.terms.dossier import ToldRule
from shirube.terms.errors import Problem
from shirube.terms.rule import Citation, DatedValue, Rule, Wanted
from shirube.terms.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.dossier.conftest import World

    Judge = Callable[[bytes], bool]

DAY = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


@pytest.fixture
def ours(world: World) -> Judge:
    def holds(content: bytes) -> bool:
        try:
            dossier.verify(content, world.key.public.raw)
        except Problem:
            return False
        return True

    return holds


@pytest.fixture
def theirs(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """The single file, run as its user runs it."""
    file = tmp_path / "given"
    line = ["verify_dossier.py", str(file), "--public-key", str(world.public_key)]

    def holds(content: bytes) -> bool:
        file.write_bytes(content)
        monkeypatch.setattr(sys, "argv", line)
        monkeypatch.setattr(sys, "stdout", io.StringIO())
        return verify_dossier.main() == 0

    return holds


def test_a_dossier_holds_and_says_what_is_in_it(world: World) -> None:
    verified = dossier.verify(world.content, world.key.public.raw)
    assert verified.head == world.head
    assert (verified.evidence, verified.removed, verified.stamps) == ((0, 2), (), 1)
    assert [(line.rule, line.outcome) for line in verified.findings] == [("own/policy", "shown")]
    assert [one.declared_id for one in verified.head.left_out] == ["second"]


def test_the_file_is_a_zip_archive_that_others_read(world: World) -> None:
    with zipfile.ZipFile(io.BytesIO(world.content)) as found:
        assert found.testzip() is None
        assert found.namelist()[0] == "dossier.json"
        assert {name: found.read(name) for name in found.namelist()} == archive.read(world.content)


def test_equal_members_give_equal_bytes() -> None:
    members = {"dossier.json": b"{}", "checkpoint": b"1", "proofs.txt": b"2"}
    assert archive.write(members) == archive.write(dict(reversed(members.items())))


def test_both_verifiers_accept_the_good_one(world: World, ours: Judge, theirs: Judge) -> None:
    assert ours(world.content)
    assert theirs(world.content)


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ (1 << at % 8)]) + content[at + 1 :]


def test_some_changed_bytes_are_refused_by_both(world: World, ours: Judge, theirs: Judge) -> None:
    for at in range(0, len(world.content), 41):
        assert not ours(_flipped(world.content, at)), at
        assert not theirs(_flipped(world.content, at)), at


@pytest.mark.full
def test_every_changed_byte_is_refused_by_both(world: World, ours: Judge, theirs: Judge) -> None:
    """No byte is free: the list of bytes that carry nothing is empty."""
    free = [at for at in range(len(world.content)) if ours(_flipped(world.content, at))]
    free += [at for at in range(len(world.content)) if theirs(_flipped(world.content, at))]
    assert free == []


def test_truncated_and_longer_files_are_refused(world: World, ours: Judge, theirs: Judge) -> None:
    for content in (b"", world.content[:-1], world.content + b"\0", world.content[30:]):
        assert not ours(content)
        assert not theirs(content)


def _signed(world: World, **changes: object) -> bytes:
    """Sign another head over the same parts: what a lying operator could do."""
    members = archive.read(world.content)
    del members["dossier.json"]
    parts = sealing.digests_of(members, list(world.chosen.envelopes))
    head = msgspec.structs.replace(world.head, **changes)
    signed = envelope.sign(statement.render(head, parts), world.key.private)
    return archive.write(members | {"dossier.json": signed})


@pytest.mark.parametrize(
    "changes",
    [
        {"left_out": ()},  # a run is hidden
        {"leaves": 2},
        {"root": "00" * 32},
        {"operator_id": "seven"},
        {"origin": "shirube/seven"},
        {"documents": ()},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_head_that_lies_is_refused(
    world: World, ours: Judge, theirs: Judge, changes: dict[str, object]
) -> None:
    assert ours(_signed(world))
    content = _signed(world, **changes)
    assert not ours(content)
    assert not theirs(content)


def test_a_ledger_of_a_trillion_entries_takes_no_memory(
    world: World, ours: Judge, theirs: Judge
) -> None:
    """What is signed may still be meant to harm: a head that counts more than anybody can list."""
    many = checkpoints.Checkpoint(world.head.origin, 10**12, bytes(32))
    head = msgspec.structs.replace(world.head, leaves=10**12, root="00" * 32, left_out=())
    chosen = msgspec.structs.replace(
        world.chosen, checkpoint=checkpoints.sign(many, world.key.private), envelopes={}, proofs=()
    )
    content = dossier.seal(head, chosen, world.key.private)
    assert not ours(content)
    assert not theirs(content)


def test_a_removed_part_leaves_a_hole_that_is_seen(
    world: World, ours: Judge, theirs: Judge
) -> None:
    whole = dossier.opened(world.content, world.key.public.raw)
    paper = next(name for name in whole.parts if name.startswith("documents/"))
    content = dossier.redact(whole, ["evidence/2", "findings/0", paper])
    assert ours(content)
    assert theirs(content)
    verified = dossier.verify(content, world.key.public.raw)
    assert set(verified.removed) == {"evidence/2", "findings/0", paper}
    assert verified.head == world.head
    again = dossier.redact(dossier.opened(content, world.key.public.raw), ["evidence/0"])
    assert len(dossier.verify(again, world.key.public.raw).removed) == 4


@pytest.mark.parametrize("name", ["evidence/1", "checkpoint", "proofs.txt", "dossier.json", ""])
def test_proofs_and_signatures_cannot_be_removed(world: World, name: str) -> None:
    whole = dossier.opened(world.content, world.key.public.raw)
    with pytest.raises(dossier.RefusedDossier, match="is no part that can be removed"):
        dossier.redact(whole, [name])


def test_a_cosignature_is_asked_for_by_key(world: World, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    witness = Ed25519PrivateKey.generate()
    signed = note.parse(world.chosen.checkpoint)
    rendered = note.render(cosignature.cosign(signed, "authority", witness, at=DAY))
    chosen = msgspec.structs.replace(world.chosen, checkpoint=rendered)
    content = dossier.seal(world.head, chosen, world.key.private)
    verifier = cosignature.verifier("authority", witness.public_key())
    verified = dossier.verify(content, world.key.public.raw, Trust(witnesses=(verifier,)))
    assert [(one.name, one.at) for one in verified.witnessed] == [("authority", DAY)]
    assert dossier.verify(content, world.key.public.raw).unchecked == ("authority",)
    told = verify_dossier.verify(content, world.public_key, [signatures.render_key(verifier)])
    assert any("the witness authority saw" in line for line in told)
    other = cosignature.verifier("authority", Ed25519PrivateKey.generate().public_key())
    with pytest.raises(Problem):
        dossier.verify(content, world.key.public.raw, Trust(witnesses=(other,)))
    with pytest.raises(verify_dossier.Refused):
        verify_dossier.verify(content, world.public_key, [signatures.render_key(other)])


def test_a_document_that_is_an_archive_is_not_sealed(world: World) -> None:
    chosen = msgspec.structs.replace(world.chosen, documents=(b"PK\x03\x04rest",))
    with pytest.raises(dossier.RefusedDossier, match="archive"):
        dossier.seal(world.head, chosen, world.key.private)


def test_a_finding_says_on_what_footing_it_stands(world: World, ours: Judge, theirs: Judge) -> None:
    """Packs are in a dossier by their digest alone: what a rule asks, and who asks, goes along."""
    rule = Rule(
        id="policy", pack="own", title=Text("方針", "Policy"), expectation=Text("持つ。", "Have."),
        citations=(Citation(instrument=Text("規程", "Code"), provision=Text("1", "1"), url="u"),),
        addressee="anyone", footing="own-policy", status="in-force", confidence="medium",
        start=dt.date(2026, 1, 1), end=None, subject="operator", applies="", over="every",
        wanted=Wanted(kind="manifest", source=""), shown="", next_step=Text("書く", "Write"),
        effort="hours", text_held=False,
        values={
            "least": (
                DatedValue(
                    start=dt.date(2026, 1, 1), value=0.5, footing="own-policy",
                    reason=Text("当社", "Ours"),
                ),
            )
        },
    )  # fmt: skip
    chosen = msgspec.structs.replace(world.chosen, rules=(rule,))
    content = dossier.seal(world.head, chosen, world.key.private)
    assert ours(content)
    assert theirs(content)
    (line,) = dossier.verify(content, world.key.public.raw).findings
    assert line.told == ToldRule(
        title=rule.title, expectation=rule.expectation, citations=rule.citations,
        footing="own-policy", status="in-force", confidence="medium", text_held=False,
        own_thresholds=("least",),
    )  # fmt: skip
    # A dossier that was sealed before rules went along is read as it was.
    assert dossier.verify(world.content, world.key.public.raw).findings[0].told is None


@pytest.mark.parametrize("told", [{"title": []}, {"footing": "own-policy"}, ["a"], "rule", True])
def test_a_rule_that_is_none_is_refused(
    world: World, told: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = b'{"finding":%s,"rule":%s,"salt":""}' % (
        msgspec.json.encode(statement.spelled(msgspec.to_builtins(world.chosen.findings[0]))),
        msgspec.json.encode(told),
    )
    row = strict_json.dump(msgspec.json.decode(row))
    monkeypatch.setattr(sealing, "finding_line", lambda _finding, _rule: row)
    content = dossier.seal(world.head, world.chosen, world.key.private)
    with pytest.raises(dossier.RefusedDossier, match="a finding in it cannot be read"):
        dossier.verify(content, world.key.public.raw)


def test_a_number_is_told_as_text_and_each_finding_has_a_salt_of_its_own(world: World) -> None:
    first, second = (sealing.finding_line(world.chosen.findings[0]) for _ in range(2))
    assert first != second
    assert b'"least":"0.5"' in first
