# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.calendar import deadline, is_working_day
from shirube.terms.errors import Problem

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2050, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_a_weekend_is_passed_over_and_the_day_itself_is_not_counted() -> None:
    # Friday 13 November 2026; the 14th and 15th are a weekend.
    found = deadline(day("2026-11-13"), 2)
    assert found.end == day("2026-11-17")
    assert [(one.date.day, one.number, one.reason and one.reason.en) for one in found.days] == [
        (14, None, "Saturday"),
        (15, None, "Sunday"),
        (16, 1, None),
        (17, 2, None),
    ]


def test_the_autumn_of_2026_has_three_holidays_in_a_row() -> None:
    # 21 September Respect for the Aged Day, 22 a day between two holidays, 23 Autumnal Equinox.
    assert deadline(day("2026-09-18"), 1).end == day("2026-09-24")


def test_offices_are_closed_from_29_december_to_3_january() -> None:
    # 28 December 2026 is a Monday; 2 and 3 January 2027 are a weekend, the 4th is a Monday.
    found = deadline(day("2026-12-28"), 1)
    assert found.end == day("2027-01-04")
    closed = [one for one in found.days if one.reason]
    assert len(closed) == 6
    assert closed[0].reason.ja == "年末年始の閉庁"
    assert "元日" in closed[3].reason.ja


@given(DAYS, st.integers(1, 60))
def test_as_many_days_are_counted_as_were_asked_for(start: dt.date, count: int) -> None:
    found = deadline(start, count)
    numbered = [one.number for one in found.days if one.number is not None]
    assert numbered == list(range(1, count + 1))
    assert found.days[-1].date == found.end
    assert [one.date for one in found.days] == [
        start + dt.timedelta(at + 1) for at in range(len(found.days))
    ]
    assert all(is_working_day(one.date) == (one.reason is None) for one in found.days)


@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_counting_on_from_a_deadline_is_counting_both(start: dt.date, a: int, b: int) -> None:
    assert deadline(deadline(start, a).end, b).end == deadline(start, a + b).end


@pytest.mark.parametrize("count", [0, -1, 100_000])
def test_a_number_that_cannot_be_counted_is_told(count: int) -> None:
    with pytest.raises(Problem, match=str(count)):
        deadline(day("2026-01-05"), count)


def test_a_year_without_known_holidays_is_told() -> None:
    with pytest.raises(Problem, match="2100"):
        deadline(day("2099-12-28"), 5)
