# SPDX-License-Identifier: Apache-2.0
"""Which kind of values a column has: decided by *all* of its values, never by a sample.

A sample only proposes kinds; one scan over all rows then confirms or refuses them. These stay
texts although they look like numbers, because as numbers different values would become one:
``0123`` (leading zeros), ``1_000``, and whole numbers beyond 2^53.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shirube.engines import sql
from shirube.terms.source import TableColumn
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.engines.duckdb.session import Session

_SAMPLE_ROWS = 2000
_COLUMNS_AT_ONCE = 1600
_EXACT = 9007199254740992  # 2^53: beyond it, neighbouring whole numbers share a double

_KINDS = {
    "number": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
               "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL"),
    "text": ("VARCHAR", "ENUM", "UUID"),
    "boolean": ("BOOLEAN",),
    "time": ("DATE", "TIME", "TIMESTAMP"),
}  # fmt: skip


@dataclass(frozen=True)
class _Test:
    """What makes a value wrong for a type: a condition over the text ``{x}``, true or false."""

    type: str
    refused: str

    def wrong(self, x: str) -> str:
        """Return the condition for the column ``x``; it never holds for NULL."""
        return f"{x} IS NOT NULL AND ({self.refused.format(x=x)})"


# '0:' is the text right after '09…': a range of texts is cheaper than a pattern.
_NUMBER_TRAPS = "({x} >= '00' AND {x} < '0:') OR contains({x}, '_')"
_TESTS = (
    _Test("DOUBLE", "TRY_CAST({x} AS DOUBLE) IS NULL OR " + _NUMBER_TRAPS),
    _Test("BOOLEAN", "lower({x}) NOT IN ('true', 'false')"),
    _Test("DATE", "length({x}) <> 10 OR TRY_CAST({x} AS DATE) IS NULL"),
    _Test("TIMESTAMP", "length({x}) < 10 OR TRY_CAST({x} AS TIMESTAMP) IS NULL"),
)


def kind_of(type: str) -> str:
    """Return our kind for a type of DuckDB's."""
    if type.endswith("]") or type.startswith(("STRUCT", "MAP", "UNION")):
        return "other"
    base = type.partition("(")[0].partition(" ")[0]
    for kind, types in _KINDS.items():
        if base in types or (base.startswith("TIMESTAMP") and kind == "time"):
            return kind
    return "other"


def describe_texts(
    session: Session, relation: str, names: Sequence[str]
) -> tuple[tuple[TableColumn, ...], int]:
    """Return the columns of an all-text relation, typed by all their values, and the rows."""
    proposed = _propose(session, relation, names)
    columns: list[TableColumn] = []
    rows = 0
    for start in range(0, len(names), _COLUMNS_AT_ONCE):
        part = names[start : start + _COLUMNS_AT_ONCE]
        answer = session.rows(
            sql.select(_questions(part, proposed), relation),
            doing=_("Looking at every value of {count} columns").format(count=len(names)),
        )[0]
        rows = int(answer[0])
        for position, each in enumerate(part):
            columns.append(_column(each, proposed[each], answer[1 + 4 * position :][:4]))
    return tuple(columns), rows


def typed(relation: str, columns: Sequence[TableColumn]) -> str:
    """Return the query that reads an all-text relation with the columns' types."""
    return sql.select(
        [
            (
                sql.name(each.name)
                if each.type == "VARCHAR"
                else f"TRY_CAST({sql.name(each.name)} AS {each.type})",
                each.name,
            )
            for each in columns
        ],
        relation,
    )


def _propose(session: Session, relation: str, names: Sequence[str]) -> dict[str, _Test | None]:
    """Return per column the first type that fewest, and not most, values of a sample refuse."""
    proposed: dict[str, _Test | None] = {}
    for start in range(0, len(names), _COLUMNS_AT_ONCE):
        part = names[start : start + _COLUMNS_AT_ONCE]
        asked = [(f"count({sql.name(each)})", f"v{n}") for n, each in enumerate(part)]
        asked += [
            (_count_if(test.wrong(sql.name(each))), f"{n}")
            for n, (each, test) in enumerate((each, test) for each in part for test in _TESTS)
        ]
        sample = f"(SELECT {', '.join(map(sql.name, part))} FROM {relation} LIMIT {_SAMPLE_ROWS})"
        answer = session.rows(sql.select(asked, sample))[0]
        for position, each in enumerate(part):
            wrong = answer[len(part) + position * len(_TESTS) :][: len(_TESTS)]
            best = min(range(len(_TESTS)), key=lambda n, wrong=wrong: wrong[n])  # type: ignore[misc]
            proposed[each] = _TESTS[best] if 2 * wrong[best] <= answer[position] else None
    return proposed


def _questions(names: Sequence[str], proposed: dict[str, _Test | None]) -> list[tuple[str, str]]:
    """Return what one scan asks: rows; per column values, wrong values, largest size, fractions."""
    questions = [("count(*)", "rows")]
    for n, each in enumerate(names):
        x, test = sql.name(each), proposed[each]
        number = f"TRY_CAST({x} AS DOUBLE)"
        numeric = test is not None and test.type == "DOUBLE"
        wrong = _count_if(test.wrong(x)) if test else "0"
        questions += [
            (f"count({x})", f"n{n}"),
            (wrong, f"w{n}"),
            (f"max(abs({number}))" if numeric else "NULL", f"s{n}"),
            (_count_if(f"{number} <> floor({number})") if numeric else "0", f"f{n}"),
        ]
    return questions


def _count_if(condition: str) -> str:
    """Return the count of rows for which the condition holds (FILTER plans quadratically)."""
    return f"coalesce(sum({sql.case((condition, '1'), otherwise='0')}), 0)"


def _column(name: str, test: _Test | None, answer: Sequence[object]) -> TableColumn:
    """Return the column as the answers have it."""
    values, wrong, size, fractions = answer
    if not values:
        return TableColumn(name, "VARCHAR", "text", _("no values"))
    if test is None:
        return TableColumn(name, "VARCHAR", "text")
    if wrong:
        note = _("{wrong} of {values} values are not of type {type}")
        return TableColumn(
            name, "VARCHAR", "text", note.format(wrong=wrong, values=values, type=test.type)
        )
    if test.type != "DOUBLE":
        return TableColumn(name, test.type, kind_of(test.type))
    whole = fractions == 0 and isinstance(size, float) and size <= float("1e300")
    if whole and isinstance(size, float) and size >= _EXACT:
        return TableColumn(name, "VARCHAR", "text", _("whole numbers beyond 2^53"))
    return TableColumn(name, "BIGINT" if whole else "DOUBLE", "number")
