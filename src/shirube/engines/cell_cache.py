# SPDX-License-Identifier: Apache-2.0
"""Bucket cells of a file, kept under the file's digest: a new day of a log costs a day.

Their sum over the first files of a table is kept as well, so that a day more opens one file of the
cache and not one per day.

The cache can be deleted at any time. A file in it that cannot be read is counted again.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from shirube.engines import buckets
from shirube.engines.cell_sums import ColumnCells

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.terms.source import Table

_ARRAYS = ("period", "bucket", "count", "low", "high")


class _Head(msgspec.Struct, frozen=True):
    """What is kept of a column beside its arrays."""

    column: str
    cells: int
    periods: tuple[str, ...]
    numeric: bool
    labels: tuple[str, ...]
    hashed: bool


def cache_key(digest: str, table: Table, columns: Sequence[str], period: str | None) -> str:
    """Return the name under which the cells of one file are kept."""
    kinds = [(each.name, each.type) for each in table.columns if each.name in (*columns, period)]
    reading = [table.format, table.encoding, table.relation]
    parts = [buckets.METHOD, digest, reading, list(columns), period, kinds]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def load(folder: Path, key: str) -> dict[str, ColumnCells] | None:
    """Return the cells kept under this key, or None."""
    try:
        content = (folder / f"{key}.cells").read_bytes()
        head, _line, body = content.partition(b"\n")
        heads = msgspec.json.decode(head, type=list[_Head])
        numbers = np.frombuffer(body, "<f8").reshape(len(_ARRAYS), -1)
    except (OSError, ValueError, msgspec.DecodeError):
        return None
    starts = np.cumsum([0, *(each.cells for each in heads)])
    if starts[-1] != numbers.shape[1]:
        return None
    period, bucket, count = numbers[:3].astype(np.int64)
    low, high = numbers[3:]
    return {
        each.column: ColumnCells(
            periods=each.periods,
            period=period[start:end],
            bucket=bucket[start:end],
            count=count[start:end],
            low=low[start:end],
            high=high[start:end],
            numeric=each.numeric,
            labels=each.labels,
            hashed=each.hashed,
        )
        for each, start, end in zip(heads, starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    }


def load_sum(folder: Path, keys: Sequence[str]) -> tuple[dict[str, ColumnCells] | None, int]:
    """Return the sum over the longest run of first files that is kept, and how many they are."""
    for files in range(len(keys), 1, -1):
        cells = load(folder, _sum_key(keys[:files]))
        if cells is not None:
            return cells, files
    return None, 0


def save_sum(
    folder: Path, keys: Sequence[str], cells: dict[str, ColumnCells], *, kept: int
) -> None:
    """Keep the sum over these files; sums over fewer files than ``kept`` are let go."""
    save(folder, _sum_key(keys), cells)
    for files in range(2, kept):
        (folder / f"{_sum_key(keys[:files])}.cells").unlink(missing_ok=True)


def _sum_key(keys: Sequence[str]) -> str:
    """Return the name under which the sum over files is kept."""
    return hashlib.sha256(msgspec.json.encode(["sum", *keys])).hexdigest()


def save(folder: Path, key: str, cells: dict[str, ColumnCells]) -> None:
    """Keep the cells; whoever reads meanwhile finds the whole file or none."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    heads = [
        _Head(column, len(part.count), part.periods, part.numeric, part.labels, part.hashed)
        for column, part in cells.items()
    ]
    # One line of names, one block of doubles: every count and bucket is far below 2^53.
    numbers = [np.concatenate([getattr(part, name) for part in cells.values()]) for name in _ARRAYS]
    unfinished = folder / f"{key}.{os.getpid()}.part"
    with unfinished.open("xb") as stream:
        stream.write(msgspec.json.encode(heads) + b"\n")
        stream.write(np.stack(numbers).astype("<f8").tobytes())
    unfinished.chmod(0o600)
    unfinished.replace(folder / f"{key}.cells")
