# SPDX-License-Identifier: Apache-2.0
"""Generalisation hierarchies in ARX's format: one file per column, one row per original value.

A row is the value, then its label at level 1, 2, …; separator ``;`` or ``,``; no header; ``.csv``
or ``.csv.gz``. The file's name is the column's. What contradicts itself is refused with value and
line.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from shirube.terms.errors import Problem, Problems
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SUFFIXES = (".csv.gz", ".csv")
_TOLD = 20
"""So many problems of a file are told; the others are alike."""


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """A monotone hierarchy: values with one label share all labels above.

    Attributes
    ----------
    column
        The column it belongs to.
    rows
        Per value, the value and its labels from level 1 on.
    height
        The number of levels, the values themselves included.
    file, sha256
        Where it was read, and the digest of the file; empty for one that was made.
    repeated
        How many rows repeat another word for word; they are counted once.
    """

    column: str
    rows: dict[str, tuple[str, ...]]
    height: int
    file: str = ""
    sha256: str = ""
    repeated: int = 0

    def leaves_under(self, level: int) -> Counter[str]:
        """Return how many values each label of a level stands for."""
        return _leaves_under(self, level)


@cache
def _leaves_under(hierarchy: Hierarchy, level: int) -> Counter[str]:
    return Counter(row[level] for row in hierarchy.rows.values())


def identity(column: str, values: Sequence[str]) -> Hierarchy:
    """Return the hierarchy of a column that is never generalised."""
    return Hierarchy(column, {value: (value,) for value in values}, 1)


def files(folder: Path) -> dict[str, Path]:
    """Return the hierarchy files of a folder by column.

    Raises
    ------
    Problem
        When there is no such folder, no such file in it, or two files for one column.
    """
    if not folder.is_dir():
        raise Problem(
            _("There is no folder of hierarchies."),
            where=str(folder),
            remedy=_("Name a folder with one file per column, or let one be proposed with"
                     " --propose."),
        )  # fmt: skip
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        suffix = next((each for each in _SUFFIXES if path.name.lower().endswith(each)), "")
        if not suffix or not path.is_file():
            continue
        column = path.name[: -len(suffix)]
        if column in found:
            raise Problem(
                _("There are two hierarchies for the column {name}.").format(name=column),
                where=str(path),
                remedy=_("Keep one of {first} and {second}.").format(
                    first=found[column].name, second=path.name
                ),
            )
        found[column] = path
    if not found:
        raise Problem(
            _("The folder holds no hierarchy."),
            where=str(folder),
            remedy=_("A hierarchy is a file COLUMN.csv or COLUMN.csv.gz, one row per value."),
        )
    return found


def read(path: Path, column: str) -> Hierarchy:
    """Read one hierarchy.

    Raises
    ------
    Problem
        When the file cannot be read, is empty, or has rows of different lengths.
    Problems
        When a value stands there twice with different labels, or labels are not monotone.
    """
    data = _bytes(path)
    text = _text(data, path)
    first = text.partition("\n")[0]
    lines = [
        (number, tuple(row))
        for number, row in _rows(text, ";" if ";" in first else ",", path)
        if row and any(row)
    ]
    if not lines:
        raise Problem(
            _("The hierarchy is empty."),
            where=str(path),
            remedy=_("Write one row per value: the value, then its label at each level."),
        )
    rows, repeated = _unique(lines, path)
    _refuse_not_monotone(lines, path)
    return Hierarchy(
        column, rows, len(lines[0][1]), str(path), hashlib.sha256(data).hexdigest(), repeated
    )


def refuse_missing(hierarchy: Hierarchy, values: Sequence[str]) -> None:
    """Raise a ``Problem`` that names values of the table which the hierarchy does not have."""
    missing = [value for value in values if value not in hierarchy.rows]
    if not missing:
        return
    shown = ", ".join(repr(value) if value else _("(no value)") for value in missing[:5])
    raise Problem(
        _("The hierarchy of {column} misses {count} values of the table: {values}.").format(
            column=hierarchy.column,
            count=len(missing),
            values=shown + (" …" if len(missing) > 5 else ""),
        ),
        where=hierarchy.file or None,
        why=_("A value without labels cannot be generalised."),
        remedy=_("Add a row for each of them; for rows without a value, a row that begins with the"
                 " separator."),
    )  # fmt: skip


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    if not path.name.lower().endswith(".gz"):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise Problem(
            _("The file cannot be unpacked: {reason}.").format(reason=error), where=str(path)
        ) from error


def _text(data: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem(
        _("The hierarchy is neither in UTF-8 nor in CP932."),
        where=str(path),
        remedy=_("Write it in UTF-8."),
    )


def _rows(text: str, separator: str, path: Path) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise Problem(
            _("The line cannot be read: {reason}.").format(reason=error),
            where=Place(str(path), reader.line_num),
        ) from error


def _unique(
    lines: Sequence[tuple[int, tuple[str, ...]]], path: Path
) -> tuple[dict[str, tuple[str, ...]], int]:
    """Return the rows by value; refuse rows of another length and values with two rows."""
    height = len(lines[0][1])
    first: dict[str, int] = {}
    problems: list[Problem] = []
    rows: dict[str, tuple[str, ...]] = {}
    repeated = 0
    for number, row in lines:
        value = row[0]
        if len(row) != height:
            problems.append(
                Problem(
                    _(
                        "The row of {value} has {found} columns; the first row has {expected}."
                    ).format(value=repr(value), found=len(row), expected=height),
                    where=Place(str(path), number),
                    why=_("Every value needs a label at every level."),
                    remedy=_("Write the missing labels; the highest is usually *."),
                )
            )
        elif value in rows and rows[value] != row:
            problems.append(
                Problem(
                    _("{value} stands here with other labels than in line {line}.").format(
                        value=repr(value), line=first[value]
                    ),
                    where=Place(str(path), number),
                    why=_("It is not clear which of them is meant."),
                    remedy=_("Keep one of the two rows."),
                )
            )
        elif value in rows:
            repeated += 1
        else:
            rows[value], first[value] = row, number
    _raise(problems)
    return rows, repeated


def _refuse_not_monotone(lines: Sequence[tuple[int, tuple[str, ...]]], path: Path) -> None:
    """Refuse a label whose values part again at the next level."""
    problems: list[Problem] = []
    for level in range(1, len(lines[0][1]) - 1):
        above: dict[str, tuple[str, int]] = {}
        for number, row in lines:
            label, line = above.setdefault(row[level], (row[level + 1], number))
            if label != row[level + 1]:
                problems.append(
                    Problem(
                        _("{value} is {label} at level {level}, as in line {line}, but {this} and"
                          " not {other} at the next.").format(
                            value=repr(row[0]), label=repr(row[level]), level=level, line=line,
                            this=repr(row[level + 1]), other=repr(label),
                        ),
                        where=Place(str(path), number),
                        why=_("Values that were made equal cannot part again."),
                        remedy=_("Give both the same label, or different ones below."),
                    )
                )  # fmt: skip
    _raise(problems)


def _raise(problems: Sequence[Problem]) -> None:
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems(problems[:_TOLD])
