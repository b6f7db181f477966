# SPDX-License-Identifier: Apache-2.0
"""Which categories of personal information measurements rule out, and which stay open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube import documents
from shirube.api.operator.judge import judge
from shirube.api.operator.report import content_of
from shirube.terms.errors import Problem
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from shirube.documents import DatasetCategories


def categories(
    folder: Path,
    dataset: str | None = None,
    *,
    on: dt.date | None = None,
    further_packs: Sequence[Path] = (),
) -> tuple[DatasetCategories, ...]:
    """Return how each category stands for each data set, in the words of the language in use.

    Without ``dataset``, the data sets that a measurement speaks about or whose declared route asks
    for it; with it, that one. Nothing is measured and nothing is sealed.
    """
    told = judge(folder, on=on, further_packs=further_packs)
    known = [one.id for one in told.manifest.datasets]
    if dataset is not None and dataset not in known:
        raise Problem(
            _("The manifest has no data set named {name}.").format(name=dataset),
            where=told.manifest.file,
            remedy=did_you_mean(dataset, known)
            or _("Data sets are: {names}.").format(names=", ".join(known)),
        )
    shown = documents.categories(content_of(told))
    return tuple(one for one in shown if dataset in (None, one.dataset))
