# SPDX-License-Identifier: Apache-2.0
"""What is opened: the files whose rows are asked for; and for how long: as long as it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
import weakref
from pathlib import Path

import duckdb
import msgspec
import pytest

from shirube.engines import open_engine
from shirube.engines.duckdb.engine import DuckDBEngine, _resolved
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
        assert sum(source.bucket_cells(["x"]).rows.values()) == 2
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


def test_a_small_new_file_is_counted_by_one_thread_and_a_table_by_all(log: Table) -> None:
    new = msgspec.structs.replace(log, files=log.files[1:], digests=(), columns=(), rows=None)
    asked = "SELECT current_setting('threads')"
    with DuckDBEngine(threads=2) as engine:
        described = engine.describe(new)
        session = engine.source(log)._session  # of both files, whose columns are known
        assert session.of(1).rows(asked) == [(1,)]
        assert session.of(0).rows(asked) == [(2,)]
        assert engine.source(described)._session.rows(asked) == [(2,)]


def test_nothing_is_loaded_to_say_which_engine_counts() -> None:
    program = (
        "import sys; from shirube.engines import open_engine\n"
        "with open_engine() as it: print(it.name, it.version, 'duckdb' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
    assert told.decode().split() == ["duckdb", duckdb.__version__, "False"]


def test_what_a_source_holds_goes_with_it_and_not_before(tmp_path):
    file, temp = tmp_path / "t.csv", tmp_path / "temp"
    file.write_text("a,b\n1,x\n2,y\n", encoding="utf-8")
    temp.mkdir()
    with DuckDBEngine(threads=1, temp=temp) as engine:
        source = engine.source(Table(dataset="t", files=(str(file),), format="csv"))
        assert [each.rows for each in source.value_digests(["a", "b"], digest_key="k")] == [2, 2]
        session = weakref.ref(source._session)
        assert list(temp.rglob("*.columns"))
        release = source.releasable()
        del source
        assert not list(temp.rglob("*.columns"))
        assert release.tuples(["b"]).values == {"b": ("x", "y")}
        del release
        assert session() is None


def test_files_are_resolved_as_the_system_resolves_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").touch()
    (tmp_path / "real" / "to_a").symlink_to("a")
    (tmp_path / "folder").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    asked = [
        "real/a",
        "folder/a",
        "folder/to_a",
        "folder/..",
        "real/../folder/to_a",
        "no/file",
        ".",
    ]
    asked += [str(tmp_path / "folder" / "to_a"), "folder", "folder/"]
    assert [str(path) for path in _resolved(asked)] == [os.path.realpath(each) for each in asked]
