# SPDX-License-Identifier: Apache-2.0
"""Group cells on DuckDB: attributes x label x prediction (x score bin) -> count, one GROUP BY."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import groups, sql
from shirube.terms.cells import GroupCells
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table


def group_cells(
    session: Session,
    relation: str,
    table: Table,
    attributes: Sequence[str],
    *,
    prediction: str,
    label: str | None,
    score: str | None,
) -> GroupCells:
    """Count the rows of the relation per group, label, prediction and score bin.

    Raises
    ------
    Problem
        When label or prediction hold anything but 0, 1 or nothing, a score lies outside [0, 1], or
        the attributes make so many groups that they cannot be groups of people.
    """
    # Grouping by the raw decisions and reading them afterwards spares a CASE for every row.
    names = [f"a{n}" for n in range(len(attributes))]
    keys = [(_key(table, each), alias) for each, alias in zip(attributes, names, strict=True)]
    keys.append((sql.name(prediction), "p"))
    sums = [("count(*)", "n")]
    if label is not None:
        keys.append((sql.name(label), "l"))
    if score is not None:
        _check_score(session, relation, table, score)
        keys.append((_bin(score), "b"))
        sums.append((f"sum({_units(score)})", "s"))
    counted = f"({sql.count_by(keys, sums, relation)})"
    out = [(f"CAST({alias} AS VARCHAR)", alias) for alias in names]
    out += [(_binary(table, prediction, "p"), "p"), (_binary(table, label, "l"), "l")]
    totals = [("sum(n)", "n")]
    if score is not None:
        out.append(("b", "b"))
        totals.append(("CAST(sum(s) AS DOUBLE)", "s"))
    cells = session.arrays(
        sql.count_by(out, totals, counted) + f" LIMIT {groups.MOST_CELLS + 1}",
        doing=_("Counting groups"),
    )
    if len(cells["n"]) > groups.MOST_CELLS:
        raise groups.too_many(table, attributes)
    groups.check_binary(cells["p"], prediction, table)
    groups.check_binary(cells["l"], label or "", table)
    return GroupCells(
        attributes={each: _texts(cells[f"a{n}"]) for n, each in enumerate(attributes)},
        label=np.asarray(cells["l"], np.int8),
        prediction=np.asarray(cells["p"], np.int8),
        count=np.asarray(cells["n"], np.int64),
        rows=int(np.sum(cells["n"])),
        score_sum=None if score is None else np.ma.filled(cells["s"], 0) / float(groups.SCORE_UNIT),
        score_bin=None if score is None else np.asarray(cells["b"], np.int16),
    )


def _key(table: Table, column: str) -> str:
    """Return what is grouped by: 0 and -0 are one group, whichever row comes first."""
    described = table.column(column)
    kind = "" if described is None else described.type
    if kind in {"FLOAT", "DOUBLE"}:
        return f"{sql.name(column)} + {sql.cast('0', kind)}"
    return sql.name(column)


def _binary(table: Table, column: str | None, name: str) -> str:
    """Return 0 or 1 for the decision that stands in ``name``, -1 for none, 2 for anything else."""
    if column is None:
        return sql.cast(str(groups.MISSING), "TINYINT")
    described = table.column(column)
    if described is not None and described.kind == "text":
        no, yes = f"{name} IN ('0', 'false')", f"{name} IN ('1', 'true')"
    elif described is not None and described.kind == "boolean":
        no, yes = f"NOT {name}", name
    else:
        no, yes = f"{name} = 0", f"{name} = 1"
    chosen = sql.case(
        (no, "0"), (yes, "1"), (f"{name} IS NULL", str(groups.MISSING)), otherwise=str(groups.OTHER)
    )
    return sql.cast(chosen, "TINYINT")


def _bin(score: str) -> str:
    """Return the index of the score's bin; 1 falls into the last bin, no score into -1."""
    name = sql.name(score)
    index = f"CAST(floor({name} * {groups.BINS}) AS TINYINT)"
    return sql.case(
        (f"{name} IS NULL", str(groups.MISSING)),
        (f"{name} >= 1", str(groups.BINS - 1)),
        otherwise=index,
    )


def _units(score: str) -> str:
    """Return the score as a whole number of 2^-40."""
    return sql.cast(f"{sql.cast(sql.name(score), 'DOUBLE')} * {groups.SCORE_UNIT}", "BIGINT")


def _check_score(session: Session, relation: str, table: Table, score: str) -> None:
    """Refuse a score that is no probability."""
    described = table.column(score)
    low: Any = None
    high: Any = None
    if described is not None and described.kind == "number":
        name = sql.name(score)
        low, high = session.rows(
            sql.select([(f"min({name})", "low"), (f"max({name})", "high")], relation)
        )[0]
        if low is None or 0 <= low <= high <= 1:
            return
    raise groups.no_probability(table, score)


def _texts(values: Any) -> list[str | None]:
    """Return texts, None where there is none."""
    mask = np.ma.getmaskarray(values)
    return [
        None if hidden else str(value)
        for value, hidden in zip(np.ma.getdata(values), mask, strict=True)
    ]
