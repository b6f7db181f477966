# SPDX-License-Identifier: Apache-2.0
"""The table as a whole, one file of it, or some columns of it in columnar form."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from uuid import uuid4
from weakref import finalize

from shirube.engines import sql
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from shirube.engines.duckdb.session import Session


class Relations:
    """What may stand after FROM for this table.

    Parameters
    ----------
    session
        The session of the table.
    whole
        Returns the relation over all files, which are not opened before it is asked for.
    part
        Returns the relation over one file by itself, by the place of the file.
    columnar_already
        Whether reading one column costs only that column (Parquet).
    temp
        A folder in which the session may write.
    texts
        The relation over all files of a text format before types were given to its columns.
    """

    def __init__(
        self,
        session: Session,
        whole: Callable[[], str],
        part: Callable[[int], str],
        *,
        columnar_already: bool,
        temp: Path,
        texts: str | None = None,
    ) -> None:
        self.folder = temp
        self._session, self._whole, self._part, self._texts = session, whole, part, texts
        self._columnar_already, self._temp = columnar_already, temp
        self._copies: dict[tuple[tuple[str, ...], int | None], str] = {}

    @cached_property
    def whole(self) -> str:
        """The relation over all files."""
        return self._whole()

    @property
    def texts(self) -> str:
        """The relation over all files as they are, before types were given to columns of texts."""
        return self._texts or self.whole

    def columnar(self, columns: Sequence[str], file: int | None = None) -> str:
        """Return a relation with (at least) these columns, cheap to read one column at a time.

        A text format is parsed once, into a Parquet file in the temporary folder.
        """
        relation = self.whole if file is None else self._part(file)
        if self._columnar_already or len(columns) <= 1:
            return relation
        wanted = (tuple(columns), file)
        if wanted not in self._copies:
            self._copies[wanted] = self._copied(relation, columns)
        return self._copies[wanted]

    def _copied(self, relation: str, columns: Sequence[str]) -> str:
        """Write the columns as Parquet, and return the relation over it."""
        target = self._temp / f"{uuid4().hex}.columns"
        finalize(self, target.unlink, missing_ok=True)  # gone with the engine's folder otherwise
        chosen = ", ".join(sql.name(each) for each in dict.fromkeys(columns))
        self._session.rows(
            f"COPY (SELECT {chosen} FROM {relation}) TO {sql.text(str(target))} "
            "(FORMAT parquet, COMPRESSION lz4)",
            doing=_("Reading the table once"),
        )
        return f"read_parquet({sql.text(str(target))})"
