# SPDX-License-Identifier: Apache-2.0
"""Which columns could be templates of a body: by their names, by vectors, by long codes."""

from __future__ import annotations

import time
from typing import Any

import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.engines import open_engine
from shirube.measures.privacy.body_features import PRODUCES, body_features
from shirube.measures.privacy.vectors import announced, numbers_in
from shirube.terms.errors import Problems
from shirube.terms.source import Table


def measured(table: dict[str, list[Any]], *, types: dict[str, str] | None = None, **asked: Any):
    rows = list(zip(*table.values(), strict=True))
    return body_features(small_tables.source(list(table), rows, **(types or {})), **asked)


def told(result: Any) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[2:] for row in result.details[0].rows}


def test_three_signs_tell_a_column() -> None:
    vector = "[" + ", ".join(["0.25"] * 32) + "]"
    result = measured(
        {
            "id": ["1", "2"],
            "embedding": [vector, vector.replace(",", " ")],
            "template": ["9f" * 128, None],
            "指紋": ["登録済", "なし"],
            "short": ["0.1 0.2 0.3"] * 2,
            "digest": ["9f" * 32] * 2,
        }
    )
    found = small_tables.values(result)
    assert (found["vector_columns"], found["code_columns"], found["announced_columns"]) == (1, 1, 1)
    assert found["suspected_columns"] == 3
    assert told(result) == {
        "embedding": (None, 32, False),
        "template": (None, None, True),
        "指紋": ("fingerprint", None, False),
    }


def test_cells_of_different_length_are_lists_and_no_vectors() -> None:
    # Baskets: 40, 41, ... 49 numbers. No length has nine tenths of the cells.
    baskets = [" ".join(["7"] * n) for n in range(40, 50)]
    assert small_tables.values(measured({"basket": baskets}))["vector_columns"] == 0


@pytest.mark.parametrize(("kind", "expected"), [("DOUBLE", 3), ("BIGINT", 0)])
def test_columns_with_running_numbers_are_one_vector(kind: str, expected: int) -> None:
    # Whole numbers are answers to questions; so are fractions whose numbers have a gap.
    names = ["e_0", "e_1", "e_2", "x_1", "x_2", "x_4"]
    columns = {name: [1, 2] for name in names}
    found = measured(columns, types=dict.fromkeys(names, kind), least=3)
    assert small_tables.values(found)["vector_columns"] == expected


def test_lists_and_bytes_of_parquet_are_seen(tmp_path) -> None:
    import duckdb

    file = tmp_path / "faces.parquet"
    duckdb.sql(
        "COPY (SELECT i AS id, [random()::FLOAT FOR x IN range(128)] AS face_vector,"
        f" encode('a') AS scan FROM range(5) AS t(i)) TO '{file}'"
    )
    with open_engine() as engine:
        table = engine.describe(Table(dataset="faces", files=(str(file),), format="parquet"))
        found = body_features(engine.source(table))
    assert told(found) == {"face_vector": ("face", 128, False), "scan": (None, None, True)}


@pytest.mark.parametrize(
    ("column", "feature"),
    [
        ("faceEmbedding", "face"),
        ("顔特徴量", "face"),
        ("voice_print", "voice"),
        ("finger_vein", "vein"),
        ("device_fingerprint", ""),
        ("surface_area", ""),
        ("iris", ""),
        ("dna_seq", "dna"),
        ("interface_version", ""),
    ],
)
def test_a_name_announces_a_feature(column: str, feature: str) -> None:
    assert announced(column) == feature


@settings(max_examples=30)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=40),
    st.sampled_from([", ", ",", " ", "; "]),
    st.sampled_from(["[]", "()", "{}", "  "]),
)
def test_every_list_of_numbers_is_counted(numbers: list[float], between: str, around: str) -> None:
    assert numbers_in(around[0] + between.join(map(repr, numbers)) + around[1]) == len(numbers)


@pytest.mark.parametrize(
    "text", ["", "7", "2026-11-22", "1, 2, x", "1,,2", "a 1 2", "03-1234-5678"]
)
def test_what_is_no_list_of_numbers_has_none(text: str) -> None:
    assert numbers_in(text) == 0


@pytest.mark.parametrize("text", ["1" * 200_000 + "x", "1 " * 100_000 + "x", " " * 200_000 + "x"])
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    assert numbers_in(text) == 0
    assert time.process_time() - began < 2


def test_a_table_without_rows_and_wrong_arguments() -> None:
    empty = body_features(small_tables.source(["a"], []))
    assert [value.name for value in empty.values] == [name.name for name in PRODUCES]
    assert all(value.value is None and value.reason for value in empty.values)
    with pytest.raises(Problems, match="zip"):
        measured({"a": ["x"]}, columns=("zip",))
    with pytest.raises(Problems):
        measured({"a": ["x"]}, least=1)
