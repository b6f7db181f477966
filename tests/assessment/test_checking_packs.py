# SPDX-License-Identifier: Apache-2.0
"""A pack is checked as a whole, and a new rule passes the check at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shirube import assessment, rules
from shirube.rules import packs
from shirube.terms.errors import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.rule import Vocabulary


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shipped").mkdir()
    (tmp_path / "own").mkdir()
    monkeypatch.setattr(packs, "SHIPPED", tmp_path / "shipped")
    packs.document_kinds.cache_clear()
    return tmp_path / "own"


def test_a_new_rule_passes_the_check_and_is_never_written_over(
    home: Path, vocabulary: Vocabulary
) -> None:
    written = rules.write_new(home, "house_rules", "risks_on_record")
    assert [str(file.relative_to(home)) for file in written] == [
        "house_rules/pack.yaml",
        "house_rules/risks_on_record/rule.yaml",
        "house_rules/risks_on_record/cases.yaml",
    ]
    assert assessment.check_packs([home], vocabulary) == ()
    before = [file.read_bytes() for file in written]
    with pytest.raises(Problem, match="exists already"):
        rules.write_new(home, "house_rules", "risks_on_record")
    assert [file.read_bytes() for file in written] == before
    second = rules.write_new(home, "house_rules", "another")
    assert len(second) == 2
    assert assessment.check_packs([home], vocabulary) == ()


def test_a_new_rule_in_a_pack_that_ends_ends_with_it(home: Path, vocabulary: Vocabulary) -> None:
    pack = rules.write_new(home, "past", "first")[0]
    pack.write_text(pack.read_text(encoding="utf-8") + "until: 2026-06-01\n", encoding="utf-8")
    rules.write_new(home, "past", "second")
    told = [str(problem) for problem in assessment.check_packs([home], vocabulary)]
    assert len(told) == 1
    assert "first" in told[0]
    assert "outlives its instrument" in told[0]


@pytest.mark.parametrize("name", ["Big", "two words", "../up", "", "9lives", "日本", "_x", "a-b"])
def test_an_id_is_snake_case(home: Path, name: str) -> None:
    with pytest.raises(Problem, match="cannot be an id"):
        rules.write_new(home, "house_rules", name)
    assert list(home.iterdir()) == []


def test_a_case_that_fails_is_told_with_its_sentence_and_line(
    home: Path, vocabulary: Vocabulary
) -> None:
    cases = rules.write_new(home, "house_rules", "risks")[2]
    text = cases.read_text(encoding="utf-8").replace("system.risks: 0", "system.risks: 2")
    cases.write_text(text, encoding="utf-8")
    problems = assessment.check_packs([home], vocabulary)
    assert str(problems[0]).startswith(f"{cases}:7")
    assert "“No risk is on record.” expects not_shown, but the rule gives shown" in str(problems[0])
    assert "system.risks (2) >= value.min_risks (1)" in str(problems[0])


def test_a_rule_without_cases_is_told(home: Path, vocabulary: Vocabulary) -> None:
    rules.write_new(home, "house_rules", "risks")[2].unlink()
    (problem,) = assessment.check_packs([home], vocabulary)
    assert "The rule has no cases." in str(problem)
