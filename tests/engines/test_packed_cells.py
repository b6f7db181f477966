# SPDX-License-Identifier: Apache-2.0
"""Packed keys give the cells of the queries, or leave the table to them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shirube.engines import class_profiles, key_counts, open_engine
from shirube.engines.digest import digest_of
from shirube.engines.duckdb import packed_counts, packed_profiles, packed_tables, packing
from shirube.engines.key_counts import KeyCounts, gathered
from shirube.terms.cells import ClassCells, GroupCells, SensitiveProfiles, SensitiveTable
from shirube.terms.source import Table

TYPES = {
    "whole": "CASE WHEN n % 7 > 0 THEN CAST(n % 40 - 20 AS INTEGER) END",
    "tiny": "CAST(n % 200 - 100 AS TINYINT)",
    "long": "CAST(n % 3 AS BIGINT) * 1000000000000 - 5",
    "unsigned": "CAST(n % 5 AS UBIGINT)",
    "truth": "CASE WHEN n % 11 > 0 THEN n % 2 = 0 END",
    "day": "CASE WHEN n % 5 > 0 THEN DATE '1969-12-30' + CAST(n % 9 AS INTEGER) END",
    "few": "CASE WHEN n % 3 > 0 THEN ['b', 'a', '', 'é', '日本'][1 + n % 5] END",
    "late": "CASE WHEN n > 2990 THEN 'z' || n % 3 ELSE 'y' END",
    "many": "'v' || CASE WHEN n % 17 > 0 THEN n % 700 END",
    "real": "CASE WHEN n % 13 > 0 THEN (n % 6) / 4.0::DOUBLE END",
    "money": "CAST(n % 30 AS DECIMAL(9, 2)) / 7",
    "at": "TIMESTAMP '2026-01-01' + to_hours(n % 50)",
    "nothing": "NULL::INTEGER",
    "a name, {0} \"$1'": "n % 4",
    "label": "CASE WHEN n % 19 > 0 THEN n % 2 END",
    "yes": "n % 3 = 0",
    "one": "1",
}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packed") / "t.parquet"
    chosen = ", ".join(
        f'{each} AS "{name.replace(chr(34), chr(34) * 2)}"' for name, each in TYPES.items()
    )
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {chosen} FROM range(3000) r(n)) TO '{path}'"
            " (FORMAT parquet, ROW_GROUP_SIZE 2048)"
        )
    return path


def source_of(engine: Any, path: Path) -> Any:
    return engine.source(Table(dataset="d", files=(str(path),), format="parquet"))


def plain(record: ClassCells | GroupCells) -> dict[str, Any]:
    """The record as lists, codes included."""

    def listed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: listed(each) for name, each in value.items()}
        if isinstance(value, np.ndarray):
            return value.tolist()
        return value

    return {name: listed(value) for name, value in vars(record).items()}


def in_any_order(cells: GroupCells) -> list[tuple[Any, ...]]:
    columns = [*cells.attributes.values(), cells.label, cells.prediction, cells.count]
    return sorted(zip(*columns, strict=True), key=str)


@pytest.fixture
def both_ways(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Count packed and by queries; ``left`` says whether the table must be left to the queries."""
    taken: list[Any] = []
    for module in ("packed_classes", "packed_groups", "packed_profiles"):
        name = f"shirube.engines.duckdb.{module}.counted"

        def remembered(*asked: Any) -> Any:
            taken.append(packed_counts.counted(*asked))
            return taken[-1]

        monkeypatch.setattr(name, remembered)

    def run(count: Any, *, left: bool | None = False, few: int = 0) -> tuple[Any, Any]:
        taken.clear()
        monkeypatch.setattr(packed_counts, "LEAST_ROWS", 0)
        monkeypatch.setattr(packed_counts, "_FEW_ROWS", few)
        packed = count()
        assert left is None or [each is None for each in taken] == [left]
        monkeypatch.setattr(packed_counts, "LEAST_ROWS", 10**9)
        return packed, count()

    return run


CLASSES: list[tuple[list[str], list[str]]] = [
    (["whole", "few"], ["long", "at", "day"]),
    (["whole", "tiny", "few"], ["late"]),
    (["few", "late"], ["many", "truth"]),
    (["many", "real", "day"], ["few"]),
    (["long", "unsigned", "at"], ["money", "nothing"]),
    (["truth"], ["whole", "one", "many"]),
    (["a name, {0} \"$1'", "nothing"], []),
]


@pytest.mark.parametrize(("quasi", "sensitive"), CLASSES)
@pytest.mark.parametrize("few", [0, 10**9])
def test_class_cells_equal_those_of_the_queries(
    table: Path, both_ways: Any, quasi: list[str], sensitive: list[str], few: int
) -> None:
    with open_engine(threads=1) as engine:
        source = source_of(engine, table)
        packed, queries = both_ways(
            lambda: source.class_cells(quasi, sensitive, codes=True, digest_key="k"), few=few
        )
    assert plain(packed) == plain(queries)
    assert packed.rows == 3000


@pytest.mark.parametrize(("quasi", "sensitive"), CLASSES)
@pytest.mark.parametrize("way", ["counters", "tables", "cells of tables", "sorted", "runs"])
def test_class_profiles_equal_those_of_the_queries(
    table: Path,
    both_ways: Any,
    monkeypatch: pytest.MonkeyPatch,
    quasi: list[str],
    sensitive: list[str],
    way: str,
) -> None:
    def dense(packed: packing.Packing, classes: int) -> bool:
        narrow = all(field.bits < 16 for field in packed.fields[classes:])
        return way == "counters" or (narrow and way in ("tables", "cells of tables"))

    monkeypatch.setattr(packed_profiles, "_dense", dense)
    monkeypatch.setattr(packed_profiles, "_gaps", lambda *_asked: False)
    monkeypatch.setattr(packed_tables, "_BLOCK", 100)
    monkeypatch.setattr(packed_tables, "_MOST_COUNTERS", 64)
    monkeypatch.setattr(packed_tables, "_FILLED", 0 if way == "cells of tables" else 10**9)
    held = {"runs": 0, "counters": 2_800}.get(way, 10**9)
    monkeypatch.setattr(packed_profiles, "_MOST_HELD", held)
    monkeypatch.setattr(packed_profiles, "_BLOCK", 100)
    monkeypatch.setattr(packed_profiles, "_SORTED_BLOCK", 100)
    monkeypatch.setattr(class_profiles, "_BLOCK", 50)
    monkeypatch.setattr(class_profiles, "_OFTEN", 2)
    if way == "runs":
        monkeypatch.setattr(key_counts, "IN_CACHE_BITS", 0)
        monkeypatch.setattr(key_counts, "MOST_DENSE_BITS", 0)
        monkeypatch.setattr(packed_counts, "_HELD_BYTES", 8192)
    with open_engine(threads=1) as engine:
        source = source_of(engine, table)
        packed, queries = both_ways(lambda: source.class_profiles(quasi, sensitive, digest_key="k"))
    assert digest_of(packed) == digest_of(queries)
    assert packed.rows == int((packed.size * packed.classes).sum()) == 3000
    assert list(packed.sensitive) == sensitive
    if "long" not in sensitive and "money" not in sensitive:
        kinds = {type(each) for each in packed.sensitive.values()}
        assert kinds <= {SensitiveTable if way == "tables" else SensitiveProfiles}


rows_by_class = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=9), min_size=1)


@given(
    rows_by_class,
    st.sampled_from([1, 9]),
    st.sampled_from([1, 3, 99]),
    st.sampled_from([(1, 2), (2, 4), (4, 255)]),
    st.booleans(),
)
def test_profiles_are_the_counts_of_each_class(
    classes: list[list[int]], width: int, often: int, few: tuple[int, int], joint: bool
) -> None:
    # Two columns: the code, and its opposite; a code is 3 bits wide, or 27.
    expected = [
        Counter(
            tuple(sorted(Counter(each ^ turned for each in codes).items())) for codes in classes
        )
        for turned in (0, 7)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(class_profiles, "_OFTEN", often)
        patch.setattr(class_profiles, "_FEW", few[0])
        patch.setattr(class_profiles, "_LARGE", few[1])
        patch.setattr(class_profiles, "_BLOCK", 4)
        patch.setattr(class_profiles, "_HELD", 3)
        by_class = class_profiles.RowsByClass(
            {0: 3 * width, 1: 3 * width}, lambda held, at: held ^ (7 * at), 3 if joint else 17
        )
        for part in (classes[: len(classes) // 2], classes[len(classes) // 2 :]):
            new = np.ones(sum(map(len, part)) + 1, bool)
            new[:-1] = [at == 0 for codes in part for at in range(len(codes))]
            # The rows of a class are sorted, as keys are.
            held = np.array([code for codes in part for code in sorted(codes)], np.uint32)
            by_class.add(new, held)
        sizes = Counter(map(len, classes))
        size, number = by_class.sizes()
        assert dict(zip(size.tolist(), number.tolist(), strict=True)) == sizes
        found = [by_class.profiles(at) for at in (0, 1)]
    assert [told_by(each) for each in found] == expected


def told_by(found: SensitiveProfiles) -> Counter[tuple[tuple[int, int], ...]]:
    told: Counter[tuple[tuple[int, int], ...]] = Counter()
    cells = list(zip(found.code.tolist(), found.count.tolist(), strict=True))
    ends = [*found.first.tolist()[1:], len(cells)]
    for start, end, times in zip(found.first.tolist(), ends, found.classes.tolist(), strict=True):
        told[tuple(cells[start:end])] += times
    return told


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(sorted(TYPES)), min_size=2, max_size=5, unique=True))
def test_any_columns_are_counted_alike(table: Path, both_ways: Any, columns: list[str]) -> None:
    with open_engine(threads=1) as engine:
        source = source_of(engine, table)
        for asked in (columns[:1], columns[1:]), (columns[:-1], columns[-1:]):
            packed, queries = both_ways(
                lambda asked=asked: (
                    digest_of(source.class_cells(*asked, codes=True)),
                    digest_of(source.class_profiles(*asked)),
                ),
                left=None,  # five wide columns may have too many bits
            )
            assert packed == queries


@pytest.mark.parametrize("prediction", ["yes", "one"])
@pytest.mark.parametrize("label", ["label", "truth", None])
def test_group_cells_equal_those_of_the_queries(
    table: Path, both_ways: Any, prediction: str, label: str | None
) -> None:
    attributes = ["few", "whole", "late", "nothing"]
    with open_engine(threads=1) as engine:
        source = source_of(engine, table)
        packed, queries = both_ways(
            lambda: source.group_cells(attributes, prediction=prediction, label=label)
        )
    assert in_any_order(packed) == in_any_order(queries)
    assert packed.rows == queries.rows == 3000


def test_decisions_that_are_not_binary_are_left_to_the_queries_which_refuse_them(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed_counts, "LEAST_ROWS", 0)
    with open_engine(threads=1) as engine, pytest.raises(Exception, match="other than 0 and 1"):
        source_of(engine, table).group_cells(["few"], prediction="whole")


def test_too_many_values_are_left_to_the_queries(
    table: Path, both_ways: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "_HASHED", 600)
    with open_engine(threads=1) as engine:
        source = source_of(engine, table)
        packed, queries = both_ways(lambda: source.class_cells(["many"], ["few"]), left=True)
    assert plain(packed) == plain(queries)


def test_too_many_bits_are_left_to_the_queries(
    table: Path, both_ways: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "_MOST_BITS", 12)
    with open_engine(threads=1) as engine:
        source = source_of(engine, table)
        packed, queries = both_ways(lambda: source.class_cells(["tiny"], ["whole"]), left=True)
    assert plain(packed) == plain(queries)


def test_a_column_without_rows_packs(tmp_path: Path, both_ways: Any) -> None:
    path = tmp_path / "t.parquet"
    duckdb.execute(f"COPY (SELECT 1 AS a, 'x' AS b WHERE false) TO '{path}' (FORMAT parquet)")
    with open_engine(threads=1) as engine:
        source = source_of(engine, path)
        packed, queries = both_ways(lambda: source.class_cells(["a"], ["b"], codes=True))
    assert plain(packed) == plain(queries)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40),
    st.lists(st.lists(st.integers(0, 2**40), max_size=30), max_size=6),
    st.booleans(),
)
def test_keys_are_counted_whatever_their_width(
    bits: int, blocks: list[list[int]], weighted: bool
) -> None:
    counts = KeyCounts(bits, about=64 * bits)
    expected: dict[int, int] = {}
    for block in blocks:
        keys = np.asarray([key % 2**bits for key in block], np.int64)
        weights = np.arange(1, len(keys) + 1) if weighted else np.ones(len(keys), np.int64)
        counts.add(keys, weights if weighted else None)
        for key, weight in zip(keys.tolist(), weights.tolist(), strict=True):
            expected[key] = expected.get(key, 0) + weight
    keys, count = counts.result()
    assert dict(zip(keys.tolist(), count.tolist(), strict=True)) == expected
    assert keys.tolist() == sorted(expected)


def test_gathering_loses_no_key() -> None:
    blocks = [np.arange(start, start + 5, dtype=np.int32) for start in range(0, 50, 5)]
    joined = [block.tolist() for block in gathered(blocks, 7)]
    assert [len(each) for each in joined] == [7] * 7 + [1]
    assert [key for block in joined for key in block] == list(range(50))


def test_keys_that_are_held_are_counted_before_there_is_no_room(
    table: Path, both_ways: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_counts, "IN_CACHE_BITS", 0)
    monkeypatch.setattr(key_counts, "MOST_DENSE_BITS", 0)
    monkeypatch.setattr(packed_counts, "_HELD_BYTES", 8192)
    with open_engine(threads=1) as engine:
        source = source_of(engine, table)
        packed, queries = both_ways(lambda: source.class_cells(["whole", "day"], ["few", "truth"]))
    assert plain(packed) == plain(queries)
