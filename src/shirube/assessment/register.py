# SPDX-License-Identifier: Apache-2.0
"""The same assessment for a register of many subjects: equal to ``assess``, subject by subject.

The facts are tables (``register_tables``): one wide table of profiles for each kind of subject, one
of runs for each measure, one of documents, one of explanations. An engine reads what the rules ask
(``register_asking``) and hands it over in chunks, which are judged in bit planes
(``register_outcomes``).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from shirube.assessment.register_asking import ask
from shirube.assessment.register_outcomes import CODES, Outcomes
from shirube.rules.planes import flags
from shirube.terms.subject import SUBJECT_KINDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shirube.assessment.register_asking import Ask, Dialect
    from shirube.assessment.register_outcomes import Chunk
    from shirube.rules.planes import Plane
    from shirube.terms.finding import Outcome
    from shirube.terms.rule import Pack
    from shirube.terms.subject import SubjectKind

R = TypeVar("R")


class Register(Protocol):
    """The tables of a register, wherever they stand."""

    @property
    def dialect(self) -> Dialect:
        """How the engine writes SQL."""
        ...

    def tables(self) -> Mapping[str, Mapping[str, str]]:
        """Return table -> column -> type of what there is."""
        ...

    def run(self, asked: Ask, look: Callable[[Iterator[Chunk], Sequence[Any]], R]) -> list[R]:
        """Send ``look`` to where the facts are; return what it makes of each part of them.

        ``look`` is given the chunks and the words that their numbers stand for (those of the chunks
        seen so far).
        """
        ...

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of a query with a small answer."""
        ...


class RegisterFindings(NamedTuple):
    """The outcomes of one kind of subject: for each rule an index into ``CODES`` per subject."""

    subjects: NDArray[np.object_]
    codes: Mapping[str, NDArray[np.uint8]]


def assess_register(
    register: Register, packs: Sequence[Pack], on: dt.date
) -> dict[SubjectKind, RegisterFindings]:
    """Judge every rule for every subject of the register.

    Parameters
    ----------
    register
        The register.
    packs
        The rules.
    on
        The date.

    Returns
    -------
    dict
        Kind of subject -> outcomes, one byte for each rule and subject.
    """
    tables = register.tables()
    found: dict[SubjectKind, RegisterFindings] = {}
    for kind in SUBJECT_KINDS:
        rules = [rule for pack in packs for rule in pack.rules if rule.subject == kind]
        if f"profiles_{kind}" in tables and rules:
            asked = ask(tables, kind, [rules], on, register.dialect)
            parts = [part for each in register.run(asked, partial(_judged, asked)) for part in each]
            found[kind] = RegisterFindings(
                np.concatenate([part.subjects for part in parts] or [np.zeros(0, object)]),
                {
                    rule.ref: np.concatenate(
                        [part.codes[rule.ref] for part in parts] or [np.zeros(0, np.uint8)]
                    )
                    for rule in rules
                },
            )
    return found


def count_outcomes(
    findings: Mapping[SubjectKind, RegisterFindings],
) -> dict[str, dict[Outcome, int]]:
    """Count, for each rule, the subjects of each outcome that somebody has."""
    counts: dict[str, dict[Outcome, int]] = {}
    for each in findings.values():
        for rule, codes in each.codes.items():
            counted = np.bincount(codes, minlength=len(CODES)).tolist()
            counts[rule] = {outcome: n for outcome, n in zip(CODES, counted, strict=True) if n}
    return counts


def _judged(asked: Ask, chunks: Iterator[Chunk], _words: Sequence[Any]) -> list[RegisterFindings]:
    (rules,) = asked.sides
    found = []
    for chunk in chunks:
        outcomes, count = Outcomes(asked, chunk), len(chunk.subjects)
        codes = {rule.ref: _codes(outcomes.of(rule), count) for rule in rules}
        found.append(RegisterFindings(chunk.subjects, codes))
    return found


def _codes(planes: Sequence[Plane], count: int) -> NDArray[np.uint8]:
    """Return an index into ``CODES`` for each row."""
    found = np.zeros(count, np.uint8)
    for code, bits in enumerate(planes):
        if code:
            found += flags(bits, count).view(np.uint8) * np.uint8(code)
    return found
