# SPDX-License-Identifier: Apache-2.0
"""A rule: one expectation of an instrument, and the evidence that would show it.

Records only. ``rules`` reads and checks packs, ``assessment`` judges.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from shirube.terms.provenance import Provenance
from shirube.terms.subject import SubjectKind
from shirube.terms.text import Text

Footing = Literal[
    "statute", "statute-must", "effort", "rule", "cabinet-plan", "hq-guideline",
    "guideline", "discussion-paper", "soft-code", "commentary", "own-policy",
]  # fmt: skip
Status = Literal["in-force", "promulgated", "draft", "superseded"]
Confidence = Literal["high", "medium", "low"]
Addressee = Literal[
    "operator", "developer", "provider", "user", "research_institution",
    "state", "ministry", "local_government", "data_handler", "anyone",
]  # fmt: skip
Effort = Literal["hours", "days", "weeks", "months"]

Node = tuple[object, ...]
"""A compiled condition, for example ``("and", left, right)`` or ``("name", "anonymity.k")``."""


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """Where an expectation stands: instrument, provision, canonical address."""

    instrument: Text
    provision: Text
    url: str


class DatedValue(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold from a date on, with whose it is and why."""

    start: dt.date
    value: float | int | str | bool
    footing: Footing
    reason: Text


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence that would show a rule: one measure, one kind of document, or the manifest.

    ``arguments`` are the arguments that count: a run made with others is listed and not judged.
    """

    kind: Literal["measurement", "document", "manifest"]
    source: str
    arguments: dict[str, object] = msgspec.field(default_factory=dict)


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what an issuer evaluates: how many single goals it has, and its weight (0 to 1)."""

    title: Text
    goals: int
    weight: float


class GoalTree(msgspec.Struct, frozen=True, kw_only=True):
    """How an issuer takes an expectation apart; whose weights these are is said in ``source``.

    ``automatic`` is the weight of what the issuer's tool tests by itself; the rest is answered by
    people.
    """

    source: Text
    url: str
    on: dt.date
    automatic: float
    parts: tuple[Goal, ...]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One expectation."""

    id: str
    pack: str
    title: Text
    expectation: Text
    citations: tuple[Citation, ...]
    addressee: Addressee
    footing: Footing
    status: Status
    confidence: Confidence
    start: dt.date
    end: dt.date | None
    subject: SubjectKind
    applies: str
    wanted: Wanted
    over: Literal["every", "any"]
    shown: str
    next_step: Text
    effort: Effort
    values: dict[str, tuple[DatedValue, ...]] = msgspec.field(default_factory=dict)
    lifetime_days: int | None = None
    text_held: bool = True
    note: Text | None = None
    goal_tree: GoalTree | None = None
    applies_tree: Node = ()
    shown_tree: Node = ()
    file: str = ""

    @property
    def ref(self) -> str:
        """Return ``pack/id``, by which people name the rule."""
        return f"{self.pack}/{self.id}"

    @property
    def own_thresholds(self) -> tuple[str, ...]:
        """Return the values of the condition that no instrument gives."""
        return tuple(
            name
            for name, dated in self.values.items()
            if any(value.footing == "own-policy" for value in dated)
        )


class HeldFact(msgspec.Struct, frozen=True, kw_only=True):
    """A dated fact that is no rule: a heading whose text is not held, an earlier version.

    ``yearly`` says that it comes round every year on the day of ``start``.
    """

    id: str
    title: Text
    provision: Text
    text_held: bool = False
    start: dt.date | None = None
    yearly: bool = False


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one instrument, with its version and the digest of its files.

    ``provenance`` is looked up whenever the pack is loaded and stands in none of its files.
    """

    id: str
    title: Text
    issuer: Text
    version: str
    instrument_url: str
    start: dt.date
    end: dt.date | None = None
    rules: tuple[Rule, ...] = ()
    facts: tuple[HeldFact, ...] = ()
    sha256: str = ""
    binding: Text | None = None
    provenance: Provenance | None = None


class Name(msgspec.Struct, frozen=True):
    """A name that conditions may use, its type, and what it means to a person."""

    name: str
    type: Literal["number", "text", "boolean", "date"]
    title: Text
    unit: str = ""


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """All names that conditions may use.

    ``profile``: subject kind -> names on the manifest's side. ``sources``: measure name -> names of
    its values. Documents always have the names of ``DOCUMENT_NAMES``.
    """

    profile: dict[str, tuple[Name, ...]]
    sources: dict[str, tuple[Name, ...]]
