# SPDX-License-Identifier: Apache-2.0
"""What is asked of a de-identified table, what was done, and what was proven about it.

None of these records says that a table *is* anonymised information: that is a question of law and
of facts which no measurement holds.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from shirube.terms.measurement import Detail
from shirube.terms.release import Limits
from shirube.terms.text import Text

ObjectiveName = Literal["loss", "average_class_size", "discernibility"]


class Diversity(msgspec.Struct, frozen=True):
    """l-diversity of one sensitive column; ``c`` belongs to the recursive form only."""

    column: str
    kind: Literal["distinct", "entropy", "recursive"]
    l: float  # noqa: E741 - the letter of the literature
    c: float | None = None


class Closeness(msgspec.Struct, frozen=True):
    """t-closeness of one sensitive column; the distance to the distribution of the whole table."""

    column: str
    t: float
    distance: Literal["equal", "ordered"] = "equal"


class Presence(msgspec.Struct, frozen=True):
    """δ-presence: rows of a class divided by those of the population lie between low and high."""

    low: float
    high: float


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """What every released class must satisfy, and how many rows may be suppressed for it.

    ``suppression_limit`` is a share of all rows, rounded down to whole rows.
    """

    k: int
    diversities: tuple[Diversity, ...] = ()
    closenesses: tuple[Closeness, ...] = ()
    presence: Presence | None = None
    suppression_limit: float = 0.0

    @property
    def sensitive(self) -> tuple[str, ...]:
        """The sensitive columns, each once."""
        diverse = [each.column for each in self.diversities]
        return tuple(dict.fromkeys([*diverse, *(each.column for each in self.closenesses)]))


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator wants of a de-identified table.

    Attributes
    ----------
    requirement, objective
        What every class must satisfy, and what is minimised.
    quasi_identifiers
        The columns that make a class; None takes every column with a hierarchy that is neither
        sensitive nor dropped nor replaced by tokens.
    sensitive
        Columns of which l and t speak; they are released as they are.
    dropped, tokens, token_key
        Columns left out, columns replaced by tokens, and the name of the key for them.
    limits
        Bottom and top coding.
    target
        The column that a model predicts, to see what is still learned; None asks for no model.
    keep_suppressed
        Keep suppressed rows with ``*`` (as ARX does) instead of leaving them out.
    encoding
        How the result is encoded where it is a CSV file; None keeps the encoding of the table.
    seconds
        Search no longer than this.
    """

    requirement: Requirement
    objective: ObjectiveName = "loss"
    quasi_identifiers: tuple[str, ...] | None = None
    sensitive: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    token_key: str | None = None
    limits: dict[str, Limits] = {}
    target: str | None = None
    keep_suppressed: bool = False
    encoding: str | None = None
    seconds: float | None = None
    seed: int = 0


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What the search did, and what follows from it.

    Attributes
    ----------
    lattice, nodes_checked
        Nodes in all, and those whose classes were counted.
    excluded
        Nodes that cannot satisfy the requirement because a more general one does not.
    bounded
        Nodes whose objective cannot be below the result's, by a bound, without counting.
    undecided
        Nodes about which nothing was shown.
    proven
        True where no node of the lattice that satisfies the requirement has a lower objective.
    lower_bound
        No node that satisfies the requirement has a lower objective than this.
    stopped
        Why the search ended early; empty where it did not.
    path
        How the search went: nodes counted, the best objective so far, and the bound on all others.
    seconds, memory_bytes
        Wall-clock time of the search, and the largest memory of its tables.
    """

    lattice: int
    nodes_checked: int
    excluded: int
    bounded: int
    undecided: int
    proven: bool
    lower_bound: float
    stopped: Literal["", "interrupted", "time", "too_large"]
    path: tuple[tuple[int, float, float], ...]
    seconds: float
    memory_bytes: int


class Solution(msgspec.Struct, frozen=True, kw_only=True):
    """The best node that was found: a level per attribute, and what it costs."""

    attributes: tuple[str, ...]
    levels: tuple[int, ...]
    objective: ObjectiveName
    value: float
    information_loss: float
    suppressed_records: int
    certificate: Certificate


class ColumnUtility(msgspec.Struct, frozen=True, kw_only=True):
    """What a released column still tells.

    ``information_kept`` is the entropy of the released values divided by that of the original ones
    (1: everything, 0: nothing). ``distribution_shift`` is half the sum of absolute differences
    between the shares of the released values among the released rows and among all rows.
    ``rarest`` is the number of released rows with the rarest value; ``not_compared`` says why there
    is no shift.
    """

    name: str
    level: int
    height: int
    values_before: int
    values_after: int
    information_kept: float | None
    distribution_shift: float | None
    rarest: int | None
    not_compared: Text | None = None


class TokenKeyUsed(msgspec.Struct, frozen=True, kw_only=True):
    """The key of the tokens of a result: its fingerprint and whether it is new, never the key.

    The fingerprint is an HMAC under the key; whoever holds a key can tell that it is this one.
    """

    fingerprint: str
    is_new: bool


class ModelUtility(msgspec.Struct, frozen=True, kw_only=True):
    """Accuracy of the same simple model trained on the original and on the released columns.

    ``baseline`` is the accuracy of always naming the most frequent value.
    """

    target: str
    before: float
    after: float
    baseline: float
    rows: int
    seed: int


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """One of the five standards: what was done, what was measured, what remains for a person."""

    number: int
    title: Text
    done: tuple[Text, ...]
    measured: tuple[Text, ...]
    remains: tuple[Text, ...]


class ProcessingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of one run, kept beside the released table; it holds no value of any row.

    ``table_sha256`` and ``hierarchies`` bind what was read; ``out_sha256`` what was written.
    ``figures`` are the tables behind the pictures: classes before and after, the search, and the
    loss for other k where it was asked for.
    """

    table: str
    table_sha256: str
    out: str
    out_sha256: str
    made_at: str
    rows: int
    released_rows: int
    requirement: Requirement
    solution: Solution
    hierarchies: dict[str, str]
    columns: tuple[ColumnUtility, ...]
    model: ModelUtility | None
    standards: tuple[Standard, ...]
    notes: tuple[Text, ...]
    token_key: TokenKeyUsed | None = None
    figures: tuple[Detail, ...] = ()
