# SPDX-License-Identifier: Apache-2.0
"""What evidence already held would show in another framework, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube import assessment, rules
from shirube.api.clock import now
from shirube.api.operator.judge import judge
from shirube.api.operator.rules import load_packs
from shirube.terms.errors import Problem
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.terms.crosswalk import Crosswalk, CrosswalkStanding
    from shirube.terms.rule import Pack


def load_crosswalks(packs: Sequence[Pack], further: Sequence[Path] = ()) -> tuple[Crosswalk, ...]:
    """Load every crosswalk of the search path, checked against the packs."""
    files = rules.crosswalk_files(further or None)
    return tuple(rules.crosswalk(file, packs) for file in files.values())


def follow_crosswalk(
    framework: str,
    folder: Path | None = None,
    *,
    on: dt.date | None = None,
    further_packs: Sequence[Path] = (),
) -> CrosswalkStanding:
    """Return how the items of a framework stand by what a folder has sealed.

    Nothing is measured and nothing is sealed. Without ``folder`` the pointers alone are returned.
    """
    files = rules.crosswalk_files(further_packs or None)
    if framework not in files:
        raise Problem(
            _("There is no crosswalk to {name}.").format(name=framework),
            remedy=did_you_mean(framework, list(files))
            or _("There are crosswalks to: {names}.").format(names=", ".join(files)),
        )
    if folder is None:
        packs = load_packs(further_packs)
        day = on or now().date()
        return assessment.follow_crosswalk(
            rules.crosswalk(files[framework], packs), packs, None, day
        )
    told = judge(folder, on=on, further_packs=further_packs)
    found = rules.crosswalk(files[framework], told.packs)
    return assessment.follow_crosswalk(found, told.packs, told.findings, told.on)
