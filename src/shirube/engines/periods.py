# SPDX-License-Identifier: Apache-2.0
"""The names of periods on every engine: sorted texts, not more than a person could look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST = 10_000


def index(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the distinct names, sorted, and where each of the given names stands among them."""
    periods = tuple(sorted(set(names)))
    check(periods)
    place = {name: n for n, name in enumerate(periods)}
    return periods or ("",), np.asarray([place[name] for name in names], np.int64)


def check(periods: Sequence[str]) -> None:
    """Refuse a column that has so many values that they are no periods."""
    if len(periods) > MOST:
        raise Problem(
            _("The column of the period has more than {limit} values.").format(limit=MOST),
            why=_("A period is a day or a month; each one has cells of its own."),
            remedy=_("Name a column of dates or months."),
        )
