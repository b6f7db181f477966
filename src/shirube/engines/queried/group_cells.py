# SPDX-License-Identifier: Apache-2.0
"""Group cells by one query; see ``duckdb.group_cells`` for what they are and what is refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import groups, sql
from shirube.engines.queried.number_texts import number_text
from shirube.terms.cells import GroupCells
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.engines.queried.asking import Asked, Dialect
    from shirube.terms.source import Table, TableColumn


def group_cells(
    asked: Asked,
    relation: str,
    table: Table,
    attributes: Sequence[TableColumn],
    *,
    prediction: TableColumn,
    label: TableColumn | None,
    score: TableColumn | None,
) -> GroupCells:
    """Count the rows of the relation per group, label, prediction and score bin."""
    dialect = asked.dialect
    keys = [(_attribute(dialect, each), f"a{n}") for n, each in enumerate(attributes)]
    keys.append((_binary(dialect, prediction), "p"))
    keys.append((str(groups.MISSING) if label is None else _binary(dialect, label), "l"))
    sums = [("count(*)", "n")]
    if score is not None:
        _check_score(asked, relation, table, score)
        keys.append((_bin(dialect, score), "b"))
        units = dialect.as_units(dialect.as_double(score), groups.SCORE_UNIT)
        sums.append((f"sum({units})", "s"))
    found = asked.rows(
        sql.count_by(keys, sums, relation, quoted=dialect.name) + f" LIMIT {groups.MOST_CELLS + 1}",
        doing=_("Counting groups"),
    )
    if len(found) > groups.MOST_CELLS:
        raise groups.too_many(table, [each.name for each in attributes])
    width = len(attributes)
    groups.check_binary([row[width] for row in found], prediction.name, table)
    groups.check_binary([row[width + 1] for row in found], label.name if label else "", table)
    scored = score is not None
    count = [int(row[width + 2 + scored]) for row in found]
    return GroupCells(
        attributes={
            each.name: [_text(each, row[n]) for row in found] for n, each in enumerate(attributes)
        },
        label=np.asarray([row[width + 1] for row in found], np.int8),
        prediction=np.asarray([row[width] for row in found], np.int8),
        count=np.asarray(count, np.int64),
        rows=sum(count),
        score_sum=np.asarray([float(row[-1] or 0) for row in found]) / groups.SCORE_UNIT
        if scored
        else None,
        score_bin=np.asarray([row[width + 2] for row in found], np.int16) if scored else None,
    )


def _attribute(dialect: Dialect, column: TableColumn) -> str:
    """Return the text of a value, or the number itself where engines print it differently."""
    if column.type.startswith(("FLOAT", "DOUBLE")):
        return dialect.as_key(column)
    return dialect.as_text(column)


def _text(column: TableColumn, value: Any) -> str | None:
    """Return the value as text; 0 and -0 are one group."""
    if value is None or isinstance(value, str):
        return value
    return number_text(column, value + 0.0)


def _binary(dialect: Dialect, column: TableColumn) -> str:
    """Return 0 or 1 for a decision, -1 for none, 2 for anything else."""
    name = dialect.name(column.name)
    if column.kind == "text":
        text = dialect.as_text(column)
        no, yes = f"{text} IN ('0', 'false')", f"{text} IN ('1', 'true')"
    elif column.kind == "boolean":
        no, yes = f"NOT {name}", name
    elif column.kind == "number":
        no, yes = f"{name} = 0", f"{name} = 1"
    else:  # a date or a time is no decision
        no = yes = "FALSE"
    return sql.case(
        (no, "0"), (yes, "1"), (f"{name} IS NULL", str(groups.MISSING)), otherwise=str(groups.OTHER)
    )


def _bin(dialect: Dialect, score: TableColumn) -> str:
    """Return the index of the score's bin; 1 falls into the last bin, no score into -1."""
    name = dialect.name(score.name)
    return sql.case(
        (f"{name} IS NULL", str(groups.MISSING)),
        (f"{name} >= 1", str(groups.BINS - 1)),
        otherwise=dialect.as_tenths(score),
    )


def _check_score(asked: Asked, relation: str, table: Table, score: TableColumn) -> None:
    """Refuse a score that is no probability."""
    if score.kind == "number":
        x = asked.dialect.as_double(score)
        low, high = asked.rows(f"SELECT min({x}), max({x}) FROM {relation}")[0]
        if low is None or (0 <= low <= high <= 1 and not math.isnan(high)):
            return
    raise groups.no_probability(table, score.name)
