# SPDX-License-Identifier: Apache-2.0
"""Cases are read with the place of every name that a rule could never see."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import rule_worlds as worlds

from shirube import rules
from shirube.terms.errors import Problems

if TYPE_CHECKING:
    from pathlib import Path

CASES = """\
- sentence: {ja: 文。, en: Sentence.}
  on: 2026-02-01
  profile: {dataset.route: open, dataset.size: null}
  runs:
    - {id: m, values: {k: 5, gap.high: 0.5, clean: true}, date: 2026-01-15, arguments: {floor: 5}}
    - {id: n, failure: no such column}
  outcome: shown
"""


def _read(tmp_path: Path, text: str) -> tuple[rules.Case, ...]:
    file = tmp_path / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    return rules.read_cases(file, worlds.rule(), worlds.VOCABULARY)


def test_a_case_is_read_whole(tmp_path: Path) -> None:
    (case,) = _read(tmp_path, CASES)
    assert case.on == dt.date(2026, 2, 1)
    assert case.profile == {"dataset.route": "open", "dataset.size": None}
    assert case.runs == (
        rules.Run(
            id="m",
            date=dt.date(2026, 1, 15),
            values={"k": 5, "gap.high": 0.5, "clean": True},
            arguments={"floor": 5},
        ),
        rules.Run(id="n", date=dt.date(2026, 2, 1), failure="no such column"),
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "found"),
    [
        ("dataset.route: open", "dataset.rout: open", ":3 (0.profile.dataset.rout)", "not known"),
        ("dataset.size: null", "dataset.size: big", ":3 (0.profile.dataset.size)", "wrong type"),
        ("k: 5", "q: 5", ":5 (0.runs.0.values.q)", "not known"),
        ("clean: true", "clean: 1", ":5 (0.runs.0.values.clean)", "wrong type"),
        ("k: 5", "k: .nan", ":5 (0.runs.0.values.k)", "NaN"),
        ("outcome: shown", "outcome: passed", ":7 (0.outcome)", "not one of the allowed words"),
        ("on: 2026-02-01", "on: 2026-02-30", ":2 (0.on)", "not a date"),
        ("  outcome: shown\n", "", ":1 (0)", "“outcome” is missing"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, place: str, found: str
) -> None:
    with pytest.raises(Problems) as error:
        _read(tmp_path, CASES.replace(old, new))
    told = [str(problem) for problem in error.value.problems]
    assert any(place in text and found in text for text in told), told
