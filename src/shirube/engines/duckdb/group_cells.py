# SPDX-License-Identifier: Apache-2.0
"""Group cells on DuckDB: attributes x label x prediction (x score bin) -> count, one GROUP BY.

Scores are summed as whole numbers of 2^-40: a sum of doubles would depend on the order of rows, and
equal tables must give equal cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.engines import sql
from shirube.terms.cells import GroupCells
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

SCORE_UNIT = 2**40
_BINS = 10
_MISSING, _OTHER = -1, 2
_MOST_CELLS = 200_000


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
    keys = [(sql.name(each), alias) for each, alias in zip(attributes, names, strict=True)]
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
        sql.count_by(out, totals, counted) + f" LIMIT {_MOST_CELLS + 1}",
        doing=_("Counting groups"),
    )
    if len(cells["n"]) > _MOST_CELLS:
        raise Problem(
            _("The attributes {names} make more than {limit} groups.").format(
                names=", ".join(attributes), limit=_MOST_CELLS
            ),
            where=table.dataset or None,
            why=_("Groups of a few people say nothing about a group, and much about the people."),
            remedy=_("Name attributes with few values, or bands of values."),
        )
    _check_binary(cells["p"], prediction, table)
    _check_binary(cells["l"], label or "", table)
    return GroupCells(
        attributes={each: _texts(cells[f"a{n}"]) for n, each in enumerate(attributes)},
        label=np.asarray(cells["l"], np.int8),
        prediction=np.asarray(cells["p"], np.int8),
        count=np.asarray(cells["n"], np.int64),
        rows=int(np.sum(cells["n"])),
        score_sum=None if score is None else np.ma.filled(cells["s"], 0) / float(SCORE_UNIT),
        score_bin=None if score is None else np.asarray(cells["b"], np.int16),
    )


def _binary(table: Table, column: str | None, name: str) -> str:
    """Return 0 or 1 for the decision that stands in ``name``, -1 for none, 2 for anything else."""
    if column is None:
        return sql.cast(str(_MISSING), "TINYINT")
    described = table.column(column)
    if described is not None and described.kind == "text":
        no, yes = f"{name} IN ('0', 'false')", f"{name} IN ('1', 'true')"
    elif described is not None and described.kind == "boolean":
        no, yes = f"NOT {name}", name
    else:
        no, yes = f"{name} = 0", f"{name} = 1"
    chosen = sql.case(
        (no, "0"), (yes, "1"), (f"{name} IS NULL", str(_MISSING)), otherwise=str(_OTHER)
    )
    return sql.cast(chosen, "TINYINT")


def _bin(score: str) -> str:
    """Return the index of the score's bin; 1 falls into the last bin, no score into -1."""
    name = sql.name(score)
    index = f"CAST(floor({name} * {_BINS}) AS TINYINT)"
    return sql.case(
        (f"{name} IS NULL", str(_MISSING)), (f"{name} >= 1", str(_BINS - 1)), otherwise=index
    )


def _units(score: str) -> str:
    """Return the score as a whole number of 2^-40."""
    return sql.cast(f"{sql.cast(sql.name(score), 'DOUBLE')} * {SCORE_UNIT}", "BIGINT")


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
    raise Problem(
        _("The score {name} is not a number between 0 and 1.").format(name=score),
        where=table.dataset or None,
        why=_("Calibration compares the mean score with the share of favourable outcomes."),
        remedy=_("Name a column with probabilities, or leave the score out."),
    )


def _check_binary(values: Any, column: str, table: Table) -> None:
    """Refuse a decision that is neither 0 nor 1; the values themselves are not told."""
    if np.any(np.asarray(values) == _OTHER):
        raise Problem(
            _("The column {name} holds values other than 0 and 1.").format(name=column),
            where=table.dataset or None,
            why=_("Rates are shares of a yes among yes and no."),
            remedy=_("Write the decision as 0 and 1 (or false and true)."),
        )


def _texts(values: Any) -> list[str | None]:
    """Return texts, None where there is none."""
    mask = np.ma.getmaskarray(values)
    return [
        None if hidden else str(value)
        for value, hidden in zip(np.ma.getdata(values), mask, strict=True)
    ]
