# SPDX-License-Identifier: Apache-2.0
"""A table written again with some of its cells replaced; all other cells and the order stay."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from shirube.engines import sql
from shirube.engines.duckdb.header import read_header
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

_REPLACED = "shirube_replaced"
_AS_WRITTEN = ("utf-8", "ascii")
_CHUNK = 1 << 20


def write_replaced(
    session: Session,
    table: Table,
    relation: str,
    folder: Path,
    cells: Iterable[tuple[int, int, str]],
    target: Path,
) -> None:
    """Write the table with its cells replaced, in the format of its files.

    Parameters
    ----------
    session, table, relation, folder
        The session of the table, the table, what stands after ``FROM`` (all texts for a text
        format), and a folder that only its owner reads.
    cells
        (column, row, text): the place of the column from 0, the row from 1, and the new text.
    target
        Where the table is written; readable by its owner only.
    """
    spool = folder / f"replaced{len(list(folder.glob('replaced*')))}.csv"
    with spool.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows(cells)
    types = "{'col': 'INTEGER', 'row': 'BIGINT', 'text': 'VARCHAR'}"
    session.rows(
        f"CREATE OR REPLACE TEMP TABLE {_REPLACED} AS SELECT * FROM read_csv("
        f"{sql.text(str(spool))}, header = false, quote = '\"', escape = '\"', delim = ',',"
        f" new_line = '\\r\\n', columns = {types}, auto_detect = false, max_line_size = 16777216)"
    )
    spool.unlink()
    changed = {int(row[0]) for row in session.rows(f"SELECT DISTINCT col FROM {_REPLACED}")}
    shown, joins = [], []
    for at, column in enumerate(table.columns):
        name = sql.name(column.name)
        if at not in changed:
            shown.append(f"t.{name}")
            continue
        joins.append(
            f" LEFT JOIN {_REPLACED} r{at} ON r{at}.col = {at} AND r{at}.row = t.shirube_row"
        )
        shown.append(f"coalesce(r{at}.text, CAST(t.{name} AS VARCHAR)) AS {name}")
    query = (
        f"SELECT {', '.join(shown)} FROM (SELECT *, row_number() OVER () AS shirube_row"
        f" FROM {relation}) t{''.join(joins)} ORDER BY t.shirube_row"
    )
    part = folder / f"redacted{len(list(folder.glob('redacted*')))}"
    session.rows(
        f"COPY ({query}) TO {sql.text(str(part))} ({_format(session, table)})",
        doing=_("Writing the redacted table"),
    )
    session.rows(f"DROP TABLE {_REPLACED}")
    if table.format != "parquet" and table.encoding not in _AS_WRITTEN:
        part = _encoded(part, table.encoding)
    os.chmod(part, 0o600)  # noqa: PTH101 - the file is ours, and it holds rows of persons
    shutil.move(part, target)


def _encoded(part: Path, encoding: str) -> Path:
    """Return the file in the encoding of the table's own files: Excel takes CP932 for granted."""
    told = part.with_suffix(".encoded")
    with (
        part.open(encoding="utf-8", newline="") as source,
        told.open("w", encoding=encoding, newline="") as out,
    ):
        shutil.copyfileobj(source, out, _CHUNK)
    part.unlink()
    return told


def _format(session: Session, table: Table) -> str:
    if table.format == "parquet":
        return "FORMAT parquet"
    if table.format == "jsonl":
        return "FORMAT json"
    delimiter = read_header(session.files[0], Path(table.files[0]))[0]
    return f"FORMAT csv, HEADER, DELIMITER {sql.text(delimiter)}"
