# SPDX-License-Identifier: Apache-2.0
"""The shipped crosswalks fit the packs; what a crosswalk cannot know is refused with its line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from shirube import measures, rules
from shirube.terms.errors import Problem, Problems

PACKS = rules.load(None, measures.vocabulary())
HEAD = """\
id: other
title: {ja: 他の枠組み, en: Other framework}
version: "1"
url: https://example.com
confidence: medium
nature: {ja: 任意, en: Voluntary}
sources:
  - {id: seen, title: {ja: 表, en: Table}, url: https://example.com, rows_held: true}
  - {id: unseen, title: {ja: 表, en: Table}, url: https://example.com}
items:
  - id: one
    title: {ja: 一, en: One}
    provision: {ja: 一, en: "1"}
"""
RULE = "rule: ai_guidelines_for_business/c8_education"
LEFT = "left: {ja: 残り, en: rest}"


def read(folder: Path, body: str, head: str = HEAD) -> list[Problem]:
    file = folder / "other.yaml"
    file.write_text(head + body, encoding="utf-8")
    with pytest.raises(Problems) as caught:
        rules.crosswalk(file, PACKS)
    return list(caught.value.problems)


def test_the_four_shipped_crosswalks_fit_the_packs() -> None:
    files = rules.crosswalk_files(None)
    assert set(files) == {"eu_ai_act", "nist_ai_rmf", "iso_42001", "ai_verify"}
    for file in files.values():
        assert rules.crosswalk(file, PACKS).items


def test_the_high_risk_dates_stand_as_first_adopted_and_as_amended() -> None:
    found = rules.crosswalk(rules.crosswalk_files(None)["eu_ai_act"], PACKS)
    (item,) = [one for one in found.items if one.id == "art_9"]
    assert [(one.basis, one.start) for one in item.dates] == [
        ("original", dt.date(2026, 8, 2)),
        ("original", dt.date(2027, 8, 2)),
        ("omnibus", dt.date(2027, 12, 2)),
        ("omnibus", dt.date(2028, 8, 2)),
    ]


def test_no_row_of_a_published_crosswalk_was_read_and_no_pointer_says_so() -> None:
    for file in rules.crosswalk_files(None).values():
        found = rules.crosswalk(file, PACKS)
        assert not any(pointer.source for item in found.items for pointer in item.pointers)


@pytest.mark.parametrize(
    ("body", "told", "line"),
    [
        (
            "    held: summary\n    pointers:\n      - {rule: appi/none, extent: covers}\n",
            "none",
            16,
        ),
        (f"    held: name\n    pointers:\n      - {{{RULE}, extent: covers}}\n", "claims more", 16),
        (
            f"    held: number\n    pointers:\n      - {{{RULE}, extent: partly, {LEFT}}}\n",
            "claims more",
            16,
        ),
        (f"    held: summary\n    pointers:\n      - {{{RULE}, extent: partly}}\n", "left", 16),
        (
            f"    held: summary\n    pointers:\n      - {{{RULE}, extent: covers, {LEFT}}}\n",
            "left",
            16,
        ),
        (
            f"    held: summary\n    pointers:\n      - {{{RULE}, extent: covers, source: unseen}}"
            "\n",
            "no rows",
            16,
        ),
        ("    held: summary\n", "neither", 11),
        ("    held: summary\n    colour: red\n", "colour", 15),
        ("    held: summary\n    left: {ja: 残り}\n", "en", 15),
        (
            "    held: summary\n    dates:\n      - {basis: x, from: 2026-02-30,"
            " scope: {ja: 全, en: all}}\n",
            "2026-02-30",
            16,
        ),
        (
            "    held: summary\n    left: {ja: 残り, en: rest}\n    dates:\n"
            "      - {basis: x, from: 2026-02-03, scope: {ja: 全, en: all}}\n",
            "basis x",
            17,
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, body, told, line) -> None:
    (problem,) = read(tmp_path, body)
    assert told in problem.found
    assert (problem.where.file, problem.where.line) == (str(tmp_path / "other.yaml"), line)


def test_an_item_that_stands_twice_and_a_foreign_name_are_told(tmp_path) -> None:
    body = "    held: summary\n    left: {ja: 残り, en: rest}\n"
    again = "  - id: one\n    title: {ja: 一, en: One}\n    provision: {ja: 一, en: '1'}\n"
    head = HEAD.replace("id: other", "id: another")
    first, second = read(tmp_path, body + again + body, head)
    assert "another" in first.found
    assert second.where.line == 16


def test_a_published_row_that_is_held_may_be_named(tmp_path) -> None:
    file = tmp_path / "other.yaml"
    body = f"    held: summary\n    pointers:\n      - {{{RULE}, extent: covers, source: seen}}\n"
    file.write_text(HEAD + body, encoding="utf-8")
    (item,) = rules.crosswalk(file, PACKS).items
    assert item.pointers[0].source == "seen"


def test_a_folder_of_packs_may_bring_a_crosswalk(tmp_path) -> None:
    (tmp_path / "crosswalks").mkdir()
    file = tmp_path / "crosswalks" / "other.yaml"
    file.write_text(HEAD, encoding="utf-8")
    assert rules.crosswalk_files([tmp_path])["other"] == file
