# SPDX-License-Identifier: Apache-2.0
"""Days that count: working days in Japan, and coming dates as an iCalendar file."""

from shirube.calendar.events import icalendar
from shirube.calendar.working_days import deadline, is_working_day

__all__ = ["deadline", "icalendar", "is_working_day"]
