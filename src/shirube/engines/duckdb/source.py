# SPDX-License-Identifier: Apache-2.0
"""One table, ready to be counted by DuckDB: checks what is asked for, then hands it on.

Each shape of cells has a module of its own beside this one, which takes the open connection and the
relation; nothing but names of existing columns ever reaches them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.engines.duckdb.errors import problem_of
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from shirube.engines.duckdb.relations import Relations
    from shirube.engines.duckdb.session import Session
    from shirube.terms.cells import (
        BucketCells,
        ClassCells,
        GroupCells,
        SubsetCells,
        TextBatch,
    )
    from shirube.terms.records import Records
    from shirube.terms.source import R, Table

RELATION = "shirube_table"


class DuckDBSource:
    """A described table in a session of its own; the engine closes it."""

    def __init__(
        self, session: Session, relations: Relations, table: Table, cache: Path | None = None
    ) -> None:
        self._session, self._relations = session, relations
        self._table, self._cache = table, cache
        self._relation = relations.whole

    @property
    def table(self) -> Table:
        """The table that is counted."""
        return self._table

    def class_cells(
        self,
        quasi_identifiers: Sequence[str],
        sensitive: Sequence[str] = (),
        *,
        codes: bool = False,
        digest_key: str | None = None,
    ) -> ClassCells:
        """Count rows per combination of quasi-identifiers and sensitive values."""
        from shirube.engines.duckdb.class_cells import class_cells

        self._check([*quasi_identifiers, *sensitive])
        with self._session.watched(_("Counting classes")):
            return class_cells(
                self._session.connection,
                self._relation,
                quasi_identifiers,
                sensitive,
                codes=codes,
                digest_key=digest_key,
            )

    def subset_cells(self, columns: Sequence[str], *, most: int = 4) -> SubsetCells:
        """Count the sizes of classes of every set of at most ``most`` of the columns."""
        from shirube.engines.subsets import subset_cells

        return subset_cells(self.class_cells(columns, codes=True), most)

    def group_cells(
        self,
        attributes: Sequence[str],
        *,
        prediction: str,
        label: str | None = None,
        score: str | None = None,
    ) -> GroupCells:
        """Count rows per combination of attributes, label and prediction."""
        from shirube.engines.duckdb.group_cells import group_cells

        wanted = [each for each in (prediction, label, score) if each is not None]
        self._check([*attributes, *wanted])
        return group_cells(
            self._session,
            self._relation,
            self._table,
            attributes,
            prediction=prediction,
            label=label,
            score=score,
        )

    def bucket_cells(self, columns: Sequence[str], *, period: str | None = None) -> BucketCells:
        """Count rows per period, column and bucket of the value."""
        from shirube.engines.duckdb.bucket_cells import bucket_cells

        self._check([*columns, *([period] if period is not None else [])])
        return bucket_cells(
            self._session,
            self._relations,
            self._table,
            columns,
            period=period,
            cache=self._cache,
        )

    def records(
        self, columns: Sequence[str], *, limit: int | None = None, seed: int = 0
    ) -> Records:
        """Return rows for an attack, drawn by the seed."""
        from shirube.engines.duckdb.records import records

        self._check(columns)
        kinds = {each.name: each.kind for each in self._table.columns}
        with self._session.watched(_("Drawing rows")):
            return records(
                self._session.connection,
                self._relation,
                [(name, kinds[name] == "number") for name in columns],
                rows=self._table.rows or 0,
                limit=limit,
                seed=seed,
            )

    def texts(
        self, columns: Sequence[str] | None = None, *, digits: int = 2, words: bool = False
    ) -> Iterator[TextBatch]:
        """Yield every cell that could hold an identifier, as text, in the order of the rows."""
        from shirube.engines.duckdb.texts import texts

        yield from self._read(texts, columns, digits, words)

    def map_texts(
        self,
        look: Callable[[TextBatch], R],
        columns: Sequence[str] | None = None,
        *,
        digits: int = 2,
        words: bool = False,
    ) -> Iterator[R]:
        """Yield what ``look`` returns; cells of columns with few different values come once."""
        from shirube.engines.duckdb.texts import distinct_texts

        for batch in self._read(distinct_texts, columns, digits, words):
            yield look(batch)

    def _read(
        self,
        read: Callable[..., Iterator[TextBatch]],
        columns: Sequence[str] | None,
        digits: int,
        words: bool,
    ) -> Iterator[TextBatch]:
        """Yield batches; what DuckDB refuses becomes a problem of ours."""
        import duckdb

        chosen = [each.name for each in self._table.columns] if columns is None else columns
        self._check(chosen)
        try:
            yield from read(
                self._session.connection, self._relation, chosen, digits=digits, words=words
            )
        except duckdb.Error as error:
            raise problem_of(error, self._session.files) from error

    def _check(self, wanted: Sequence[str]) -> None:
        """Refuse columns that the table does not have, and the same column asked for twice."""
        known = [each.name for each in self._table.columns]
        missing = [each for each in wanted if each not in known]
        if missing:
            raise Problem(
                _("The table has no column {names}.").format(names=", ".join(missing)),
                where=self._table.dataset or None,
                remedy=_("Its columns are: {names}.").format(
                    names=", ".join(known[:50]) + (" …" if len(known) > 50 else "")
                ),
            )
        twice = sorted({each for each in wanted if list(wanted).count(each) > 1})
        if twice:
            raise Problem(
                _("The column {names} is asked for twice.").format(names=", ".join(twice)),
                where=self._table.dataset or None,
                remedy=_("Name each column once."),
            )
