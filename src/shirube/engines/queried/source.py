# SPDX-License-Identifier: Apache-2.0
"""One table, counted by queries where it lies: checks what is asked for, then hands it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.engines import wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shirube.engines.queried.asking import Asked
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
    from shirube.terms.source import R, Table, TableColumn


class QueriedSource:
    """A described table of an engine that is asked in SQL."""

    def __init__(self, asked: Asked, relation: str, table: Table) -> None:
        self._asked, self._relation, self._table = asked, relation, table

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
        from shirube.engines.queried.class_cells import class_cells

        return class_cells(
            self._asked,
            self._relation,
            self._countable([*quasi_identifiers, *sensitive]),
            quasi_identifiers,
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

        return profiles_of_cells(
            self.class_cells(quasi_identifiers, sensitive, digest_key=digest_key)
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
        from shirube.engines.queried.group_cells import group_cells

        others = [each for each in (prediction, label, score) if each is not None]
        columns = {each.name: each for each in self._countable([*attributes, *others])}
        return group_cells(
            self._asked,
            self._relation,
            self._table,
            [columns[each] for each in attributes],
            prediction=columns[prediction],
            label=columns[label] if label is not None else None,
            score=columns[score] if score is not None else None,
        )

    def bucket_cells(self, columns: Sequence[str], *, period: str | None = None) -> BucketCells:
        """Count rows per period, column and bucket of the value."""
        from shirube.engines.queried.bucket_cells import bucket_cells

        listed = [*columns, *([period] if period is not None else [])]
        chosen = self._countable(listed)
        return bucket_cells(
            self._asked,
            self._relation,
            chosen[: len(columns)],
            chosen[-1] if period is not None else None,
        )

    def records(
        self, columns: Sequence[str], *, limit: int | None = None, seed: int = 0
    ) -> Records:
        """Return rows for an attack, drawn by the seed."""
        from shirube.engines.queried.records import records

        return records(
            self._asked,
            self._relation,
            self._countable(columns),
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
        """Yield all rows in blocks; a relation has no order that could be asked for."""
        from shirube.engines.queried.rows import rows

        if in_order:
            raise wanted.without_order(self._table)
        yield from rows(
            self._asked,
            self._relation,
            self._countable(numbers),
            self._countable(digests),
            digest_key,
        )

    def value_digests(self, columns: Sequence[str], *, digest_key: str) -> Iterator[ValueDigests]:
        """Yield the different values of each column as digests."""
        from shirube.engines.queried.value_digests import value_digests

        for column in self._countable(columns):
            yield value_digests(self._asked, self._relation, column, digest_key)

    def texts(
        self, columns: Sequence[str] | None = None, *, digits: int = 2, words: bool = False
    ) -> Iterator[TextBatch]:
        """Yield every cell that could hold an identifier, as text, in the order of the rows."""
        from shirube.engines.queried.texts import COLUMNS_AT_ONCE, batches, gates

        chosen = gates(self._asked.dialect, self._known(columns), digits=digits, words=words)
        for start in range(0, len(chosen), COLUMNS_AT_ONCE):
            part = chosen[start : start + COLUMNS_AT_ONCE]
            cells = [gate.cell for gate in part]
            for rows in self._asked.numbered(cells, self._relation):
                yield from batches(part, rows, rows[-1][0])

    def map_texts(
        self,
        look: Callable[[TextBatch], R],
        columns: Sequence[str] | None = None,
        *,
        digits: int = 2,
        words: bool = False,
    ) -> Iterator[R]:
        """Yield what ``look`` returns for every batch."""
        for batch in self.texts(columns, digits=digits, words=words):
            yield look(batch)

    def _known(self, names: Sequence[str] | None) -> list[TableColumn]:
        """Return columns of any type; all of them where none is named."""
        if names is None:
            return list(self._table.columns)
        wanted.check(self._table, names)
        return self._in_order(names)

    def _countable(self, names: Sequence[str]) -> list[TableColumn]:
        wanted.check_countable(self._table, names)
        return self._in_order(names)

    def _in_order(self, names: Sequence[str]) -> list[TableColumn]:
        columns = {each.name: each for each in self._table.columns}
        return [columns[name] for name in names]
