# SPDX-License-Identifier: Apache-2.0
"""A pack as a table, one row for each rule in both languages: CSV, or an Excel workbook."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from shirube.texts import _

if TYPE_CHECKING:
    from shirube.terms.rule import Pack, Rule

COLUMNS: Final = (
    "rule", "title_ja", "title_en", "expectation_ja", "expectation_en", "addressee", "footing",
    "status", "confidence", "text_held", "from", "until", "subject", "applies", "evidence",
    "shown", "values", "lifetime_days", "instrument_ja", "instrument_en", "provision_ja",
    "provision_en", "url", "next_step_ja", "next_step_en", "effort",
)  # fmt: skip
_TO_EXCEL: Final = {
    "in_memory": True,
    # What a pack says is never run: a text that begins with = stays a text.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def rows(pack: Pack) -> list[tuple[str, ...]]:
    """Return one row of ``COLUMNS`` for each rule."""
    return [_row(rule) for rule in pack.rules]


def as_csv(pack: Pack) -> bytes:
    """Return the table as CSV in UTF-8 with a mark, by which Excel reads Japanese.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    table.writerows(tuple(map(_harmless, row)) for row in rows(pack))
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(pack: Pack) -> bytes:
    """Return the table as a workbook in which nothing is a formula."""
    import xlsxwriter

    written = io.BytesIO()
    with xlsxwriter.Workbook(written, _TO_EXCEL) as book:
        book.set_properties({"title": str(pack.title), "created": _day(pack)})
        sheet = book.add_worksheet(_("Rules"))
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(rows(pack), 1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, wrapped)
        sheet.set_column(0, len(COLUMNS) - 1, 24)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(pack.rules), 1), len(COLUMNS) - 1)
    return written.getvalue()


def _day(pack: Pack) -> object:
    """Return a moment that is the same in every export of this pack."""
    import datetime as dt

    return dt.datetime.combine(pack.start, dt.time(), dt.UTC)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _row(rule: Rule) -> tuple[str, ...]:
    cited = rule.citations
    values = "; ".join(
        f"{name} = {dated.value} ({dated.start}, {dated.footing})"
        for name, every in rule.values.items()
        for dated in every
    )
    return (
        rule.ref,
        rule.title.ja,
        rule.title.en,
        rule.expectation.ja,
        rule.expectation.en,
        rule.addressee,
        rule.footing,
        rule.status,
        rule.confidence,
        str(rule.text_held).lower(),
        str(rule.start),
        str(rule.end or ""),
        rule.subject,
        rule.applies,
        " ".join(dict.fromkeys((rule.wanted.kind, rule.wanted.source))).strip(),
        rule.shown,
        values,
        str(rule.lifetime_days or ""),
        "; ".join(one.instrument.ja for one in cited),
        "; ".join(one.instrument.en for one in cited),
        "; ".join(one.provision.ja for one in cited),
        "; ".join(one.provision.en for one in cited),
        "; ".join(one.url for one in cited),
        rule.next_step.ja,
        rule.next_step.en,
        rule.effort,
    )
