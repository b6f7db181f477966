# SPDX-License-Identifier: Apache-2.0
"""A small operator: one data set of six rows that claims to be anonymised, and one policy."""

from __future__ import annotations

from pathlib import Path

import pytest

MANIFEST = """\
shirube: 1
operator:
  id: six
  name: {ja: 六行商店, en: Six Rows Ltd.}
  kind: company
  size: small
  roles: [user]
  country: JP
datasets:
  - id: release
    title: {ja: 公開表, en: Release}
    files: release.csv
    role: release
    personal_data: true
    legal_route: anonymised
    columns:
      - {name: age, kind: quasi_identifier}
      - {name: area, kind: quasi_identifier}
      - {name: illness, kind: sensitive}
documents:
  - id: policy
    kinds: [governance_policy]
    title: {ja: 方針, en: Policy}
    file: policy.md
    date: 2026-01-15
    owner: Board
    approved_by: Board
    published: true
measurements:
  - id: release_anonymity
    measure: anonymity
    dataset: release
    arguments: {quasi_identifiers: [age, area], sensitive: [illness]}
"""

# Classes by age and area: (30s, east) twice, (40s, east) three times, (50s, west) once: k = 1.
RELEASE = """\
age,area,illness
30s,east,a
30s,east,b
40s,east,a
40s,east,a
40s,east,b
50s,west,c
"""


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep keys in a folder of the test's own."""
    folder = tmp_path / "keys"
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(folder))
    return folder


@pytest.fixture
def folder(tmp_path: Path, keys: Path) -> Path:
    """Return the small operator's folder, with a key made and nothing checked yet."""
    from shirube.evidence.keys import create

    del keys
    home = tmp_path / "operator"
    home.mkdir()
    (home / "shirube.yaml").write_text(MANIFEST, encoding="utf-8")
    (home / "release.csv").write_text(RELEASE, encoding="utf-8")
    (home / "policy.md").write_text("# Policy\n", encoding="utf-8")
    create("six", folder=home)
    return home
