# SPDX-License-Identifier: Apache-2.0
"""Which kind of values a column has: decided by *all* of its values, never by a sample.

A sample only proposes kinds; one scan over all rows then confirms or refuses them. These stay
texts although they look like numbers, because as numbers different values would become one:
``0123`` (leading zeros), ``1_000``, and whole numbers beyond 2^53.

A narrow table is asked column by column, in one row of aggregates. With thousands of columns such a
query takes minutes to plan, so a wide table is turned first: each row becomes one row per column,
and the same questions are asked once, grouped by column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shirube.engines import sql
from shirube.terms.source import TableColumn
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.engines.duckdb.session import Session

    _Answer = Sequence[Any]

_SAMPLE_ROWS = 2000
_NARROW = 400
"""Up to so many columns, asking each of them is faster than turning the table."""
_TURNED_AT_ONCE = 1000
"""Columns turned together: a block of 2,048 rows of them takes 32 MiB."""
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
    doing = _("Looking at every value (columns: {count})").format(count=len(names))
    if len(names) <= _NARROW:
        rows, answers = _ask_each(session, relation, proposed, doing)
    else:
        rows, answers = _ask_turned(session, relation, proposed, doing)
    return tuple(_column(each, proposed[each], answers[each]) for each in names), rows


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
    asked = ["count(x)", *(_count_if(test.wrong("x")) for test in _TESTS)]
    proposed: dict[str, _Test | None] = {}
    for part in _parts(names):
        sample = f"(SELECT {', '.join(map(sql.name, part))} FROM {relation} LIMIT {_SAMPLE_ROWS})"
        for each, (values, *wrong) in _turned(session, sample, part, asked).items():
            best = min(range(len(_TESTS)), key=wrong.__getitem__)
            proposed[each] = _TESTS[best] if 2 * wrong[best] <= values else None
        for each in part:
            proposed.setdefault(each, _TESTS[0])  # an empty table refuses nothing
    return proposed


def _ask_each(
    session: Session, relation: str, proposed: dict[str, _Test | None], doing: str
) -> tuple[int, dict[str, _Answer]]:
    """Return the rows and every column's answers from one scan, each column asked by name."""
    asked = [("count(*)", "rows")]
    for n, (each, test) in enumerate(proposed.items()):
        asked += [(text, f"q{n}_{m}") for m, text in enumerate(_questions(sql.name(each), test))]
    rows, *answers = session.rows(sql.select(asked, relation), doing=doing)[0]
    width = len(answers) // len(proposed)
    return int(rows), {
        each: answers[width * n : width * (n + 1)] for n, each in enumerate(proposed)
    }


def _ask_turned(
    session: Session, relation: str, proposed: dict[str, _Test | None], doing: str
) -> tuple[int, dict[str, _Answer]]:
    """Return the same as ``_ask_each``, by turning the columns of each proposed type."""
    rows = int(session.rows(sql.select([("count(*)", "rows")], relation))[0][0])
    answers: dict[str, _Answer] = dict.fromkeys(proposed, (0, 0, None, 0))
    for test in (None, *_TESTS):
        for part in _parts([each for each, of in proposed.items() if of is test]):
            answers |= _turned(session, relation, part, _questions("x", test), doing)
    return rows, answers


def _questions(x: str, test: _Test | None) -> list[str]:
    """Return what is asked of a column: values, wrong values, largest size, fractions."""
    wrong = _count_if(test.wrong(x)) if test else "0"
    if test is None or test.type != "DOUBLE":
        return [f"count({x})", wrong, "NULL", "0"]
    number = f"TRY_CAST({x} AS DOUBLE)"
    fractions = _count_if(f"{number} <> floor({number})")
    return [f"count({x})", wrong, f"max(abs({number}))", fractions]


def _turned(
    session: Session, relation: str, names: Sequence[str], asked: Sequence[str], doing: str = ""
) -> dict[str, _Answer]:
    """Return per column the answers to questions about ``x``; no row, no answer."""
    values = ", ".join(map(sql.name, names))
    turned = f"SELECT unnest(range({len(names)})) AS n, unnest([{values}]) AS x FROM {relation}"
    query = sql.count_by(
        [("n", "n")], [(text, f"q{m}") for m, text in enumerate(asked)], f"({turned})"
    )
    return {names[row[0]]: row[1:] for row in session.rows(query, doing=doing)}


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the names in parts that fit into memory when turned."""
    for start in range(0, len(names), _TURNED_AT_ONCE):
        yield names[start : start + _TURNED_AT_ONCE]


def _count_if(condition: str) -> str:
    """Return the count of rows for which the condition holds (FILTER plans quadratically)."""
    return f"coalesce(sum({sql.case((condition, '1'), otherwise='0')}), 0)"


def _column(name: str, test: _Test | None, answer: _Answer) -> TableColumn:
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
