# SPDX-License-Identifier: Apache-2.0
"""An interview about reach: which question comes next, and what the answers decide."""

from __future__ import annotations

from typing import Literal

import msgspec

from shirube.terms.text import Text

NONE_OF_THESE = "none_of_these"
"""The answer to a question about a word when none of the words that rules know fits."""


class InterviewQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """The next question.

    ``choices`` are the words that rules tell apart; empty for yes or no and for numbers.
    ``concerns`` are the open rules (``pack/id``) whose reach hangs on the answer, and ``decides``
    how many of them an answer settles on average.
    """

    name: str
    title: Text
    type: Literal["number", "text", "boolean", "date"]
    choices: tuple[str, ...]
    concerns: tuple[str, ...]
    decides: float


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Which rules (``pack/id``) reach a subject, which do not, and which stay open."""

    reached: tuple[str, ...]
    not_reached: tuple[str, ...]
    open: tuple[str, ...]
