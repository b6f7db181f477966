# SPDX-License-Identifier: Apache-2.0
"""The columns that a measure is told to look at, held against those of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.terms.errors import Problem, Problems
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.terms.source import Source


def refuse(problems: Sequence[Problem]) -> None:
    """Raise everything that is wrong at once; nothing when nothing is."""
    if problems:
        raise Problems(problems)


def problems_of(source: Source, names: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for each column that does not exist or is named twice."""
    known = [column.name for column in source.table.columns]
    for name in dict.fromkeys(names):
        if known and name not in known:
            yield Problem(
                _("There is no column {name}.").format(name=repr(name)),
                where=source.table.dataset,
                remedy=" ".join(
                    [
                        did_you_mean(name, known),
                        _("Its columns are: {names}.").format(names=", ".join(known[:30])),
                    ]
                ).strip(),
            )
        if names.count(name) > 1:
            yield Problem(
                _("The column {name} is named twice.").format(name=repr(name)),
                where=source.table.dataset,
                why=_("A column has one part in one measurement."),
                remedy=_("Name it once."),
            )


def without_quasi_identifiers(quasi_identifiers: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem when no quasi-identifier is named."""
    if not quasi_identifiers:
        yield Problem(
            _("No quasi-identifier is named."),
            why=_("Without one the whole table is one class and every number looks safe."),
            remedy=_("Name the columns that together could single out a person."),
        )


def below_one(**numbers: int | None) -> Iterator[Problem]:
    """Yield a problem for each number of people, rows or draws that does not start at 1."""
    for name, number in numbers.items():
        if number is not None and number < 1:
            yield Problem(
                _("{name} is {number}; it counts people or rows and starts at 1.").format(
                    name=name, number=number
                ),
                remedy=_("Give a whole number of at least 1."),
            )
