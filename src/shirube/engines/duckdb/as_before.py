# SPDX-License-Identifier: Apache-2.0
"""A CSV file written the way the table's own files are: separator, line ends, encoding and mark.

Whoever opens the result opens it with the program that wrote the source: Excel takes CP932 for
granted, or a byte order mark.
"""

from __future__ import annotations

import codecs
import gzip
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from shirube.engines import sql
from shirube.engines.duckdb.decoding import is_utf8
from shirube.engines.duckdb.header import read_header
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

_MARK = b"\xef\xbb\xbf"
_CHUNK = 1 << 20
_SAMPLE = 1 << 20


@dataclass(frozen=True)
class Style:
    """How a CSV file is written."""

    delimiter: str = ","
    line_end: str = "\n"
    encoding: str = "utf-8"
    marked: bool = False


def style(session: Session, table: Table, encoding: str | None = None) -> Style:
    """Return how the first file of the table is written; ``encoding`` overrules its own."""
    if table.format != "csv":
        own = table.encoding if table.format == "jsonl" else "utf-8"
        return Style(encoding=encoding or own)
    original = Path(table.files[0])
    with session.files[0].open("rb") as stream:
        line = stream.readline(_SAMPLE)
    with original.open("rb") as stream:
        marked = stream.read(len(_MARK)) == _MARK
    wanted = encoding or table.encoding
    return Style(
        delimiter=read_header(session.files[0], original)[0],
        line_end="\r\n" if line.endswith(b"\r\n") else "\n",
        encoding=wanted,
        marked=marked and is_utf8(wanted),
    )


def write_csv(
    session: Session, query: str, look: Style, part: Path, *, packed: bool, doing: str = ""
) -> Path:
    """Write the rows of a query beside ``part`` and return the file; complete when this returns.

    Raises
    ------
    Problem
        When a character does not exist in the encoding.
    """
    whole = part.with_suffix(".csv")
    session.rows(
        f"COPY ({query}) TO {sql.text(str(whole))} (FORMAT csv, HEADER, DELIMITER"
        f" {sql.text(look.delimiter)}, NEW_LINE {sql.text(look.line_end)})",
        doing=doing,
    )
    return recoded(whole, look, packed=packed)


def recoded(whole: Path, look: Style, *, packed: bool = False) -> Path:
    """Return a file of UTF-8 as it shall be: in its encoding, with its mark, packed."""
    if is_utf8(look.encoding) and not look.marked and not packed:
        return whole
    told = whole.with_suffix(".csv.gz" if packed else ".encoded")
    with cast("IO[bytes]", gzip.open(told, "wb") if packed else told.open("wb")) as out:
        if look.marked:
            out.write(_MARK)
        if is_utf8(look.encoding):
            with whole.open("rb") as raw:
                shutil.copyfileobj(raw, out, _CHUNK)
        else:
            _encode(whole, look.encoding, out)
    whole.unlink()
    return told


def _encode(whole: Path, encoding: str, out: IO[bytes]) -> None:
    encoder = codecs.getincrementalencoder(encoding)()
    with whole.open(encoding="utf-8", newline="") as source:
        while piece := source.read(_CHUNK):
            try:
                out.write(encoder.encode(piece))
            except UnicodeEncodeError as error:
                raise unknown_to(encoding, error.object[error.start]) from None
        out.write(encoder.encode("", final=True))


def unknown_to(encoding: str, character: str, where: str | None = None) -> Problem:
    """Return the problem of a character that an encoding does not have."""
    return Problem(
        _("The character {character} (U+{number}) does not exist in {encoding}.").format(
            character=character, number=f"{ord(character):04X}", encoding=encoding
        ),
        where=where,
        why=_("The result is written in the encoding of the table, or in the one that is asked."),
        remedy=_("Ask for another one (--out-encoding utf-8), or write to a .parquet file."),
    )
