# SPDX-License-Identifier: Apache-2.0
"""Which rules reach a system and why, and what changed for it between two days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from shirube import assessment, manifest, measures
from shirube.api.clock import now
from shirube.api.operator.rules import load_packs
from shirube.api.operator.workspace import Workspace
from shirube.terms.errors import Problem
from shirube.terms.reaching import RuleChange, RuleReach
from shirube.terms.rule import Pack
from shirube.terms.subject import SUBJECT_KINDS, Subject
from shirube.terms.text import Text
from shirube.terms.vocabulary import DOCUMENT_NAMES
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shirube.terms.fact import Profile
    from shirube.terms.manifest import Manifest


class ReachOf(msgspec.Struct, frozen=True, kw_only=True):
    """The rules for a subject, and for what belongs to it: ``subjects`` in their order."""

    on: dt.date
    subjects: tuple[Subject, ...]
    reaches: tuple[RuleReach, ...]
    names: dict[str, Text]
    packs: tuple[Pack, ...]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What changed in the rules after ``start`` and up to ``end``."""

    start: dt.date
    end: dt.date
    changes: tuple[RuleChange, ...]
    names: dict[str, Text]
    packs: tuple[Pack, ...]
    with_manifest: bool


def rules_for(
    wanted: str, folder: Path, *, on: dt.date | None = None, further_packs: Sequence[Path] = ()
) -> ReachOf:
    """Return which rules reach a subject of the manifest, which do not, and why.

    Parameters
    ----------
    wanted
        A system's id; or ``kind:id`` for any subject. A system brings its data sets, models and
        suppliers and its operator along.
    folder
        The operator's folder.
    on, further_packs
        The date (default: today) and further folders of packs.

    Raises
    ------
    Problem
        The manifest names no such subject.
    """
    declared = _declared(folder)
    subjects = tuple(_belonging(declared, _subject(declared, wanted)))
    packs = load_packs(further_packs, folder)
    day = on or now().date()
    known = {profile.subject: profile for profile in _profiles(declared)}
    chosen = [known[subject] for subject in subjects]
    return ReachOf(
        on=day,
        subjects=subjects,
        reaches=assessment.reaching(chosen, packs, day),
        names=_names(declared),
        packs=packs,
    )


def rules_diff(
    start: dt.date,
    end: dt.date,
    folder: Path | None = None,
    *,
    further_packs: Sequence[Path] = (),
) -> Changes:
    """Return what changed in the rules between two days and, with a folder, whom it touches.

    Raises
    ------
    Problem
        The second day does not lie after the first.
    """
    if end <= start:
        raise Problem(
            _("{end} does not lie after {start}.").format(end=end, start=start),
            remedy=_("Give the earlier day with --from and the later one with --to."),
        )
    declared = _declared(folder) if folder else None
    packs = load_packs(further_packs, folder)
    profiles = _profiles(declared) if declared else ()
    return Changes(
        start=start,
        end=end,
        changes=assessment.changes(packs, start, end, profiles),
        names=_names(declared) if declared else {},
        packs=packs,
        with_manifest=declared is not None,
    )


def titles_of_names() -> dict[str, Text]:
    """Return what each name of a condition means to a person."""
    vocabulary = measures.vocabulary()
    named = {
        name.name: name.title
        for names in (*vocabulary.profile.values(), DOCUMENT_NAMES)
        for name in names
    }
    for source, names in vocabulary.sources.items():
        named.update({f"{source}.{name.name}": name.title for name in names})
    return named


def _declared(folder: Path) -> Manifest:
    return manifest.load(Workspace.at(folder).manifest, today=now().date())


def _profiles(declared: Manifest) -> tuple[Profile, ...]:
    return assessment.facts(declared, ()).profiles


def _names(declared: Manifest) -> dict[str, Text]:
    return {
        str(Subject("operator", declared.operator.id)): declared.operator.name,
        **{str(Subject("system", one.id)): one.name for one in declared.systems},
        **{str(Subject("dataset", one.id)): one.title for one in declared.datasets},
        **{str(Subject("model", one.id)): one.name for one in declared.models},
        **{str(Subject("supplier", one.id)): one.name for one in declared.suppliers},
    }


def _subject(declared: Manifest, wanted: str) -> Subject:
    """Find a subject by ``kind:id``, or by its id: a system before anything else."""
    known = declared.subjects()
    for one in known:
        if str(one) == wanted:
            return one
    for kind in ("system", *SUBJECT_KINDS):
        if Subject(kind, wanted) in known:
            return Subject(kind, wanted)
    listed = ", ".join(one.id for one in declared.systems) or _("none")
    raise Problem(
        _("The manifest names no {wanted}.").format(wanted=wanted),
        where=declared.file,
        remedy=did_you_mean(wanted, [one.id for one in known] + [str(one) for one in known])
        or _("Its systems are: {names}.").format(names=listed),
    )


def _belonging(declared: Manifest, subject: Subject) -> Iterator[Subject]:
    yield subject
    for system in declared.systems:
        if subject == Subject("system", system.id):
            yield from (Subject("dataset", name) for name in system.datasets)
            yield from (Subject("model", name) for name in system.models)
            yield from (Subject("supplier", name) for name in system.suppliers)
            yield Subject("operator", declared.operator.id)
