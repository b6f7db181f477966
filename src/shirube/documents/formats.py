# SPDX-License-Identifier: Apache-2.0
"""Dates and numbers as a reader of each language expects them."""

from __future__ import annotations

import datetime as dt

from shirube.terms.japan import JAPAN
from shirube.terms.measurement import Scalar
from shirube.texts import _, language

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(date: dt.date) -> str:
    """Return 22 November 2026, or 2026年11月22日."""
    if language() == "ja":
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def moment(instant: dt.datetime) -> str:
    """Return a moment in Japan Standard Time; a naive one is taken as UTC."""
    local = _local(instant)
    return _("{date}, {time} (Japan Standard Time)").format(
        date=day(local.date()), time=f"{local:%H:%M}"
    )


def minute(instant: dt.datetime) -> str:
    """Return a moment in Japan Standard Time for a table whose head names the zone."""
    local = _local(instant)
    return f"{day(local.date())} {local:%H:%M}"


def scalar(value: Scalar, unit: str = "") -> str:
    """Return a value with at most four significant digits, and with its unit."""
    if value is None:
        return _("not estimable")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return value
    if unit == "share":
        return percent(value)
    return _with_unit(number(value), unit)


def number(value: float) -> str:
    """Return a number: whole ones with separators, others with four significant digits."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def percent(share: float) -> str:
    """Return a share as a percentage: 0.1234 as 12.3 %, and never a rounded-off zero."""
    if 0 < abs(share) < 0.001:
        figure = f"{100 * share:.2g}"
    elif float(share).is_integer():
        figure = f"{100 * share:.0f}"
    else:
        figure = f"{100 * share:.1f}"
    return f"{figure}%"


def interval(low: float, high: float, unit: str = "") -> str:
    """Return an interval as ``low to high``."""
    plain = unit if unit == "share" else ""
    return _("{low} to {high}").format(low=scalar(low, plain), high=scalar(high, plain))


def byte_size(size: int) -> str:
    """Return a size in bytes, KB, MB or GB (powers of 1,000)."""
    for factor, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if size >= factor:
            return f"{size / factor:.1f} {name}"
    return f"{size} B"


def days(count: int) -> str:
    """Return an age or a term in days."""
    return _("1 day") if count == 1 else _("{count} days").format(count=f"{count:,}")


def short_digest(sha256: str) -> str:
    """Return the first twelve digits, enough to find the full digest in the list."""
    return sha256[:12]


def _local(instant: dt.datetime) -> dt.datetime:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    return aware.astimezone(JAPAN)


def _with_unit(figure: str, unit: str) -> str:
    if unit == "days":
        return _("{count} days").format(count=figure)
    return _("{figure} bits").format(figure=figure) if unit == "bits" else figure
