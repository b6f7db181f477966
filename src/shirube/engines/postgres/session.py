# SPDX-License-Identifier: Apache-2.0
"""One connection per database: read only, one snapshot, and nothing that a user could have bent.

Everything is counted in a single transaction (``REPEATABLE READ, READ ONLY``), so that the digest
and all cells of all tables are those of one moment, whatever is written meanwhile.
"""

from __future__ import annotations

import copy
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
from psycopg.conninfo import make_conninfo

from shirube.engines.port import ZONE
from shirube.engines.postgres import address
from shirube.engines.postgres.dialect import PostgresDialect
from shirube.engines.postgres.errors import no_connection, problem_of
from shirube.terms.errors import InternalError, Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from shirube.terms.source import Progress

_SECONDS_TO_CONNECT = "10"
_OLDEST = 130000  # version 13: what was supported when this was written, and trim_scale
_SETTINGS = {
    "search_path": "pg_catalog",  # no function or operator of a user's stands before the server's
    "TimeZone": ZONE,
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",  # the shortest text that gives the double back
    "bytea_output": "hex",
    "row_security": "off",  # a policy that would hide rows ends in an error instead
    "synchronize_seqscans": "off",
}
_COPY_HEAD = 19  # signature, flags, length of an extension that nothing uses
_BATCH = 4096


class PostgresSession:
    """A connection that tells its progress and speaks of trouble in our words."""

    def __init__(self, place: str) -> None:
        self.where = address.database(place)
        self.progress: Progress | None = None
        given = {
            "connect_timeout": _SECONDS_TO_CONNECT,
            **address.settings(place),
            "application_name": "shirube",
            "client_encoding": "UTF8",
        }
        try:
            self.connection = psycopg.connect(make_conninfo(**given), autocommit=True)
        except psycopg.Error as error:
            raise no_connection(error, self.where) from error
        try:
            utf8 = self._prepare()
        except BaseException:
            self.connection.close()
            raise
        self.dialect = PostgresDialect(utf8=utf8)

    @property
    def version(self) -> str:
        """The server's version."""
        number = self.connection.info.server_version
        return f"{number // 10000}.{number % 10000}"

    def at(self, table: str) -> PostgresSession:
        """Return the same connection, with the table named in what is told of trouble."""
        named = copy.copy(self)
        named.where = f"{self.where}#{table}"
        return named

    def rows(
        self, query: str, *, doing: str = "", given: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Run a query with a small answer; ``given`` are its parameters."""
        with self._watched(doing):
            # Without parameters a percent sign stays one.
            return self.connection.execute(query.encode(), given or None).fetchall()

    def integers(
        self, kept: Mapping[str, str], query: str, width: int, *, doing: str = ""
    ) -> list[NDArray[np.int64]]:
        """Run a query of whole numbers; they come as bytes, a fixed number per row."""
        listed = ", ".join(f"{name} AS MATERIALIZED ({text})" for name, text in kept.items())
        command = f"COPY (WITH {listed} {query}) TO STDOUT (FORMAT binary)"
        content = bytearray()
        with (
            self._watched(doing),
            self.connection.cursor() as cursor,
            cursor.copy(command.encode()) as cells,
        ):
            for block in cells:
                content += block
        field = [("length", ">i4"), ("value", ">i8")]
        row = np.dtype([("fields", ">i2"), *((f"f{at}", field) for at in range(width))])
        size = len(content) - _COPY_HEAD - 2  # and a closing -1
        if size % row.itemsize:
            raise InternalError("PostgreSQL sent cells of another width than was asked for")
        found = np.frombuffer(content, row, count=size // row.itemsize, offset=_COPY_HEAD)
        return [found[f"f{at}"]["value"].astype(np.int64) for at in range(width)]

    def numbered(self, cells: Sequence[str], relation: str) -> Iterator[list[tuple[Any, ...]]]:
        """Yield rows with their numbers, in the order in which the server reads the table."""
        names = [f"c{at}" for at in range(len(cells))]
        listed = ", ".join(f"{cell} AS {name}" for cell, name in zip(cells, names, strict=True))
        some = " OR ".join(f"{name} IS NOT NULL" for name in names)
        numbered = f"SELECT row_number() OVER () AS row, {listed} FROM {relation}"
        return self.stream(f"SELECT * FROM ({numbered}) r WHERE {some}", batch=_BATCH)

    def stream(self, query: str, *, batch: int) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query with a cursor of the server, and yield its rows in batches."""
        with self._watched(""), self.connection.cursor(name="shirube") as cursor:
            cursor.execute(query.encode())
            while rows := cursor.fetchmany(batch):
                yield rows

    def close(self) -> None:
        """End the transaction and the connection."""
        self.connection.close()

    def _prepare(self) -> bool:
        """Begin the one transaction; say whether the server keeps texts in UTF-8."""
        info = self.connection.info
        if info.server_version < _OLDEST:
            raise Problem(
                _("The server has version {version}; 13 or later is needed.").format(
                    version=self.version
                ),
                where=self.where,
            )
        encoding = info.parameter_status("server_encoding")
        if encoding == "SQL_ASCII":
            raise Problem(
                _("The database does not know in which encoding its texts are (SQL_ASCII)."),
                where=self.where,
                why=_("Texts that nobody can read cannot be told apart or searched."),
                remedy=_("Copy the tables into a database with the encoding UTF8."),
            )
        with self._watched(""):
            for name, value in _SETTINGS.items():
                self.connection.execute("SELECT set_config(%s, %s, false)", [name, value])
            self.connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return encoding == "UTF8"

    @contextmanager
    def _watched(self, doing: str) -> Iterator[None]:
        """Say what is being done; raise what goes wrong as a ``Problem``.

        A query that fails is undone to a savepoint, so that the snapshot outlives it.
        """
        if self.progress is not None and doing:
            self.progress(doing, None)
        try:
            if self.connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
                with self.connection.transaction():
                    yield
            else:
                yield
        except psycopg.Error as error:
            raise problem_of(error, self.where) from error
