# SPDX-License-Identifier: Apache-2.0
"""A dossier made from a folder: what goes along, what is left out, and what can never be in it."""

from __future__ import annotations

import base64
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from shirube.api import operator
from shirube.dossier import archive
from shirube.evidence import keys as key_files
from shirube.evidence.last_head import ForkRefused
from shirube.terms.errors import Problem

if TYPE_CHECKING:
    from pathlib import Path

# Rare enough to be found again if one of them got anywhere: cells of the table, and found texts.
CELLS = ("qzhanrok", "xyvutwem", "plomqiir", "wuzzekta")
HITS = ("090-2468-1357", "qzhanrok@example.jp")
TABLE = "\n".join(
    [
        "age,area,illness",
        f"30s,{CELLS[0]},{CELLS[1]}",
        f"30s,{CELLS[0]},{CELLS[2]}",
        f"50s,{CELLS[3]},{HITS[0]}",
        f"50s,{CELLS[3]},{HITS[1]}",
        "",
    ]
)
FURTHER = """\
  - {id: release_hits, measure: personal_data, dataset: release, arguments: {}}
  - {id: release_rare, measure: rare_values, dataset: release, arguments: {columns: [illness]}}
"""


@pytest.fixture
def checked(folder: Path) -> Path:
    (folder / "release.csv").write_text(TABLE, encoding="utf-8")
    manifest = folder / "shirube.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + FURTHER, encoding="utf-8")
    operator.check(folder)
    return folder


def _texts(content: bytes) -> str:
    """Return all that can be read in a dossier, payloads of envelopes decoded."""
    members = archive.read(content)
    rows = [members[archive.STATEMENT], *members[archive.EVIDENCE].splitlines()]
    payloads = [base64.b64decode(json.loads(row)["payload"]) for row in rows]
    told = b"\n".join([content, *payloads]).decode(errors="replace")
    # A second way to write the same text in JSON must not hide it.
    return told + json.dumps([json.loads(payload) for payload in payloads])


def test_no_cell_and_no_found_text_can_be_in_a_dossier(checked: Path, tmp_path: Path) -> None:
    file = tmp_path / "all"
    verified = operator.seal_dossier(checked, file, documents=["policy"])
    runs = [one.measurement for one in operator.list_evidence(checked) if one.measurement]
    assert {run.id for run in runs} == {"release_anonymity", "release_hits", "release_rare"}
    assert [run.failure for run in runs if run.failure] == []
    assert verified.head.left_out == ()
    told = _texts(file.read_bytes())
    assert "release_hits" in told
    assert [mark for mark in (*CELLS, *HITS) if mark in told] == []


def test_what_is_not_chosen_is_named(checked: Path, tmp_path: Path) -> None:
    verified = operator.seal_dossier(checked, tmp_path / "one", indexes=[0])
    assert verified.evidence == (0,)
    names = [one.declared_id for one in verified.head.left_out]
    assert names == ["release_anonymity", "release_hits", "release_rare"]
    assert [one.id for one in verified.head.documents] == ["policy"]
    again = operator.verify_dossier(tmp_path / "one", checked / key_files.PUBLIC_KEY)
    assert again == verified


def test_data_never_go_along_even_when_declared_as_a_document(
    checked: Path, tmp_path: Path
) -> None:
    manifest = checked / "shirube.yaml"
    text = manifest.read_text(encoding="utf-8").replace("file: policy.md", "file: release.csv")
    manifest.write_text(text, encoding="utf-8")
    operator.check(checked)
    with pytest.raises(Problem, match="was measured as data"):
        operator.seal_dossier(checked, tmp_path / "data", documents=["policy"])


def test_wrong_wishes_are_told(checked: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(Problem, match="index 99"):
        operator.seal_dossier(checked, out, indexes=[99])
    with pytest.raises(Problem, match="no sealed document polici"):
        operator.seal_dossier(checked, out, documents=["polici"])
    (checked / "policy.md").write_text("# Another\n", encoding="utf-8")
    with pytest.raises(Problem, match="changed since it was sealed"):
        operator.seal_dossier(checked, out, documents=["policy"])
    with pytest.raises(Problem, match="No authority has cosigned"):
        operator.seal_dossier(checked, out, authority="bureau")
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(Problem, match="nothing is overwritten"):
        operator.seal_dossier(checked, out)


def test_a_ledger_that_was_taken_back_is_neither_judged_nor_handed_over(
    checked: Path, tmp_path: Path
) -> None:
    shutil.copytree(checked / ".shirube", tmp_path / "before")
    operator.withdraw(checked, 1, reason="wrong table", author="Sato")
    shutil.rmtree(checked / ".shirube")
    shutil.copytree(tmp_path / "before", checked / ".shirube")
    for judged in (operator.check, operator.judge):
        with pytest.raises(ForkRefused, match="has signed 5 entries, here are 4"):
            judged(checked)
    with pytest.raises(ForkRefused):
        operator.seal_dossier(checked, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_opened_and_redacted_as_files(checked: Path, tmp_path: Path) -> None:
    key = checked / key_files.PUBLIC_KEY
    operator.seal_dossier(checked, tmp_path / "all")
    operator.open_dossier(tmp_path / "all", key, tmp_path / "parts")
    # A reader who has nothing but the opened folder sees what was asked, and on what footing.
    told = (tmp_path / "parts" / "findings.en.txt").read_text(encoding="utf-8")
    assert "Footing: statute" in told
    assert "No instrument gives these numbers: " in told
    assert "どの文書にも定めがありません" in (tmp_path / "parts" / "findings.ja.txt").read_text(
        encoding="utf-8"
    )
    proven = operator.verify_proof(
        tmp_path / "parts" / "proofs" / "1.tlog-proof",
        folder=checked,
        public_key=key,
        shown=tmp_path / "parts" / "evidence" / "1.json",
    )
    assert (proven.index, proven.evidence_shown) == (1, True)
    with pytest.raises(Problem, match="not empty"):
        operator.open_dossier(tmp_path / "all", key, tmp_path / "parts")
    held = operator.redact_dossier(tmp_path / "all", key, tmp_path / "less", ["evidence/1"])
    assert held.removed == ("evidence/1",)
    again = operator.verify_dossier(tmp_path / "less", key)
    assert again.removed == ("evidence/1",)
