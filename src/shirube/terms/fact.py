# SPDX-License-Identifier: Apache-2.0
"""Facts are rows: one per subject and declared measurement, one per subject and document."""

from __future__ import annotations

import datetime as dt

import msgspec

from shirube.terms.manifest import Explanation
from shirube.terms.measurement import Scalar
from shirube.terms.subject import Subject
from shirube.terms.text import Text


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What the manifest says about one subject, flat: ``dataset.legal_route`` -> value.

    Every name of the vocabulary for this kind of subject is present; None is *unknown*. A profile
    of a system also holds the names of its operator.
    """

    subject: Subject
    facts: dict[str, Scalar]


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """One run of one declared measurement, or one state of one document, for one subject.

    ``source`` is the measure's name or the document's kind; ``values`` are flat (``k``,
    ``max_tpr_difference.high``), None where not estimable. ``index`` is the ledger index and gives
    the order; ``withdrawn`` holds the reason when a run was withdrawn, ``withdrawn_on`` since when
    (None: always). ``date`` is the day of the evidence, ``known`` the day of its seal where that is
    later. ``declared`` is False when the manifest no longer names a measurement or document of this
    id: its runs count until they expire or are withdrawn, and then leave no gap.
    """

    subject: Subject
    kind: str  # "measurement" or "document"
    source: str
    declared_id: str
    arguments: dict[str, object]
    values: dict[str, Scalar]
    date: dt.date
    index: int
    sha256: str
    withdrawn: str = ""
    failure: str = ""
    reasons: dict[str, Text] = msgspec.field(default_factory=dict)
    expires: dt.date | None = None
    known: dt.date | None = None
    withdrawn_on: dt.date | None = None
    declared: bool = True


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All facts known about an operator: the only input of an assessment beside the packs."""

    profiles: tuple[Profile, ...]
    rows: tuple[FactRow, ...]
    explanations: tuple[Explanation, ...] = ()
