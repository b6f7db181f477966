# SPDX-License-Identifier: Apache-2.0
"""Bucket cells of a file, kept under the file's digest: a new day of a log costs a day.

The cache can be deleted at any time. A file in it that cannot be read is counted again.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
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
    parts = [buckets.METHOD, digest, table.format, table.encoding, list(columns), period, kinds]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def load(folder: Path, key: str) -> dict[str, ColumnCells] | None:
    """Return the cells kept under this key, or None."""
    try:
        with np.load(folder / f"{key}.npz", allow_pickle=False) as kept:
            heads = msgspec.json.decode(kept["heads"].tobytes(), type=list[_Head])
            arrays = {name: kept[name] for name in _ARRAYS}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, msgspec.DecodeError):
        return None
    starts = np.cumsum([0, *(head.cells for head in heads)])
    return {
        head.column: ColumnCells(
            periods=head.periods,
            **{name: array[start : start + head.cells] for name, array in arrays.items()},
            numeric=head.numeric,
            labels=head.labels,
            hashed=head.hashed,
        )
        for head, start in zip(heads, starts, strict=False)
    }


def save(folder: Path, key: str, cells: dict[str, ColumnCells]) -> None:
    """Keep the cells; whoever reads meanwhile finds the whole file or none."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    heads = [
        _Head(column, len(part.count), part.periods, part.numeric, part.labels, part.hashed)
        for column, part in cells.items()
    ]
    # One array for all columns: opening a hundred small ones would cost more than counting.
    arrays = {
        name: np.concatenate([getattr(part, name) for part in cells.values()]) for name in _ARRAYS
    }
    arrays["heads"] = np.frombuffer(msgspec.json.encode(heads), np.uint8)
    unfinished = folder / f"{key}.{os.getpid()}.part"
    with unfinished.open("xb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]
    unfinished.chmod(0o600)
    unfinished.replace(folder / f"{key}.npz")
