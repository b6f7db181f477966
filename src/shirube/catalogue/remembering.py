# SPDX-License-Identifier: Apache-2.0
"""What an engine said of a table, kept under the table's digests: equal bytes are read once.

Telling numbers from texts in a CSV file takes a look at every value, and a table in CP932 has to be
written anew for it. A check that finds the same bytes as last time needs neither. A Parquet log
that grew has its new files described and no others. The kept files can be deleted at any time; one
that cannot be read is made again.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from shirube.__about__ import __version__
from shirube.terms.source import Progress, Table, TableColumn
from shirube.texts import language

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.catalogue.tables import Describes


class _Kept(msgspec.Struct, frozen=True):
    columns: tuple[TableColumn, ...]
    rows: int


class Remembering:
    """An engine that describes, and remembers.

    Parameters
    ----------
    engine
        Describes what is not known yet.
    name
        The engine's name and version: another one describes anew.
    folder
        Where descriptions are kept; made when it is missing.
    """

    def __init__(self, engine: Describes, name: str, folder: Path) -> None:
        self._engine, self._name, self._folder = engine, name, folder

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        """Return the table with ``columns`` and ``rows`` filled in; no Problem is kept.

        A table of a server has no digest before its rows were read, and is described anew.
        """
        if not table.digests:
            return self._engine.describe(table, progress=progress)
        file = self._folder / f"{self._key(table)}.table.json"
        kept = _load(file)
        if kept is not None:
            return msgspec.structs.replace(table, columns=kept.columns, rows=kept.rows)
        described = self._grown(table, progress) or self._engine.describe(table, progress=progress)
        if described.rows is not None:
            _save(file, _Kept(described.columns, described.rows))
        return described

    def _grown(self, table: Table, progress: Progress | None) -> Table | None:
        """Return the table as its first files were described, with the rows of the new ones.

        None where no first files are known, or where the new ones have other columns. A Parquet
        file says by itself what its columns are, and those of a table are those of its first file.
        """
        if table.format != "parquet" or len(table.digests) != len(table.files):
            return None
        for known in range(len(table.files) - 1, 0, -1):
            kept = _load(self._folder / f"{self._key(_files(table, slice(known)))}.table.json")
            if kept is None:
                continue
            added = self._engine.describe(_files(table, slice(known, None)), progress=progress)
            if added.columns != kept.columns or added.rows is None:
                return None
            return msgspec.structs.replace(table, columns=kept.columns, rows=kept.rows + added.rows)
        return None

    def _key(self, table: Table) -> str:
        # The language belongs to it: a column's note is a sentence.
        reading = [table.format, table.encoding, table.relation]
        parts = [__version__, self._name, language(), *reading, table.digests]
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _files(table: Table, chosen: slice) -> Table:
    """Return the table of some of the files."""
    return msgspec.structs.replace(
        table,
        files=table.files[chosen],
        digests=table.digests[chosen],
        sizes=table.sizes[chosen],
        names=table.names[chosen],
    )


def _load(file: Path) -> _Kept | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return None


def _save(file: Path, kept: _Kept) -> None:
    """Keep a description; whoever reads meanwhile finds the whole file or none."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished.write_bytes(msgspec.json.encode(kept))
        unfinished.chmod(0o600)
        unfinished.replace(file)
    except OSError:  # a full disk or a folder that cannot be written: it is only described again
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
