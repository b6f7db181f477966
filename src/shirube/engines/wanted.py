# SPDX-License-Identifier: Apache-2.0
"""Whether the columns that are asked for can be counted, on any engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.source import Table


def check(table: Table, wanted: Sequence[str]) -> None:
    """Refuse columns that the table does not have, and the same column asked for twice."""
    known = [each.name for each in table.columns]
    missing = [each for each in wanted if each not in known]
    if missing:
        raise Problem(
            _("The table has no column {names}.").format(names=", ".join(missing)),
            where=table.dataset or None,
            remedy=_("Its columns are: {names}.").format(
                names=", ".join(known[:50]) + (" …" if len(known) > 50 else "")
            ),
        )
    twice = sorted({each for each in wanted if list(wanted).count(each) > 1})
    if twice:
        raise Problem(
            _("The column {names} is asked for twice.").format(names=", ".join(twice)),
            where=table.dataset or None,
            remedy=_("Name each column once."),
        )


def check_countable(table: Table, wanted: Sequence[str]) -> None:
    """Refuse, too, columns whose type has no cells: bytes, documents, lists."""
    check(table, wanted)
    for column in table.columns:
        if column.name in wanted and column.kind == "other":
            raise Problem(
                _("The column {name} is of type {type}, whose values cannot be counted.").format(
                    name=column.name, type=column.type
                ),
                where=table.dataset or None,
                why=_("Cells hold numbers, texts, dates, times and yes or no."),
                remedy=_(
                    "Leave the column out, or name a view that has its parts as columns of their "
                    "own."
                ),
            )


def without_order(table: Table) -> Problem:
    """Return the refusal to say in which order the rows of a table stand."""
    return Problem(
        _("The order of the rows of this table is not known here."),
        where=table.dataset or None,
        why=_("A server and a cluster keep rows in no order and read them in another each time."),
        remedy=_("Measure the file that is released, without naming an engine."),
    )
