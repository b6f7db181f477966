# SPDX-License-Identifier: Apache-2.0
"""``shirube dossier`` and ``shirube authority``, as two people at two command lines use them."""

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
    papers = [Document(id=name, kinds=("policy",), file="p.md") for name in "ab"]
    with evidence.open_book(home, key=key, create=True) as book:
        now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
        book.seal([DocumentSeal(document=paper, sha256="ab" * 32) for paper in papers], now=now)
    return home


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return int(left.value.code or 0), told.out, told.err


def test_a_dossier_goes_to_an_authority_and_a_receipt_comes_back(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, office, key = tmp_path / "d", tmp_path / "office", folder / keys.PUBLIC_KEY
    code, told, _err = run(capsys, "dossier", "seal", folder, file, "--evidence", "1")
    assert code == 0
    assert "Left out: entry 0 (document) a" in told
    assert run(capsys, "authority", "init", office, "bureau")[0] == 0
    fingerprint = keys.read_public(key).key_id[:20]
    given = ("--fingerprint", fingerprint, "--corporate-number", NUMBER, "--approver", "Sato")
    assert run(capsys, "authority", "register", office, "six", key, *given)[0] == 0
    code, told, _err = run(capsys, "authority", "receive", office, "six", file, "--json")
    assert (code, json.loads(told)["refusal"]) == (0, "")
    (answer,) = (office / "receipts").iterdir()
    kept = ("--dossier", file, "--authority-key", office / "public_key.pem")
    code, told, _err = run(capsys, "dossier", "receipt", answer, folder, *kept)
    assert code == 0
    assert "bureau received the dossier of six" in told


def test_a_refused_dossier_ends_with_one_and_a_wrong_file_with_two(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, office, key = tmp_path / "bad", tmp_path / "office", folder / keys.PUBLIC_KEY
    bad.write_bytes(b"PK\x03\x04")
    run(capsys, "authority", "init", office, "bureau")
    fingerprint = keys.read_public(key).key_id
    given = ("--fingerprint", fingerprint, "--corporate-number", NUMBER, "--approver", "Sato")
    run(capsys, "authority", "register", office, "six", key, *given)
    code, told, _err = run(capsys, "authority", "receive", office, "six", bad)
    assert code == 1
    assert "refused the dossier: This is not a dossier" in told
    code, _told, err = run(capsys, "dossier", "verify", bad, "--public-key", key, "--lang", "ja")
    assert code == 2
    assert "提出書類一式" in err
    code, _told, err = run(capsys, "authority", "receive", office, "seven", bad)
    assert (code, "authority register" in err) == (2, True)
