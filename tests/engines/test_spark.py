# SPDX-License-Identifier: Apache-2.0
"""What goes wrong with Spark is told in our words."""

from __future__ import annotations

import pytest
import worlds

from shirube.engines import open_engine
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
