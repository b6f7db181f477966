# SPDX-License-Identifier: Apache-2.0
"""Operator and authority, each with a folder and keys: each keeps the signed word of the other."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from typing import TYPE_CHECKING

import msgspec
import pytest

from shirube import dossier
from shirube.api import authority, operator
from shirube.api.operator.authority_heads import RewrittenPast
from shirube.dossier import RefusedDossier, receipts
from shirube.evidence import keys, open_book
from shirube.evidence import verify as verify_ledger
from shirube.evidence.handing_over import hand_over
from shirube.evidence.last_head import ForkRefused
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import proof as proofs
from shirube.terms.document import Document
from shirube.terms.dossier import DossierHead
from shirube.terms.errors import Problem
from shirube.terms.evidence import DocumentSeal

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.evidence.keys import SigningKey

NOW = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
NUMBER = "8700110005901"  # the check digit 8: 9 - (sum of weighted digits mod 9), by hand below
# Body 700110005901 from the right, weights 1,2,1,2...: 1+0+9+10+0+0+0+2+1+0+0+14 = 37; 9 - 1 = 8.


class World:
    """An operator with a ledger of so many entries, and an authority that knows it."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place, self.patch = place, monkeypatch
        self.folder, self.office = place / "operator", place / "authority"
        self.folder.mkdir()
        self.as_operator()
        self.key = keys.create("six", folder=self.folder)
        self.grow(2)
        self.as_authority()
        authority.init_office(self.office, "bureau")
        self.register()

    @property
    def public_key(self) -> Path:
        return self.folder / keys.PUBLIC_KEY

    def register(self, **changes: str) -> None:
        told = {
            "fingerprint": self.key.public.key_id[:16],
            "corporate_number": NUMBER,
            "approver": "Section chief",
        }
        authority.register_operator(self.office, "six", self.public_key, **(told | changes))

    def as_operator(self) -> None:
        self.patch.setenv("SHIRUBE_KEY_DIR", str(self.place / "operator_keys"))

    def as_authority(self) -> None:
        self.patch.setenv("SHIRUBE_KEY_DIR", str(self.place / "authority_keys"))

    def grow(self, count: int, word: str = "paper") -> None:
        papers = [Document(id=f"{word}{n}", kinds=("policy",), absent=True) for n in range(count)]
        seals = [DocumentSeal(document=paper) for paper in papers]
        with open_book(self.folder, key=self.key, create=True) as book:
            book.seal(seals, now=NOW)

    def seal(self, name: str, *, since: int = 0, key: SigningKey | None = None) -> Path:
        """Write a dossier of all entries, without the journey that judges."""
        signed = open_book(self.folder).checkpoint()
        head = checkpoints.verify(signed, self.key.public.raw)
        handed = hand_over(self.folder, range(head.size), since=since)
        said = DossierHead(
            operator_id="six",
            operator_name="六行商店",
            corporate_number=NUMBER,
            on=NOW.date(),
            sealed_at=NOW,
            tool_version="0",
            origin=head.origin,
            leaves=head.size,
            root=head.root.hex(),
        )
        chosen = dossier.Chosen(
            checkpoint=handed.checkpoint,
            envelopes=handed.envelopes,
            proofs=handed.proofs,
            findings=(),
            since=since,
            consistency=handed.consistency,
        )
        file = self.place / name
        file.write_bytes(dossier.seal(said, chosen, (key or self.key).private))
        return file

    def keep(self, file: Path) -> None:
        _receipt, where = authority.receipt_of(self.office, file)
        operator.keep_receipt(self.folder, where, file, self.office / "public_key.pem")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


def test_each_side_ends_with_the_signed_head_of_the_other(world: World) -> None:
    first = world.seal("first")
    given = authority.receive(world.office, "six", first)
    assert given.refusal == ""
    assert "SHIRUBE_EXTENDS_HEAD_HELD" not in given.properties
    world.keep(first)
    held = (world.office / "heads" / "six.checkpoint").read_text(encoding="utf-8")
    kept = world.folder / ".shirube" / "witnessed" / "bureau.checkpoint"
    assert kept.read_text(encoding="utf-8") == held == given.checkpoint
    world.grow(3, "later")
    second = authority.receive(world.office, "six", world.seal("second", since=2))
    assert "SHIRUBE_EXTENDS_HEAD_HELD" in second.properties
    assert checkpoints.parse(second.checkpoint)[0].size == 5


def test_a_dossier_that_does_not_lead_from_the_head_held_is_refused(world: World) -> None:
    authority.receive(world.office, "six", world.seal("first"))
    world.grow(1, "later")
    without, wrong = world.seal("without"), world.seal("wrong", since=1)
    for file in (without, wrong):
        given = authority.receive(world.office, "six", file)
        assert "does not lead from the head over 2 entries" in given.refusal
        assert (given.properties, given.checkpoint) == ((), "")
        with pytest.raises(RefusedDossier, match="refused the dossier"):
            world.keep(file)


def test_a_forked_or_restored_ledger_is_refused(world: World) -> None:
    before = world.place / "before"
    shutil.copytree(world.folder, before)
    heads = world.key.path.parent / "heads"
    world.grow(2, "one")
    authority.receive(world.office, "six", world.seal("first"))
    # The operator takes the older copy, and the record of its own key, and goes another way.
    shutil.rmtree(world.folder)
    shutil.copytree(before, world.folder)
    shutil.rmtree(heads)
    older = authority.receive(world.office, "six", world.seal("older"))
    assert "holds a head over 4 entries; this one has 2" in older.refusal
    world.grow(2, "other")
    same_size = authority.receive(world.office, "six", world.seal("same"))
    assert "was forked" in same_size.refusal
    world.grow(1, "more")
    longer = authority.receive(world.office, "six", world.seal("longer", since=4))
    assert "was forked" in longer.refusal


def test_a_dossier_of_another_key_or_operator_is_refused(world: World) -> None:
    world.as_operator()
    stranger = keys.create("stranger")
    world.as_authority()
    forged = authority.receive(world.office, "six", world.seal("forged", key=stranger))
    assert "is not signed with the key" in forged.refusal
    with pytest.raises(Problem, match="no such file"):
        authority.receive(world.office, "seven", world.seal("unknown"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"fingerprint": "0123456789abcdef"}, "fingerprint is not that of this key"),
        ({"fingerprint": "01"}, "fingerprint is not that of this key"),
        ({"corporate_number": "1700110005901"}, "is no corporate number"),
        ({"corporate_number": "five"}, "is no corporate number"),
    ],
)
def test_a_key_is_registered_only_after_it_was_compared(
    world: World, changes: dict[str, str], told: str
) -> None:
    with pytest.raises(Problem, match=told):
        world.register(**changes)


def test_a_second_key_for_one_ledger_is_not_registered(world: World) -> None:
    world.as_operator()
    other = keys.create("other")
    file = world.place / "other.pem"
    file.write_bytes(other.public.pem)
    world.as_authority()
    with pytest.raises(Problem, match="Another key"):
        authority.register_operator(
            world.office, "six", file, fingerprint=other.public.key_id,
            corporate_number=NUMBER, approver="Section chief",
        )  # fmt: skip


def test_a_changed_receipt_is_refused_by_the_operator(world: World) -> None:
    file = world.seal("first")
    authority.receive(world.office, "six", file)
    _given, where = authority.receipt_of(world.office, file)
    content = where.read_bytes()
    changed = world.place / "changed.json"
    for at in range(0, len(content), 29):
        changed.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(Problem):
            operator.keep_receipt(world.folder, changed, file, world.office / "public_key.pem")
    other = world.place / "other"
    other.write_bytes(b"another dossier")
    with pytest.raises(RefusedDossier, match="another dossier"):
        operator.keep_receipt(world.folder, where, other, world.office / "public_key.pem")


def _known_to_the_operator(world: World) -> Path:
    return world.folder / ".shirube" / "authorities" / "bureau"


def test_the_authority_enters_its_register_and_its_answers_in_a_ledger_of_its_own(
    world: World,
) -> None:
    first = world.seal("first")
    given = authority.receive(world.office, "six", first)
    world.keep(first)
    # One entry for the registration, one for the answer; the head of both is held on both sides.
    assert given.entered is not None
    proof = proofs.parse(given.entered.proof)
    assert (proof.index, checkpoints.parse(proof.checkpoint)[0].size) == (1, 2)
    held = _known_to_the_operator(world) / "2.checkpoint"
    assert held.read_text(encoding="utf-8") == proof.checkpoint
    world.grow(1, "later")
    second = authority.receive(world.office, "six", world.seal("second", since=2))
    world.keep(world.place / "second")
    assert second.entered is not None
    assert list(second.entered.growth) == ["2"]
    assert {path.name for path in held.parent.iterdir()} == {"2.checkpoint", "3.checkpoint"}
    world.keep(first)  # once more: it is one of those that were kept
    verified = verify_ledger(world.office, world.office / "public_key.pem", held=held)
    assert (verified.holds, verified.leaves) == (True, 3)


def test_an_authority_that_rewrites_its_past_is_seen_by_the_operator(world: World) -> None:
    first = world.seal("first")
    authority.receive(world.office, "six", first)
    world.keep(first)
    # The authority begins its ledger anew, and hides that it did: also the record of its key.
    shutil.rmtree(world.office / ".shirube")
    shutil.rmtree(world.place / "authority_keys" / "heads")
    world.register(approver="Somebody else")
    world.grow(1, "later")
    for name in ("second", "third"):
        authority.receive(world.office, "six", world.seal(name, since=2))
    # The second has as many entries as the head held, the third leads from another one.
    for name in ("second", "third"):
        with pytest.raises(RewrittenPast, match="does not continue what it showed before"):
            world.keep(world.place / name)
    assert [path.name for path in _known_to_the_operator(world).iterdir()] == ["2.checkpoint"]


def test_an_authority_that_takes_an_older_folder_back_is_stopped_by_its_key(world: World) -> None:
    shutil.copytree(world.office, world.place / "before")
    authority.receive(world.office, "six", world.seal("first"))
    shutil.rmtree(world.office)
    shutil.copytree(world.place / "before", world.office)
    with pytest.raises(ForkRefused, match="has signed 2 entries, here are 1"):
        authority.receive(world.office, "six", world.place / "first")


def test_an_answer_that_stands_elsewhere_or_nowhere_is_refused(world: World) -> None:
    first = world.seal("first")
    given = authority.receive(world.office, "six", first)
    world.grow(1, "later")
    other = authority.receive(world.office, "six", world.seal("second", since=2))
    own = keys.load("bureau", folder=world.office)
    assert given.entered
    assert other.entered
    answer = json.loads(given.entered.answer)
    lies = {
        "the entry of another answer": other.entered,
        "the entry of this one with another's envelope": msgspec.structs.replace(
            given.entered, answer=other.entered.answer
        ),
        "an envelope that somebody changed": msgspec.structs.replace(
            given.entered, answer=json.dumps(answer | {"signatures": []})
        ),
        "no proof": msgspec.structs.replace(given.entered, proof=given.entered.proof[:-9]),
        "the proof of another index": msgspec.structs.replace(
            given.entered, proof=given.entered.proof.replace("index 1", "index 0")
        ),
    }
    file = world.place / "lie.json"
    for entered in lies.values():
        lie = msgspec.structs.replace(given, entered=entered)
        file.write_bytes(receipts.sign(lie, own.private))
        with pytest.raises(Problem):
            operator.keep_receipt(world.folder, file, first, world.office / "public_key.pem")
    world.keep(first)
    file.write_bytes(receipts.sign(msgspec.structs.replace(given, entered=None), own.private))
    with pytest.raises(RewrittenPast, match="does not say where it stands"):
        operator.keep_receipt(world.folder, file, first, world.office / "public_key.pem")


def test_a_refusal_is_entered_and_leads_on_as_well(world: World) -> None:
    bad = world.place / "bad"
    bad.write_bytes(b"PK\x03\x04")
    refused = authority.receive(world.office, "six", bad)
    assert refused.refusal
    with pytest.raises(RefusedDossier):
        world.keep(bad)
    assert [path.name for path in _known_to_the_operator(world).iterdir()] == ["2.checkpoint"]
    first = world.seal("first")
    authority.receive(world.office, "six", first)
    world.keep(first)
