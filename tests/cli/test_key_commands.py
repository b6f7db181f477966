# SPDX-License-Identifier: Apache-2.0
"""``shirube key``, ``ledger stamp`` and the authority's register, as a person types them."""

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

NUMBER = "8700110005901"
MANIFEST = f"""\
shirube: 1
operator:
  id: six
  name: {{ja: 六行商店, en: Six Rows Ltd.}}
  kind: company
  country: JP
  corporate_number: "{NUMBER}"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    home = tmp_path / "operator"
    home.mkdir()
    (home / "shirube.yaml").write_text(MANIFEST, encoding="utf-8")
    key = keys.create("six", folder=home)
    paper = Document(id="policy", kinds=("policy",), absent=True)
    with evidence.open_book(home, key=key, create=True) as book:
        book.seal([DocumentSeal(document=paper)], now=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    return home


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return int(left.value.code or 0), told.out, told.err


def test_a_key_is_handed_over_listed_and_revoked_on_both_sides(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office, old = tmp_path / "office", tmp_path / "old.pem"
    old.write_bytes((folder / keys.PUBLIC_KEY).read_bytes())
    first = keys.read_public(old).key_id
    why = ("--reason", "two years", "--author", "CISO")
    code, told, _error = run(capsys, "key", "rotate", folder, *why, "--json")
    made = json.loads(told)
    assert code == 0
    code, told, _error = run(capsys, "key", "list", folder)
    assert f"{first}: from entry 0 on, handed over with entry 1" in told
    assert f"{made['key_id']}: from entry 2 on, in use" in told
    run(capsys, "authority", "init", office, "bureau")
    run(
        capsys, "authority", "register", office, "six", old, "--fingerprint", first,
        "--corporate-number", NUMBER, "--approver", "Chief",
    )  # fmt: skip
    entry = made["handed_over"]
    code, told, _error = run(
        capsys, "authority", "rotate", office, "six", entry, "--approver", "Chief"
    )
    assert code == 0
    assert f"{made['key_id']}: registered" in told
    code, _told, error = run(
        capsys, "key", "revoke", first, folder, "--from", "soon", "--reason", "x", "--author", "y"
    )
    assert code == 2
    assert "soon is no moment" in error
    stolen = ("--from", "2026-10-31", "--reason", "stolen")
    code, told, _error = run(capsys, "key", "revoke", first, folder, *stolen, "--author", "CISO")
    assert code == 0
    assert "revoked with entry 2" in told
    code, told, _error = run(capsys, "key", "list", folder)
    assert "revoked from 2026-10-30 15:00 UTC on: stolen" in told  # Japan is nine hours ahead
    assert "entry 0 does not count" in told
    code, told, _error = run(
        capsys, "authority", "revoke", office, "six", first[:16], *stolen, "--approver", "Chief"
    )
    assert "revoked from 2026-10-30 15:00 UTC on: stolen" in told
    assert run(capsys, "authority", "keys", office, "six")[1] == told
    code, told, _error = run(capsys, "evidence", "list", folder)
    assert "its key was revoked" in " ".join(told.split())


def test_a_request_for_a_stamp_is_written_once_and_what_is_no_reply_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("rfc3161_client")
    code, told, _error = run(capsys, "ledger", "stamp", "request", folder)
    assert (code, (folder / "checkpoint-1.tsq").read_bytes()[:1]) == (0, b"\x30")
    assert "over 1 entries" in told
    assert run(capsys, "ledger", "stamp", "request", folder)[0] == 2
    code, _told, error = run(capsys, "ledger", "stamp", "add", folder / "shirube.yaml", folder)
    assert code == 2
    assert "none of this ledger's checkpoints" in error
    code, told, _error = run(capsys, "ledger", "stamp", "check", folder)
    assert (code, told) == (0, "No checkpoint of this ledger is stamped.\n")
    code, _told, error = run(
        capsys, "ledger", "stamp", "check", folder, "--roots", folder / "shirube.yaml"
    )
    assert code == 2
    assert "no certificate" in error
