# SPDX-License-Identifier: Apache-2.0
"""What a de-identification did and proved stands in the report, bound by the sealed document."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from shirube.api import operator
from shirube.terms.deidentification import ProcessingRecord, Requirement, Wish

DOCUMENT = """\
  - id: processing
    kinds: [deidentification_record]
    file: made.csv.record.json
    date: 2026-01-15
    datasets: [release]
measurements:
"""


@pytest.fixture
def processed(folder: Path, tmp_path: Path) -> Path:
    """A folder whose manifest declares the record of a de-identification."""
    hierarchies = tmp_path / "hierarchies"
    hierarchies.mkdir()
    (hierarchies / "age.csv").write_text("30s;*\n40s;*\n50s;*\n", encoding="utf-8")
    (hierarchies / "area.csv").write_text("east;*\nwest;*\n", encoding="utf-8")
    wish = Wish(requirement=Requirement(k=2, suppression_limit=0.2))
    operator.deidentify(
        folder / "release.csv", hierarchies, folder / "made.csv", wish, compare_k=(3,)
    )
    manifest = folder / "shirube.yaml"
    text = manifest.read_text(encoding="utf-8").replace("measurements:\n", DOCUMENT)
    manifest.write_text(text, encoding="utf-8")
    operator.check(folder)
    return folder


def _page(folder: Path, out: Path, language: str, charts: Path | None = None) -> str:
    operator.report(folder, out, formats=("html",), languages=(language,), charts=charts)  # type: ignore[arg-type]
    return (out / f"report.{language}.html").read_text(encoding="utf-8")


def test_standards_proof_and_pictures_stand_in_both_languages_and_as_files(
    processed: Path, tmp_path: Path
) -> None:
    # Six rows, k = 2, at most one suppressed: (50s, west) goes and nothing is generalised.
    english = _page(processed, tmp_path / "out", "en")
    assert "Rows suppressed because their class broke the requirement: 1 (left out)." in english
    assert "Proven: no combination that satisfies the requirement is better." in english
    for title in ("Class sizes before and after", "The search towards the optimum"):
        assert title in english
    assert "Information loss against k" in english
    assert "best result" in english
    charts = tmp_path / "charts"
    japanese = _page(processed, tmp_path / "out", "ja", charts)
    for title in ("クラスの大きさの分布", "最適解までの探索", "kと情報損失", "最良の結果"):
        assert title in japanese
    names = {file.name for file in charts.iterdir()}
    for picture in ("class_sizes_before_and_after", "search_path", "loss_against_k"):
        assert {f"processing_{picture}.svg", f"processing_{picture}.png"} <= names


def test_only_the_record_that_was_sealed_is_shown(processed: Path, tmp_path: Path) -> None:
    file = processed / "made.csv.record.json"
    record = msgspec.json.decode(file.read_bytes(), type=ProcessingRecord)
    assert [one.name for one in record.figures][1:] == ["search_path", "loss_against_k"]
    # Changed since it was sealed: another text was sealed.
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(record, rows=7_777_777)))
    page = _page(processed, tmp_path / "out", "en")
    assert "7,777,777" not in page
    assert "The search towards the optimum" not in page
    # Another document of the kind is no record to show.
    file.write_text('{"by": "hand"}', encoding="utf-8")
    operator.check(processed)
    assert "The search towards the optimum" not in _page(processed, tmp_path / "out", "en")
    # A record of an earlier version has no figures, and is read all the same.
    older = msgspec.to_builtins(record)
    del older["figures"]
    assert msgspec.convert(older, ProcessingRecord).figures == ()
