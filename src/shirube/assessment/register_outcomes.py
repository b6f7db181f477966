# SPDX-License-Identifier: Apache-2.0
"""The outcome of each rule for many subjects at once, in bit planes; equal to ``assess``.

1. Runs stand beside the subjects: one row each where nobody has several, else rows of their own.
2. For each rule the outcome of each run, then the worst (``every``) or the best (``any``) of a
   subject: *not shown* < *could not be judged* < *shown*.
3. ``applies`` and the explanations on top.

What is left over in all planes could not be judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from shirube.rules.planes import Answers, Plane, Rows, flags, plane
from shirube.terms.finding import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shirube.assessment.register_asking import Ask, Column, Judgement, Stream
    from shirube.terms.rule import Node

CODES = (
    Outcome.NOT_SHOWN,
    Outcome.NOT_JUDGED,
    Outcome.SHOWN,
    Outcome.EXPLAINED,
    Outcome.NOT_APPLICABLE,
)
"""The outcome that each number in a findings table stands for."""

NOT_SHOWN, NOT_JUDGED, SHOWN, EXPLAINED, NOT_APPLICABLE = range(len(CODES))

Flags = NDArray[np.bool_]


class Told(NamedTuple):
    """Answers of a database, row by row: where TRUE, and where TRUE or FALSE."""

    true: Flags
    known: Flags


Values = NDArray[np.float64] | Told
_V = TypeVar("_V", bound=Values)


class Runs(NamedTuple):
    """The runs of a stream that count: whose they are (rows of the chunk), and what they say."""

    at: NDArray[np.int64]
    flags: Mapping[str, Flags]
    old: Sequence[Flags]
    values: Sequence[Values]


class Chunk(NamedTuple):
    """Some of the subjects, in the order of their names, with all that rules ask of them.

    ``words`` numbers the words by which they are counted, ``explained`` the rows that have an
    explanation, by rule.
    """

    subjects: NDArray[np.object_]
    words: NDArray[np.int64]
    values: Sequence[Values]
    runs: Sequence[Runs]
    explained: Mapping[str, NDArray[np.int64]]

    def ordered(self, order: NDArray[np.int64]) -> Chunk:
        """Return the chunk with its subjects in another order."""
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        return Chunk(
            subjects=self.subjects[order],
            words=self.words[order],
            values=[_taken(each, order) for each in self.values],
            runs=[each._replace(at=place[each.at]) for each in self.runs],
            explained={rule: place[rows] for rule, rows in self.explained.items()},
        )


class Outcomes:
    """Judges one chunk."""

    def __init__(self, asked: Ask, chunk: Chunk) -> None:
        self._count = len(chunk.subjects)
        self._explained = chunk.explained
        self._numbers, self._told = _split(asked.columns, chunk.values)
        self._answers = {of: _planes(told) for of, told in self._told.items()}
        self.rows = Rows(self._count, self._numbers, self._answers)
        pairs = zip(asked.streams, chunk.runs, strict=True)
        self._streams = [self._evidence(stream, runs) for stream, runs in pairs]

    def of(self, rule: Judgement) -> tuple[Plane, ...]:
        """Return a plane for each of ``CODES``: where the rule has that outcome."""
        none, every = self.rows.none, self.rows.all
        if not rule.stands:
            return none, none, none, none, every
        applies = self.rows.judge(rule.applies)
        found = self._found(rule)
        shown, not_shown = found.true & applies.true, found.false & applies.true
        explained = none
        if rule.ref in self._explained:
            marked = np.zeros(self._count, np.bool_)
            marked[self._explained[rule.ref]] = True
            explained = not_shown & plane(marked)
            not_shown = not_shown & ~explained
        left = every & ~(shown | not_shown | explained | applies.false)
        return not_shown, left, shown, explained, applies.false

    def _found(self, rule: Judgement) -> Answers:
        """Return where the evidence shows it, and where it shows that it is not so."""
        if rule.by_manifest:
            return self.rows.judge(rule.shown)
        if rule.stream is None:
            return Answers(self.rows.none, self.rows.none)
        return self._streams[rule.stream].found(rule)

    def _evidence(self, stream: Stream, runs: Runs) -> _Evidence:
        """Put the runs beside their subjects, or the subjects beside their runs."""
        if np.bincount(runs.at, minlength=1).max() <= 1:
            return self._one_each(stream, runs)
        numbers, told = _split(stream.columns, runs.values)
        numbers |= {name: _taken(each, runs.at) for name, each in self._numbers.items()}
        told |= {of: _taken(each, runs.at) for of, each in self._told.items()}
        answers = {of: _planes(each) for of, each in told.items()}
        rows = Rows(len(runs.at), numbers, answers)
        return _Evidence(rows, rows.all, runs, stream.lifetimes, runs.at, self._count)

    def _one_each(self, stream: Stream, runs: Runs) -> _Evidence:
        spread = _Spread(runs.at, self._count)
        own = Runs(
            at=runs.at,
            flags={name: spread.flags(each) for name, each in runs.flags.items()},
            old=[spread.flags(each) for each in runs.old],
            values=[spread.values(each) for each in runs.values],
        )
        numbers, told = _split(stream.columns, own.values)
        answers = {of: _planes(each) for of, each in told.items()}
        rows = Rows(self._count, {**self._numbers, **numbers}, {**self._answers, **answers})
        there = plane(spread.flags(np.ones(len(runs.at), np.bool_)))
        return _Evidence(rows, there, own, stream.lifetimes, None, self._count)


class _Spread:
    """Gives each subject its run, and those without one nothing."""

    def __init__(self, at: NDArray[np.int64], count: int) -> None:
        self._at, self._count = at, count

    def flags(self, given: Flags) -> Flags:
        found = np.zeros(self._count, np.bool_)
        found[self._at] = given
        return found

    def values(self, given: Values) -> Values:
        if isinstance(given, Told):
            return Told(self.flags(given.true), self.flags(given.known))
        found = np.full(self._count, np.nan)
        found[self._at] = given
        return found


class _Evidence:
    """The runs of a stream, judged; ``at`` tells whose they are where somebody has several."""

    def __init__(
        self,
        rows: Rows,
        there: Plane,
        runs: Runs,
        lifetimes: Sequence[int],
        at: NDArray[np.int64] | None,
        subjects: int,
    ) -> None:
        self._rows, self._at, self._subjects = rows, at, subjects
        self._gone = plane(runs.flags["gone"])
        self._failed = plane(runs.flags["failed"])
        self._declared = plane(runs.flags["declared"])
        self._there = there
        expired = plane(runs.flags["expired"])
        self._expired: dict[int | None, Plane] = {None: expired}
        for days, old in zip(lifetimes, runs.old, strict=True):
            self._expired[days] = expired | plane(old)

    def found(self, rule: Judgement) -> Answers:
        """Return where the runs of a subject show it, and where they show that it is not so."""
        expired = self._expired[rule.lifetime_days]
        usable = self._there & ~(self._gone | expired | self._failed)
        answers = self._rows.judge(rule.shown)
        shown, not_shown = usable & answers.true, usable & answers.false
        if self._at is None:
            return Answers(shown, not_shown)
        # What has expired and is no longer declared is no evidence, and leaves nothing open.
        lapsed = expired & ~self._declared & ~self._gone
        left = self._some(~(shown | not_shown | lapsed))
        shown, not_shown = self._some(shown), self._some(not_shown)
        if rule.every:
            return Answers(shown & ~left & ~not_shown, not_shown)
        return Answers(shown, not_shown & ~left & ~shown)

    def _some(self, bits: Plane) -> Plane:
        """Return the subjects that have a run whose bit stands."""
        at = cast("NDArray[np.int64]", self._at)
        marked = np.zeros(self._subjects, np.bool_)
        marked[at[flags(bits, len(at))]] = True
        return plane(marked)


def _split(
    columns: Sequence[Column], values: Sequence[Values]
) -> tuple[dict[str, NDArray[np.float64]], dict[Node, Told]]:
    numbers: dict[str, NDArray[np.float64]] = {}
    told: dict[Node, Told] = {}
    for column, each in zip(columns, values, strict=True):
        if isinstance(each, Told):
            told[cast("Node", column.means)] = each
        else:
            numbers[str(column.means)] = each
    return numbers, told


def _taken(values: _V, at: NDArray[np.int64]) -> _V:
    """Return the values of some rows."""
    if isinstance(values, Told):
        return cast("_V", Told(values.true[at], values.known[at]))
    return cast("_V", cast("NDArray[np.float64]", values)[at])


def _planes(told: Told) -> Answers:
    return Answers(plane(told.true), plane(told.known & ~told.true))
