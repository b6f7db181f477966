# SPDX-License-Identifier: Apache-2.0
"""A place in a file, so that an error can point at it."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True):
    """A line (counted from 1) or a cell of a file, and the key that stands there."""

    file: str
    line: int | None = None
    key: str = ""
    cell: str = ""

    def __str__(self) -> str:
        """Return ``file:line (key)`` or ``file!cell``, leaving out what is not known."""
        where = self.file
        if self.line is not None:
            where += f":{self.line}"
        if self.cell:
            where += f"!{self.cell}"
        return f"{where} ({self.key})" if self.key else where
