# SPDX-License-Identifier: Apache-2.0
"""Texts as an engine sees them: every file is a column, every line a cell; nothing to count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.__about__ import __version__
from shirube.engines.prose.lines import blocks
from shirube.terms.cells import TextBatch
from shirube.terms.errors import Problem
from shirube.terms.source import TableColumn
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from shirube.terms.cells import (
        BucketCells,
        ClassCells,
        ClassProfiles,
        GroupCells,
        RowBlock,
        SubsetCells,
        ValueDigests,
    )
    from shirube.terms.records import Records
    from shirube.terms.source import Progress, R, Table

FORMATS = ("text",)
_FOUND_OUT = ("utf-8", "ascii", "")
"""Encodings of a table under which each line of a text tells its own."""


class TextEngine:
    """Reads text files. See ``port.Engine`` for what is true when a call returns."""

    name = "texts"
    version = __version__

    def describe(self, table: Table, *, progress: Progress | None = None) -> Table:
        """Return the table with its files as columns, and the number of all lines as rows.

        A column's note says how many of its lines are in no known encoding.
        """
        columns, rows = [], 0
        for name, path in _files(table):
            if progress:
                progress(_("Reading {file}").format(file=name), None)
            lines, broken, tail = 0, 0, False
            for block in blocks(path, _encoding(table)):
                lines += len(block.lines) - (not block.ended)
                tail = not block.ended
                broken += block.broken
            note = ""
            if broken:
                note = _("{count} lines are in no known encoding").format(count=broken)
            columns.append(TableColumn(name, "text", "text", note))
            rows += lines + tail  # a last line without an end is a line as well
        return msgspec.structs.replace(table, columns=tuple(columns), rows=rows)

    def source(
        self, table: Table, *, progress: Progress | None = None, cache: Path | None = None
    ) -> TextSource:
        """Return the texts, ready to be looked through."""
        del cache
        return TextSource(table if table.columns else self.describe(table, progress=progress))

    def close(self) -> None:
        """Nothing is held."""

    def __enter__(self) -> Self:
        """Return the engine."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engine."""
        self.close()


class TextSource:
    """Files of lines; whoever asks for counts of rows is told that there are none."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @property
    def table(self) -> Table:
        """The texts that are looked through."""
        return self._table

    def texts(
        self, columns: Sequence[str] | None = None, *, digits: int = 2, words: bool = False
    ) -> Iterator[TextBatch]:
        """Yield all lines of the files named by ``columns``; there is no gate but the reader."""
        del digits, words
        seen = 0
        for name, path in _files(self._table):
            if columns is not None and name not in columns:
                continue
            for block in blocks(path, _encoding(self._table)):
                count = len(block.lines)
                seen += count
                rows = list(range(block.first, block.first + count))
                offsets = [block.offset, *[0] * (count - 1)] if block.offset else None
                yield TextBatch(name, rows, block.lines, seen, offset=offsets)

    def map_texts(
        self,
        look: Callable[[TextBatch], R],
        columns: Sequence[str] | None = None,
        *,
        digits: int = 2,
        words: bool = False,
    ) -> Iterator[R]:
        """Yield what ``look`` returns for every block of lines."""
        return map(look, self.texts(columns, digits=digits, words=words))

    def class_cells(self, *_asked: Any, **_how: Any) -> ClassCells:
        """Refuse: texts have no classes."""
        raise self._uncounted()

    def class_profiles(self, *_asked: Any, **_how: Any) -> ClassProfiles:
        """Refuse: texts have no classes."""
        raise self._uncounted()

    def subset_cells(self, *_asked: Any, **_how: Any) -> SubsetCells:
        """Refuse: texts have no classes."""
        raise self._uncounted()

    def group_cells(self, *_asked: Any, **_how: Any) -> GroupCells:
        """Refuse: texts have no groups."""
        raise self._uncounted()

    def bucket_cells(self, *_asked: Any, **_how: Any) -> BucketCells:
        """Refuse: texts have no buckets."""
        raise self._uncounted()

    def records(self, *_asked: Any, **_how: Any) -> Records:
        """Refuse: texts have no records."""
        raise self._uncounted()

    def rows(self, *_asked: Any, **_how: Any) -> Iterator[RowBlock]:
        """Refuse: texts have no rows of values."""
        raise self._uncounted()

    def value_digests(self, *_asked: Any, **_how: Any) -> Iterator[ValueDigests]:
        """Refuse: texts have no rows of values."""
        raise self._uncounted()

    def _uncounted(self) -> Problem:
        return Problem(
            _("Texts have no columns whose rows could be counted."),
            where=self._table.dataset or None,
            remedy=_("Measure personal_data on texts; other measures need a table."),
        )


def _files(table: Table) -> Iterator[tuple[str, Path]]:
    names = table.names or tuple(Path(file).name for file in table.files)
    for name, file in zip(names, table.files, strict=True):
        path = Path(file)
        if not path.is_file():
            raise Problem(_("There is no such file."), where=name)
        yield name, path


def _encoding(table: Table) -> str | None:
    return None if table.encoding in _FOUND_OUT else table.encoding
