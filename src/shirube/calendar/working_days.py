# SPDX-License-Identifier: Apache-2.0
"""Working days of Japan's administrative organs, and deadlines counted in them.

No work is done on Saturdays, Sundays, national holidays and from 29 December to 3 January (Act on
Holidays of Administrative Organs, Act No. 91 of 1988, Art. 1). The holidays themselves come from
the library ``holidays``; the equinoxes of years to come are computed and become official in
February of the year before.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

from shirube.terms.errors import Problem
from shirube.terms.text import Text
from shirube.terms.upcoming import CountedDay, Deadline
from shirube.texts import N_, _

_SATURDAY: Final = 5
_FIRST_YEAR, _LAST_YEAR = 1989, 2099
_MOST_DAYS: Final = 3660


def deadline(start: dt.date, working_days: int) -> Deadline:
    """Count working days from the day after an event.

    Parameters
    ----------
    start
        The day of the event; it is not counted itself (Civil Code, Art. 140).
    working_days
        How many, from 1.

    Returns
    -------
    Deadline
        The last day, and each day in between with its number or the reason why it does not count.

    Raises
    ------
    Problem
        Fewer than one day, more than ten years, or a year for which the holidays are not known.
    """
    if not 1 <= working_days <= _MOST_DAYS:
        raise Problem(
            _("{count} is no number of working days that can be counted.").format(
                count=working_days
            ),
            remedy=_("Give a whole number from 1 to {most}.").format(most=_MOST_DAYS),
        )
    days: list[CountedDay] = []
    counted, day = 0, start
    while counted < working_days:
        day += dt.timedelta(1)
        reason = _rest(day)
        counted += reason is None
        days.append(CountedDay(date=day, number=None if reason else counted, reason=reason))
    return Deadline(start=start, working_days=working_days, end=day, days=tuple(days))


def is_working_day(day: dt.date) -> bool:
    """Tell whether administrative organs work on that day."""
    return _rest(day) is None


def _rest(day: dt.date) -> Text | None:
    """Return why a day does not count; None for a working day."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Problem(
            _("The holidays of {year} are not known here.").format(year=day.year),
            why=_("Without them a working day cannot be told from a holiday."),
            remedy=_("Give a date between {first} and {last}.").format(
                first=_FIRST_YEAR, last=_LAST_YEAR
            ),
        )
    found = _holidays(day.year).get(day)
    if found is not None:
        ja, en = found
        return Text(f"国民の祝日・休日（{ja}）", f"national holiday ({en})")
    if (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return Text.of(N_("year-end and New Year closure"))
    if day.weekday() == _SATURDAY:
        return Text.of(N_("Saturday"))
    return Text.of(N_("Sunday")) if day.weekday() > _SATURDAY else None


@cache
def _holidays(year: int) -> dict[dt.date, tuple[str, str]]:
    """Return the national holidays of a year with their names in Japanese and English."""
    import holidays

    ja = holidays.country_holidays("JP", years=year, language="ja")
    en = holidays.country_holidays("JP", years=year, language="en_US")
    return {day: (ja[day], en[day]) for day in ja}
