# SPDX-License-Identifier: Apache-2.0
"""The shipped categories fit the packs; a name that is not there is told with its line."""

from __future__ import annotations

import pytest

from shirube import measures, rules
from shirube.terms.errors import Problems

PACKS = rules.load(None, measures.vocabulary())


def test_the_shipped_categories_name_rules_that_are_there() -> None:
    found = rules.categories(PACKS)
    assert [one.id for one in found] == [
        "specific_personal_information", "special_care_information", "personal_information",
        "pseudonymised_information", "anonymised_information", "statistical_information",
    ]  # fmt: skip
    for one in found:
        assert bool(one.found_by) != bool(one.packs or one.rules)


def test_no_category_says_that_data_are_anonymised() -> None:
    for one in rules.categories(PACKS):
        assert "is anonymised" not in one.meaning.en


def test_a_rule_that_is_not_there_is_told_with_its_line(tmp_path) -> None:
    file = tmp_path / "categories.yaml"
    lines = [
        "- id: c",
        "  title: {ja: 区分, en: category}",
        "  meaning: {ja: 意味, en: meaning}",
        "  citation: {instrument: {ja: 法, en: Act}, provision: {ja: 条, en: Art.},"
        " url: 'https://example.com'}",
        "  route: anonymised",
        "  found_by: [appi_anonymised/no_such_rule]",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Problems) as caught:
        rules.categories(PACKS, file)
    (problem,) = caught.value.problems
    assert "appi_anonymised/no_such_rule" in problem.found
    assert problem.where.line == 6


def test_an_unknown_key_is_told(tmp_path) -> None:
    file = tmp_path / "categories.yaml"
    file.write_text("- {id: c, colour: red}\n", encoding="utf-8")
    with pytest.raises(Problems, match="colour"):
        rules.categories(PACKS, file)
