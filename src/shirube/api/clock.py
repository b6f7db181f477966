# SPDX-License-Identifier: Apache-2.0
"""The one place where the clock is read; everything below is told the time."""

from __future__ import annotations

import datetime as dt

from shirube.terms.japan import JAPAN


def now() -> dt.datetime:
    """Return the present moment, in Japan's time, to the second."""
    return dt.datetime.now(JAPAN).replace(microsecond=0)
