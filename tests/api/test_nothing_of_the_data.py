# SPDX-License-Identifier: Apache-2.0
"""No cell of a table and no text that was found can get into a dossier, whatever was measured.

Every measure of privacy runs, and every one that is added must run here too. Each cell of the
tables is a text or a number that stands nowhere else; afterwards all that can be read in the
dossier is searched for each of them.
"""

from __future__ import annotations

import base64
import json
import random
from typing import TYPE_CHECKING

import pytest

from shirube import measures
from shirube.__about__ import __version__
from shirube.api import operator
from shirube.dossier import archive

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ("kora", "mibu", "tove", "nise", "rafu", "wera", "pulo")
AREAS, ILLS, NOTES = ([f"zq{kind}{word}" for word in WORDS] for kind in ("area", "ill", "note"))

# One declaration for each measure; the rules for others are below.
DECLARED = {
    "body_features": "{}",
    "closest_records": "{original: source, compared: 30}",
    "anonymity": "{quasi_identifiers: [age, area], sensitive: [illness]}",
    "delta_presence": "{population: source, quasi_identifiers: [age, area]}",
    "linking_codes": "{original: source}",
    "outliers": "{columns: [income]}",
    "personal_data": "{}",
    "population_uniqueness": "{quasi_identifiers: [age, area], population: 5000}",
    "published_counts": "{count: income, dimensions: [area, illness]}",
    "rare_values": "{}",
    "rare_words": "{columns: [note]}",
    "reidentification": "{original: source, guesses: 20}",
    "release_overlap": "{earlier: source, quasi_identifiers: [age, area]}",
    "row_order": "{original: source}",
    "subset_risk": "{}",
    "token_reversal": "{columns: [token], tries: 1000}",
    "trajectory_unicity": "{person: person, point: [area, day]}",
}
# Attempts that fail are sealed with their reason: it must not quote a cell either.
FAILING = [
    "{id: no_decision, measure: group_fairness, dataset: release,"
    " arguments: {attributes: [illness], prediction: area}}",
    "{id: no_period, measure: drift, dataset: release,"
    ' arguments: {columns: [income], period: note, reference: ["2026-10", "2026-10"]}}',
    "{id: no_numbers, measure: outliers, dataset: release, arguments: {columns: [area]}}",
]
# Fairness tells a rate for each group, so it names groups; drift tells edges of buckets. Neither
# counts people by combinations of what identifies them.
NAMES_GROUPS = {"group_fairness", "drift"}


def _rows() -> list[str]:
    drawn = random.Random(1)  # noqa: S311 - a table, no secret
    return [
        ",".join(
            (
                f"zqperson{row // 2:03d}",
                str(20 + row % 5 * 10),
                drawn.choice(AREAS),
                "zqillonly" if row == 0 else drawn.choice(ILLS),
                str(7_310_000 + row * 1_013 if row % 20 else 8_365_194_700 + row * 1_000_003),
                f"{drawn.choice(NOTES)} zqrare{row:03d} 090-2468-13{row:02d}",
                drawn.randbytes(16).hex(),
                f"2026-10-{1 + row % 28:02d}",
            )
        )
        for row in range(60)
    ]


@pytest.fixture
def checked(folder: Path) -> Path:
    head, rows = "person,age,area,illness,income,note,token,day\n", _rows()
    (folder / "source.csv").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "release.csv").write_text(head + "\n".join(rows[4:50]) + "\n", encoding="utf-8")
    manifest = folder / "shirube.yaml"
    text = manifest.read_text(encoding="utf-8").partition("measurements:\n")[0]
    source = "  - {id: source, title: {ja: 元, en: Source}, files: source.csv, role: training}\n"
    text = text.replace("documents:\n", f"{source}documents:\n") + "measurements:\n"
    for name, arguments in DECLARED.items():
        text += f"  - {{id: a_{name}, measure: {name}, dataset: release, arguments: {arguments}}}\n"
    manifest.write_text(text + "".join(f"  - {one}\n" for one in FAILING), encoding="utf-8")
    told = operator.check(folder)
    assert told.failed == ("no_decision", "no_period", "no_numbers")
    return folder


def test_every_measure_is_looked_at() -> None:
    assert set(measures.names()) - NAMES_GROUPS == set(DECLARED)


@pytest.mark.full
def test_no_measure_lets_a_cell_into_a_dossier(checked: Path, tmp_path: Path) -> None:
    file = tmp_path / "all"
    verified = operator.seal_dossier(checked, file, documents=["policy"])
    members = archive.read(file.read_bytes())
    envelopes = [members[archive.STATEMENT], *members[archive.EVIDENCE].splitlines()]
    payloads = [base64.b64decode(json.loads(one)["payload"]) for one in envelopes]
    told = b"\n".join([*members.values(), *payloads]).decode(errors="replace")
    assert "a_trajectory_unicity" in told
    cells = {cell for row in _rows() for cell in row.split(",") if len(cell) > 4}
    parts = {word for cell in cells for word in cell.split() if len(word) > 6}
    assert len(parts) > 200
    assert sorted(part for part in parts if part in told) == []
    # What a dossier must hold beside: packs and documents by digest, the tool, what was left out.
    head = verified.head
    assert {pack.id: pack.sha256 for pack in head.packs} == {
        pack.id: pack.sha256 for pack in operator.load_packs()
    }
    assert (head.tool_version, head.left_out, len(head.documents)) == (__version__, (), 1)
    assert f"documents/{head.documents[0].sha256}" in members
