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
_AT_ONCE = 1 << 22
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
    loop = compiled(_search) if fast else None
    if loop is None:
        return _by_blocks(own_codes, own, codes, held, scale, most)
    places = np.zeros((targets.rows, most), np.int64)
    distances = np.full((targets.rows, most), np.inf)
    loop(own_codes, own, codes, held, scale, places, distances)
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
    places: NDArray[np.int64],
    distances: NDArray[np.float64],
) -> None:
    """Fill in the nearest rows: block by block, keeping the best so far in order."""
    rows, most = codes.shape[1], places.shape[1]
    differ = np.zeros(_BLOCK, np.uint8)
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


def _by_blocks(
    target_codes: NDArray[Any],
    target_numbers: NDArray[np.float64],
    codes: NDArray[Any],
    numbers: NDArray[np.float64],
    scale: NDArray[np.float64],
    most: int,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the same with numpy: all distances of a few targets at a time."""
    rows, targets = codes.shape[1], target_codes.shape[1]
    places = np.zeros((targets, most), np.int64)
    distances = np.zeros((targets, most))
    step = max(1, _AT_ONCE // max(rows, 1))
    for start in range(0, targets, step):
        here = slice(start, min(start + step, targets))
        far = np.zeros((here.stop - start, rows))
        for own, column in zip(target_codes, codes, strict=True):
            far += own[here, None] != column[None, :]
        for own, column, width in zip(target_numbers.T, numbers.T, scale, strict=True):
            gap = np.abs(own[here, None] - column[None, :]) / width
            both = np.isnan(own[here, None]) & np.isnan(column[None, :])
            far += np.where(both, 0.0, np.where(np.isnan(gap), 1.0, gap))
        order = np.argsort(far, axis=1, kind="stable")[:, :most]
        places[here], distances[here] = order, np.take_along_axis(far, order, axis=1)
    return places, distances
