# SPDX-License-Identifier: Apache-2.0
"""A moment as people write it: a day in Japan, or a time with its zone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from shirube.terms.japan import JAPAN
from shirube.texts import _


def shown(at: dt.datetime) -> str:
    """Return a moment as a person reads it; in UTC, so that two of them can be compared."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M %Z}"


class Moment(click.ParamType["dt.datetime"]):
    """A day (its first moment in Japan), or a time; one without a zone is Japan's."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """Read the moment, or say what one looks like."""
        if isinstance(value, dt.datetime):
            return value
        try:
            found = dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                _("{value} is no moment. Write it as 2026-11-22 or 2026-11-22T09:00+09:00.").format(
                    value=value
                ),
                param,
                ctx,
            )
        return found if found.tzinfo else found.replace(tzinfo=JAPAN)
