# SPDX-License-Identifier: Apache-2.0
"""An interview about which rules reach a system: what is known, the next question, the reach."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from shirube import assessment, manifest, measures, rules
from shirube.api.clock import now
from shirube.api.operator.rules import load_packs
from shirube.api.operator.sealing import Sealing
from shirube.api.operator.workspace import Workspace
from shirube.terms.errors import Problem
from shirube.terms.interview import InterviewQuestion, Reach
from shirube.terms.measurement import Scalar
from shirube.terms.rule import Name, Pack, Rule
from shirube.terms.subject import Subject, SubjectKind
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.terms.manifest import Manifest


class Interview(msgspec.Struct, frozen=True, kw_only=True):
    """Where an interview stands: nothing is kept elsewhere, so a page can hold it as well."""

    kind: SubjectKind
    on: dt.date
    known: dict[str, Scalar]
    names: dict[str, Name]
    packs: tuple[Pack, ...]
    declined: frozenset[str] = frozenset()

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules about the subject and about its operator."""
        kinds = (self.kind, "operator")
        return tuple(one for pack in self.packs for one in pack.rules if one.subject in kinds)


def begin_interview(
    kind: SubjectKind = "system",
    folder: Path | None = None,
    subject: str | None = None,
    *,
    on: dt.date | None = None,
    further_packs: Sequence[Path] = (),
) -> Interview:
    """Begin an interview; with a folder and a subject, with what its manifest already says.

    Raises
    ------
    Problem
        The manifest has no such subject.
    """
    moment = now()
    known: dict[str, Scalar] = {}
    if folder is not None:
        place = Workspace.at(folder)
        declared = manifest.load(place.manifest, today=moment.date())
        chosen = _subject(declared, kind, subject)
        with Sealing(place.folder, declared.operator.id) as sealing:
            facts = assessment.facts(declared, sealing.evidence)
        known = next(one.facts for one in facts.profiles if one.subject == chosen)
    return Interview(
        kind=kind,
        on=on or moment.date(),
        known=known,
        names={name.name: name for name in measures.vocabulary().profile[kind]},
        packs=load_packs(further_packs, folder),
    )


def interview_question(interview: Interview) -> InterviewQuestion | None:
    """Return the next question; None when nothing can be decided any more."""
    return assessment.next_question(
        interview.rules(),
        interview.known,
        interview.names,
        interview.on,
        declined=interview.declined,
        choices=rules.choices(),
    )


def interview_answer(interview: Interview, name: str, value: Scalar) -> Interview:
    """Return the interview after an answer; None means that nobody here knows."""
    if value is None:
        declined = interview.declined | {name}
        return msgspec.structs.replace(interview, declined=declined)
    return msgspec.structs.replace(interview, known={**interview.known, name: value})


def interview_reach(interview: Interview) -> Reach:
    """Return which rules reach the subject by what is known."""
    return assessment.reach(interview.rules(), interview.known, interview.on)


def _subject(declared: Manifest, kind: SubjectKind, wanted: str | None) -> Subject:
    known = [one for one in declared.subjects() if one.kind == kind]
    if wanted is None and len(known) == 1:
        return known[0]
    for one in known:
        if one.id == wanted:
            return one
    listed = ", ".join(one.id for one in known) or _("none")
    raise Problem(
        _("The manifest has no {kind} named {name}.").format(kind=kind, name=wanted or "?"),
        where=declared.file,
        remedy=did_you_mean(wanted or "", [one.id for one in known])
        or _("There are: {names}.").format(names=listed),
    )
