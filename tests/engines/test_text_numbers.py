# SPDX-License-Identifier: Apache-2.0
"""Texts as numbers: the loop gives equal texts one number, and grows with what it holds."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.engines import open_engine, text_numbers
from shirube.terms.source import Table


def _arrow(texts):
    """Lay texts out as Arrow does; None is a row without a value."""
    parts = [(text or "").encode() for text in texts]
    offsets = np.cumsum([0, *map(len, parts)]).astype(np.int32)
    valid = np.packbits([text is not None for text in texts], bitorder="little")
    return offsets, np.frombuffer(b"".join(parts), np.uint8), valid


@given(st.lists(st.lists(st.none() | st.text(max_size=4), max_size=12), max_size=3))
@settings(max_examples=60)
def test_equal_texts_have_equal_numbers_over_all_blocks(lists) -> None:
    numbers = text_numbers.TextNumbers(text_numbers.numbered)  # the loop itself, not compiled
    with np.errstate(over="ignore"):
        found = [numbers.add(*_arrow(texts)).tolist() for texts in lists if texts]
    known = numbers.texts()
    assert len(set(known)) == len(known)
    assert [[known[at] for at in each] for each in found] == [
        [text or "" for text in texts] for texts in lists if texts
    ]


def test_more_texts_and_longer_ones_find_room() -> None:
    texts = [f"値{n % 3000}" for n in range(4000)] + ["x" * 40_000]
    numbers = text_numbers.TextNumbers(text_numbers.numbered)
    with np.errstate(over="ignore"):
        found = numbers.add(*_arrow(texts))
    known = numbers.texts()
    assert [known[at] for at in found] == texts


@pytest.mark.parametrize("rows", [0, 1, 3000])
def test_distinct_rows_are_the_same_with_and_without_the_loop(tmp_path, rows) -> None:
    file = tmp_path / "t.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["名", "n", "gap"])
        writer.writerows([(f"値{n * 7 % 11}", n % 13, "" if n % 3 else n % 5) for n in range(rows)])
    with open_engine() as engine:
        source = engine.source(Table(dataset="t", files=(str(file),), format="csv")).releasable()
        told = [source.tuples(["名", "n", "gap"], compiled=loop) for loop in (False, True)]
    first, second = (
        {
            tuple(cells.values[name][cells.codes[name][at]] for name in cells.values): int(many)
            for at, many in enumerate(cells.count)
        }
        for cells in told
    )
    assert told[0].values == told[1].values
    assert first == second
    assert sum(first.values()) == rows
