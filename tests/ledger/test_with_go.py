# SPDX-License-Identifier: Apache-2.0
"""Go's own transparency-log packages accept what we write, and we what they write."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, proof, signatures, tree
from shirube.ledger import note as notes
from shirube.ledger.proof import Proof

PACKAGES = Path("/usr/share/gocode")
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        not os.environ.get("CI")
        and (which("go") is None or not (PACKAGES / "src/golang.org/x/mod/sumdb/tlog").is_dir()),
        reason="golang-go and golang-golang-x-mod-dev are not installed",
    ),
]
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
WITNESS = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
AT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the oracle; it needs no network, everything it imports is Debian's."""
    built = tmp_path_factory.mktemp("go") / "oracle"
    subprocess.run(
        ["go", "build", "-o", str(built), str(Path(__file__).parent / "oracle" / "oracle.go")],
        check=True,
        env={
            **os.environ,
            "GO111MODULE": "off",
            "GOPATH": str(PACKAGES),
            "GOCACHE": str(built.parent / "cache"),
        },
    )
    return built


class Log:
    """A log in memory, signed and cosigned."""

    def __init__(self, size: int) -> None:
        self.entries = [b"entry %d" % index for index in range(size)]
        made, edge = tree.grow(0, [], map(tree.leaf_hash, self.entries))
        self.rows = {level: row for level, _start, row in made}
        self.size, self.root = size, tree.fold(edge)
        head = checkpoints.Checkpoint("shirube/acme", size, self.root)
        note = notes.parse(checkpoints.sign(head, KEY))
        self.note = notes.render(cosignature.cosign(note, "witness.example", WITNESS, at=AT))

    def node(self, level: int, index: int) -> bytes:
        return self.rows[level][index]

    def asked(self, indexes: list[int], olds: list[int]) -> dict[str, Any]:
        verifier = signatures.Verifier("shirube/acme", 1, KEY.public_key())
        return {
            "Key": signatures.render_key(verifier),
            "Checkpoint": self.note,
            "WitnessName": "witness.example",
            "Witness": text(WITNESS.public_key().public_bytes_raw()),
            "Size": self.size,
            "Root": text(self.root),
            "Records": [
                {
                    "Index": index,
                    "Entry": text(self.entries[index]),
                    "Proof": [text(s) for s in tree.inclusion_proof(self.node, index, self.size)],
                }
                for index in indexes
            ],
            "Growths": [
                {
                    "Old": old,
                    "New": self.size,
                    "OldRoot": text(tree.root(self.node, old)),
                    "NewRoot": text(self.root),
                    "Proof": [text(s) for s in tree.consistency_proof(self.node, old, self.size)],
                }
                for old in olds
            ],
        }


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def ask(oracle: Path, question: dict[str, Any] | None = None, size: int = 0) -> dict[str, Any]:
    told = subprocess.run(
        [str(oracle), *([str(size)] if size else [])],
        input=json.dumps(question or {}),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout)


@pytest.mark.parametrize("size", [1, 2, 7, 255, 256, 257, 1000, 70_001])
def test_go_accepts_our_checkpoint_our_cosignature_and_our_proofs(oracle: Path, size: int) -> None:
    log = Log(size)
    indexes = sorted({0, size // 3, size // 2, size - 1, *range(min(size, 40))})
    olds = sorted({1, max(size // 3, 1), max(size // 2, 1), size, *range(1, min(size, 40))})
    found = ask(oracle, log.asked(indexes, olds))
    assert found["Error"] == ""
    assert found["Text"] == notes.parse(log.note).text
    assert found["Witness"] == ""
    assert found["Records"] == [""] * len(indexes)
    assert found["Growths"] == [""] * len(olds)


def test_go_refuses_what_we_refuse(oracle: Path) -> None:
    log = Log(1000)
    asked = log.asked([5, 6], [100, 200])
    asked["Records"][0]["Entry"] = text(b"entry 7")
    asked["Records"][1]["Proof"][0] = text(b"\x00" * 32)
    asked["Growths"][0]["OldRoot"] = text(b"\x00" * 32)
    asked["Growths"][1]["Old"] = 201
    found = ask(oracle, asked)
    assert all(found["Records"])
    assert all(found["Growths"])
    changed = {**asked, "Checkpoint": log.note.replace("1000", "1001", 1)}
    assert ask(oracle, changed)["Error"]
    later = {**log.asked([], []), "Witness": text(KEY.public_key().public_bytes_raw())}
    assert "does not verify" in ask(oracle, later)["Witness"]


@pytest.mark.parametrize("size", [1, 6, 256, 300])
def test_we_accept_go_s_checkpoint_and_proofs_and_they_are_the_same_bytes(
    oracle: Path, size: int
) -> None:
    made = ask(oracle, size=size)
    verifier = signatures.parse_key(made["Key"])
    head = checkpoints.verify(made["Checkpoint"], verifier.key)
    assert (head.origin, head.size, text(head.root)) == ("go.example/log", size, made["Root"])
    entries = [base64.b64decode(each["Entry"]) for each in made["Records"]]
    rows = {row[0]: row[2] for row in tree.grow(0, [], map(tree.leaf_hash, entries))[0]}
    node = lambda level, index: rows[level][index]  # noqa: E731
    for each, entry in zip(made["Records"], entries, strict=True):
        path = tuple(base64.b64decode(step) for step in each["Proof"] or [])
        given = Proof(each["Index"], path, made["Checkpoint"])
        assert proof.verify(given, entry, verifier.key) == head
        assert list(path) == tree.inclusion_proof(node, each["Index"], size)
    for each in made["Growths"]:
        path = [base64.b64decode(step) for step in each["Proof"] or []]
        roots = base64.b64decode(each["OldRoot"]), head.root
        assert tree.verify_consistency(each["Old"], size, *roots, path)
        assert path == tree.consistency_proof(node, each["Old"], size)
