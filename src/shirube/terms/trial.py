# SPDX-License-Identifier: Apache-2.0
"""A change of rules, tried on a register before it is made: who moves, from where to where, why."""

from __future__ import annotations

import datetime as dt

import msgspec

from shirube.terms.finding import Outcome
from shirube.terms.rule import Footing
from shirube.terms.subject import SubjectKind
from shirube.terms.text import Text


class RuleChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is different about one rule: each part with what it was and what it becomes."""

    ref: str
    title: Text
    footing: Footing
    parts: tuple[tuple[str, str, str], ...]


class Group(msgspec.Struct, frozen=True):
    """Subjects that share the same words (a sector, a size); None where a word is not known."""

    words: tuple[str | None, ...]
    count: int


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One subject that moves, with both conditions as its own values fill them in."""

    subject: str
    old: str
    new: str


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """How many subjects of one rule go from one outcome to another.

    ``old`` is None for a rule that is new, ``new`` for one that is taken away. ``by`` counts them
    by the words that were asked for, the largest group first.
    """

    rule: str
    kind: SubjectKind
    old: Outcome | None
    new: Outcome | None
    count: int
    by: tuple[Group, ...] = ()
    examples: tuple[Example, ...] = ()


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What a changed pack would do to a register on a date.

    ``subjects`` counts the register by kind; ``moves`` are those whose outcome differs, from
    *shown* to *not shown* first; ``stay`` counts findings that stay as they are.
    """

    pack: str
    on: dt.date
    subjects: dict[str, int]
    changes: tuple[RuleChange, ...]
    by: tuple[str, ...]
    moves: tuple[Move, ...]
    stay: int
