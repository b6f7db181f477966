# SPDX-License-Identifier: Apache-2.0
"""``shirube bom`` as its user types it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from shirube.cli.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """shirube: 1
operator:
  id: acme
  name: {ja: 見本, en: Acme}
  kind: company
systems:
  - id: chat
    name: {ja: 対話, en: Chat}
    models: [m]
models:
  - id: m
    name: {ja: 模型, en: Model}
    files: m.bin
    licence: unknown
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shirube.yaml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "m.bin").write_bytes(b"weights")
    return tmp_path


def _run(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([*map(str, words), "--lang", "en"])
    return int(left.value.code or 0)


def test_a_bill_is_written_and_compared(folder, capsys) -> None:
    old, new = folder / "old.json", folder / "out" / "new.json"
    assert _run("bom", "write", "chat", folder, "--out", old) == 0
    told = capsys.readouterr().out
    assert "1 components" in told
    assert "models.m.licence is not known." in told
    (folder / "m.bin").write_bytes(b"other weights")
    assert _run("bom", "write", "chat", folder, "--out", new, "--json") == 0
    assert json.loads(capsys.readouterr().out)["components"] == 1
    assert _run("bom", "diff", old, new) == 0
    assert capsys.readouterr().out.startswith("m.bin: the file's digest changed (SHA-256) from ")
    assert _run("bom", "diff", old, old) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"


def test_an_unknown_system_and_a_missing_file_are_refused(folder, capsys) -> None:
    assert _run("bom", "write", "chatt", folder, "--out", folder / "x.json") == 2
    assert "Did you mean chat?" in capsys.readouterr().err
    (folder / "m.bin").unlink()
    assert _run("bom", "write", "chat", folder, "--out", folder / "x.json") == 2
    assert "There is no file m.bin" in capsys.readouterr().err
    assert not (folder / "x.json").exists()
    assert _run("bom", "diff", folder / "shirube.yaml", folder / "shirube.yaml") == 2
    assert "This is no CycloneDX bill of materials" in capsys.readouterr().err
