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
