# SPDX-License-Identifier: Apache-2.0
"""A table written again with some of its cells replaced; all other cells and the order stay."""

from __future__ import annotations

import csv
import os
import shutil
from typing import TYPE_CHECKING

from shirube.engines import sql
from shirube.engines.duckdb.as_before import recoded, style, write_csv
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shirube.engines.duckdb.session import Session
    from shirube.terms.source import Table

_REPLACED = "shirube_replaced"


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
    doing = _("Writing the redacted table")
    look = style(session, table)
    if table.format in ("parquet", "jsonl"):
        kind = "parquet" if table.format == "parquet" else "json"
        session.rows(f"COPY ({query}) TO {sql.text(str(part))} (FORMAT {kind})", doing=doing)
        part = part if kind == "parquet" else recoded(part, look)
    else:
        part = write_csv(session, query, look, part, packed=False, doing=doing)
    session.rows(f"DROP TABLE {_REPLACED}")
    os.chmod(part, 0o600)  # noqa: PTH101 - the file is ours, and it holds rows of persons
    shutil.move(part, target)
