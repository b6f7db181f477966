# SPDX-License-Identifier: Apache-2.0
"""The sheet *questions for compliance*: out as XLSX or Markdown, and in again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from shirube.manifest.answering import NOTE, Cell, collect, meanings
from shirube.manifest.text import read_text
from shirube.terms.errors import Problem
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from shirube.terms.question import Question

_TITLE = "確認事項 / Questions for compliance"
_ANSWER, _PERSON, _CHOICES = "回答 / Answer", "回答者 / Answered by", "選択肢 / Choices"
_KEY = re.compile(r"^##\s+(?:\d+\.\s*)?`([^`]*)`\s*$")


def write_questions(questions: Sequence[Question], path: str | Path) -> None:
    """Write the questions to ``.xlsx`` (drop-downs, protected keys) or ``.md``.

    Raises
    ------
    Problem
        Another suffix, XLSX without the packages of the extra ``reports``, or a file that is
        there already: answers in it would be lost.
    """
    path = Path(path)
    markdown = _suffix(path) == ".md"
    if path.exists():
        raise Problem(
            _("There is a sheet of that name already."),
            where=str(path),
            why=_("Answers that people have written there would be lost."),
            remedy=_("Take its answers in first and move it away, or name another file."),
        )
    try:
        if markdown:
            path.write_text(_markdown(questions), encoding="utf-8")
        else:
            _workbooks().write(questions, path)
    except OSError as error:
        raise Problem(
            _("The sheet could not be written: {reason}.").format(reason=error.strerror or error),
            where=str(path),
            remedy=_("Name a file in a folder that can be written."),
        ) from error


def read_answers(path: str | Path, questions: Sequence[Question]) -> tuple[Question, ...]:
    """Return the questions with the answers that stand in the sheet.

    Parameters
    ----------
    path
        The sheet that came back, ``.xlsx`` or ``.md``.
    questions
        What was asked; a row about anything else is a problem.

    Raises
    ------
    Problem, Problems
        By cell (``questions.xlsx!E7``) or line: a wrong choice, a changed key, an answer without
        the person who answers.
    """
    path = Path(path)
    if _suffix(path) == ".md":
        return collect(list(_cells(read_text(path), path.name)), questions)
    cells: list[Cell] = _workbooks().read(path)
    return collect(cells, questions)


def _suffix(path: Path) -> str:
    if path.suffix.lower() not in {".md", ".xlsx"}:
        raise Problem(
            _("The suffix {suffix} is not known for questions.").format(suffix=path.suffix),
            where=str(path),
            remedy=_("Name a file that ends in .xlsx or .md."),
        )
    return path.suffix.lower()


def _markdown(questions: Sequence[Question]) -> str:
    parts = [f"# {_TITLE}\n\n{NOTE.ja}\n\n{NOTE.en}\n"]
    for number, question in enumerate(questions, 1):
        lines = [f"## {number}. `{question.key}`", "", question.question.ja, ""]
        lines += [question.question.en, ""]
        if question.choices:
            lines.append(f"- {_CHOICES}: {', '.join(question.choices)}")
            lines += [f"  - {told}" for told in meanings(question)]
        lines += [f"- {_ANSWER}: {question.answer}", f"- {_PERSON}: {question.answered_by}", ""]
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _cells(text: str, file: str) -> Iterator[Cell]:
    """Yield one cell per heading that names a key; an answer may go on over several lines."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("## ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found = _KEY.match(lines[start])
        answer, answer_line = _field(lines, start, end, _ANSWER)
        person, person_line = _field(lines, start, end, _PERSON)
        yield Cell(
            key=found[1] if found else lines[start].removeprefix("## "),
            answer=answer,
            answered_by=person,
            key_place=Place(file, start + 1),
            answer_place=Place(file, answer_line),
            person_place=Place(file, person_line),
        )


def _field(lines: list[str], start: int, end: int, name: str) -> tuple[str, int]:
    mark = re.compile(rf"^[-*]\s*{re.escape(name)}\s*[:：]\s*(.*)$")
    for number in range(start, end):
        found = mark.match(lines[number])
        if found:
            rest = []
            for line in lines[number + 1 : end]:
                if re.match(r"^[-*#]", line):
                    break
                rest.append(line.strip())
            return " ".join([found[1], *rest]).strip(), number + 1
    return "", start + 1


def _workbooks() -> ModuleType:
    try:
        from shirube.manifest import workbooks
    except ImportError as error:
        raise Problem(
            _("XLSX needs the package {name}, which is not installed.").format(name=error.name),
            remedy=_("Install it with pip install 'shirube[reports]', or use a .md file."),
        ) from error
    return workbooks
