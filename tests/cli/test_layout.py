# SPDX-License-Identifier: Apache-2.0
"""Help in two languages: no line runs over the edge, and Japanese lines break where they may."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.cli.__main__ import main
from shirube.cli.layout import Formatter, width, wrapped

JAPANESE = st.text(alphabet="規則集を確かめます。、（）「」ー AIk-", min_size=1, max_size=80)


def test_a_japanese_character_takes_two_columns() -> None:
    assert width("AI規則") == 6


def test_lines_break_between_characters_but_not_before_a_closing_mark() -> None:
    # eight columns: 四文字だ would leave 。alone at the beginning of the next line
    assert wrapped("四文字だ。次", 8) == ["四文字", "だ。次"]
    assert wrapped("三文字（次）", 8) == ["三文字", "（次）"]


def test_a_word_is_not_broken_unless_it_cannot_fit() -> None:
    assert wrapped("規則は shirube check", 14) == ["規則は shirube", "check"]
    assert wrapped("規abcdefghij", 6) == ["規", "abcdef", "ghij"]


@given(JAPANESE, st.integers(min_value=10, max_value=40))
def test_no_line_is_wider_than_there_is_room_and_no_character_is_lost(
    text: str, columns: int
) -> None:
    lines = wrapped(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_terms_and_their_meanings_stand_in_two_straight_columns() -> None:
    told = Formatter(width=40)
    told.write_dl([("--out フォルダー", "置き場所です。"), ("--all", "全てを示します。")])
    first, second = told.getvalue().splitlines()
    assert width(first.partition("置")[0]) == width(second.partition("全")[0]) == 18


def test_english_is_left_to_click() -> None:
    ours, clicks = Formatter(width=30), click.HelpFormatter(width=30)
    for each in (ours, clicks):
        each.write_text("A text that is longer than a line of thirty.")
        each.write_dl([("--all", "Every finding, also what does not apply to anything.")])
    assert ours.getvalue() == clicks.getvalue()


@pytest.mark.parametrize("command", [[], ["check"], ["rules"], ["deidentify"], ["measure"]])
def test_no_line_of_japanese_help_runs_over_the_edge(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*command, "--help", "--lang", "ja"])
    assert max(map(width, capsys.readouterr().out.splitlines())) <= 80
