# SPDX-License-Identifier: Apache-2.0
"""``shirube ledger`` and ``shirube evidence erase``, as a person at the command line uses them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from shirube import evidence
from shirube.cli.__main__ import main
from shirube.evidence import keys
from shirube.terms.document import Document
from shirube.terms.evidence import DocumentSeal

MANIFEST = """\
shirube: 1
operator:
  id: six
  name: {ja: 六行商店, en: Six Rows Ltd.}
  kind: company
  country: JP
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an operator's folder with three sealed documents."""
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    home = tmp_path / "operator"
    home.mkdir()
    (home / "shirube.yaml").write_text(MANIFEST, encoding="utf-8")
    key = keys.create("six", folder=home)
    papers = [Document(id=name, kinds=("policy",), owner="Yamada", file="p.md") for name in "abc"]
    with evidence.open_book(home, key=key, create=True) as book:
        now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
        book.seal([DocumentSeal(document=paper, sha256="ab" * 32) for paper in papers], now=now)
    return home


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return int(left.value.code or 0), told.out, told.err


def test_a_proof_is_written_and_checked_elsewhere(folder, tmp_path, capsys) -> None:
    proof = tmp_path / "b.tlog-proof"
    assert run(capsys, "ledger", "prove", folder, 1, "--out", proof)[0] == 0
    code, printed, _error = run(capsys, "ledger", "prove", folder, 1)
    assert (code, printed) == (0, proof.read_text())
    public = folder / ".shirube" / "public_key.pem"
    arguments = ["ledger", "verify", "--proof", proof, "--public-key", public]
    code, told, _error = run(capsys, *arguments, "--json")
    proven = json.loads(told)
    assert (code, proven["index"], proven["leaves"]) == (0, 1, 3)
    shown = folder / ".shirube/evidence" / proven["sha256"][:2] / f"{proven['sha256'][2:]}.json"
    code, told, _error = run(capsys, *arguments, "--evidence", shown)
    assert code == 0
    assert "what the entry commits to" in told or "commits to, signed" in told
    proof.write_text(proof.read_text().replace("index 1", "index 2"))
    code, _told, error = run(capsys, *arguments)
    assert code == 2
    assert "does not hold" in error


def test_an_export_is_verified_like_a_ledger(folder, tmp_path, capsys) -> None:
    assert run(capsys, "ledger", "export", folder, tmp_path / "usb", "--evidence")[0] == 0
    code, told, _error = run(capsys, "ledger", "verify", tmp_path / "usb")
    assert code == 0
    assert "3 entries" in told
    tile = tmp_path / "usb/tile/0/000.p/3"
    tile.write_bytes(bytes(96))
    code, _told, error = run(capsys, "ledger", "verify", tmp_path / "usb")
    assert code == 1
    assert "000.p/3" in error


def test_a_backup_comes_back_and_an_older_one_is_refused(folder, tmp_path, capsys) -> None:
    assert run(capsys, "ledger", "backup", folder, tmp_path / "saved")[0] == 0
    code, told, _error = run(capsys, "ledger", "restore", tmp_path / "saved", folder)
    assert code == 0
    assert "moved aside" in told or "What stood there before" in told
    erase = ["evidence", "erase", folder, 0, "--reason", "asked for"]
    erase += ["--legal-basis", "APPI 35", "--author", "Sato"]
    assert run(capsys, *erase)[0] == 0
    code, _told, error = run(capsys, "ledger", "restore", tmp_path / "saved", folder)
    assert code == 2
    assert "has signed 4 entries, here are 3" in error


def test_erased_content_is_gone_and_the_ledger_verifies(folder, capsys) -> None:
    arguments = ["evidence", "erase", folder, 1, "--reason", "asked for", "--author", "Sato"]
    assert run(capsys, *arguments)[0] == 2  # nothing is erased without a legal basis
    code, told, _error = run(capsys, *arguments, "--legal-basis", "APPI 35", "--json")
    assert code == 0
    assert json.loads(told)["remaining"]["erased_by"] == 3
    code, told, _error = run(capsys, "evidence", "list", folder)
    assert "erased by 3" in told
    assert run(capsys, "ledger", "verify", folder)[0] == 0
    code, _told, error = run(capsys, *arguments, "--legal-basis", "APPI 35")
    assert code == 2
    assert "cannot be erased" in error


def test_the_status_is_a_glance(folder, capsys) -> None:
    code, told, _error = run(capsys, "ledger", "status", folder, "--json")
    found = json.loads(told)
    assert (code, found["origin"], found["signed"]) == (0, "shirube/six", 3)
    code, told, _error = run(capsys, "ledger", "status", folder)
    assert "shirube/six" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ["ledger", "status", "{empty}"],
        ["ledger", "prove", "{folder}", "9"],
        ["ledger", "prove", "{empty}", "0"],
        ["ledger", "export", "{empty}", "{empty}/out"],
        ["ledger", "export", "{folder}", "{folder}"],
        ["ledger", "backup", "{folder}", "{folder}"],
        ["ledger", "restore", "{empty}", "{folder}"],
        ["ledger", "verify", "{folder}", "--evidence", "{folder}/shirube.yaml"],
        ["ledger", "verify", "{folder}", "--proof", "{folder}/shirube.yaml"],
        ["ledger", "verify", "{folder}", "--proof", "{binary}"],
        ["ledger", "verify", "{empty}", "--proof", "{folder}/shirube.yaml"],
        [
            "evidence",
            "erase",
            "{folder}",
            "9",
            "--reason",
            "r",
            "--legal-basis",
            "b",
            "--author",
            "a",
        ],
    ],
    ids=" ".join,
)
def test_wrong_input_is_answered_in_words(folder, tmp_path, capsys, arguments: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    places = {"folder": folder, "empty": tmp_path / "empty", "binary": tmp_path / "binary"}
    code, _told, error = run(capsys, *(each.format(**places) for each in arguments))
    assert code == 2, error
    assert error.strip()
    assert "Traceback" not in error
    assert "mistake in Shirube" not in error
