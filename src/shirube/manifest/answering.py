# SPDX-License-Identifier: Apache-2.0
"""An answer as a person writes it, as a value of the manifest.

People write full-width digits, ``はい``, ``2026年4月1日``: what can be read without guessing is
read; anything else is answered with what was expected.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from shirube.manifest import schema as schemas
from shirube.terms.choices import meaning
from shirube.terms.errors import Problem, Problems
from shirube.terms.place import Place
from shirube.terms.text import Text
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from shirube.terms.question import Question

NOTE = Text(
    "回答と回答者の氏名を書いてください。分からないものは空欄のままで構いません。"
    "二言語の文は両方に答え、複数の選択肢は読点かコンマで区切ります。キーは変えないでください。",
    "Write the answer and who answers. Leave open what you do not know. Answer a text in both "
    "languages, and part several choices by commas. Do not change the keys.",
)
"""What whoever answers is told, on every form of the sheet."""

Fact = str | int | bool | list[str]

_YES, _NO = {"true", "yes", "はい"}, {"false", "no", "いいえ"}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_LIST = re.compile(r"[,、;\n]+")


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a sheet that came back, and where its parts stand."""

    key: str
    answer: str
    answered_by: str
    key_place: Place
    answer_place: Place
    person_place: Place


def meanings(question: Question) -> list[str]:
    """Return what each choice of a question stands for, in both languages."""
    known = {code: meaning(code, question.choices) for code in question.choices}
    return [f"{code}: {told.ja} / {told.en}" for code, told in known.items() if told]


def collect(rows: Sequence[Cell], asked: Sequence[Question]) -> tuple[Question, ...]:
    """Return the questions with the answers of a sheet; every problem at once, by cell."""
    open_questions = {question.key: question for question in asked}
    answered: dict[str, Question] = {}
    problems: list[Problem] = []
    for row in rows:
        if row.key not in open_questions and not row.answer and schemas.of_key(row.key):
            continue  # a question of an older sheet, closed since, and nothing is said about it
        try:
            question = _question(row, open_questions, answered)
            answered[row.key] = _answered(row, question)
        except Problem as problem:
            problems.append(problem)
    problems += _halves(rows, answered)
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
    return tuple(answered.get(question.key, question) for question in asked)


def fact(key: str, answer: str) -> Fact:
    """Return the value of an answer; raises ``ValueError`` with what was expected."""
    schema = schemas.resolve(_schema(key))
    if schema.get("type") == "array":
        parts = (part.strip() for part in _LIST.split(_plain(answer)))
        return [str(_scalar(schema["items"], part)) for part in parts if part]
    return _scalar(schema, answer)


def written(value: Fact) -> str:
    """Return a value as an answer; the inverse of ``fact``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _question(row: Cell, asked: dict[str, Question], answered: dict[str, Question]) -> Question:
    if row.key not in asked and schemas.of_key(row.key.removesuffix(".ja").removesuffix(".en")):
        raise Problem(
            _("The question {key} is not open in this manifest.").format(key=row.key),
            where=row.key_place,
            why=_("It has an answer by now, or the key was changed; nothing is overwritten."),
            remedy=did_you_mean(row.key, asked) or _("Take the row out of the sheet."),
        )
    if row.key not in asked:
        raise Problem(
            _("The key {key} is not one that was asked about.").format(key=row.key or "''"),
            where=row.key_place,
            why=_("The key says where in shirube.yaml the answer goes."),
            remedy=did_you_mean(row.key, asked) or _("Restore the key, or take the row out."),
        )
    if row.key in answered:
        raise Problem(
            _("The key {key} stands here a second time.").format(key=row.key),
            where=row.key_place,
            remedy=_("Keep one of the rows."),
        )
    return asked[row.key]


def _answered(row: Cell, question: Question) -> Question:
    answer, person = row.answer.strip(), " ".join(row.answered_by.split())
    if not answer or answer.casefold() == schemas.UNKNOWN:
        return question
    try:
        value = fact(question.key, answer)
    except ValueError as error:
        raise Problem(
            _("The answer '{answer}' does not fit the question.").format(answer=answer[:60]),
            where=row.answer_place,
            remedy=str(error),
        ) from None
    if not person:
        raise Problem(
            _("The answer has nobody who answers for it."),
            where=row.person_place,
            why=_("A fact in the manifest is somebody's statement."),
            remedy=_("Write the name of the person who answered."),
        )
    return msgspec.structs.replace(question, answer=written(value), answered_by=person)


def _halves(rows: Sequence[Cell], answered: dict[str, Question]) -> list[Problem]:
    """Name the empty cell beside an answered one: a text needs both languages."""
    problems = []
    for row in rows:
        stem, _dot, language = row.key.rpartition(".")
        other = answered.get(f"{stem}.{'en' if language == 'ja' else 'ja'}")
        mine = answered.get(row.key)
        if language in {"ja", "en"} and mine and not mine.answer and other and other.answer:
            problems.append(
                Problem(
                    _("The text is answered in one language only."),
                    where=row.answer_place,
                    remedy=_("Write it in both languages."),
                )
            )
    return problems


def _schema(key: str) -> schemas.Schema:
    return schemas.of_key(key)


def _scalar(schema: schemas.Schema, answer: str) -> str | int | bool:
    schema = schemas.resolve(schema)
    if schema.get("type") == "boolean":
        return _boolean(answer)
    if schema.get("type") == "integer":
        return _integer(answer)
    if schema.get("format") == "date":
        return _date(answer)
    if "enum" in schema:
        return _choice(answer, schemas.choices(schema))
    if "pattern" in schema:
        return _formed(answer, schema["pattern"])
    return answer


def _plain(answer: str) -> str:
    return unicodedata.normalize("NFKC", answer).strip()


def _boolean(answer: str) -> bool:
    word = _plain(answer).casefold()
    if word not in _YES | _NO:
        raise ValueError(_("Write true or false, without quotes."))
    return word in _YES


def _integer(answer: str) -> int:
    digits = _plain(answer).replace(",", "")
    if not digits.isdecimal():
        raise ValueError(_("Write a whole number."))
    return int(digits)


def _date(answer: str) -> str:
    found = _DATE.fullmatch(_plain(answer))
    try:
        return dt.date(*map(int, found.groups())).isoformat() if found else _not_a_date()
    except ValueError:
        return _not_a_date()


def _not_a_date() -> str:
    raise ValueError(_("Write a date as YYYY-MM-DD, for example 2026-04-01."))


def _says(answer: str, told: Text | None) -> bool:
    """Tell whether an answer is a choice in the words that the sheet explains it with."""
    words = () if told is None else (told.ja, told.en)
    return _plain(answer).casefold() in {_plain(each).casefold() for each in words}


def _choice(answer: str, choices: tuple[str, ...]) -> str:
    word = _plain(answer)
    if word in choices:
        return word
    meant = [code for code in choices if _says(answer, meaning(code, choices))]
    if len(meant) == 1:
        return meant[0]
    listed = _("Choose one of: {choices}.").format(choices=", ".join(choices))
    raise ValueError(f"{did_you_mean(word, choices)} {listed}".strip())


def _formed(answer: str, pattern: str) -> str:
    from shirube.manifest.validation import form

    word = _plain(answer) if pattern.startswith("^") else answer
    if not re.search(pattern, word):
        raise ValueError(form(pattern))
    return word
