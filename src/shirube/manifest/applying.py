# SPDX-License-Identifier: Apache-2.0
"""Answers take the place of the word ``unknown`` in ``shirube.yaml``; nothing else moves.

YAML libraries that write a file back also move indents, quotes and line breaks. Here the reader's
positions are used instead: only the characters of ``unknown`` are replaced, and who answered is
noted in a comment on the same line.
"""

from __future__ import annotations

import codecs
import contextlib
import datetime as dt
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from shirube.manifest import answering
from shirube.manifest.loading import NAME, parse
from shirube.manifest.reading import read
from shirube.manifest.schema import UNKNOWN
from shirube.manifest.text import read_text
from shirube.terms.errors import Problem, Problems
from shirube.terms.japan import JAPAN
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shirube.terms.question import Question

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|\d{4}-\d\d-\d\d")
_WORDS = {"true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL"}


def apply_answers(
    manifest_path: str | Path, answers: Sequence[Question], *, today: dt.date | None = None
) -> str:
    """Write answers into the manifest and return its new text.

    The new text is read again before it replaces the old one in a single step, so the manifest is
    never left half written or wrong.

    Raises
    ------
    Problem, Problems
        An answered key is not unknown any more, or an answer makes the manifest wrong.
    """
    path = Path(manifest_path)
    path = (path / NAME if path.is_dir() else path).resolve()
    old = read_text(path)
    day = today or dt.datetime.now(JAPAN).date()
    new = insert(old, str(path), answers, day)
    parse(new, str(path), today=today)
    if new != old:
        _replace(path, new)
    return new


def insert(text: str, file: str, answers: Sequence[Question], day: dt.date) -> str:
    """Return the text with the answers in it."""
    reading = read(text, file)
    edits: list[tuple[int, int, str, str]] = []
    problems: list[Problem] = []
    for key, (value, person) in _facts(answers).items():
        start, end = reading.unknown.get(key, (0, 0))
        if UNKNOWN not in text[start:end]:
            problems.append(_known_already(file, key, reading.lines.get(key)))
            continue
        edits.append((start, end, value, person))
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
    for start, end, value, person in sorted(edits, reverse=True):
        text = _edit(text, start, end, value, f"{person}, {day.isoformat()}")
    return text


def _facts(answers: Iterable[Question]) -> dict[str, tuple[str, str]]:
    """Return each answered key with its value in YAML; two languages become one text."""
    facts: dict[str, tuple[str, str]] = {}
    texts: dict[str, dict[str, str]] = {}
    for question in answers:
        if not question.answer:
            continue
        stem, _dot, language = question.key.rpartition(".")
        if language in {"ja", "en"}:
            texts.setdefault(stem, {})[language] = question.answer
            written = ", ".join(f"{part}: {_quoted(text)}" for part, text in texts[stem].items())
            facts[stem] = ("{" + written + "}", question.answered_by)
        else:
            value = answering.fact(question.key, question.answer)
            facts[question.key] = (_yaml(question.key, value), question.answered_by)
    return facts


def _yaml(key: str, value: answering.Fact) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(key, item) for item in value) + "]"
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value not in _WORDS else _quoted(value)
    return answering.written(value)


def _quoted(text: str) -> str:
    """Quote as JSON, which is YAML: nothing a person wrote can become structure."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _edit(text: str, start: int, end: int, value: str, person: str) -> str:
    """Replace the word and add the comment at the end of its line."""
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    tail = text[end:line_end].rstrip()
    joint = "; " if _has_comment(tail) else "  # "
    carriage = "\r" if text[end:line_end].endswith("\r") else ""
    note = f"{joint}answered by {person}{carriage}"
    return f"{text[:start]}{value}{tail}{note}{text[line_end:]}"


def _has_comment(tail: str) -> bool:
    """Say whether a comment starts in the rest of a line, that is, outside of quotes."""
    quote, before = "", " "
    for character in tail:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and before in " \t,[{:":
            quote = character
        elif character == "#" and before in " \t":
            return True
        before = character
    return False


def _known_already(file: str, key: str, line: int | None) -> Problem:
    return Problem(
        _("The fact {key} is not `unknown` in the manifest.").format(key=key),
        where=Place(file, line, key),
        why=_("An answer never overwrites what somebody has written since."),
        remedy=_("Take the answer out of the sheet, or write `unknown` again."),
    )


def _replace(path: Path, text: str) -> None:
    """Write beside the file and rename, so that a full disk leaves the old file whole."""
    mark = codecs.BOM_UTF8 if path.read_bytes().startswith(codecs.BOM_UTF8) else b""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".shirube-", suffix=".yaml")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(mark + text.encode())
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, name)
        Path(name).replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise Problem(
            _("The manifest could not be written: {reason}.").format(reason=error.strerror),
            where=str(path),
            remedy=_("The old file is unchanged. Make room or permit writing, and try again."),
        ) from error
