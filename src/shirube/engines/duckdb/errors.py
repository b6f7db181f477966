# SPDX-License-Identifier: Apache-2.0
"""DuckDB's troubles in our words: where, what, why, what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from shirube.engines.duckdb.decoding import first_undecodable
from shirube.terms.errors import InternalError, Problem, ShirubeError
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

_FULL_DISK = ("No space left", "Disk full", "max_temp_directory_size")
_NOT_UNICODE = ("utf-8", "unicode")
# A failed conversion quotes the cell: `Could not convert string 'x'`, `cast value to number: "x"`.
_CELL = re.compile(r"""(?<=: )".*"|(?<=string )(['"]).*\1""")


def problem_of(error: duckdb.Error, files: Sequence[Path]) -> ShirubeError:
    """Return our error for DuckDB's."""
    message = str(error)
    where = _place(message, files)
    if any(part in message for part in _FULL_DISK):
        return Problem(
            _("The disk is full."),
            why=_("Counting needs room for what does not fit into memory."),
            remedy=_("Free some space, or name another temporary folder."),
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return Problem(
            _("Counting needs more memory than it may take."),
            where=where,
            remedy=_("Raise the memory limit, or ask for fewer columns at once."),
        )
    if any(part in message.lower() for part in _NOT_UNICODE):
        undecodable = first_undecodable(files)
        if undecodable is not None:
            return undecodable
    if isinstance(error, duckdb.BinderException | duckdb.ParserException | duckdb.CatalogException):
        return InternalError(_first_line(message))
    return Problem(
        _("The file cannot be read: {detail}").format(
            detail=_fault_of_a_line(message) or _first_line(message)
        ),
        where=where,
        why=_("A table that cannot be read to its end cannot be counted."),
        remedy=_("Check that the file is complete and has the stated format and encoding."),
    )


def _place(message: str, files: Sequence[Path]) -> Place | None:
    """Return the file and line that the message names; the only file when there is just one."""
    named = next((file for file in files if str(file) in message), None)
    if named is None and len(files) == 1:
        named = files[0]
    if named is None:
        return None
    line = re.search(r"(?:on|at|in) [Ll]ine:? ?(\d+)", message)
    return Place(str(named), int(line.group(1)) if line else None)


def _fault_of_a_line(message: str) -> str:
    """Return what is wrong with a line of CSV, without quoting it; empty where it is not known."""
    fields = re.search(r"^Expected Number of Columns: (\d+) Found: (\d+)", message, re.MULTILINE)
    if fields:
        return _("the line has {found} fields, the header {expected}").format(
            found=fields.group(2), expected=fields.group(1)
        )
    if "unterminated quote" in message:
        return _("a quotation mark is opened and never closed")
    return ""


def _first_line(message: str) -> str:
    """Return the first line only, without a cell: the data are nobody's business here."""
    first = _CELL.sub("…", message.strip().splitlines()[0])
    return re.sub(r"\s+", " ", re.sub(r"^(?:[A-Z][A-Za-z]* )+Error: ", "", first))[:200]
