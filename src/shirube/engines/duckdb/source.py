# SPDX-License-Identifier: Apache-2.0
"""One table, ready to be counted by DuckDB: checks what is asked for, then hands it on.

Each shape of cells has a module of its own beside this one, which takes the open connection and the
relation; nothing but names of existing columns ever reaches them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from shirube.engines import sql
from shirube.engines.duckdb.errors import problem_of
from shirube.engines.wanted import check
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from shirube.engines.duckdb.relations import Relations
    from shirube.engines.duckdb.releasing import DuckDBRelease
    from shirube.engines.duckdb.session import Session
    from shirube.terms.cells import (
        BucketCells,
        ClassCells,
        ClassProfiles,
        GroupCells,
        RowBlock,
        SubsetCells,
        TextBatch,
        ValueDigests,
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

    @property
    def table(self) -> Table:
        """The table that is counted."""
        return self._table

    @property
    def _relation(self) -> str:
        """The relation over all files; asking for it opens them."""
        return self._relations.whole

    @property
    def _packable(self) -> bool:
        """Whether packed keys pay: many rows, whose columns are read without being parsed."""
        from shirube.engines.duckdb.packed_counts import LEAST_ROWS

        return self._table.format == "parquet" and (self._table.rows or 0) >= LEAST_ROWS

    def _for_cells(self, columns: Sequence[str]) -> tuple[str, bool]:
        """Return the relation in which cells are counted, and whether packed keys pay there."""
        from shirube.engines.duckdb.many_cells import many_cells

        parsed, rows = self._table.format in ("csv", "jsonl"), self._table.rows or 0
        if parsed and many_cells(self._session, self._relation, columns, rows):
            relation = self._relations.columnar(columns)
            return relation, relation != self._relation
        return self._relation, self._packable

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
        from shirube.engines.duckdb.packed_classes import packed_class_cells

        check(self._table, [*quasi_identifiers, *sensitive])
        relation, packable = self._for_cells([*quasi_identifiers, *sensitive])
        with self._session.watched(_("Counting classes")):
            if packable:
                packed = packed_class_cells(
                    self._session,
                    relation,
                    self._table,
                    quasi_identifiers,
                    sensitive,
                    codes=codes,
                    digest_key=digest_key,
                )
                if packed is not None:
                    return packed
            return class_cells(
                self._session.connection,
                relation,
                quasi_identifiers,
                sensitive,
                codes=codes,
                digest_key=digest_key,
            )

    def class_profiles(
        self,
        quasi_identifiers: Sequence[str],
        sensitive: Sequence[str] = (),
        *,
        digest_key: str | None = None,
    ) -> ClassProfiles:
        """Count classes by size and by what they hold of each sensitive column."""
        from shirube.engines.class_profiles import profiles_of_cells
        from shirube.engines.duckdb.packed_profiles import packed_class_profiles

        check(self._table, [*quasi_identifiers, *sensitive])
        relation, packable = self._for_cells([*quasi_identifiers, *sensitive])
        if packable:
            with self._session.watched(_("Counting classes")):
                packed = packed_class_profiles(
                    self._session,
                    relation,
                    self._table,
                    quasi_identifiers,
                    sensitive,
                    digest_key=digest_key,
                )
            if packed is not None:
                return packed
        return profiles_of_cells(
            self.class_cells(quasi_identifiers, sensitive, digest_key=digest_key)
        )

    def subset_cells(self, columns: Sequence[str], *, most: int = 4) -> SubsetCells:
        """Count the sizes of classes of every set of at most ``most`` of the columns."""
        from shirube.engines.duckdb.packed_subsets import packed_subset_cells
        from shirube.engines.subsets import subset_cells

        check(self._table, columns)
        relation, packable = self._for_cells(columns)
        if packable:
            with self._session.watched(_("Counting sets of columns")):
                packed = packed_subset_cells(self._session, relation, self._table, columns, most)
            if packed is not None:
                return packed
        return subset_cells(self.class_cells(columns, codes=True), most)

    def write_replaced(self, cells: Iterable[tuple[int, int, str]], target: Path) -> None:
        """Write the table again with some of its cells replaced."""
        from shirube.engines.duckdb.replacing import write_replaced

        write_replaced(
            self._session, self._table, self._relations.texts, self._relations.folder, cells, target
        )

    def as_parquet(self) -> Path:
        """Write the rows as Parquet for an engine that reads nothing else; gone with the engine."""
        target = self._relations.folder / f"{uuid4().hex}.parquet"
        self._session.rows(
            f"COPY (SELECT * FROM {self._relation}) TO {sql.text(str(target))} "
            "(FORMAT parquet, COMPRESSION lz4_raw)",
            doing=_("Reading the table once"),
        )
        return target

    def releasable(self) -> DuckDBRelease:
        """Return the table for a transformation, which needs the values themselves."""
        from shirube.engines.duckdb.releasing import DuckDBRelease

        return DuckDBRelease(
            self._session, self._table, self._relations.texts, self._relations.folder
        )

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
        from shirube.engines.duckdb.packed_groups import packed_group_cells

        wanted = [each for each in (prediction, label, score) if each is not None]
        check(self._table, [*attributes, *wanted])
        if score is None and self._packable:
            with self._session.watched(_("Counting groups")):
                packed = packed_group_cells(
                    self._session,
                    self._relation,
                    self._table,
                    attributes,
                    prediction=prediction,
                    label=label,
                )
            if packed is not None:
                return packed
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

        check(self._table, [*columns, *([period] if period is not None else [])])
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

        check(self._table, columns)
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

    def rows(
        self,
        numbers: Sequence[str] = (),
        digests: Sequence[str] = (),
        *,
        digest_key: str = "",
        in_order: bool = False,
    ) -> Iterator[RowBlock]:
        """Yield all rows in blocks; DuckDB reads files and its tables in their order anyhow."""
        from shirube.engines.duckdb.rows import rows

        del in_order
        check(self._table, numbers)
        check(self._table, digests)
        kinds = {each.name: each.type for each in self._table.columns}
        with self._session.watched(_("Reading rows")):
            yield from rows(
                self._session.connection,
                self._relation,
                numbers,
                [(name, kinds[name]) for name in digests],
                digest_key,
            )

    def value_digests(self, columns: Sequence[str], *, digest_key: str) -> Iterator[ValueDigests]:
        """Yield the different values of each column as digests."""
        from shirube.engines.duckdb.value_digests import COLUMNS_AT_ONCE, value_digests

        check(self._table, columns)
        kinds = {each.name: each.type for each in self._table.columns}
        for start in range(0, len(columns), COLUMNS_AT_ONCE):
            part = columns[start : start + COLUMNS_AT_ONCE]
            # A text format is parsed once for all of these, not once for each.
            relation = self._relations.columnar(part)
            with self._session.watched(_("Looking at columns")):
                yield from value_digests(
                    self._session.connection,
                    relation,
                    [(name, kinds[name]) for name in part],
                    digest_key,
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

        read = partial(distinct_texts, columnar=self._relations.columnar)
        for batch in self._read(read, columns, digits, words):
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
        check(self._table, chosen)
        try:
            yield from read(
                self._session.connection, self._relation, chosen, digits=digits, words=words
            )
        except duckdb.Error as error:
            raise problem_of(error, self._session.files) from error
