# SPDX-License-Identifier: Apache-2.0
"""``shirube timeline`` as its user types it, before anything is sealed."""

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
"""


def _run(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([*map(str, words), "--lang", "en"])
    return int(left.value.code or 0)


def test_a_timeline_is_written_where_it_is_asked_for(tmp_path: Path, capsys) -> None:
    (tmp_path / "shirube.yaml").write_text(MANIFEST, encoding="utf-8")
    out = tmp_path / "out"
    words = ("timeline", "chat", tmp_path, "--out", out, "--format", "html", "--only", "en")
    assert _run(*words, "--json") == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert file == str(out / "timeline.chat.en.html")
    assert "Timeline: Chat" in (out / "timeline.chat.en.html").read_text(encoding="utf-8")
    assert _run("timeline", "chta", tmp_path) == 2
    assert "Did you mean chat?" in capsys.readouterr().err
