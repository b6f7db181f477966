# SPDX-License-Identifier: Apache-2.0
"""A Spark session of our own: quiet, in Japan's time, with SQL that refuses instead of guessing.

Where Spark runs is said by Spark's own configuration (``spark-defaults.conf``, ``SPARK_HOME``); if
that names no master, all of it runs in this machine's memory. A session that the program already
has is borrowed, not stopped.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.types import StringType

from shirube.engines.port import ZONE
from shirube.engines.spark.dialect import NUMBER_TEXT, SparkDialect
from shirube.engines.spark.errors import no_java, problem_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from pyspark.sql import DataFrame

    from shirube.terms.source import Progress

_SETTINGS = {
    "spark.sql.session.timeZone": ZONE,
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.parquet.mergeSchema": "false",
    "spark.sql.timeType.enabled": "true",
}
_LEAST_MEMORY = 1 << 30  # less than about half of it, and Spark does not start
_UNITS = {"k": 10, "m": 20, "g": 30, "t": 40}
_BATCH = 4096


class SparkAsked:
    """A session that is asked in SQL, and speaks of trouble in our words."""

    def __init__(self, *, memory_limit: str, threads: int | None) -> None:
        self.dialect = SparkDialect()
        self.progress: Progress | None = None
        self._borrowed = SparkContext._active_spark_context is not None
        self.session = _session(memory_limit, threads)
        for name, value in _SETTINGS.items():
            self.session.conf.set(name, value)
        self.session.udf.register(NUMBER_TEXT, _number_text, StringType())

    @property
    def version(self) -> str:
        """The version of Spark."""
        return str(self.session.version)

    def rows(self, query: str, *, doing: str = "") -> list[tuple[Any, ...]]:
        """Run a query with a small answer."""
        with self.watched(doing):
            return [tuple(row) for row in self.session.sql(query).collect()]

    def integers(
        self, kept: Mapping[str, str], query: str, width: int, *, doing: str = ""
    ) -> list[NDArray[np.int64]]:
        """Run a query of whole numbers; what it reads more than once is kept until then."""
        held: list[DataFrame] = []
        try:
            with self.watched(doing):
                for name, text in kept.items():
                    held.append(self.session.sql(text).persist())
                    held[-1].createOrReplaceTempView(name)
                # As texts of many numbers: a Python object for each would take ten times as much.
                texts = self.session.sql(_packed(query, width)).collect()
        finally:
            for frame, name in zip(held, kept, strict=False):
                self.session.catalog.dropTempView(name)
                frame.unpersist()
        parts = [np.fromstring(row[0], np.int64, sep=" ") for row in texts]
        numbers = np.concatenate(parts or [np.zeros(0, np.int64)])
        return list(numbers.reshape(-1, width).T.copy())

    def numbered(self, cells: Sequence[str], relation: str) -> Iterator[list[tuple[Any, ...]]]:
        """Yield rows with ascending numbers; between partitions there are gaps."""
        yield from self.stream(passing(cells, relation), batch=_BATCH)

    def stream(self, query: str, *, batch: int) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query and yield its rows in batches, one partition at a time."""
        with self.watched(""):
            rows: list[tuple[Any, ...]] = []
            for row in self.session.sql(query).toLocalIterator(prefetchPartitions=True):
                rows.append(tuple(row))
                if len(rows) == batch:
                    yield rows
                    rows = []
            if rows:
                yield rows

    @contextmanager
    def watched(self, doing: str) -> Iterator[None]:
        """Say what is being done; raise what goes wrong as a ``Problem``."""
        if self.progress is not None and doing:
            self.progress(doing, None)
        try:
            yield
        except (PySparkException, Py4JJavaError) as error:
            raise problem_of(error) from error

    def close(self) -> None:
        """Stop the session, unless it is the program's."""
        if not self._borrowed:
            self.session.stop()


def passing(cells: Sequence[str], relation: str) -> str:
    """Return the query for a row's number and its cells, of the rows where any is not NULL."""
    names = [f"c{at}" for at in range(len(cells))]
    listed = ", ".join(f"{cell} AS {name}" for cell, name in zip(cells, names, strict=True))
    some = " OR ".join(f"{name} IS NOT NULL" for name in names)
    numbered = f"SELECT monotonically_increasing_id() + 1 AS row, {listed} FROM {relation}"
    return f"SELECT * FROM ({numbered}) r WHERE {some}"


def _packed(query: str, width: int) -> str:
    """Return the query for the numbers of ``k0``, ``k1``, ..., a million rows to a text."""
    listed = ", ".join(f"k{at}" for at in range(width))
    blocks = f"SELECT {listed}, shiftright(monotonically_increasing_id(), 20) AS block"
    return (
        f"SELECT array_join(collect_list(concat_ws(' ', {listed})), ' ')"
        f" FROM ({blocks} FROM ({query}) q) b GROUP BY block"
    )


def _session(memory_limit: str, threads: int | None) -> SparkSession:
    """Return a session beside the program's own, or start one."""
    active = SparkContext._active_spark_context
    if active is not None:
        return SparkSession(active).newSession()
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise no_java()
    conf = SparkConf()
    conf.setIfMissing("spark.app.name", "shirube")
    conf.setIfMissing("spark.ui.enabled", "false")
    conf.setIfMissing("spark.ui.showConsoleProgress", "false")
    if not conf.contains("spark.master"):
        conf.setMaster(f"local[{threads or '*'}]")
        conf.set("spark.driver.memory", f"{max(_bytes(memory_limit), _LEAST_MEMORY) >> 20}m")
        conf.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1")
        conf.set("spark.sql.shuffle.partitions", str(4 * (threads or os.cpu_count() or 1)))
        conf.setIfMissing("spark.pyspark.python", sys.executable)
    try:
        with _silent():
            session = SparkSession.builder.config(conf=conf).getOrCreate()
    except PySparkException as error:
        raise no_java() from error
    session.sparkContext.setLogLevel("OFF")
    return session


def _bytes(limit: str) -> int:
    """Return an amount of memory such as ``512MB`` in bytes."""
    found = re.match(r"([\d.]+) ?([kmgt])", limit.lower())
    return int(float(found[1]) * (1 << _UNITS[found[2]])) if found else _LEAST_MEMORY


@contextmanager
def _silent() -> Iterator[None]:
    """Start a child without our standard error: Java greets there, whatever it is told."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _number_text(number: float | None) -> str | None:
    return None if number is None else repr(number + 0.0)
