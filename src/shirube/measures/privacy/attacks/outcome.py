# SPDX-License-Identifier: Apache-2.0
"""What an attack came to: counts only, nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """Guesses and successes of one attack, of guessing at random, and against the control.

    Attributes
    ----------
    attack, target
        The attack's name, and what it was after (a column), empty where it has no target.
    guesses, successes
        Guesses about the people of the original table and how many were right. A success may be
        an expectation, hence a fraction.
    baseline_guesses, baseline
        The same for an attacker who guesses without looking at the release's rows.
    control_guesses, control
        The same for people who are not in the original table; None without a control table.
    """

    attack: str
    guesses: int
    successes: float
    baseline_guesses: int
    baseline: float
    control_guesses: int | None = None
    control: float | None = None
    target: str = ""
