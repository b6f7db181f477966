# SPDX-License-Identifier: Apache-2.0
"""The columns of an attack: every table has to have them, and what is left out is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.terms.errors import Problem, Problems
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.source import Source


def columns_of_attack(
    tables: Sequence[Source],
    columns: Sequence[str],
    *,
    sensitive: Sequence[str] = (),
    linked: Sequence[str] = (),
    categories: Sequence[str] = (),
) -> tuple[list[str], list[str]]:
    """Return the columns of the attack, and those of the release that are not among them.

    Parameters
    ----------
    tables
        The release first.
    columns
        The columns asked for; those that all tables have where none is.
    sensitive, linked, categories
        Columns with a part of their own; all of them must be among the columns of the attack.

    Raises
    ------
    Problems
        A column is missing in a table, or there is none that all tables have.
    """
    names = [[column.name for column in source.table.columns] for source in tables]
    shared = [name for name in names[0] if all(name in other for other in names[1:])]
    wanted = [*dict.fromkeys([*(columns or shared), *sensitive])]
    problems = [
        Problem(
            _("There is no column {name}.").format(name=repr(name)),
            where=source.table.dataset,
            why=_("An attack compares the same columns in every table."),
            remedy=" ".join(
                [
                    did_you_mean(name, shared),
                    _("Columns that all tables have: {names}.").format(
                        names=", ".join(shared[:30])
                    ),
                ]
            ).strip(),
        )
        for source, known in zip(tables, names, strict=True)
        for name in dict.fromkeys([*wanted, *linked, *categories])
        if name not in known
    ]
    problems += [
        Problem(
            _("The column {name} is not among the columns of the attack.").format(name=repr(name)),
            remedy=_("Name it in columns as well, or leave columns out."),
        )
        for name in dict.fromkeys([*linked, *categories])
        if name in shared and name not in wanted
    ]
    if linked and set(wanted) <= set(linked):
        problems.append(
            Problem(
                _("All columns are named in linked."),
                why=_("The second of two tables that are linked would know nothing."),
                remedy=_("Leave out the columns that the second table has."),
            )
        )
    if not wanted:
        problems.append(
            Problem(
                _("The tables have no column in common."),
                remedy=_("Give the original in the form in which the release has its columns."),
            )
        )
    if problems:
        raise Problems(problems)
    return wanted, [name for name in names[0] if name not in wanted]
