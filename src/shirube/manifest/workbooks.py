# SPDX-License-Identifier: Apache-2.0
"""The questions as an XLSX workbook; imported only where the extra ``reports`` is installed."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import xlsxwriter
import xlsxwriter.exceptions

from shirube.manifest import schema as schemas
from shirube.manifest.answering import NOTE, Cell, meanings
from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.terms.question import Question

_SHEET = "質問 Questions"
_HEADINGS = (
    ("キー / Key", 42),
    ("質問", 48),
    ("Question", 48),
    ("選択肢 / Choices", 30),
    ("回答 / Answer", 36),
    ("回答者 / Answered by", 24),
)
_KEY, _ANSWER, _PERSON = "A", "E", "F"


def write(questions: Sequence[Question], path: Path) -> None:
    """Write the workbook: keys and questions locked, answers open, choices as drop-downs."""
    with path.open("xb"):
        pass
    whole = io.BytesIO()  # on a full disk, xlsxwriter would leave a file open behind it
    try:
        _fill(questions, whole)
        path.write_bytes(whole.getvalue())
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        path.unlink()  # half a workbook would stand in the way of the next try
        raise error if isinstance(error, OSError) else OSError(str(error)) from error


def _fill(questions: Sequence[Question], file: io.BytesIO) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(_SHEET)
        head = book.add_format({"bold": True, "bg_color": "#E8F1FE", "border": 1})
        fixed = book.add_format({"text_wrap": True, "valign": "top"})
        grey = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#595959"})
        free = book.add_format(
            {"text_wrap": True, "valign": "top", "locked": False, "num_format": "@", "border": 1}
        )
        for column, (title, width) in enumerate(_HEADINGS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        for row, question in enumerate(questions, 1):
            sheet.write_string(row, 0, question.key, grey)
            sheet.write_string(row, 1, question.question.ja, fixed)
            sheet.write_string(row, 2, question.question.en, fixed)
            choices = meanings(question) or question.choices
            sheet.write_string(row, 3, "\n".join(choices), fixed)
            _write_open(sheet, row, 4, question.answer, free)
            _write_open(sheet, row, 5, question.answered_by, free)
            if question.choices and not _several(question):
                sheet.data_validation(row, 4, row, 4, _drop_down(question))
        _write_note(book, fixed)
        sheet.freeze_panes(1, 1)
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})


def read(path: Path) -> list[Cell]:
    """Return the rows of the workbook; raises ``Problem`` for anything that is none."""
    file = path.name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of openpyxl, about styles that are not read anyhow
        try:
            book = openpyxl.load_workbook(path, read_only=True)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise _unreadable(path, error) from error
        try:
            rows = list(book.worksheets[0].iter_rows(min_row=2, max_col=6))
        finally:
            book.close()
    cells = []
    for number, row in enumerate(rows, 2):
        key, answer, person = (_text(row, at, file, number) for at in (0, 4, 5))
        if key or answer or person:
            cells.append(
                Cell(
                    key=key,
                    answer=answer,
                    answered_by=person,
                    key_place=Place(file, cell=f"{_KEY}{number}"),
                    answer_place=Place(file, key=key, cell=f"{_ANSWER}{number}"),
                    person_place=Place(file, key=key, cell=f"{_PERSON}{number}"),
                )
            )
    return cells


def _write_note(book: Any, form: Any) -> None:
    note = book.add_worksheet("説明 Notes")
    note.set_column(0, 0, 100)
    note.write_string(0, 0, NOTE.ja, form)
    note.write_string(1, 0, NOTE.en, form)
    note.protect()


def _write_open(sheet: Any, row: int, column: int, text: str, form: Any) -> None:
    if text:
        sheet.write_string(row, column, text, form)
    else:
        sheet.write_blank(row, column, None, form)


def _several(question: Question) -> bool:
    return bool(schemas.resolve(schemas.of_key(question.key)).get("type") == "array")


def _drop_down(question: Question) -> dict[str, object]:
    return {
        "validate": "list",
        "source": list(question.choices),
        "error_title": "選択肢 / Choices",
        "error_message": "一覧から選んでください。 Choose from the list.",
    }


def _text(row: Sequence[Any], index: int, file: str, number: int) -> str:
    """Return a cell as text, as the person meant it before the spreadsheet made a type of it."""
    cell = row[index] if index < len(row) else None
    value = cell.value if cell is not None else None
    if cell is not None and getattr(cell, "data_type", "") == "f":
        raise Problem(
            _("A formula stands here instead of a value."),
            where=Place(file, cell=f"{'ABCDEF'[index]}{number}"),
            remedy=_("Write the value itself."),
        )
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value).strip()


def _unreadable(path: Path, error: Exception) -> Problem:
    absent = isinstance(error, FileNotFoundError)
    return Problem(
        _("There is no such file.") if absent else _("This is not an XLSX workbook."),
        where=path.name,
        remedy=_("Save the sheet as .xlsx, or use the .md form of the questions."),
    )
