# SPDX-License-Identifier: Apache-2.0
"""Bucket cells of a file, kept under the file's digest: a new day of a log costs a day.

Their sum over the first files of a table is kept as well, so that a day more opens one file of the
cache and not one per day.

The cache can be deleted at any time. A file in it that cannot be read is counted again.
"""

from __future__ import annotations

import hashlib
import os
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from shirube.engines import buckets
from shirube.engines.cell_sums import ColumnCells

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.terms.source import Table

_ARRAYS = {"period": "<i8", "bucket": "<i8", "count": "<i8", "low": "<f8", "high": "<f8"}
_WIDTH = 8
_FORM = 2
"""Changes with the form of the files, so that no file of another form is ever read."""


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
    parts = [_FORM, buckets.METHOD, digest, reading, list(columns), period, kinds]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def load(folder: Path, key: str) -> dict[str, ColumnCells] | None:
    """Return the cells kept under this key, or None."""
    try:
        content = _mapped(folder / f"{key}.cells")
        line = content.find(b"\n") + 1
        heads = msgspec.json.decode(content[:line], type=list[_Head])
        cells = sum(each.cells for each in heads)
        if len(content) != line + len(_ARRAYS) * _WIDTH * cells:
            return None
        arrays = {
            name: np.frombuffer(content, kind, cells, line + n * _WIDTH * cells)
            for n, (name, kind) in enumerate(_ARRAYS.items())
        }
    except (OSError, ValueError, msgspec.DecodeError):
        return None
    ends = np.cumsum([each.cells for each in heads]).tolist()
    return {
        each.column: ColumnCells(
            periods=each.periods,
            numeric=each.numeric,
            labels=each.labels,
            hashed=each.hashed,
            in_order=True,
            **{name: array[end - each.cells : end] for name, array in arrays.items()},
        )
        for each, end in zip(heads, ends, strict=True)
    }


def _mapped(file: Path) -> mmap:
    """Return a file as memory: of the sum of many days, most is only copied once."""
    with file.open("rb") as stream:
        return mmap(stream.fileno(), 0, access=ACCESS_READ)


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
    """Keep merged cells; whoever reads meanwhile finds the whole file or none."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    heads = [
        _Head(column, len(part.count), part.periods, part.numeric, part.labels, part.hashed)
        for column, part in cells.items()
    ]
    head = msgspec.json.encode(heads)
    unfinished = folder / f"{key}.{os.getpid()}.part"
    with unfinished.open("xb") as stream:
        # One line of names, as long as keeps the numbers aligned, and one block of numbers.
        stream.write(head.ljust(-(-(len(head) + 1) // _WIDTH) * _WIDTH - 1) + b"\n")
        for name, kind in _ARRAYS.items():
            together = np.concatenate([getattr(part, name) for part in cells.values()])
            stream.write(together.astype(kind, copy=False).data)
    unfinished.chmod(0o600)
    unfinished.replace(folder / f"{key}.cells")
