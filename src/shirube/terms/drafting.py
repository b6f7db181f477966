# SPDX-License-Identifier: Apache-2.0
"""What is known for a draft: who asks for the document, about what, and what was measured."""

from __future__ import annotations

import datetime as dt

import msgspec

from shirube.terms.document import Document
from shirube.terms.evidence import Evidence
from shirube.terms.rule import Rule
from shirube.terms.subject import Subject
from shirube.terms.text import Text


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of document, the rules that ask for it, and the pack it is listed under.

    ``special`` says that it has a form of its own; ``group`` is None where no rule asks for it.
    """

    kind: str
    title: Text
    description: Text
    rules: tuple[str, ...] = ()
    group: Text | None = None
    special: bool = False


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that asks for the document and the subjects it reaches; ``start`` if yet to come."""

    rule: Rule
    reaches: tuple[Subject, ...] = ()
    start: dt.date | None = None


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A subject in the scope of a document, with what is declared of it.

    ``facts`` are pairs of a title and what is declared; ``open`` those of a title and the question
    of the manifest, for what nobody has told.
    """

    subject: Subject
    name: Text
    facts: tuple[tuple[Text, Text], ...] = ()
    open: tuple[tuple[Text, Text], ...] = ()


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """All that goes into a draft; nothing in it is guessed.

    ``shown`` says, for each sealed measurement by its ledger index, which of its values belong to
    the document; ``titles`` what measures and values (``measure.value``) are called.
    """

    kind: Kind
    operator: Text
    on: dt.date
    asking: tuple[Asking, ...] = ()
    scope: tuple[Described, ...] = ()
    declared: tuple[Document, ...] = ()
    measured: tuple[Evidence, ...] = ()
    shown: dict[int, tuple[str, ...]] = msgspec.field(default_factory=dict)
    questions: tuple[Text, ...] = ()
    titles: dict[str, Text] = msgspec.field(default_factory=dict)
