# SPDX-License-Identifier: Apache-2.0
"""Digests of values: which they are, by Python's own SHA-256; each once, in bounded memory."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from functools import cache

import duckdb
import numpy as np
import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.engines import distinct_digests, open_engine
from shirube.engines.distinct_digests import DistinctDigests
from shirube.engines.duckdb.value_digests import value_digests
from shirube.terms.errors import Problem
from shirube.terms.source import Table

KEY = "a key of this comparison"


def digests(*texts: str) -> list[int]:
    """Return what the digests of these texts must be, in ascending order."""
    hashed = (hashlib.sha256((KEY + text).encode()).digest()[:8] for text in set(texts))
    return sorted(int.from_bytes(each, "big") for each in hashed)


@cache
def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def of_column(kind, values):
    """Return the digests of a column, and how many of its rows have a value."""
    database().execute(f"CREATE OR REPLACE TABLE t (c {kind})")
    if values:
        marks = ", ".join(["(?)"] * len(values))
        database().execute(f"INSERT INTO t VALUES {marks}", list(values))
    (found,) = value_digests(database(), "t", [("c", kind)], KEY)
    assert found.column == "c"
    return found.digests.tolist(), found.rows


@pytest.mark.parametrize(
    ("kind", "values", "texts"),
    [
        ("VARCHAR", ["a", "", " ", "ａ", "が", "か\u3099", "12", "12.0", "007", None],
         ["a", "", " ", "ａ", "が", "か\u3099", "12", "12.0", "007"]),
        ("BIGINT", [12, -7, 2**53 + 1, None], ["12", "-7", "9007199254740993"]),
        # A whole number has the text of a whole number; one with a fraction its shortest.
        ("DOUBLE", [12.0, -0.0, 0.0, 1.5, None], ["12", "0", "1.5"]),
        # Twenty digits are more than a double tells apart.
        ("DECIMAL(22,1)", [Decimal("12345678901234567890.0"), Decimal("12345678901234567891.0"),
                           Decimal("12.5"), Decimal("12.0"), None],
         ["12345678901234567890", "12345678901234567891", "12.5", "12"]),
        ("DATE", [dt.date(2026, 11, 22), None], ["2026-11-22"]),
        ("BOOLEAN", [True, False, None], ["true", "false"]),
    ],
)  # fmt: skip
def test_the_digest_is_that_of_the_text_that_a_value_has_in_any_type(kind, values, texts):
    valued = len(values) - 1
    assert of_column(kind, values) == (digests(*texts), valued)
    # Where every value stands eight times, DuckDB finds the different ones: the same come back.
    assert of_column(kind, values * 8) == (digests(*texts), valued * 8)


def test_a_column_without_a_value_has_none():
    assert of_column("VARCHAR", []) == ([], 0)
    assert of_column("VARCHAR", [None, None]) == ([], 0)


@settings(max_examples=60)
@given(st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0"),
                                             max_size=3))))  # fmt: skip
def test_any_texts_are_digested_each_once(values):
    valued = [each for each in values if each is not None]
    assert of_column("VARCHAR", values) == (digests(*valued), len(valued))


def test_more_columns_than_are_parsed_at_once_come_in_the_order_asked_for(tmp_path):
    names = [f"c{at}" for at in range(70)]
    file = tmp_path / "wide.csv"
    lines = [",".join(names), *(",".join(f"{row}{name}" for name in names) for row in range(3))]
    file.write_text("\n".join([*lines, "," * 69]), encoding="utf-8")  # the last has no value
    with open_engine(threads=1) as engine:
        source = engine.source(Table(dataset="t", files=(str(file),), format="csv"))
        found = list(source.value_digests(names[::-1], digest_key=KEY))
    assert [each.column for each in found] == names[::-1]
    assert [each.rows for each in found] == [3] * 70
    for each in found:
        assert each.digests.tolist() == digests(*(f"{row}{each.column}" for row in range(3)))


def test_digests_are_those_of_the_classes(tmp_path):
    columns = {"x": "DOUBLE", "d": "DECIMAL(9,2)", "t": "VARCHAR", "l": "INTEGER[]"}
    rows = [(n / 4, Decimal(n) / 4, f"{n}", [n]) for n in range(9)] + [(None,) * 4]
    with open_engine(threads=1) as engine:
        source = engine.source(worlds.parquet(tmp_path / "t.parquet", columns, rows))
        for each in source.value_digests(list(columns), digest_key=KEY):
            of_classes = source.class_cells([each.column], digest_key=KEY).digests[each.column]
            assert of_classes[-1] == 0
            assert each.digests.tolist() == sorted(of_classes[:-1].tolist())


def test_what_cannot_be_asked_for_is_refused(tmp_path):
    texts, table = tmp_path / "a.txt", tmp_path / "t.csv"
    texts.write_text("one line\n", encoding="utf-8")
    table.write_text("a\n1\n", encoding="utf-8")
    with open_engine(threads=1) as engine:
        prose = engine.source(Table(dataset="p", files=(str(texts),), format="text"))
        with pytest.raises(Problem, match="no columns"):
            next(prose.value_digests(["a.txt"], digest_key=KEY))
        source = engine.source(Table(dataset="t", files=(str(table),), format="csv"))
        with pytest.raises(Problem, match="hat"):
            next(source.value_digests(["hat"], digest_key=KEY))
        assert list(source.value_digests([], digest_key=KEY)) == []


@given(
    blocks=st.lists(st.lists(st.integers(0, 60), max_size=40), max_size=12),
    least=st.integers(1, 20),
    block=st.integers(1, 9),
    about=st.integers(0, 80),
)
def test_digests_are_kept_once_whatever_the_blocks(blocks, least, block, about):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct_digests, "_LEAST", least)
        patch.setattr(distinct_digests, "_BLOCK", block)
        kept = DistinctDigests(about)
        for each in blocks:
            kept.add(np.asarray(each, np.uint64))
        room = kept._held.size
        found = kept.all()
    expected = sorted({digest for each in blocks for digest in each})
    assert found.tolist() == expected
    assert found.base is None
    assert room <= max(least, about, 3 * len(expected) + 1)
