# SPDX-License-Identifier: Apache-2.0
"""Japan's time: one zone and no summer time, so that no time-zone data base is needed."""

from __future__ import annotations

import datetime as dt

JAPAN = dt.timezone(dt.timedelta(hours=9), "JST")
"""The zone in which a day begins and ends for every rule and every report."""
