# SPDX-License-Identifier: Apache-2.0
"""Tables of rules: one row for each rule in both languages, and no formula runs."""

from __future__ import annotations

import csv
import io

import msgspec
import openpyxl

from shirube import measures, rules
from shirube.documents import rule_table
from shirube.terms.text import Text

(PACK,) = [pack for pack in rules.load(None, measures.vocabulary()) if pack.id == "appi"]
TRAP = msgspec.structs.replace(
    PACK,
    rules=(msgspec.structs.replace(PACK.rules[0], title=Text("=1+1", "@SUM(A1)")),),
)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes) -> list[list[openpyxl.cell.Cell]]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_both_tables_hold_one_row_for_each_rule() -> None:
    head, *told = read_csv(rule_table.as_csv(PACK))
    assert tuple(head) == rule_table.COLUMNS
    assert told == [list(row) for row in rule_table.rows(PACK)]
    assert [row[0] for row in told] == [rule.ref for rule in PACK.rules]
    sheet = read_xlsx(rule_table.as_xlsx(PACK))
    assert [[cell.value or "" for cell in row] for row in sheet[1:]] == told


def test_a_cell_that_looks_like_a_formula_stays_a_text() -> None:
    _head, row = read_csv(rule_table.as_csv(TRAP))
    assert row[1:3] == ["'=1+1", "'@SUM(A1)"]
    _head, cells = read_xlsx(rule_table.as_xlsx(TRAP))
    assert [(cell.value, cell.data_type) for cell in cells[1:3]] == [
        ("=1+1", "s"),
        ("@SUM(A1)", "s"),
    ]


def test_the_same_pack_gives_the_same_bytes() -> None:
    assert rule_table.as_xlsx(PACK) == rule_table.as_xlsx(PACK)
