# SPDX-License-Identifier: Apache-2.0
"""The rows of a release that are nearest to a target, by Gower's distance, exactly.

The distance of two rows is the number of categories in which they differ, plus for each number
|a - b| / range. A missing value differs from every value by 1 and from another missing one by 0.
Equally near rows stand in the order of the release, which the draw has made a random one.

The compiled loop counts categories first, 32 columns of bytes in one instruction, and looks at the
numbers only of rows whose categories alone are not too far already: numbers only add to a distance.
Both ways add up in the same order, so that they agree to the last bit.

References
----------
Gower, J. C. (1971). *A General Coefficient of Similarity and Some of Its Properties*.
doi:10.2307/2528823
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.measures.privacy.attacks.compiling import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.measures.privacy.attacks.tables import Coded

_BLOCK = 4096
_MOST_BYTES = 256


def nearest(
    targets: Coded, release: Coded, columns: Sequence[int], most: int, *, fast: bool = True
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return places and distances of the ``most`` nearest rows of the release per target.

    Parameters
    ----------
    targets, release
        Tables coded together.
    columns
        Positions of the columns that count.
    most
        How many neighbours; not more than the release has rows.
    fast
        Whether the compiled loop may be used.

    Returns
    -------
    places, distances
        Shape (targets, most), nearest first.
    """
    wide = release.categories(columns)
    kind = np.uint8 if _codes(targets, release, wide) <= _MOST_BYTES else np.int32
    numbers = [at for at in columns if release.numeric[at]]
    scale = np.asarray([release.ranges[at] or 1.0 for at in numbers])
    own_codes, codes = ((table.values[wide] + 1).astype(kind) for table in (targets, release))
    own, held = (np.ascontiguousarray(table.values[numbers].T) for table in (targets, release))
    places = np.zeros((targets.rows, most), np.int64)
    distances = np.full((targets.rows, most), np.inf)
    differ = np.zeros(_BLOCK, np.uint8 if len(wide) < _MOST_BYTES else np.uint16)
    loop = (compiled(_search) if fast else None) or _with_numpy
    loop(own_codes, own, codes, held, scale, differ, places, distances)
    return places, distances


def _codes(targets: Coded, release: Coded, wide: list[int]) -> int:
    """Return how many codes the categories need, with one for a missing value."""
    tables = [table.values[wide] for table in (targets, release)]
    return 2 + int(max((part.max(initial=0.0) for part in tables), default=0))


def _search(
    target_codes: NDArray[Any],
    target_numbers: NDArray[np.float64],
    codes: NDArray[Any],
    numbers: NDArray[np.float64],
    scale: NDArray[np.float64],
    differ: NDArray[Any],
    places: NDArray[np.int64],
    distances: NDArray[np.float64],
) -> None:
    """Fill in the nearest rows: block by block, keeping the best so far in order."""
    rows, most = codes.shape[1], places.shape[1]
    for target in range(len(places)):
        for start in range(0, rows, _BLOCK):
            length = min(_BLOCK, rows - start)
            differ[:] = 0
            for column in range(len(codes)):
                own = target_codes[column, target]
                part = codes[column, start : start + length]
                for at in range(length):
                    if part[at] != own:
                        differ[at] += np.uint8(1)
            for at in range(length):
                farthest = distances[target, most - 1]
                far = float(differ[at])
                if far >= farthest:
                    continue
                row = start + at
                for number in range(numbers.shape[1]):
                    here, there = target_numbers[target, number], numbers[row, number]
                    gap = abs(here - there) / scale[number]
                    if np.isnan(gap):
                        gap = 0.0 if np.isnan(here) and np.isnan(there) else 1.0
                    far += gap
                if far >= farthest:
                    continue
                slot = most - 1
                while slot > 0 and distances[target, slot - 1] > far:
                    distances[target, slot] = distances[target, slot - 1]
                    places[target, slot] = places[target, slot - 1]
                    slot -= 1
                distances[target, slot] = far
                places[target, slot] = row


def _with_numpy(
    target_codes: NDArray[Any],
    target_numbers: NDArray[np.float64],
    codes: NDArray[Any],
    numbers: NDArray[np.float64],
    scale: NDArray[np.float64],
    differ: NDArray[Any],
    places: NDArray[np.int64],
    distances: NDArray[np.float64],
) -> None:
    """Fill in the same: rows by the number of categories that differ, until no nearer can come."""
    most = places.shape[1]
    for target in range(len(places)):
        own = target_codes[:, target, None]
        apart = np.add.reduce(codes != own, axis=0, dtype=differ.dtype)
        rows, far = np.zeros(0, np.int64), np.zeros(0)
        for level in np.unique(apart).tolist():
            if len(rows) == most and level > far[-1]:
                break
            here = np.flatnonzero(apart == level)
            rows = np.concatenate([rows, here])
            gaps = _gaps(target_numbers[target], numbers[here], scale, float(level))
            far = np.concatenate([far, gaps])
            order = np.lexsort((rows, far))[:most]
            rows, far = rows[order], far[order]
        places[target], distances[target] = rows, far


def _gaps(
    own: NDArray[np.float64], numbers: NDArray[np.float64], scale: NDArray[np.float64], far: float
) -> NDArray[np.float64]:
    """Return ``far`` and the distances of the numbers, added up in their order."""
    total = np.full(len(numbers), far)
    for value, column, width in zip(own, numbers.T, scale, strict=True):
        gap = np.abs(value - column) / width
        both = np.isnan(value) & np.isnan(column)
        total += np.where(both, 0.0, np.where(np.isnan(gap), 1.0, gap))
    return total
