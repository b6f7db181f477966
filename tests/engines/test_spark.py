# SPDX-License-Identifier: Apache-2.0
"""What goes wrong with Spark is told in our words."""

from __future__ import annotations

from collections import Counter

import pytest
import worlds

from shirube.engines import open_engine
from shirube.engines.digest import digest_of
from shirube.terms.errors import Problem
from shirube.terms.source import Table

pytestmark = [
    pytest.mark.full,
    pytest.mark.enable_socket,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_a_column_is_described_with_the_types_that_the_engines_share(spark, tmp_path):
    columns = {"n": "SMALLINT", "d": "DECIMAL(9,2)", "b": "BLOB", "m": "TIMESTAMPTZ", "t": "TIME"}
    made = worlds.parquet(tmp_path / "[odd] name*.parquet", columns, [(None,) * 5])
    found = spark.describe(made)
    assert found.rows == 1
    assert [(each.name, each.type, each.kind) for each in found.columns] == [
        ("n", "SMALLINT", "number"),
        ("d", "DECIMAL(9,2)", "number"),
        ("b", "binary", "other"),
        ("m", "TIMESTAMP WITH TIME ZONE", "time"),
        ("t", "TIME", "time"),
    ]


CSV = """区分,数,日,金額,番号
東京,１,2026-01-02,10.5,007
"大阪, 北",2,,-3,12
,NaN,2026-02-28,1e3,x
東京,,2026-01-02,,007
"""
JSONL = """{"a": 1, "b": "x", "c": [1, 2], "d": true}
{"a": 2.5, "b": null, "d": false}
{"b": "y", "a": 1}
"""


@pytest.mark.parametrize(
    ("name", "encoding", "text", "columns"),
    [
        ("t.csv", "cp932", CSV, ["区分", "数", "日"]),
        ("t.jsonl", "utf-8", JSONL, ["a", "b"]),
    ],
    ids=["csv", "jsonl"],
)
def test_csv_and_json_lines_have_the_same_cells_as_on_duckdb(
    spark, tmp_path, name, encoding, text, columns
):
    (tmp_path / name).write_text(text, encoding=encoding)
    form = name.removeprefix("t.")
    table = Table(dataset="d", files=(str(tmp_path / name),), format=form, encoding=encoding)
    with open_engine("duckdb") as here, open_engine("spark") as there:
        # Both describe it alike, notes included; and a described table is opened as one.
        assert there.describe(table) == here.describe(table)
        one, other = here.source(table), there.source(there.describe(table))
        cells = (it.class_cells(columns, codes=True, digest_key="k") for it in (one, other))
        assert len({digest_of(each) for each in cells}) == 1
        assert passed(other) == passed(one)


def passed(source):
    return Counter(
        (batch.column, text)
        for batch in source.texts([source.table.columns[0].name], digits=0)
        for text in batch.text
    )


def test_what_is_wrong_with_a_csv_file_is_told_as_ever(spark, tmp_path):
    (tmp_path / "t.csv").write_text("a,a\n1,2\n")
    table = Table(dataset="d", files=(str(tmp_path / "t.csv"),), format="csv")
    with open_engine("spark") as engine, pytest.raises(Problem, match="same name"):
        engine.describe(table)


def test_files_with_other_columns_are_refused(spark, tmp_path):
    first = worlds.parquet(tmp_path / "1.parquet", {"a": "INTEGER", "b": "INTEGER"}, [(1, 2)])
    other = worlds.parquet(tmp_path / "2.parquet", {"a": "INTEGER"}, [(1,)])
    both = Table(dataset="d", files=(*first.files, *other.files), format="parquet")
    with pytest.raises(Problem, match=r"not those of 1\.parquet \(b\)"):
        spark.describe(both)


def test_a_broken_file_and_one_that_is_gone_are_told(spark, tmp_path):
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing more PAR1")
    for file, found in ((broken, "cannot read the table"), (tmp_path / "no", "does not see")):
        with pytest.raises(Problem, match=found):
            spark.describe(Table(dataset="d", files=(str(file),), format="parquet"))


def test_a_session_of_the_program_is_borrowed_and_not_stopped(spark, tmp_path):
    made = worlds.parquet(tmp_path / "t.parquet", {"a": "INTEGER"}, [(1,), (1,)])
    with open_engine("spark") as engine:
        assert engine.source(made).class_cells(["a"]).count.tolist() == [2]
        assert engine.told(made).startswith("spark ")
    assert spark.describe(made).rows == 2


def test_without_java_it_says_what_to_install(monkeypatch):
    from pyspark import SparkContext

    monkeypatch.setattr(SparkContext, "_active_spark_context", None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with open_engine("spark") as engine, pytest.raises(Problem, match="needs Java 17"):
        engine.describe(Table(dataset="d", files=("t",), format="parquet"))
