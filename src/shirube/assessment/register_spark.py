# SPDX-License-Identifier: Apache-2.0
"""A register in Apache Spark: it is judged where the facts are, and only counts come back.

Each row holds a subject with all that rules ask of it: its profile, and for each stream the list of
its runs. The same bit planes judge a partition as judge a whole register in DuckDB.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from pyspark.sql.types import BooleanType

from shirube.assessment.register_asking import (
    FLAGS,
    Ask,
    explained_query,
    runs_query,
    subjects_query,
)
from shirube.assessment.register_outcomes import Chunk, Runs, Told
from shirube.assessment.register_reading import register_files
from shirube.assessment.selecting import arguments_fit
from shirube.engines.spark.dialect import SparkDialect
from shirube.engines.spark.session import SparkAsked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from shirube.assessment.register import R
    from shirube.assessment.register_asking import Column, Stream
    from shirube.assessment.register_outcomes import Values
    from shirube.terms.rule import Vocabulary

_FIRST, _CHUNK = 1 << 11, 1 << 16
_FITS = "shirube_arguments_fit"
_TYPES = {"VARCHAR": "STRING"}


class SparkRegisterDialect(SparkDialect):
    """Spark's SQL, with the arguments of runs compared by the code that compares them elsewhere."""

    kept = ""

    def fits(self, arguments: str, wanted: Mapping[str, object]) -> str:
        """Return the condition that a run's arguments are those that a rule fixes."""
        fixed = msgspec.json.encode(dict(wanted)).decode()
        return f"{_FITS}({arguments}, {self.literal(fixed)})"


class SparkRegister:
    """A register of Parquet files that every machine of Spark sees."""

    dialect = SparkRegisterDialect()

    def __init__(
        self, place: Path, vocabulary: Vocabulary, *, memory_limit: str = "1GB",
        threads: int | None = None,
    ) -> None:  # fmt: skip
        held = register_files(place, vocabulary)
        self._asked = SparkAsked(memory_limit=memory_limit, threads=threads)
        self._asked.session.udf.register(_FITS, _fits, BooleanType())
        self._tables = {table: each.form for table, each in held.items()}
        name = self.dialect.name
        with self._asked.watched(""):
            for table, each in held.items():
                frame = self._asked.session.read.parquet(
                    *(f"file://{f.resolve()}" for f in each.files)
                )
                columns = [
                    f"cast({name(column) if column in each.columns else 'null'}"
                    f" as {_TYPES.get(kind, kind)}) as {name(column)}"
                    for column, kind in each.form.items()
                ]
                frame.selectExpr(*columns).createOrReplaceTempView(table)

    def tables(self) -> dict[str, dict[str, str]]:
        """Return table -> column -> type of what there is."""
        return self._tables

    def run(self, asked: Ask, look: Callable[[Iterator[Chunk], Sequence[Any]], R]) -> list[R]:
        """Send ``look`` to the partitions; return what it makes of each of them."""
        with self._asked.watched(""):
            frame = self._asked.session.sql(self._query(asked))
            return frame.rdd.mapPartitions(partial(_looked_at, asked, look)).collect()

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of a query with a small answer."""
        with self._asked.watched(""):
            return [row.asDict() for row in self._asked.session.sql(query).collect()]

    def close(self) -> None:
        """Stop Spark, if it was started here."""
        self._asked.close()

    def _query(self, asked: Ask) -> str:
        """Return the query for the subjects, each with the runs of every stream as a list."""
        joined, listed = "", ""
        for at, stream in enumerate(asked.streams):
            fields = [*FLAGS, *_numbered("old", stream.lifetimes), *_numbered("v", stream.columns)]
            query = runs_query(asked, stream, self._tables, self.dialect)
            joined += (
                f" left join (select subject, collect_list(struct({', '.join(fields)})) as runs{at}"
                f" from ({query}) group by subject) r{at} on r{at}.subject = s.subject"
            )
            listed += f", runs{at}"
        if "explanations" in self._tables:
            joined += (
                " left join (select subject, collect_list(rule) as explained"
                f" from ({explained_query(asked, self.dialect)}) group by subject) e"
                " on e.subject = s.subject"
            )
            listed += ", explained"
        subjects = subjects_query(asked, self.dialect)
        return f"select s.*{listed} from ({subjects}) s{joined} sort by s.subject"


def _looked_at(
    asked: Ask, look: Callable[[Iterator[Chunk], Sequence[Any]], R], rows: Iterable[Any]
) -> list[R]:
    """Look at the rows of one partition, in chunks."""
    words: dict[tuple[str | None, ...], int] = {}
    told: list[tuple[str | None, ...]] = []
    return [look(_chunks(asked, iter(rows), words, told), told)]


def _chunks(
    asked: Ask,
    rows: Iterator[Any],
    words: dict[tuple[str | None, ...], int],
    told: list[tuple[str | None, ...]],
) -> Iterator[Chunk]:
    size = _FIRST
    while part := list(islice(rows, size)):
        columns = dict(zip(part[0].__fields__, zip(*part, strict=True), strict=True))
        numbers = []
        for row in zip(*(columns[name] for name in _numbered("w", asked.words)), strict=True):
            numbers.append(words.setdefault(row, len(words)))
        told += list(words)[len(told) :]
        yield Chunk(
            subjects=np.array(columns["subject"], object),
            words=np.array(numbers or [0] * len(part), np.int64),
            values=_values(columns, "c", asked.columns),
            runs=[_runs(stream, columns[f"runs{at}"]) for at, stream in enumerate(asked.streams)],
            explained=_explained(columns.get("explained", ())),
        )
        size = _CHUNK


def _runs(stream: Stream, lists: Sequence[Any]) -> Runs:
    """Return the runs of all subjects, one after the other."""
    at = [place for place, runs in enumerate(lists) for _run in runs or ()]
    flat = [run for runs in lists for run in runs or ()]
    fields = [*FLAGS, *_numbered("old", stream.lifetimes), *_numbered("v", stream.columns)]
    cells = list(zip(*flat, strict=True)) or [()] * len(fields)
    columns = dict(zip(fields, cells, strict=True))
    return Runs(
        at=np.array(at, np.int64),
        flags={name: _flags(columns[name], True) for name in FLAGS},
        old=[_flags(columns[name], True) for name in _numbered("old", stream.lifetimes)],
        values=_values(columns, "v", stream.columns),
    )


def _explained(lists: Sequence[Any]) -> dict[str, np.ndarray[Any, np.dtype[np.int64]]]:
    found: dict[str, list[int]] = {}
    for place, rules in enumerate(lists):
        for rule in rules or ():
            found.setdefault(rule, []).append(place)
    return {rule: np.array(places, np.int64) for rule, places in found.items()}


def _values(
    columns: Mapping[str, Sequence[Any]], letter: str, asked: Sequence[Column]
) -> list[Values]:
    found: list[Values] = []
    for name, column in zip(_numbered(letter, asked), asked, strict=True):
        cells = columns[name]
        if isinstance(column.means, str):
            numbers = np.array(cells, np.float64)  # None becomes NaN
            found.append(np.where(np.isfinite(numbers), numbers, np.nan))
        else:
            true = _flags(cells, True)
            found.append(Told(true, true | _flags(cells, False)))
    return found


def _flags(cells: Sequence[bool | None], wanted: bool) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.array([cell is wanted for cell in cells], np.bool_)


def _numbered(letter: str, items: Sequence[object]) -> list[str]:
    return [f"{letter}{at}" for at in range(len(items))]


def _fits(arguments: str | None, wanted: str) -> bool:
    given = msgspec.json.decode(arguments or "{}")
    return arguments_fit(msgspec.json.decode(wanted), given)
