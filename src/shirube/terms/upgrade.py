# SPDX-License-Identifier: Apache-2.0
"""A new version of a pack for one operator: what it changes, and what goes on counting."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from shirube.terms.finding import Outcome
from shirube.terms.provenance import Provenance
from shirube.terms.subject import Subject
from shirube.terms.text import Text

Given = Literal["explanation", "document", "measurement", "answer"]
Said = Text | str
Change = Literal["added", "removed", "changed"]


class PackSide(msgspec.Struct, frozen=True, kw_only=True):
    """A pack as it stands, or as it would be."""

    version: str
    sha256: str
    rules: int
    provenance: Provenance | None = None


class PartChange(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a rule, a threshold or a fact, before and after; empty where it is absent."""

    part: str
    old: Said
    new: Said


class RuleUpgrade(msgspec.Struct, frozen=True, kw_only=True):
    """A rule (or a dated fact of the pack) that is added, removed or changed."""

    ref: str
    title: Text
    change: Change
    parts: tuple[PartChange, ...] = ()


class FindingMove(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that has another outcome under the new pack, with both conditions filled in.

    ``old`` is None for a rule that is added, ``new`` for one that is removed.
    """

    rule: str
    subject: Subject
    old: Outcome | None
    new: Outcome | None
    before: str = ""
    after: str = ""


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that was given, and the rules of the pack under which it counts.

    An explanation is named by the rule and the subject that it is about, a document or measurement
    by the id of its declaration, an answer of the manifest by its name (``system.sector``).
    """

    kind: Given
    name: str
    subject: Subject
    before: tuple[str, ...]
    after: tuple[str, ...]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that the new pack asks for and nobody has given yet."""

    name: str
    subject: Subject
    rules: tuple[str, ...]


class Upgrade(msgspec.Struct, frozen=True, kw_only=True):
    """What a new version of a pack would do, or has done, in an operator's folder.

    ``stay`` counts the findings of the pack that keep their outcome. ``hindrances`` say why it
    cannot be applied. ``entry`` is the ledger entry that recorded it, None while nothing was done.
    """

    pack: str
    title: Text
    on: dt.date
    old: PackSide | None
    new: PackSide
    rules: tuple[RuleUpgrade, ...]
    moves: tuple[FindingMove, ...]
    stay: int
    attachments: tuple[Attachment, ...]
    questions: tuple[Question, ...]
    hindrances: tuple[str, ...] = ()
    entry: int | None = None
