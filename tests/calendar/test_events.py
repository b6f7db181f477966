# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import datetime as dt

import icalendar as ical

from shirube.calendar import icalendar
from shirube.terms.text import Text
from shirube.terms.upcoming import Coming, Upcoming
from shirube.texts import using

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
CODE = Upcoming(
    date=dt.date(2027, 8, 25),
    kind=Coming.FACT,
    title=Text("毎年の更新, 長い題名" * 8, "Yearly update"),
    detail=Text("原則", "Principle"),
    refs=("principle_code/yearly_update",),
    yearly=True,
)


def events(content: bytes) -> list[ical.Event]:
    return list(ical.Calendar.from_ical(content).walk("VEVENT"))


def test_a_date_is_an_event_of_one_day_with_a_reminder() -> None:
    with using("ja"):
        (event,) = events(icalendar([CODE], name="標", now=NOW))
    assert str(event["summary"]) == CODE.title.ja  # folded over lines and read back whole
    assert (event["dtstart"].dt, event["dtend"].dt) == (CODE.date, dt.date(2027, 8, 26))
    assert event["rrule"]["FREQ"] == ["YEARLY"]
    (alarm,) = event.walk("VALARM")
    assert alarm["trigger"].dt == dt.timedelta(days=-14)


def test_the_same_date_keeps_its_identifier_in_both_languages() -> None:
    written = []
    for language in ("ja", "en"):
        with using(language):
            written.append(events(icalendar([CODE], name="x", now=NOW))[0])
    assert written[0]["uid"] == written[1]["uid"]
    assert written[0]["summary"] != written[1]["summary"]


def test_no_date_is_an_empty_calendar() -> None:
    assert events(icalendar([], name="x", now=NOW)) == []
