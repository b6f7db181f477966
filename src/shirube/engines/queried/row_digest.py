# SPDX-License-Identifier: Apache-2.0
"""The digest that binds a table of a database: over all its rows, whatever their order.

1. A row's text is each of its values as length, colon and text, with commas between them; ``-``
   stands for NULL. Different rows have different texts.
2. Each row has the SHA-256 of its text. Rows with the same first three hexadecimal digits make a
   group; a group's digest is the SHA-256 over the sorted digests of its rows, one after the other.
3. The table's digest is the SHA-256 over its columns' names and types and its groups.

Steps 1 and 2 are computed by the engine; at most 4,096 digests come back. Sorting, unlike adding,
leaves nothing that could be made to collide. A database's way of writing a value is part of it, so
a copy in another kind of database has another digest.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.engines.queried.asking import Binds
    from shirube.terms.source import TableColumn

_DIGITS = 3


class Contents(msgspec.Struct, frozen=True):
    """The digest of all rows, how many they are, and the bytes of their texts."""

    sha256: str
    rows: int
    bytes: int


def contents(asked: Binds, relation: str, columns: Sequence[TableColumn]) -> Contents:
    """Return what the relation holds; one pass over it."""
    dialect = asked.dialect
    texts = [dialect.as_written(each) for each in columns]
    fields = [f"coalesce(length({text}) || ':' || {text}, '-')" for text in texts]
    row = " || ',' || ".join(fields) or "''"
    hashed = f"SELECT {dialect.sha256('r')} AS h, octet_length(r) AS size"
    hashed = f"{hashed} FROM (SELECT {row} AS r FROM {relation}) texts"
    group = f"substr(h, 1, {_DIGITS})"
    found = asked.rows(
        f"SELECT {group}, count(*), sum(size), {dialect.sha256(dialect.in_order('h'))}"
        f" FROM ({hashed}) rows GROUP BY 1",
        doing=_("Binding the rows of the table"),
    )
    head = [[each.name, each.type] for each in columns]
    groups = sorted([str(name), int(rows), str(digest)] for name, rows, _size, digest in found)
    return Contents(
        sha256=hashlib.sha256(msgspec.json.encode(["rows-1", head, groups])).hexdigest(),
        rows=sum(int(row[1]) for row in found),
        bytes=sum(int(row[2]) for row in found),
    )
