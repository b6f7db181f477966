# SPDX-License-Identifier: Apache-2.0
"""From a table, hierarchies and a requirement to the best transformation and the plan to write it.

1. The table is collapsed to distinct tuples, once. 2. Values are bound to hierarchies; what is
missing there is named. 3. Tuples are packed into keys. 4. The lattice is searched. 5. The labels of
the best node and its suppressed classes make the plan.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shirube.deidentification import coding, hierarchies, roll_up_kernel
from shirube.deidentification.checking import Checker, Classes, histograms
from shirube.deidentification.objectives import (
    AverageClassSize,
    Discernibility,
    Loss,
    Objective,
)
from shirube.deidentification.rolling import CACHE_BYTES, Levels, Roller, Tuples, runs
from shirube.deidentification.search import Found, Search
from shirube.terms.deidentification import Certificate, ObjectiveName, Solution
from shirube.terms.errors import Problem
from shirube.terms.release import Limits, TupleCells
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from shirube.deidentification.coding import Attribute, Fields
    from shirube.deidentification.hierarchies import Hierarchy
    from shirube.terms.deidentification import Requirement
    from shirube.terms.release import Releasable
    from shirube.terms.source import Progress

_ENOUGH_TO_COMPILE = 5_000_000
"""Tuples times lattice nodes above which loading the compiled loop pays (0.6 s of CPU)."""


@dataclass(frozen=True, eq=False)
class Encoded:
    """A table as the search sees it, and as utility is measured on it.

    Attributes
    ----------
    attributes, layout, bottom
        Quasi-identifiers as codes, where they lie in the keys, and the distinct tuples.
    shares
        Per sensitive column of the requirement, the share of each value.
    marginals
        Per attribute, the rows of each value.
    cells
        The distinct tuples with their values; further columns are carried along.
    rows
        Rows of the table.
    """

    attributes: tuple[Attribute, ...]
    layout: Fields
    bottom: Tuples
    shares: dict[str, NDArray[np.float64]]
    marginals: tuple[NDArray[np.int64], ...]
    cells: TupleCells
    rows: int


@dataclass(frozen=True, eq=False)
class Transformed:
    """The best node with its classes, and what was asked."""

    solution: Solution
    encoded: Encoded
    original: Classes
    classes: Classes

    def before(self) -> tuple[int, int, int]:
        """Return the smallest class, rows alone in theirs and all rows, as the table was."""
        return _sizes(self.original.size)

    def after(self) -> tuple[int, int, int]:
        """Return the same for the released rows."""
        return _sizes(self.classes.size[~self.classes.broken])

    def labels(self) -> dict[str, dict[str, str]]:
        """Return, per column that is generalised, the released label of each value."""
        return {
            each.name: {
                value: each.labels[level][code]
                for value, code in zip(
                    self.encoded.cells.values[each.name], each.codes[level].tolist(), strict=False
                )
            }
            for each, level in zip(self.encoded.attributes, self.solution.levels, strict=True)
            if level
        }

    def suppressed(self) -> dict[str, list[str]]:
        """Return the released values of the suppressed classes, per quasi-identifier."""
        words = self.classes.words[:, self.classes.broken]
        return {
            each.name: [
                each.labels[level][code] for code in self.encoded.layout.read(words, at).tolist()
            ]
            for at, (each, level) in enumerate(
                zip(self.encoded.attributes, self.solution.levels, strict=True)
            )
        }

    def suppressed_rows(self) -> tuple[NDArray[np.int64], ...]:
        """Return, per attribute, the suppressed rows by released code."""
        return histograms(
            self.classes,
            self.classes.broken,
            self.encoded.layout,
            [
                len(each.labels[level])
                for each, level in zip(self.encoded.attributes, self.solution.levels, strict=True)
            ],
        )


def encode(
    table: Releasable,
    known: Mapping[str, Hierarchy],
    quasi_identifiers: Sequence[str],
    requirement: Requirement,
    *,
    carried: Sequence[str] = (),
    limits: Mapping[str, Limits] | None = None,
    population: Releasable | None = None,
) -> Encoded:
    """Collapse a table to distinct tuples and bind its values to hierarchies.

    Parameters
    ----------
    table
        The table; ``population`` is the one it is a part of, for δ-presence.
    known
        Hierarchies by column; a quasi-identifier without one is never generalised.
    quasi_identifiers
        The columns that make a class, in the order of the table.
    requirement
        Its sensitive columns are collapsed as well.
    carried
        Further columns that the cells shall have, for measuring utility.
    limits
        Bottom and top coding, applied first.

    Raises
    ------
    Problem
        When k is larger than the table, or a hierarchy misses a value.
    """
    sensitive = requirement.sensitive
    columns = list(dict.fromkeys([*quasi_identifiers, *sensitive, *carried]))
    nodes = math.prod(known[name].height for name in quasi_identifiers if name in known)
    large = nodes * (table.table.rows or 0) > _ENOUGH_TO_COMPILE
    cells = table.tuples(columns, limits=limits, compiled=large)
    rows = int(cells.count.sum())
    if requirement.k > rows:
        raise Problem(
            _("k is {k}, but the table has {rows} rows.").format(k=requirement.k, rows=rows),
            where=table.table.dataset or None,
            why=_("No class can have more rows than the table."),
            remedy=_("Ask for a smaller k, or give the whole table."),
        )
    people = population.tuples(quasi_identifiers, limits=limits) if population else None
    attributes, codes = [], []
    for name in quasi_identifiers:
        values, code, theirs = _together(name, cells, people)
        hierarchy = known.get(name) or hierarchies.identity(name, values)
        hierarchies.refuse_missing(hierarchy, values)
        attributes.append(coding.attribute(hierarchy, values))
        level = attributes[-1].codes[0]
        codes.append(level[np.append(code, theirs)])
    extra = 0 if people is None else len(people.count)
    for name in sensitive:
        codes.append(np.append(cells.codes[name], np.zeros(extra, np.int64)))
    count = np.append(cells.count, np.zeros(extra, np.int64))
    present = None
    if people is not None:
        present = np.append(np.zeros(len(cells.count), np.int64), people.count)
    layout = coding.fields(
        [
            *(len(each.labels[0]) for each in attributes),
            *(len(cells.values[name]) for name in sensitive),
        ],
        len(attributes),
    )
    return Encoded(
        tuple(attributes),
        layout,
        _distinct(coding.pack(layout, codes), count, present, len(attributes)),
        {name: np.bincount(cells.codes[name], weights=cells.count) / rows for name in sensitive},
        tuple(
            np.bincount(code, weights=count, minlength=len(each.labels[0])).astype(np.int64)
            for each, code in zip(attributes, codes, strict=False)
        ),
        cells,
        rows,
    )


def transform(
    encoded: Encoded,
    requirement: Requirement,
    *,
    objective: ObjectiveName = "loss",
    seconds: float | None = None,
    cache_bytes: int = CACHE_BYTES,
    compiled: bool | None = None,
    progress: Progress | None = None,
) -> Transformed:
    """Find the best node of the lattice for an encoded table.

    Parameters
    ----------
    encoded, requirement, objective
        What is searched, what every class must satisfy, what is minimised.
    seconds
        Stop after so many seconds with the best so far; an interrupt does the same.
    cache_bytes
        Memory for kept tables.
    compiled
        Whether the compiled loop is used; None decides by the size of the search.

    Raises
    ------
    Problem
        When no node satisfies the requirement.
    """
    began = time.monotonic()
    heights = tuple(each.height for each in encoded.attributes)
    nodes = int(np.prod([float(height) for height in heights]))
    large = nodes * len(encoded.bottom) > _ENOUGH_TO_COMPILE
    kernel = roll_up_kernel.compiled() if (large if compiled is None else compiled) else None
    roller = Roller(
        encoded.attributes, encoded.layout, encoded.bottom, cache_bytes=cache_bytes, kernel=kernel
    )
    checker = Checker(requirement, encoded.layout, encoded.shares, encoded.rows)
    loss = Loss(encoded.attributes, encoded.marginals, encoded.layout)
    minimised = _objective(objective, loss, encoded, requirement)
    search = Search(
        heights,
        roller,
        checker,
        minimised,
        seconds=seconds,
        progress=progress,
        apart={e.name: len(e.labels[-1]) for e in encoded.attributes if len(e.labels[-1]) > 1},
    )
    found = search.run()
    classes = checker.classes(roller.at(found.levels))
    solution = Solution(
        attributes=tuple(each.name for each in encoded.attributes),
        levels=found.levels,
        objective=objective,
        value=found.value,
        information_loss=loss.value(found.levels, classes),
        suppressed_records=found.suppressed,
        certificate=_certificate(found, heights, time.monotonic() - began, roller.peak_bytes),
    )
    return Transformed(solution, encoded, checker.classes(encoded.bottom), classes)


def _objective(
    name: ObjectiveName, loss: Loss, encoded: Encoded, requirement: Requirement
) -> Objective:
    if name == "average_class_size":
        return AverageClassSize(encoded.rows, requirement.k)
    if name == "discernibility":
        return Discernibility(encoded.rows, requirement.k)
    return loss


def _certificate(found: Found, heights: Levels, seconds: float, memory: int) -> Certificate:
    lattice = 1
    for height in heights:
        lattice *= height
    return Certificate(
        lattice=lattice,
        nodes_checked=found.checked,
        excluded=found.excluded,
        bounded=found.bounded,
        undecided=found.undecided,
        proven=found.proven,
        lower_bound=max(found.lower_bound, 0.0),
        stopped=found.stopped,
        path=found.path,
        seconds=seconds,
        memory_bytes=memory,
    )


def _together(
    name: str, cells: TupleCells, people: TupleCells | None
) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
    """Return the values of the table and the population, and the codes of both in them."""
    values, nobody = cells.values[name], np.zeros(0, np.int64)
    if people is None:
        return values, cells.codes[name], nobody
    place = {value: at for at, value in enumerate(values)}
    for value in people.values[name]:
        place.setdefault(value, len(place))
    theirs = np.asarray([place[value] for value in people.values[name]], np.int64)
    return tuple(place), cells.codes[name], theirs[people.codes[name]]


def _distinct(
    words: NDArray[np.uint64],
    count: NDArray[np.int64],
    population: NDArray[np.int64] | None,
    attributes: int,
) -> Tuples:
    """Bring equal tuples together (carried columns made them several), in the order of keys."""
    order, starts = runs(words)
    return Tuples(
        (0,) * attributes,
        words[:, order[starts]],
        np.add.reduceat(count[order], starts),
        None if population is None else np.add.reduceat(population[order], starts),
    )


def _sizes(size: NDArray[np.int64]) -> tuple[int, int, int]:
    size = size[size > 0]
    return (
        int(size.min(initial=0)) if not size.size else int(size.min()),
        int((size == 1).sum()),
        int(size.sum()),
    )
