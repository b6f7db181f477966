# SPDX-License-Identifier: Apache-2.0
"""The first line of a CSV file says which delimiter and which columns; nothing is guessed later."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DELIMITERS = (",", "\t", ";")
_SAMPLE_CHARACTERS = 1 << 20
_SAMPLE_RECORDS = 20


def read_header(utf8: Path, file: Path) -> tuple[str, tuple[str, ...]]:
    """Return the delimiter and the names of the columns.

    Parameters
    ----------
    utf8
        The file to read, as UTF-8 with or without a byte order mark.
    file
        The file that people know, for messages.

    Raises
    ------
    Problem
        When the file is empty or its first line cannot be the names of columns.
    """
    with utf8.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        sample = stream.read(_SAMPLE_CHARACTERS)
    if not sample.strip():
        raise Problem(
            _("The file is empty."),
            where=str(file),
            why=_("Without a first line the columns have no names."),
            remedy=_("Give a file whose first line names the columns."),
        )
    delimiter = _delimiter(sample)
    names = _records(sample, delimiter)[0]
    names = [each or _("column_{number}").format(number=n) for n, each in enumerate(names, 1)]
    if all(_is_number(each) for each in names):
        raise Problem(
            _("The first line holds numbers, not names of columns."),
            where=Place(str(file), 1),
            why=_("Measures name the columns that they count."),
            remedy=_("Put a line with the names of the columns above the data."),
        )
    check_names(names, file)
    return delimiter, tuple(names)


def check_names(names: Sequence[str], file: Path) -> None:
    """Refuse names that cannot be one, and two columns of one name (in upper or lower case)."""
    if any("\x00" in each or not each for each in names):
        raise Problem(
            _("The name of a column is empty or holds a NUL character."),
            where=Place(str(file), 1),
            why=_("Measures name the columns that they count."),
            remedy=_("Give each column a name of its own."),
        )
    seen: dict[str, list[str]] = {}
    for each in names:
        seen.setdefault(each.lower(), []).append(each)
    twice = [" = ".join(same) for same in seen.values() if len(same) > 1]
    if twice:
        raise Problem(
            _("Several columns have the same name: {names}.").format(names=", ".join(twice[:20])),
            where=Place(str(file), 1),
            why=_("Nobody could say which of them is counted; upper and lower case are the same."),
            remedy=_("Give each column a name of its own."),
        )


def _delimiter(sample: str) -> str:
    """Return the delimiter under which the first records have equally many, and most, fields."""

    def quality(delimiter: str) -> tuple[bool, int]:
        lengths = [len(record) for record in _records(sample, delimiter)]
        return len(set(lengths)) == 1 and lengths[0] > 1, lengths[0]

    return max(DELIMITERS, key=quality)


def _records(sample: str, delimiter: str) -> list[list[str]]:
    """Return the first records; the last one of a cut sample is not looked at."""
    records: list[list[str]] = []
    csv.field_size_limit(max(csv.field_size_limit(), _SAMPLE_CHARACTERS))
    for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
        if record:
            records.append(record)
        if len(records) > _SAMPLE_RECORDS:
            break
    cut = len(sample) == _SAMPLE_CHARACTERS and len(records) > 1
    return records[:-1] if cut else records[:_SAMPLE_RECORDS]


def _is_number(text: str) -> bool:
    """Return whether a header's field is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True
