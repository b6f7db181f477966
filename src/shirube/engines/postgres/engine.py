# SPDX-License-Identifier: Apache-2.0
"""The PostgreSQL adapter of the port: tables are counted by the server that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube.engines.postgres import catalog
from shirube.engines.postgres.session import PostgresSession
from shirube.engines.queried.row_digest import contents
from shirube.engines.queried.source import QueriedSource
from shirube.terms.errors import Problem
from shirube.terms.source import Table
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from shirube.terms.source import Progress

FORMAT = "postgresql"


class PostgresEngine:
    """PostgreSQL servers. See ``port.Engine`` for what is true when a call returns.

    ``describe`` also binds the table: its digest is that of all its rows
    (``queried.row_digest``), in the same snapshot in which cells are counted afterwards.
    """

    name = FORMAT

    def __init__(self) -> None:
        self._sessions: dict[str, PostgresSession] = {}
        self.version = ""

    def tables(self, place: str) -> tuple[str, ...]:
        """Return the names of the tables and views of a database."""
        return tuple(catalog.relations(self._session(place, None)))

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        """Return the table with columns, number of rows and the digest of its rows."""
        session = self._session(table.files[0], progress)
        name = catalog.find(session, table.relation)
        columns = catalog.columns(session, name)
        if not columns:
            raise Problem(_("The table has no columns."), where=f"{session.where}#{name}")
        found = contents(session.at(name), catalog.quoted(name), columns)
        return msgspec.structs.replace(
            table,
            relation=name,
            names=(f"{session.where}#{name}",),
            columns=columns,
            rows=found.rows,
            digests=(found.sha256,),
            sizes=(found.bytes,),
        )

    def source(
        self, table: Table, *, progress: Progress | None = None, cache: Path | None = None
    ) -> QueriedSource:
        """Return the table, ready to be counted; nothing is cached on this side."""
        del cache
        described = table if table.columns else self.describe(table, progress=progress)
        session = self._session(described.files[0], progress)
        name = described.relation
        return QueriedSource(session.at(name), catalog.quoted(name), described)

    def close(self) -> None:
        """Let go of the servers."""
        while self._sessions:
            self._sessions.popitem()[1].close()

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

    def _session(self, place: str, progress: Progress | None) -> PostgresSession:
        """Return the connection to a database, opened when it is first needed."""
        session = self._sessions.get(place)
        if session is None:
            session = self._sessions[place] = PostgresSession(place)
            self.version = session.version
        session.progress = progress
        return session
