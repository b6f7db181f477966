# SPDX-License-Identifier: Apache-2.0
"""Runs of digits: one pass finds them all, their grouping says what they could be.

A run such as ``1234-5678-9012`` has the shape (4, 4, 4); a table of shapes names the kinds, and
each kind then looks at the digits. So fifteen formats cost one pattern, and text without digits
costs almost nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from shirube.measures.privacy.identifiers import check_digits
from shirube.measures.privacy.identifiers.phone_numbers import in_numbering_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

RUN = re.compile(r"[0-9](?:[-() ]{0,2}[0-9]){5,}")
_PARTS = re.compile(r"([0-9]+)([-() ]*)")
_LETTERS = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\Z")
_CURRENCY = tuple("¥$€£#")
# A unit ends the amount: 個 counts, 個人 does not.
UNITS = "円件個点枚台本回%"
_UNIT = re.compile(f"[{UNITS}](?![一-龥])")
# One or two letters belong to the number (AB1234567); a longer word is a label (TEL0312345678).
_CODE = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,2}\Z")


class Score(IntEnum):
    """How much speaks for a candidate before anything around it is read."""

    FAILED = -1  # the format fits, the check digit does not: a look-alike to be counted
    WORD_NEEDED = 0  # so common a shape that without a word it says nothing
    FORMAT = 1
    CHECK_DIGIT = 2
    SIGN = 3  # written in a way that only this kind is


@dataclass(slots=True)
class Candidate:
    """A stretch of a block that could be an identifier; its text is never shown.

    ``unlikely``: written as an amount or a quantity, one digit repeated, or a date with a time.
    """

    kind: str
    start: int
    end: int
    score: Score
    text: str = field(repr=False)
    unlikely: bool = False


SHAPES: dict[tuple[int, ...], tuple[str, ...]] = {
    (12,): ("my_number", "driving_licence"),
    (4, 4, 4): ("my_number",),
    (13,): ("corporate_number", "payment_card"),
    (1, 4, 4, 4): ("corporate_number",),
    (8,): ("insurer_number", "bank_account"),
    (6,): ("insurer_number",),
    (10,): ("phone", "basic_pension_number"),
    (4, 6): ("phone", "basic_pension_number"),
    (11,): ("phone", "employment_insurance", "resident_record_code"),
    (4, 6, 1): ("employment_insurance",),
    (2, 4, 4): ("phone",),
    (3, 3, 4): ("phone",),
    (4, 2, 4): ("phone",),
    (5, 1, 4): ("phone",),
    (3, 4, 4): ("phone",),
    (4, 3, 3): ("phone",),
    (4, 3, 4): ("phone",),
    (7,): ("bank_account", "postal_code"),
    (3, 4): ("postal_code",),
    (4, 3, 7): ("bank_account",),
    (5, 6): ("bank_account",),
    (5, 7): ("bank_account",),
    (5, 8): ("bank_account",),
    (4, 4, 4, 4): ("payment_card",),
    (4, 6, 5): ("payment_card",),
    (4, 6, 4): ("payment_card",),
    **{(digits,): ("payment_card",) for digits in range(14, 20)},
}


def candidates(block: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield what the run at ``start:end`` of a folded block could be."""
    before, after = block[max(0, start - 3) : start], block[end : end + 2]
    if _CODE.search(before):
        yield from _after_letters(block, start, end)
        return
    if _is_part(before, after):
        return
    if before.endswith("+") and block.startswith("81", start):
        yield from _from_abroad(block, start, end)
        return
    unlikely = before.endswith(_CURRENCY) or bool(_UNIT.match(after))
    for first, last, shape, digits, hyphens in _windows(block[start:end]):
        # The sign before a run belongs to its first window only.
        sign = before[-1:] if first == 0 else ""
        doubtful = unlikely or _filler(digits)
        for kind in SHAPES[shape]:
            score = _score(kind, shape, digits, sign, hyphens)
            if score is not None:
                yield Candidate(kind, start + first, start + last, score, digits, doubtful)


def _is_part(before: str, after: str) -> bool:
    """Tell whether the run is a piece of something longer: a part number, a fraction, a word."""
    if before[-1:] in ("-", "_") and before[-2:-1].isalnum():
        return True
    if before[-1:] == "." and before[-2:-1].isdigit():
        return True
    if not after.isascii() and not after[:1].isascii():
        return False
    following = after[1:].isascii() and after[1:].isalnum()
    return (
        after[:1].isalpha()
        or after.startswith("_")
        or (after.startswith("-") and following)
        or (after.startswith(".") and after[1:].isdigit())
    )


_Window = tuple[int, int, tuple[int, ...], str, bool]


def _windows(run: str) -> Iterable[_Window]:
    """Return the stretches of known shape: start, end, shape, digits, held by hyphens or not."""
    digits = run.replace("-", "")
    if not digits.isdigit():
        return _windows_between_spaces(run)
    shape = tuple(map(len, run.split("-"))) if len(digits) < len(run) else (len(run),)
    return ((0, len(run), shape, digits, len(shape) > 1),) if shape in SHAPES else ()


def _windows_between_spaces(run: str) -> Iterator[_Window]:
    """Cut a run at spaces into the longest stretches that have a known shape.

    Groups that hyphens or brackets hold together are never torn apart, and no stretch mixes them
    with spaces.
    """
    parts = [(m.start(1), m.end(1), m[2].strip()) for m in _PARTS.finditer(run)]
    at = 0
    while at < len(parts):
        step = 1
        for last in range(min(len(parts), at + 4), at, -1):
            inner = [bool(held) for _start, _end, held in parts[at : last - 1]]
            torn = (at and parts[at - 1][2]) or (last < len(parts) and parts[last - 1][2])
            shape = tuple(end - start for start, end, _held in parts[at:last])
            if not torn and len(set(inner)) < 2 and shape in SHAPES:
                digits = "".join(run[start:end] for start, end, _held in parts[at:last])
                yield parts[at][0], parts[last - 1][1], shape, digits, any(inner)
                step = last - at
                break
        at += step


def _score(
    kind: str, shape: tuple[int, ...], digits: str, sign: str, hyphens: bool
) -> Score | None:
    """Return what the digits alone say; None when they cannot be of this kind."""
    if kind in _CHECKED:
        fits, passes = _CHECKED[kind]
        if not fits(digits):
            return None
        if kind in ("payment_card", "insurer_number") and len(digits) < 14:
            # Cards of 13 digits are all but gone, and goods of Japan are numbered 45… and 49…;
            # dates and amounts have the eight or six digits of an insurer.
            return Score.WORD_NEEDED if passes(digits) else None
        return Score.CHECK_DIGIT if passes(digits) else Score.FAILED
    if kind == "phone":
        return _phone(shape, digits, hyphens)
    if kind == "postal_code":
        return Score.SIGN if sign == "〒" else Score.FORMAT if hyphens else Score.WORD_NEEDED
    common = kind == "bank_account" and shape != (4, 3, 7)
    return Score.WORD_NEEDED if common else Score.FORMAT


def _card_range(digits: str) -> bool:
    """Tell whether a payment card can begin like this (international schemes)."""
    return digits[0] in "3456" or "2221" <= digits[:4] <= "2720"


_CHECKED: dict[str, tuple[Callable[[str], bool], Callable[[str], bool]]] = {
    "my_number": (str.isdigit, check_digits.my_number),
    "driving_licence": (check_digits.licence_office, check_digits.driving_licence),
    "corporate_number": (lambda digits: digits[0] != "0", check_digits.corporate_number),
    "payment_card": (_card_range, check_digits.luhn),
    "insurer_number": (str.isdigit, check_digits.luhn),
}
"""Kinds with a public check digit: what the format asks for, and the check."""


def _phone(shape: tuple[int, ...], digits: str, hyphens: bool) -> Score | None:
    """Score a number of the national numbering plan."""
    if not in_numbering_plan(digits):
        return None
    return Score.SIGN if hyphens and len(shape) == 3 else Score.FORMAT


def _from_abroad(block: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield a phone number with the country code; a zero in brackets may follow it."""
    digits = "".join(each for each in block[start:end] if each.isdigit())
    national = "0" + digits[2:].lstrip("0")
    if in_numbering_plan(national):
        yield Candidate("phone", start, end, Score.SIGN, national)


def _filler(digits: str) -> bool:
    """Tell whether the digits are one digit over and over, or begin like a date with a time."""
    if len(set(digits)) == 1:
        return True
    if len(digits) not in (12, 14) or digits[:2] not in ("19", "20"):
        return False
    month, day, hour, minute = (int(digits[at : at + 2]) for at in (4, 6, 8, 10))
    return 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60


def _after_letters(block: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield the kinds that begin with letters: passport, residence card, invoice number."""
    digits = _PARTS.match(block, start)
    if digits is None:
        return
    stop = digits.end(1)
    count, tail = stop - start, block[stop : stop + 3]
    closed = not (tail[:1].isascii() and tail[:1].isalnum())
    if re.search(r"(?<![A-Za-z0-9])T\Z", block[max(0, start - 2) : start]):
        number = "".join(c for c in block[start:end] if c.isdigit())
        if len(number) == 13 and check_digits.corporate_number(number):
            yield Candidate("corporate_number", start - 1, end, Score.SIGN, number)
        return
    if not _LETTERS.search(block[max(0, start - 3) : start]):
        return
    text = block[start - 2 : stop]
    if count == 7 and closed:
        yield Candidate("passport", start - 2, stop, Score.FORMAT, text)
    elif count == 8 and check_digits.passport_line(block[start - 2 : start + 42]):
        yield Candidate("passport", start - 2, start + 42, Score.SIGN, text)
    elif count == 8 and closed:
        passed = check_digits.icao(text[:9]) == int(text[9])
        score = Score.CHECK_DIGIT if passed else Score.FAILED
        yield Candidate("passport", start - 2, stop, score, text)
    elif count == 8 and re.fullmatch(r"[A-Z]{2}(?:[^A-Za-z0-9].*)?", tail, re.DOTALL):
        text = block[start - 2 : stop + 2]
        yield Candidate("residence_card", start - 2, stop + 2, Score.FORMAT, text)
