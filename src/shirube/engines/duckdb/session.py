# SPDX-License-Identifier: Apache-2.0
"""One locked-down database per table: it may read the table's files, and nothing else.

Extensions are neither installed nor loaded, other files are out of reach, and the configuration is
locked before the first file is opened.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import duckdb

from shirube.engines import sql
from shirube.engines.duckdb.errors import problem_of
from shirube.engines.port import ZONE
from shirube.terms.errors import InternalError
from shirube.texts import language, using

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from shirube.terms.source import Progress

_POLL_SECONDS = 0.2


class Session:
    """A connection that tells its progress and speaks of trouble in our words.

    ``connection`` may be used directly inside ``with session.watched(doing)``. ``beside`` is an
    earlier session, perhaps open still, in which some of the files can be read as well. ``alone``
    has it work with one thread: where there is little to do, waiting for others costs more.
    """

    def __init__(
        self,
        files: Sequence[Path],
        *,
        memory_limit: str,
        threads: int | None,
        temp: Path,
        progress: Progress | None = None,
        beside: Session | None = None,
        alone: bool = False,
    ) -> None:
        self.files = tuple(files)
        self.progress = progress
        self.names: dict[Path, tuple[str, ...]] = {}  # of columns, once they were read
        self._beside, self._closed, self._alone = beside, False, alone
        self._memory_limit, self._threads, self._temp = memory_limit, threads, temp

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The database, opened when it is first asked: a table that is cached needs none."""
        if self._closed:
            raise InternalError("a session is asked after it was closed")
        return _locked(self.files, self._memory_limit, self._threads, self._temp, alone=self._alone)

    def may_read(self, files: Sequence[Path]) -> bool:
        """Say whether it is open, and all of these files are within its reach."""
        return not self._closed and set(files) <= set(self.files)

    def of(self, file: int) -> Session:
        """Return the session in which one of the files, by its place, is read.

        Opening another one costs about as much as counting a day.
        """
        beside = self._beside
        if "connection" in self.__dict__ or beside is None:
            return self
        if not beside.may_read(self.files[file : file + 1]):
            return self
        beside.progress = self.progress
        return beside

    def all_threads(self) -> None:
        """Work with as many threads as were asked for, also where it began alone."""
        if self._alone and "connection" in self.__dict__:
            self.rows("RESET threads" if self._threads is None else f"SET threads={self._threads}")
        self._alone = False

    def rows(self, query: str, *, doing: str = "") -> list[tuple[Any, ...]]:
        """Run a query with a small answer and return its rows."""
        with self.watched(doing):
            return self.connection.execute(query).fetchall()

    def arrays(self, query: str, *, doing: str = "") -> dict[str, NDArray[Any]]:
        """Run a query and return its columns as numpy arrays (masked where there are NULLs)."""
        with self.watched(doing):
            return self.connection.execute(query).fetchnumpy()

    @contextmanager
    def watched(self, doing: str) -> Iterator[None]:
        """Report progress while the block runs; raise what goes wrong as a ``Problem``."""
        done = threading.Event()
        watcher = None
        if self.progress is not None and doing:
            self.progress(doing, 0.0)
            watcher = threading.Thread(
                target=self._watch, args=(doing, done, language()), daemon=True
            )
            watcher.start()
        try:
            yield
        except duckdb.Error as error:
            raise problem_of(error, self.files) from error
        except RuntimeError as error:
            # DuckDB takes Ctrl-C for itself and tells of it in words only.
            if str(error) == "Query interrupted":
                raise KeyboardInterrupt from error
            raise
        finally:
            done.set()
            if watcher is not None:
                watcher.join()
        if self.progress is not None and doing:
            self.progress(doing, 1.0)

    def close(self) -> None:
        """Let go of the database; may be called twice."""
        self._closed = True
        if "connection" in self.__dict__:
            self.connection.close()

    def _watch(self, doing: str, done: threading.Event, spoken: Any) -> None:
        """Ask the connection every so often how far it is."""
        with using(spoken):
            while not done.wait(_POLL_SECONDS):
                share = self.connection.query_progress() / 100
                if self.progress is not None and 0 <= share <= 1:
                    self.progress(doing, share)


def _locked(
    files: Sequence[Path], memory_limit: str, threads: int | None, temp: Path, *, alone: bool
) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that can read these files and write to ``temp`` only."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": memory_limit,
        "temp_directory": str(temp / "spill"),
    }
    if alone:
        # Threads that wait for servers have nothing to do here; as they begin and end, the
        # memory of the whole process is searched for pages to give back.
        config |= {"threads": "1", "async_threads": "0"}
    elif threads is not None:
        config["threads"] = str(threads)
    connection = duckdb.connect(":memory:", config=config)
    for statement in (
        "SET enable_progress_bar = true",
        "SET parquet_metadata_cache = true",
        # Fetching ahead hides the way to a server; of a file at hand it only copies every byte.
        "SET disable_parquet_prefetching = true",
        "SET enable_progress_bar_print = false",
        f"SET TimeZone = {sql.text(ZONE)}",
        f"SET allowed_directories = {sql.texts([str(temp)])}",
        f"SET allowed_paths = {sql.texts([str(file) for file in files])}",
        "SET enable_external_access = false",
        "SET allowed_configs = ['threads']",
        "SET lock_configuration = true",
    ):
        connection.execute(statement)
    return connection
