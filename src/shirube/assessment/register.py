# SPDX-License-Identifier: Apache-2.0
"""The same assessment for a register of many subjects: equal to ``assess``, subject by subject.

The facts are tables (``register_tables``): one wide table of profiles for each kind of subject, one
of runs for each measure, one of documents, one of explanations. An engine reads what the rules ask
(``register_asking``) and hands it over in chunks, which are judged in bit planes
(``register_outcomes``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from shirube.assessment.register_asking import ask
from shirube.assessment.register_duckdb import DuckDBRegister
from shirube.assessment.register_outcomes import CODES, Outcomes
from shirube.rules.planes import flags
from shirube.terms.subject import SUBJECT_KINDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from shirube.assessment.register_asking import Ask, Dialect
    from shirube.assessment.register_outcomes import Chunk
    from shirube.rules.planes import Plane
    from shirube.terms.finding import Outcome
    from shirube.terms.rule import Pack
    from shirube.terms.subject import SubjectKind

R = TypeVar("R")


class Register(Protocol):
    """The tables of a register, wherever they stand."""

    @property
    def dialect(self) -> Dialect:
        """How the engine writes SQL."""
        ...

    def tables(self) -> Mapping[str, Mapping[str, str]]:
        """Return table -> column -> type of what there is."""
        ...

    def run(self, asked: Ask, look: Callable[[Iterator[Chunk], Sequence[Any]], R]) -> list[R]:
        """Send ``look`` to where the facts are; return what it makes of each part of them.

        ``look`` is given the chunks and the words that their numbers stand for (those of the chunks
        seen so far).
        """
        ...

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of a query with a small answer."""
        ...


def assess_register(
    connection: DuckDBPyConnection, packs: Sequence[Pack], on: dt.date
) -> dict[SubjectKind, str]:
    """Judge every rule for every subject of the register.

    Parameters
    ----------
    connection
        A connection in which the tables of ``register_tables`` stand.
    packs
        The rules.
    on
        The date.

    Returns
    -------
    dict
        Kind of subject -> name of the table with its findings: ``subject``, and for each rule a
        column ``pack/rule`` with an index into ``CODES``.
    """
    register = DuckDBRegister(connection)
    tables = register.tables()
    found: dict[SubjectKind, str] = {}
    for kind in SUBJECT_KINDS:
        rules = [rule for pack in packs for rule in pack.rules if rule.subject == kind]
        if f"profiles_{kind}" in tables and rules:
            asked = ask(tables, kind, [rules], on, register.dialect)
            found[kind] = f"findings_{kind}"
            _write(register, asked, found[kind])
    return found


def count_outcomes(
    connection: DuckDBPyConnection, tables: Mapping[SubjectKind, str]
) -> dict[str, dict[Outcome, int]]:
    """Count, for each rule, the subjects of each outcome."""
    counts: dict[str, dict[Outcome, int]] = {}
    for table in tables.values():
        rows = connection.execute(
            f"select rule, code, count(*) from (unpivot {table} on columns(* exclude subject) "
            "into name rule value code) group by all order by all"
        ).fetchall()
        for rule, code, count in rows:
            counts.setdefault(rule, {})[CODES[code]] = count
    return counts


def _write(register: DuckDBRegister, asked: Ask, table: str) -> None:
    """Write the findings as a table."""
    connection, (rules,) = register.connection, asked.sides
    columns = ", ".join(f"{register.dialect.name(rule.ref)} utinyint" for rule in rules)
    connection.execute(f"create or replace table {table} (subject varchar, {columns})")

    def look(chunks: Iterator[Chunk], _words: Sequence[Any]) -> None:
        for chunk in chunks:
            outcomes = Outcomes(asked, chunk)
            count = len(chunk.subjects)
            codes = {f"r{at}": _codes(outcomes.of(rule), count) for at, rule in enumerate(rules)}
            connection.register("_found", {"subject": chunk.subjects, **codes})
            connection.execute(f"insert into {table} select * from _found")
            connection.unregister("_found")

    register.run(asked, look)


def _codes(planes: Sequence[Plane], count: int) -> NDArray[np.uint8]:
    """Return an index into ``CODES`` for each row."""
    found = np.zeros(count, np.uint8)
    for code, bits in enumerate(planes):
        found += flags(bits, count).view(np.uint8) * np.uint8(code)
    return found
