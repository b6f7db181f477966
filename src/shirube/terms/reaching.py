# SPDX-License-Identifier: Apache-2.0
"""Whether a rule reaches a subject and why, and how the rules changed between two days."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from shirube.terms.measurement import Scalar
from shirube.terms.rule import Node
from shirube.terms.subject import Subject
from shirube.terms.text import Text


class Reaching(StrEnum):
    """Whether a rule reaches a subject on a date."""

    REACHES = "reaches"
    UNKNOWN = "unknown"
    OUTSIDE = "outside"
    NOT_YET = "not_yet"
    NO_LONGER = "no_longer"


class RuleReach(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of one rule for one subject.

    ``because`` is the part of the condition that decides, ``values`` the facts in it, and
    ``missing`` the facts that nobody has given yet. Of a rule that is not in force, ``because``
    tells nothing: ``since`` and ``until`` do.
    """

    rule: str
    subject: Subject
    reaching: Reaching
    because: Node = ()
    values: dict[str, Scalar] = msgspec.field(default_factory=dict)
    missing: tuple[str, ...] = ()


class Changing(StrEnum):
    """What a day brought to the rules."""

    BEGINS = "begins"
    ENDS = "ends"
    THRESHOLD = "threshold"
    FACT = "fact"


class RuleChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the rules between two days.

    ``ref`` names the rule or the fact (``pack/id``). For a threshold, ``name``, ``before`` and
    ``after``. ``touches`` are the subjects that the rule reaches, ``may_touch`` those of which that
    is not known. ``pending`` marks a rule that is promulgated only: its day is the latest possible.
    """

    date: dt.date
    change: Changing
    pack: str
    ref: str
    title: Text
    name: str = ""
    before: Scalar = None
    after: Scalar = None
    pending: bool = False
    text_held: bool = True
    touches: tuple[Subject, ...] = ()
    may_touch: tuple[Subject, ...] = ()
