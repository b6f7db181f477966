# SPDX-License-Identifier: Apache-2.0
"""One SHA-256 for a table's cells: equal tables have equal ones, whichever engine counted.

Cells are brought into one form first: sorted, without what has no meaning (the sign of a zero,
the order in which an engine answered). Numbers are written exactly, doubles in hexadecimal.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from shirube.terms.cells import (
    BucketCells,
    ClassCells,
    ClassProfiles,
    GroupCells,
    SensitiveProfiles,
    SensitiveTable,
    SubsetCells,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


def digest_of(
    cells: BucketCells | ClassCells | ClassProfiles | GroupCells | SubsetCells,
) -> str:
    """Return the SHA-256 of cells in their canonical form, in hexadecimal digits."""
    return hashlib.sha256(msgspec.json.encode(_form(cells))).hexdigest()


@singledispatch
def _form(cells: Any) -> Any:
    """Return the canonical form: lists of texts and whole numbers."""
    raise TypeError(type(cells).__name__)


@_form.register
def _(cells: ClassCells) -> Any:
    return [
        "classes-1",
        cells.quasi_identifiers,
        cells.rows,
        cells.class_id.tolist(),
        sorted((name, codes.tolist()) for name, codes in cells.sensitive.items()),
        cells.count.tolist(),
        sorted(cells.nulls.items()),
        sorted((name, codes.tolist()) for name, codes in cells.codes.items()),
        sorted((name, found.tolist()) for name, found in cells.digests.items()),
    ]


@_form.register
def _(cells: ClassProfiles) -> Any:
    return [
        "profiles-1",
        cells.quasi_identifiers,
        cells.rows,
        cells.size.tolist(),
        cells.classes.tolist(),
        sorted((name, _profiles(part)) for name, part in cells.sensitive.items()),
        sorted(cells.nulls.items()),
        sorted((name, found.tolist()) for name, found in cells.digests.items()),
    ]


def _profiles(found: SensitiveProfiles | SensitiveTable) -> list[Any]:
    """Return every different profile once, and how many classes have it."""
    classes: Counter[tuple[tuple[int, int], ...]] = Counter()
    if isinstance(found, SensitiveTable):
        for row in found.count.tolist():
            classes[tuple((code, count) for code, count in enumerate(row) if count)] += 1
        return sorted(classes.items())
    ends = [*found.first[1:].tolist(), len(found.code)]
    held = list(zip(found.code.tolist(), found.count.tolist(), strict=True))
    for first, end, times in zip(found.first.tolist(), ends, found.classes.tolist(), strict=True):
        classes[tuple(held[first:end])] += times
    return sorted(classes.items())


@_form.register
def _(cells: SubsetCells) -> Any:
    listed = (cells.subset, cells.size, cells.classes, cells.minimal)
    return ["subsets-1", cells.subsets, cells.rows, *(each.tolist() for each in listed)]


@_form.register
def _(cells: GroupCells) -> Any:
    columns = [
        *(
            ["" if text is None else f"={text}" for text in each]
            for each in cells.attributes.values()
        ),
        cells.label.tolist(),
        cells.prediction.tolist(),
        [] if cells.score_bin is None else cells.score_bin.tolist(),
        [] if cells.score_sum is None else _exact(cells.score_sum),
        cells.count.tolist(),
    ]
    rows = sorted(zip(*(each for each in columns if each), strict=True))
    return ["groups-1", list(cells.attributes), cells.rows, rows]


@_form.register
def _(cells: BucketCells) -> Any:
    rows = sorted(
        (at, cells.periods[period], name, count, low, high)
        for at, (runs, numeric) in enumerate(zip(cells.runs, cells.numeric, strict=True))
        for run in runs
        for period, name, count, low, high in zip(
            run.period.tolist(),
            run.bucket.tolist() if numeric else _named(run.bucket.tolist(), cells.labels),
            run.count.tolist(),
            _exact(run.low),
            _exact(run.high),
            strict=True,
        )
    )
    return ["buckets-1", cells.columns, cells.numeric, rows, sorted(cells.rows.items())]


def _named(buckets: list[int], labels: tuple[str, ...]) -> list[str]:
    """Return buckets of texts by their label."""
    return ["" if bucket < 0 else f"={labels[bucket]}" for bucket in buckets]


def _exact(numbers: NDArray[np.float64]) -> list[str]:
    """Return doubles in hexadecimal; 0 and -0 are the same."""
    return [float(number).hex() for number in (numbers + 0.0).tolist()]
