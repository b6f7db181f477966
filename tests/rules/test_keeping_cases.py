# SPDX-License-Identifier: Apache-2.0
"""What was kept of a pack's cases is exactly what its files say, or is not used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest
import rule_worlds as worlds

from shirube import rules
from shirube.rules import cases as reading
from shirube.rules import keeping_cases
from shirube.terms.errors import Problems

if TYPE_CHECKING:
    from pathlib import Path

CASES = """\
- sentence: {ja: 一。, en: One.}
  on: 2026-02-01
  profile: {dataset.route: open, dataset.size: 12345678901234567890}
  runs: [{id: m, values: {k: 5.0, gap: -0.5, worst: 沖縄}}]
  outcome: shown

- sentence: {ja: 二。, en: Two.}
  on: 2026-02-02
  outcome: could_not_be_judged
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "r").mkdir()
    path = tmp_path / "r" / "cases.yaml"
    path.write_text(CASES, encoding="utf-8")
    return path


def _read(file: Path) -> tuple[rules.Case, ...]:
    with rules.kept_cases(file.parents[1]) as kept:
        return rules.read_cases(file, worlds.rule(), worlds.VOCABULARY, kept)


def _no_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> None:
        raise AssertionError("YAML was read")

    monkeypatch.setattr(reading, "read_sheet", refuse)


def test_the_second_reading_gives_the_same_cases_and_places_and_reads_no_yaml(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _read(file)
    _no_yaml(monkeypatch)
    assert _read(file) == first
    assert [str(case.place) for case in first] == [f"{file}:1 (0)", f"{file}:7 (1)"]
    # A number stays of its kind: 5.0 is no 5, and no digit of the large one is lost.
    assert repr(first[0].runs[0].values["k"]) == "5.0"
    assert first[0].profile["dataset.size"] == 12345678901234567890


def test_a_changed_file_is_read_anew_and_then_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _read(file)
    file.write_text(CASES.replace("k: 5.0", "k: 4"), encoding="utf-8")
    assert _read(file)[0].runs[0].values["k"] == 4
    _no_yaml(monkeypatch)
    assert _read(file)[0].runs[0].values["k"] == 4


def test_a_mistake_is_never_kept_and_told_with_its_line_each_time(file: Path) -> None:
    file.write_text(CASES.replace("k: 5.0", "q: 5"), encoding="utf-8")
    for _time in range(2):
        with pytest.raises(Problems) as error:
            _read(file)
        assert f"{file}:4 (0.runs.0.values.q)" in str(error.value)


def test_a_mistake_that_only_other_names_make_is_told_with_its_line(file: Path) -> None:
    _read(file)
    other = worlds.rule(wanted=msgspec.structs.replace(worlds.rule().wanted, source="other"))
    with rules.kept_cases(file.parents[1]) as kept, pytest.raises(Problems) as error:
        rules.read_cases(file, other, worlds.VOCABULARY, kept)
    assert f"{file}:4 (0.runs.0.values.k)" in str(error.value)


@pytest.mark.parametrize("damage", ["flip", "cut", "other form", "no list"])
def test_a_broken_copy_is_made_anew_in_silence(file: Path, damage: str) -> None:
    first = _read(file)
    copy = file.parents[1] / keeping_cases.FILE
    whole = copy.read_text(encoding="utf-8")
    kept = json.loads(whole)
    copy.write_text(
        {
            "flip": whole.replace("5.0", "6.0"),
            "cut": whole[:-9],
            "other form": json.dumps(kept | {"key": "0"}),
            "no list": "[]",
        }[damage],
        encoding="utf-8",
    )
    assert _read(file) == first
    assert copy.read_text(encoding="utf-8") == whole
