# SPDX-License-Identifier: Apache-2.0
"""Operator and authority over tlog-witness, by files: each step as its user takes it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from shirube import evidence
from shirube.api import authority, operator
from shirube.cli.__main__ import main
from shirube.evidence import keys
from shirube.evidence.last_head import ForkRefused
from shirube.ledger import signatures
from shirube.ledger.errors import UnverifiedNote
from shirube.terms.document import Document
from shirube.terms.errors import Problem
from shirube.terms.evidence import DocumentSeal

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = "8700110005901"  # its check digit is worked out in test_exchange.py


class World:
    """An operator and an authority that knows it, with separate keys."""

    def __init__(self, place: Path, patch: pytest.MonkeyPatch, now) -> None:
        self.place, self.patch, self.now = place, patch, now
        self.folder, self.office = place / "operator", place / "authority"
        self.folder.mkdir()
        self.role("operator")
        self.key = keys.create("six", folder=self.folder)
        self.grow(2)
        self.role("authority")
        self.witness = authority.init_office(self.office, "bureau").verifier_key
        authority.register_operator(
            self.office, "six", self.folder / keys.PUBLIC_KEY, fingerprint=self.key.public.key_id,
            corporate_number=NUMBER, approver="Section chief",
        )  # fmt: skip

    def role(self, name: str) -> None:
        self.patch.setenv("SHIRUBE_KEY_DIR", str(self.place / f"{name}_keys"))

    def grow(self, count: int, word: str = "paper") -> None:
        papers = [Document(id=f"{word}{n}", kinds=("policy",), absent=True) for n in range(count)]
        self.role("operator")
        with evidence.open_book(self.folder, key=self.key, create=True) as book:
            book.seal([DocumentSeal(document=paper) for paper in papers], now=self.now)

    def exchange(self, name: str, old: int | None = None) -> int:
        """Ask and answer once; return the status."""
        request, answer = self.place / f"{name}.request", self.place / f"{name}.answer"
        self.role("operator")
        operator.cosign_request(self.folder, request, witness_key=self.witness, old=old)
        self.role("authority")
        decided = authority.answer_request(self.office, request, answer)
        self.role("operator")
        if decided.status == 200:
            operator.cosign_add(self.folder, answer, witness_key=self.witness)
        return decided.status


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    import datetime as dt

    return World(tmp_path, monkeypatch, dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC))


def test_both_sides_hold_the_same_cosigned_head_after_each_exchange(world: World) -> None:
    for number, size in enumerate((2, 5, 6)):
        assert world.exchange(f"step{number}") == 200
        kept = (world.folder / ".shirube/witnessed/bureau.checkpoint").read_text()
        held = (world.office / "heads/six.checkpoint").read_text()
        assert kept == held
        assert kept.splitlines()[1] == str(size)
        world.grow(3 if size == 2 else 1, f"later{number}")
    sizes = sorted(path.stem for path in (world.office / "heads/six").iterdir())
    assert sizes == ["2", "5", "6"]
    assert sorted(p.stem for p in (world.folder / ".shirube/witnessed/bureau").iterdir()) == sizes


def test_a_restored_copy_and_a_fork_are_not_cosigned(world: World) -> None:
    before = world.place / "before"
    shutil.copytree(world.folder, before)
    world.grow(2, "one")
    assert world.exchange("first") == 200
    # The operator goes back to the copy and takes away the record of its own key.
    shutil.rmtree(world.folder)
    shutil.copytree(before, world.folder)
    shutil.rmtree(world.key.path.parent / "heads")
    assert world.exchange("older") == 409
    world.grow(2, "other")
    assert world.exchange("same size", old=4) == 409
    world.grow(1, "more")
    assert world.exchange("longer", old=4) == 422
    held = (world.office / "heads/six.checkpoint").read_text()
    assert held.splitlines()[1] == "4"


def test_an_unknown_operator_and_an_unknown_key_are_refused(world: World) -> None:
    (world.office / "operators/six.json").rename(world.office / "operators/seven.json")
    assert world.exchange("unknown") == 404
    (world.office / "operators/seven.json").rename(world.office / "operators/six.json")
    record = json.loads((world.office / "operators/six.json").read_text())
    world.role("authority")
    record["public_key"] = keys.load("bureau").public.pem.decode()
    (world.office / "operators/six.json").write_text(json.dumps(record))
    with pytest.raises(Problem, match="something else of this operator than the authority's led"):
        world.exchange("changed register")
    # As an office of an earlier version, which kept no ledger to hold its register against:
    shutil.rmtree(world.office / ".shirube")
    with pytest.raises(ForkRefused, match="has signed 1 entries, here are none"):
        world.exchange("ledger taken away")
    shutil.rmtree(keys.load("bureau").path.parent / "heads")
    assert world.exchange("other key") == 403


def test_an_answer_for_somebody_else_or_of_somebody_else_is_not_kept(world: World) -> None:
    assert world.exchange("first") == 200
    answer = world.place / "first.answer"
    stranger = keys.create("stranger").public.raw
    from shirube.ledger import cosignature

    other = signatures.render_key(cosignature.verifier("bureau", stranger))
    with pytest.raises(UnverifiedNote, match="cosigned none"):
        operator.cosign_add(world.folder, answer, witness_key=other)
    answer.write_text(answer.read_text().replace("A", "B", 1))
    with pytest.raises(Problem):
        operator.cosign_add(world.folder, answer, witness_key=world.witness)


def test_the_commands_do_the_same(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: object) -> int:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        return int(left.value.code or 0)

    request, answer = world.place / "r", world.place / "a"
    world.role("operator")
    ask = ("ledger", "cosign", "request", world.folder, "--witness", world.witness)
    assert run(*ask, "--out", request) == 0
    world.role("authority")
    assert run("authority", "cosign", world.office, request, "--out", answer) == 0
    assert run("authority", "cosign", world.office, request, "--out", world.place / "b") == 1
    world.role("operator")
    assert run("ledger", "cosign", "add", answer, world.folder, "--witness", world.witness) == 0
    assert "saw the head of 2 entries" in capsys.readouterr().out
    assert run(*ask, "--out", request) == 2
