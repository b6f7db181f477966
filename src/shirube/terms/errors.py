# SPDX-License-Identifier: Apache-2.0
"""One root for all that can go wrong, and the exit codes by name.

An error says what was found, where, why it matters and what to do. The class writes the message
from the values; callers never compose one.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.place import Place


class ExitCode(IntEnum):
    """What the command line returns; when several hold, the order is 4, 2, 1, 3, 0."""

    OK = 0
    NOT_SHOWN = 1
    WRONG_INPUT = 2
    NOT_JUDGED = 3
    INTERNAL = 4


class ShirubeError(Exception):
    """Root of every error of ours; ``str()`` is a message a person can act on."""

    exit_code = ExitCode.WRONG_INPUT


class Problem(ShirubeError):
    """One thing that is wrong in what somebody gave us.

    Parameters
    ----------
    found
        What was found, as a sentence.
    where
        The file and line, cell, table or column; None where there is no place.
    why
        Why it matters, as a sentence; may be empty where it is plain.
    remedy
        What to do, as a sentence.
    """

    def __init__(
        self, found: str, *, where: Place | str | None = None, why: str = "", remedy: str = ""
    ) -> None:
        self.found, self.where, self.why, self.remedy = found, where, why, remedy
        super().__init__(found)

    def __str__(self) -> str:
        """Return the message: where, what, why, remedy."""
        head = f"{self.where}: {self.found}" if self.where else self.found
        tail = [f"  {text}" for text in (self.why, self.remedy) if text]
        return "\n".join([head, *tail])


class Problems(ShirubeError):
    """Several problems found in one pass, so that a person can mend them in one pass."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(*self.problems)

    def __str__(self) -> str:
        """Return all messages, one below the other."""
        return "\n".join(str(problem) for problem in self.problems)


class InternalError(ShirubeError):
    """A mistake of ours; never the user's input."""

    exit_code = ExitCode.INTERNAL

    def __str__(self) -> str:
        """Return the message with the request to report it."""
        return _("This is a mistake in Shirube, not in your input: {detail}").format(
            detail=self.args[0] if self.args else ""
        )
