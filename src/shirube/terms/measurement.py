# SPDX-License-Identifier: Apache-2.0
"""A measurement: what a measure found on named data, with its interval, method and seed."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from shirube.terms.subject import Subject
from shirube.terms.text import Text

Scalar = float | int | str | bool | None


class Interval(msgspec.Struct, frozen=True):
    """An interval at a level, and how it was made (for example *bootstrap, simultaneous*)."""

    low: float
    high: float
    method: str
    level: float = 0.95


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One number (or answer) of a measurement.

    ``value`` is None when it could not be estimated; then ``reason`` says why. NaN and infinity
    never enter: they are None with the reason *not estimable*.
    """

    name: str
    value: float | int | bool | str | None
    unit: Literal["", "share", "count", "difference", "ratio", "days", "bits", "distance"] = ""
    interval: Interval | None = None
    sample_size: int | None = None
    baseline: float | None = None
    reason: Text | None = None


class Column(msgspec.Struct, frozen=True):
    """A column of a detail table: snake_case name, title, unit."""

    name: str
    title: Text
    unit: str = ""


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """A small table behind the values, from which charts are drawn.

    Never holds a value of a single person: rows are groups, bins, days or columns. ``chart`` names
    the picture that shows it.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    chart: Literal[
        "none", "histogram", "intervals", "compared", "lines", "bars", "heatmap"
    ] = "none"  # fmt: skip
    note: Text | None = None


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was measured, bound by its digest.

    ``role`` is the parameter that named the file's table; empty for the table that is measured.
    """

    name: str
    sha256: str
    bytes: int
    rows: int | None = None
    role: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure function returns; the runner adds inputs, arguments, engine and time."""

    values: tuple[Value, ...]
    sample_size: int
    method: Text
    details: tuple[Detail, ...] = ()
    notes: tuple[Text, ...] = ()


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """A result together with all that is needed to measure it again.

    ``key`` is the digest of input digests, arguments, seed and the method's version: equal keys
    mean that measuring again would find the same. ``failure`` is set when the attempt ended in an
    error; it is evidence all the same, and every value is then absent.
    """

    id: str
    measure: str
    version: str
    subject: Subject
    dataset: str
    inputs: tuple[Input, ...]
    arguments: dict[str, object]
    seed: int
    key: str
    values: tuple[Value, ...]
    sample_size: int
    method: Text | None
    engine: str
    measured_at: dt.datetime
    seconds: float
    details: tuple[Detail, ...] = ()
    notes: tuple[Text, ...] = ()
    failure: str = ""

    def value(self, name: str) -> Value | None:
        """Return the value of that name, or None."""
        return next((value for value in self.values if value.name == name), None)
