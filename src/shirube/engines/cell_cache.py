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


def cache_key(digest: str, table: Table, columns: Sequence[str], period: str | None) -> str:
    """Return the name under which the cells of one file are kept."""
    kinds = [(each.name, each.type) for each in table.columns if each.name in (*columns, period)]
    parts = [buckets.METHOD, digest, table.format, table.encoding, list(columns), period, kinds]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def load(folder: Path, key: str) -> dict[str, ColumnCells] | None:
    """Return the cells kept under this key, or None."""
    file = folder / f"{key}.npz"
    try:
        with np.load(file, allow_pickle=False) as kept:
            heads = msgspec.json.decode(kept["heads"].tobytes())
            return {head["column"]: _column(head, n, kept) for n, head in enumerate(heads)}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, msgspec.DecodeError):
        return None


def save(folder: Path, key: str, cells: dict[str, ColumnCells]) -> None:
    """Keep the cells; whoever reads meanwhile finds the whole file or none."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    arrays: dict[str, np.ndarray] = {}
    heads: list[dict[str, object]] = []
    for n, (column, part) in enumerate(cells.items()):
        heads.append(
            {
                "column": column,
                "periods": part.periods,
                "numeric": part.numeric,
                "labels": part.labels,
                "hashed": part.hashed,
            }
        )
        arrays |= {f"{name}{n}": getattr(part, name) for name in _ARRAYS}
    arrays["heads"] = np.frombuffer(msgspec.json.encode(heads), np.uint8)
    unfinished = folder / f"{key}.{os.getpid()}.part"
    with unfinished.open("xb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]
    unfinished.chmod(0o600)
    unfinished.replace(folder / f"{key}.npz")


def _column(head: dict[str, object], n: int, kept: np.lib.npyio.NpzFile) -> ColumnCells:
    """Return the cells of one column."""
    return ColumnCells(
        periods=tuple(head["periods"]),  # type: ignore[arg-type]
        **{name: kept[f"{name}{n}"] for name in _ARRAYS},
        numeric=bool(head["numeric"]),
        labels=tuple(head["labels"]),  # type: ignore[arg-type]
        hashed=bool(head["hashed"]),
    )
