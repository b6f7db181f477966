# SPDX-License-Identifier: Apache-2.0
"""The one place where the clock is read; everything below is told the time."""

from __future__ import annotations

import datetime as dt

JAPAN = dt.timezone(dt.timedelta(hours=9), "JST")
"""Japan has one zone and no summer time, so that no time-zone data base is needed."""


def now() -> dt.datetime:
    """Return the present moment, in Japan's time, to the second."""
    return dt.datetime.now(JAPAN).replace(microsecond=0)
