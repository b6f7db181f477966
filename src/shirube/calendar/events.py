# SPDX-License-Identifier: Apache-2.0
"""Coming dates as an iCalendar file (RFC 5545), for the calendar that a person already has."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icalendar import Alarm

    from shirube.terms.upcoming import Upcoming

_REMINDER = dt.timedelta(days=-14)


def icalendar(coming: Sequence[Upcoming], *, name: str, now: dt.datetime) -> bytes:
    """Return the dates as all-day events with a reminder two weeks before.

    Parameters
    ----------
    coming
        The dates; the same date keeps its identifier, so that a calendar replaces it.
    name
        What the calendar is called.
    now
        When it is written, with its time zone.

    Raises
    ------
    Problem
        The extra ``reports`` is not installed.
    """
    try:
        import icalendar as ical
    except ImportError as error:
        raise Problem(
            _("Writing documents needs the extra reports, which is not installed."),
            remedy=_("Run: pip install 'shirube[reports]'"),
        ) from error
    calendar = ical.Calendar()
    calendar.add("prodid", "-//Shirube//calendar of coming dates//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for one in coming:
        event = ical.Event()
        event.add("uid", _uid(one))
        event.add("dtstamp", now.astimezone(dt.UTC))
        event.add("dtstart", one.date)
        event.add("dtend", one.date + dt.timedelta(1))
        event.add("summary", str(one.title))
        event.add("description", "\n".join((str(one.detail), *one.refs)))
        event.add("transp", "TRANSPARENT")  # a date to know of; it blocks nobody's day
        if one.yearly:
            event.add("rrule", {"freq": "yearly"})
        event.add_component(_reminder(ical.Alarm(), str(one.title)))
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _reminder(alarm: Alarm, text: str) -> Alarm:
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", _REMINDER)
    return alarm


def _uid(one: Upcoming) -> str:
    named = "\n".join((one.kind.value, one.date.isoformat(), one.title.en, *one.refs))
    return f"{hashlib.sha256(named.encode()).hexdigest()[:32]}@shirube"
