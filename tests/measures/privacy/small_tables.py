# SPDX-License-Identifier: Apache-2.0
"""Tables in memory, counted by the engine's real queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, cast

import duckdb

from shirube.engines.class_profiles import profiles_of_cells
from shirube.engines.duckdb.class_cells import class_cells
from shirube.engines.duckdb.records import records
from shirube.engines.duckdb.rows import rows as blocks_of_rows
from shirube.engines.duckdb.texts import distinct_texts
from shirube.engines.duckdb.value_digests import value_digests
from shirube.engines.subsets import subset_cells
from shirube.terms.source import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shirube.terms.cells import (
        ClassCells,
        ClassProfiles,
        RowBlock,
        SubsetCells,
        TextBatch,
        ValueDigests,
    )
    from shirube.terms.measurement import Result
    from shirube.terms.records import Records
    from shirube.terms.source import Source

_KINDS = {"VARCHAR": "text", "BIGINT": "number", "DOUBLE": "number", "DATE": "time"}


_NUMBERS = count()


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


@dataclass
class Rows:
    """A table in memory; columns are texts unless ``types`` says otherwise."""

    names: list[str]
    listed: list[tuple[Any, ...]]
    types: dict[str, str] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        columns = tuple(
            TableColumn(name, self._type(name), _KINDS[self._type(name)]) for name in self.names
        )
        return Table(
            dataset="people", files=(), format="parquet", columns=columns, rows=len(self.listed)
        )

    def class_cells(
        self,
        quasi_identifiers: Sequence[str],
        sensitive: Sequence[str] = (),
        *,
        codes: bool = False,
        digest_key: str | None = None,
    ) -> ClassCells:
        return class_cells(
            _connection(), self._name, quasi_identifiers, sensitive, codes=codes,
            digest_key=digest_key,
        )  # fmt: skip

    def class_profiles(
        self,
        quasi_identifiers: Sequence[str],
        sensitive: Sequence[str] = (),
        *,
        digest_key: str | None = None,
    ) -> ClassProfiles:
        return profiles_of_cells(
            self.class_cells(quasi_identifiers, sensitive, digest_key=digest_key)
        )

    @cached_property
    def _name(self) -> str:
        """Make the table; one connection serves all, because opening one costs most of a test."""
        name = f"t{next(_NUMBERS)}"
        columns = ", ".join(f'"{each}" {self._type(each)}' for each in self.names)
        _connection().execute(f"CREATE TABLE {name} ({columns})")
        if self.listed:
            marks = "(" + ", ".join("?" for _ in self.names) + ")"
            flat = [cell for row in self.listed for cell in row]
            _connection().execute(
                f"INSERT INTO {name} VALUES {', '.join([marks] * len(self.listed))}", flat
            )
        return name

    def subset_cells(self, columns: Sequence[str], *, most: int = 4) -> SubsetCells:
        return subset_cells(self.class_cells(columns, codes=True), most)

    def rows(
        self,
        numbers: Sequence[str] = (),
        digests: Sequence[str] = (),
        *,
        digest_key: str = "",
        in_order: bool = False,
    ) -> Iterator[RowBlock]:
        del in_order
        typed = [(name, self._type(name)) for name in digests]
        return blocks_of_rows(_connection(), self._name, numbers, typed, digest_key)

    def value_digests(self, columns: Sequence[str], *, digest_key: str) -> Iterator[ValueDigests]:
        typed = [(name, self._type(name)) for name in columns]
        return value_digests(_connection(), self._name, typed, digest_key)

    def records(
        self, columns: Sequence[str], *, limit: int | None = None, seed: int = 0
    ) -> Records:
        typed = [(name, _KINDS[self._type(name)] == "number") for name in columns]
        rows = len(self.listed)
        return records(_connection(), self._name, typed, rows=rows, limit=limit, seed=seed)

    def map_texts(
        self,
        look: Callable[[TextBatch], Any],
        columns: Sequence[str] | None = None,
        *,
        digits: int = 2,
        words: bool = False,
    ) -> Iterator[Any]:
        chosen = self.names if columns is None else columns
        for batch in distinct_texts(_connection(), self._name, chosen, digits=digits, words=words):
            yield look(batch)

    def _type(self, name: str) -> str:
        return self.types.get(name, "VARCHAR")


def source(names: Sequence[str], rows: Sequence[tuple[Any, ...]], **types: str) -> Source:
    """Return a table that measures can ask."""
    return cast("Source", Rows(list(names), list(rows), types))


def values(result: Result) -> dict[str, Any]:
    """Return name -> value."""
    return {value.name: value.value for value in result.values}
