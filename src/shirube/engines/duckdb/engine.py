# SPDX-License-Identifier: Apache-2.0
"""The DuckDB adapter of the port: describes tables and opens them for counting."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

import duckdb
import msgspec

from shirube.engines import sql
from shirube.engines.duckdb import FORMATS, attached, sqlite_files
from shirube.engines.duckdb.decoding import is_utf8, transcode
from shirube.engines.duckdb.describing import describe_texts, kind_of, typed
from shirube.engines.duckdb.reading import parquet_part, parquet_relation, text_relation
from shirube.engines.duckdb.relations import Relations
from shirube.engines.duckdb.session import Session
from shirube.engines.duckdb.source import RELATION, DuckDBSource
from shirube.terms.errors import Problem
from shirube.terms.source import Table, TableColumn
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from shirube.terms.source import Progress

_LITTLE = 64 << 20
"""Bytes of new files up to which they are described, and counted as days of a log, by one thread:
the pages of a day are read in less time than it takes to share them out."""


class DuckDBEngine:
    """DuckDB in this process. See ``port.Engine`` for what is true when a call returns."""

    name = "duckdb"

    def __init__(
        self, *, memory_limit: str = "512MB", threads: int | None = None, temp: Path | None = None
    ) -> None:
        self.version = str(duckdb.__version__)
        self._memory_limit, self._threads = memory_limit, threads
        self._temp = Path(tempfile.mkdtemp(prefix="shirube-", dir=temp))  # 0700 by mkdtemp
        self._utf8: dict[tuple[Path, str], Path] = {}
        # A session lives as long as a source of its table: what DuckDB keeps to read a table once
        # more would add up from one measurement to the next.
        self._sessions: WeakSet[Session] = WeakSet()
        self._describing: Session | None = None

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        """Return the table with its columns and number of rows.

        The session of a Parquet table stays until another is described: what is new in a log is
        counted where it was described.
        """
        session, _relations, described = self._open(table, progress, describing=True)
        if self._describing is not None:
            self._forget(self._describing)
        self._describing = session
        if table.format != "parquet":
            self._forget(session)
        return described

    def source(
        self, table: Table, *, progress: Progress | None = None, cache: Path | None = None
    ) -> DuckDBSource:
        """Return the table, ready to be counted."""
        session, relations, described = self._open(table, progress)
        return DuckDBSource(session, relations, described, cache)

    def close(self) -> None:
        """Close what is open and remove what was written."""
        for session in list(self._sessions):
            session.close()
        shutil.rmtree(self._temp, ignore_errors=True)

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engine."""
        self.close()

    def _open(
        self, table: Table, progress: Progress | None, *, describing: bool = False
    ) -> tuple[Session, Relations, Table]:
        """Return a session that can read the table, its relations, and the table described."""
        files = _resolved(table.files)
        size = _check(table, files)
        readable = [self._readable(file, table, progress) for file in files]
        if table.format in _WITH_LOG:  # a database is one file, and perhaps its log
            readable = _WITH_LOG[table.format](files[0])
        little = describing and table.format == "parquet" and size <= _LITTLE
        session = self._session(readable, progress, alone=little)
        try:
            relations, described = _RELATE[table.format](
                session, table, readable, files, self._temp
            )
        except BaseException:
            self._forget(session)
            raise
        return session, relations, described

    def _forget(self, session: Session) -> None:
        """Close a session before the engine is closed."""
        if session is self._describing:
            self._describing = None
        self._sessions.discard(session)
        session.close()

    def _session(self, readable: list[Path], progress: Progress | None, *, alone: bool) -> Session:
        """Return a session that may read these files, to be closed with the engine."""
        open_still, self._describing = self._describing, None
        if open_still is not None and open_still.may_read(readable):
            open_still.progress = progress
            if not alone:
                open_still.all_threads()
            return open_still
        self._describing = open_still
        session = Session(
            readable,
            memory_limit=self._memory_limit,
            threads=self._threads,
            temp=self._temp,
            progress=progress,
            beside=open_still,
            alone=alone,
        )
        self._sessions.add(session)
        return session

    def _readable(self, file: Path, table: Table, progress: Progress | None) -> Path:
        """Return the file itself, or its UTF-8 twin in the temporary folder."""
        if table.format not in _TEXTS or is_utf8(table.encoding):
            return file
        twin = self._utf8.get((file, table.encoding))
        if twin is None:
            twin = self._temp / f"{len(self._utf8)}.utf8"
            transcode(file, table.encoding, twin, progress)
            self._utf8[file, table.encoding] = twin
        return twin


def _parquet(
    session: Session, table: Table, readable: list[Path], _files: list[Path], temp: Path
) -> tuple[Relations, Table]:
    """Relate to a Parquet table; its footers say everything, unless it was described before.

    Then a file is opened when its rows are asked for: a log of many days, whose old days have been
    counted, opens the new one.
    """

    def whole() -> str:
        return _view(session, f"SELECT * FROM {parquet_relation(session, readable)}")

    def part(file: int) -> str:
        return parquet_part(session.of(file), names, readable[0], readable[file])

    relations = Relations(session, whole, part, columnar_already=True, temp=temp)
    if not _is_known(table):
        table = _described(session, table, parquet_relation(session, readable))
    names = [each.name for each in table.columns]
    return relations, table


def _text(
    session: Session, table: Table, readable: list[Path], files: list[Path], temp: Path
) -> tuple[Relations, Table]:
    """Relate to a CSV or JSON lines table; describe it where that was not done yet."""
    relation, names = text_relation(session, table.format, readable, files)
    columns, rows = table.columns, table.rows
    if rows is None or tuple(each.name for each in columns) != names:
        columns, rows = describe_texts(session, relation, names)
    query = typed(relation, columns)
    view = _view(session, query)
    parts = [
        f"({typed(text_relation(session, table.format, [utf8], [file])[0], columns)})"
        for utf8, file in zip(readable, files, strict=True)
        if len(files) > 1
    ]
    relations = Relations(
        session,
        lambda: view,
        (parts or [f"({query})"]).__getitem__,
        columnar_already=False,
        temp=temp,
        texts=relation,
    )
    return relations, msgspec.structs.replace(table, columns=columns, rows=rows)


def _duckdb_file(
    session: Session, table: Table, _readable: list[Path], files: list[Path], temp: Path
) -> tuple[Relations, Table]:
    """Relate to a table of a DuckDB file."""
    known = attached.attach(session, files[0])
    name, relation = attached.relation(known, table.relation, files[0])
    names = (f"{files[0].name}#{name}", *table.names[1:])
    named = msgspec.structs.replace(table, relation=name, names=names)
    described = _described(session, named, relation)
    return _columnar(session, relation, temp), described


def _sqlite_file(
    session: Session, table: Table, _readable: list[Path], files: list[Path], temp: Path
) -> tuple[Relations, Table]:
    """Relate to a table of an SQLite file, by way of a columnar copy."""
    target = temp / f"{sqlite_files.copy_name(files[0], table.relation)}.sqlite"
    columns = table.columns
    if not (columns and target.exists()):
        columns = sqlite_files.stream(
            files[0], table.relation, session, temp, target, session.progress
        )
    relation = f"read_parquet({sql.text(str(target))})"
    described = _described(session, table, relation)
    return _columnar(session, relation, temp), msgspec.structs.replace(described, columns=columns)


def _is_known(table: Table) -> bool:
    """Say whether columns and rows were found in files of these very digests."""
    bound = len(table.digests) == len(table.files)
    return bound and bool(table.columns) and table.rows is not None


def _described(session: Session, table: Table, relation: str) -> Table:
    """Return the table with the columns and rows that a typed relation has."""
    columns = tuple(
        TableColumn(str(row[0]), str(row[1]), kind_of(str(row[1])))
        for row in session.rows(f"DESCRIBE SELECT * FROM {relation}")
    )
    rows = int(session.rows(f"SELECT count(*) FROM {relation}")[0][0])
    return msgspec.structs.replace(table, columns=columns, rows=rows)


def _columnar(session: Session, relation: str, temp: Path) -> Relations:
    """Return the relations of a table whose columns can be read one by one."""
    query = f"SELECT * FROM {relation}"
    view = _view(session, query)
    return Relations(
        session, lambda: view, lambda _file: relation, columnar_already=True, temp=temp
    )


_TEXTS = ("csv", "jsonl")
_RELATE = {
    "parquet": _parquet,
    "csv": _text,
    "jsonl": _text,
    "duckdb": _duckdb_file,
    "sqlite": _sqlite_file,
}
_WITH_LOG = {"duckdb": attached.with_log, "sqlite": sqlite_files.with_log}


def _view(session: Session, query: str) -> str:
    """Give the table a name in its session, so that a wide query is planned once."""
    session.rows(f"CREATE OR REPLACE TEMP VIEW {sql.name(RELATION)} AS {query}")
    return sql.name(RELATION)


def _resolved(files: Sequence[str]) -> list[Path]:
    """Return the files without symbolic links; a folder is resolved once for all of its files."""
    folders: dict[str, str] = {}
    found = []
    for file in files:
        folder, name = os.path.split(file)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        path = Path(folders[folder], name)
        if name == os.pardir or path.is_symlink():
            path = Path(os.path.realpath(path))
        found.append(path)
    return found


def _check(table: Table, files: list[Path]) -> int:
    """Refuse what can be refused without reading; return how many bytes there are."""
    if table.format not in FORMATS:
        raise Problem(
            _("There is no table format named {name}.").format(name=repr(table.format)),
            remedy=_("Formats are: {names}.").format(names=", ".join(FORMATS)),
        )
    if not files:
        raise Problem(_("The data set {name} has no file.").format(name=table.dataset))
    size = 0
    for file in files:
        found = file.stat() if file.is_file() else None
        if found is None:
            raise Problem(
                _("There is no such file."),
                where=str(file),
                remedy=_("Check the path in the manifest; it counts from the manifest's folder."),
            )
        if found.st_size == 0:
            raise Problem(
                _("The file is empty."),
                where=str(file),
                why=_("Without a first line the columns have no names."),
                remedy=_("Give a file whose first line names the columns."),
            )
        size += found.st_size
    return size
