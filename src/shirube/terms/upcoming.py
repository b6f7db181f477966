# SPDX-License-Identifier: Apache-2.0
"""Coming dates and working days: what changes by time alone, and how a deadline was counted."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from shirube.terms.text import Text


class Coming(StrEnum):
    """What a coming date brings."""

    RULE_STARTS = "rule_starts"
    RULE_ENDS = "rule_ends"
    VALUE_CHANGES = "value_changes"
    FACT = "fact"
    EVIDENCE_EXPIRES = "evidence_expires"
    EXPLANATION_EXPIRES = "explanation_expires"


class Upcoming(msgspec.Struct, frozen=True, kw_only=True):
    """One coming date.

    ``refs`` name what it concerns: rules (``pack/id``), a fact of a pack, a declared measurement.
    ``yearly`` recurs on the same day of each year. For an expiry the date is the last day that
    still counts.
    """

    date: dt.date
    kind: Coming
    title: Text
    detail: Text
    refs: tuple[str, ...] = ()
    yearly: bool = False


class CountedDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day of a deadline: the number it has, or why it does not count."""

    date: dt.date
    number: int | None
    reason: Text | None = None


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """The last day of a period, with every day that was looked at.

    The day of the event itself is not counted (Civil Code, Art. 140).
    """

    start: dt.date
    working_days: int
    end: dt.date
    days: tuple[CountedDay, ...]
