# SPDX-License-Identifier: Apache-2.0
"""A Parquet table that was described before opens only the files whose rows are asked for."""

from __future__ import annotations

from pathlib import Path

import duckdb
import msgspec
import pytest

from shirube.engines import open_engine
from shirube.terms.errors import Problem
from shirube.terms.source import Table


def _file(path: Path, query: str) -> str:
    duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return str(path)


@pytest.fixture
def log(tmp_path: Path) -> Table:
    """Return a log of two files, described under digests; the cells of the first are kept."""
    files = [_file(tmp_path / f"{n}.parquet", f"SELECT {n} AS x") for n in (1, 2)]
    table = Table(dataset="log", files=tuple(files), format="parquet", digests=("one", "two"))
    first = msgspec.structs.replace(table, files=table.files[:1], digests=table.digests[:1])
    with open_engine(threads=1) as engine:
        engine.source(first, cache=tmp_path / "cells").bucket_cells(["x"])
        return engine.describe(table)


def test_a_file_whose_cells_are_kept_is_not_opened(tmp_path: Path, log: Table) -> None:
    Path(log.files[0]).write_bytes(b"no Parquet")
    with open_engine(threads=1) as engine:
        source = engine.source(log, cache=tmp_path / "cells")
        assert source.bucket_cells(["x"]).count.sum() == 2
        with pytest.raises(Problem, match=r"1\.parquet"):
            source.class_cells(["x"])  # which needs the rows of all files


def test_a_missing_file_is_told_at_once(tmp_path: Path, log: Table) -> None:
    Path(log.files[0]).unlink()
    with open_engine(threads=1) as engine, pytest.raises(Problem, match="no such file"):
        engine.source(log, cache=tmp_path / "cells")


@pytest.mark.parametrize("cached", [True, False])
def test_a_file_that_has_other_columns_now_is_refused(
    tmp_path: Path, log: Table, cached: bool
) -> None:
    _file(Path(log.files[1]), "SELECT 2 AS y")
    with open_engine(threads=1) as engine:
        source = engine.source(log, cache=tmp_path / "cells" if cached else None)
        with pytest.raises(Problem, match=r"columns are not those of 1\.parquet"):
            source.bucket_cells(["x"])
