# SPDX-License-Identifier: Apache-2.0
"""A table is described once for the same bytes, and anew for others."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from shirube.catalogue import Remembering
from shirube.terms.errors import Problem
from shirube.terms.source import Progress, Table, TableColumn
from shirube.texts import using

LOG = Table(dataset="log", files=("/a/log.csv",), format="csv", digests=("12ab",))


class Counting:
    """Says the same of every table and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        self.asked += 1
        columns = (TableColumn("x", "VARCHAR", "text", "2 of 3"),)
        return msgspec.structs.replace(table, columns=columns, rows=3)


@pytest.fixture
def counting() -> Counting:
    return Counting()


def test_the_same_bytes_are_described_once_wherever_they_lie(tmp_path, counting) -> None:
    first = Remembering(counting, "duckdb 2", tmp_path / "cache").describe(LOG)
    moved = msgspec.structs.replace(LOG, dataset="copy", files=("/b/log.csv",))
    second = Remembering(counting, "duckdb 2", tmp_path / "cache").describe(moved)
    assert counting.asked == 1
    assert (second.columns, second.rows) == (first.columns, first.rows)
    assert (second.dataset, second.files) == ("copy", ("/b/log.csv",))


@pytest.mark.parametrize(
    "change", [{"digests": ("34cd",)}, {"encoding": "cp932"}, {"format": "jsonl"}]
)
def test_other_bytes_another_encoding_or_format_is_described_anew(
    tmp_path, counting, change
) -> None:
    remembering = Remembering(counting, "duckdb 2", tmp_path)
    remembering.describe(LOG)
    remembering.describe(msgspec.structs.replace(LOG, **change))
    assert counting.asked == 2


def test_another_engine_or_language_describes_anew(tmp_path, counting) -> None:
    Remembering(counting, "duckdb 2", tmp_path).describe(LOG)
    Remembering(counting, "duckdb 3", tmp_path).describe(LOG)
    with using("ja"):
        Remembering(counting, "duckdb 2", tmp_path).describe(LOG)
    assert counting.asked == 3


def test_a_kept_description_that_was_damaged_is_made_again(tmp_path: Path, counting) -> None:
    remembering = Remembering(counting, "duckdb 2", tmp_path)
    whole = remembering.describe(LOG)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:-5])
    assert remembering.describe(LOG) == whole
    assert counting.asked == 2


def test_a_table_that_cannot_be_described_is_not_remembered(tmp_path: Path) -> None:
    class Refusing:
        def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
            raise Problem("broken")

    with pytest.raises(Problem, match="broken"):
        Remembering(Refusing(), "duckdb 2", tmp_path).describe(LOG)
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_is_for_the_owner_alone(tmp_path: Path, counting) -> None:
    Remembering(counting, "duckdb 2", tmp_path / "cache").describe(LOG)
    (kept,) = (tmp_path / "cache").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_where_nothing_can_be_written_the_table_is_described_all_the_same(
    tmp_path: Path, counting
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert Remembering(counting, "duckdb 2", tmp_path / "cache").describe(LOG).rows == 3


class ByFile:
    """Describes Parquet files by their names: a file has as many rows as its name says."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        self.asked.append(table.files)
        kind = "DOUBLE" if table.files[0].startswith("double") else "BIGINT"
        columns = (TableColumn("x", kind, "number"),)
        rows = sum(int(file.split("_")[-1]) for file in table.files)
        return msgspec.structs.replace(table, columns=columns, rows=rows)


def _log(*files: str, format: str = "parquet") -> Table:
    return Table(
        dataset="log", files=files, format=format, digests=files, sizes=(1,) * len(files),
        names=files,
    )  # fmt: skip


def test_of_a_parquet_log_that_grew_only_the_new_files_are_described(tmp_path) -> None:
    engine = ByFile()
    remembering = Remembering(engine, "duckdb 2", tmp_path)
    remembering.describe(_log("a_1", "b_20"))
    grown = remembering.describe(_log("a_1", "b_20", "c_300", "d_4000"))
    assert engine.asked == [("a_1", "b_20"), ("c_300", "d_4000")]
    assert grown == ByFile().describe(_log("a_1", "b_20", "c_300", "d_4000"))
    assert remembering.describe(_log("a_1", "b_20", "c_300", "d_4000")) == grown
    assert len(engine.asked) == 2


def test_new_files_with_other_columns_are_described_together_with_the_old(tmp_path) -> None:
    engine = ByFile()
    remembering = Remembering(engine, "duckdb 2", tmp_path)
    remembering.describe(_log("a_1"))
    assert remembering.describe(_log("a_1", "double_20")).rows == 21
    assert engine.asked[-1] == ("a_1", "double_20")


def test_a_csv_log_that_grew_is_described_whole(tmp_path) -> None:
    engine = ByFile()
    remembering = Remembering(engine, "duckdb 2", tmp_path)
    remembering.describe(_log("a_1", format="csv"))
    remembering.describe(_log("a_1", "b_20", format="csv"))
    assert engine.asked[-1] == ("a_1", "b_20")  # one text among numbers makes a column of texts
