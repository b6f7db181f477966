# SPDX-License-Identifier: Apache-2.0
"""Words that few rows hold, against a count by hand and by regular expressions."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

import numpy as np
import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy import word_counts
from shirube.measures.privacy.rare_words import rare_words
from shirube.terms.cells import TextBatch
from shirube.terms.errors import Problems

WORD = re.compile("[一-龥々]+|[ァ-ヺー]+|[a-zéß가]+|[0-9]+")
LETTERS = "糖尿病ガンAbＢé가12３ のはー・-。\n\0"
texts = st.lists(st.text(LETTERS, max_size=12), min_size=1, max_size=12)


def words(text: str, length: int) -> set[tuple[str, ...]]:
    """Return the sequences of words by the definition."""
    listed = WORD.findall(unicodedata.normalize("NFKC", text).lower())
    return {tuple(listed[at : at + length]) for at in range(len(listed) - length + 1)}


def measured(cells: list[Any], **given: Any) -> Any:
    return rare_words(small_tables.source(["note"], [(cell,) for cell in cells]), **given)


def found(cells: list[Any], **given: Any) -> dict[str, Any]:
    return small_tables.values(measured(cells, **given))


def test_one_disease_in_a_text_is_rare_and_the_words_around_it_are_not() -> None:
    cells = ["患者は糖尿病で通院"] * 5 + ["患者は白血病で通院"]
    result = measured(cells)
    values = small_tables.values(result)
    # 患者 and 通院 stand in six rows, 糖尿病 in five, 白血病 in one.
    assert (values["rare_records"], values["rare_share"]) == (1, 1 / 6)
    assert result.details[0].rows == (("note", 6, 1, 1 / 6, 1, 3),)
    assert found(cells, floor=6)["rare_records"] == 6
    assert found(cells, floor=1)["rare_records"] == 0


def test_common_words_make_a_rare_pair() -> None:
    cells = ["村長 退院"] * 5 + ["患者 入院"] * 5 + ["村長 入院"]
    assert found(cells)["rare_records"] == 0
    assert found(cells, words=2)["rare_records"] == 1


def test_width_and_case_do_not_matter() -> None:
    assert found(["Flu A", "ＦＬＵ a", "flu Ａ"], floor=3)["rare_records"] == 0


@settings(max_examples=40)
@given(texts, st.integers(1, 4), st.integers(1, 2), st.sampled_from((1, 3, 1 << 12)))
def test_it_is_the_share_of_rows_with_a_word_that_few_rows_hold(
    cells: list[str], floor: int, length: int, buckets: int
) -> None:
    rows = Counter(word for cell in cells for word in words(cell, length))
    rare = [sum(rows[word] < floor for word in words(cell, length)) for cell in cells]
    # However few the buckets, the count is exact.
    first, second = word_counts.Buckets(floor, buckets), word_counts.Tallies()
    parts = [TextBatch("note", [1], cells[at::2], len(cells)) for at in range(2) if cells[at::2]]
    counted = [word_counts.count(part, length=length) for part in parts]
    for each in counted:
        first.add(each)
    for each in counted:
        second.add(first.perhaps(each))
    frequent = second.frequent(floor)
    seen = [word_counts.look(part, length=length, frequent=frequent) for part in parts]
    assert frequent.size == sum(count >= floor for count in rows.values())
    assert sum(each.with_rare for each in seen) == sum(each > 0 for each in rare)
    assert sum(each.rare for each in seen) == sum(rare)


@settings(max_examples=4)
@given(texts, st.randoms())
def test_the_order_of_the_rows_and_repeated_ones_do_not_matter(cells: list[str], dice: Any) -> None:
    cells = [cell.replace("\0", " ") for cell in cells]
    turned = dice.sample(cells, len(cells))
    assert found(turned, floor=2) == found(cells, floor=2)
    assert found(cells * 5, floor=5)["rare_records"] == 0


def test_hashes_of_a_thousand_words_differ() -> None:
    listed = [f"w{chr(0x4E00 + number)}" for number in range(500)]
    listed += [f"{number}語" for number in range(500)]
    cell, word = word_counts.words_of(listed, 1)
    assert cell.max() == 999
    # Each text is two words: 'w' with 500 kanji, and 500 numbers with one kanji.
    assert np.unique(word).size == 1 + 500 + 500 + 1


def test_nothing_to_look_at_is_no_rare_word_and_no_rows_no_value() -> None:
    numbers = rare_words(small_tables.source(["n"], [(1,)], n="BIGINT"))
    assert small_tables.values(numbers)["rare_share"] == 0
    assert set(found([]).values()) == {None}
    assert found([None, "の"])["rare_records"] == 0
    with pytest.raises(Problems, match="words is 0") as told:
        measured(["x"], columns=("y",), words=0)
    assert "'y'" in str(told.value)
