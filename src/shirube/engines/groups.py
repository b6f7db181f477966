# SPDX-License-Identifier: Apache-2.0
"""What group cells are on every engine: units, limits, and what is refused.

Scores are summed as whole numbers of 2^-40: a sum of doubles would depend on the order of rows, and
equal tables must give equal cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shirube.terms.source import Table

SCORE_UNIT = 2**40
BINS = 10
MISSING, OTHER = -1, 2
MOST_CELLS = 200_000


def too_many(table: Table, attributes: Sequence[str]) -> Problem:
    """Return the problem of attributes that make so many groups that they are no groups."""
    return Problem(
        _("The attributes {names} make more than {limit} groups.").format(
            names=", ".join(attributes), limit=MOST_CELLS
        ),
        where=table.dataset or None,
        why=_("Groups of a few people say nothing about a group, and much about the people."),
        remedy=_("Name attributes with few values, or bands of values."),
    )


def no_probability(table: Table, score: str) -> Problem:
    """Return the problem of a score that is no probability."""
    return Problem(
        _("The score {name} is not a number between 0 and 1.").format(name=score),
        where=table.dataset or None,
        why=_("Calibration compares the mean score with the share of favourable outcomes."),
        remedy=_("Name a column with probabilities, or leave the score out."),
    )


def check_binary(values: Iterable[int], column: str, table: Table) -> None:
    """Refuse a decision that is neither 0 nor 1; the values themselves are not told."""
    if any(value == OTHER for value in values):
        raise Problem(
            _("The column {name} holds values other than 0 and 1.").format(name=column),
            where=table.dataset or None,
            why=_("Rates are shares of a yes among yes and no."),
            remedy=_("Write the decision as 0 and 1 (or false and true)."),
        )
