# SPDX-License-Identifier: Apache-2.0
"""Hold a measurement against the one that was sealed, and name the first cause of a difference.

1. The files: where a digest is another, the sealed measurement was of other data (or another
   model), and no number can speak for it. The verdict is *different*, whatever the values are.
2. Each value: equal, within the sealed interval, or different. Numbers are equal to nine digits:
   sums that are added in another order differ in the last ones.
3. Where method and seed were alike, intervals and sample sizes must be equal too, so that a forged
   one is found; where the tool was alike as well, tables of details, and which values there are.
4. The first cause in the order data, model, version (of the method, the tool, the engine), seed.
   Where nothing was unlike and something differs, it is *unexplained*.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from shirube.terms.reproduction import Difference, MeasuredAgain, ValueAgain
from shirube.terms.text import Text

if TYPE_CHECKING:
    from shirube.terms.measurement import Detail, Interval, Measurement, Scalar, Value
    from shirube.terms.reproduction import Agreement, Cause, Verdict

_DIGITS: Final = 1e-9
_ZERO: Final = 1e-12
_MODELS: Final = ("model",)
"""Roles of inputs that are models; those of all others are tables."""


def compare(
    index: int, sealed: Measurement, again: Measurement, *, tools: tuple[str, str]
) -> MeasuredAgain:
    """Return the verdict on one measurement.

    Parameters
    ----------
    index
        Its entry in the ledger.
    sealed, again
        What was sealed, and what measuring again with its arguments found.
    tools
        The versions of Shirube that sealed it, and that measured again.
    """
    differences = _differences(sealed, again, tools)
    first = differences[0].cause if differences else None
    values = _values(sealed, again, unlike={one.what for one in differences})
    verdict, cause = _verdict(sealed, again, first, values)
    failed = bool(again.failure) and verdict != "equal"
    return MeasuredAgain(
        index=index,
        id=sealed.id,
        measure=sealed.measure,
        dataset=sealed.dataset,
        verdict=verdict,
        cause=cause,
        reason=Text(again.failure, again.failure) if failed else None,
        differences=differences,
        values=() if failed else values,
        seconds=again.seconds,
    )


def not_reproduced(index: int, sealed: Measurement, reason: Text) -> MeasuredAgain:
    """Return the verdict on a measurement that could not be run here, and why."""
    return MeasuredAgain(
        index=index,
        id=sealed.id,
        measure=sealed.measure,
        dataset=sealed.dataset,
        verdict="not_reproduced",
        reason=reason,
    )


def _verdict(
    sealed: Measurement, again: Measurement, first: Cause | None, values: tuple[ValueAgain, ...]
) -> tuple[Verdict, Cause | None]:
    if first in ("data", "model"):
        return "different", first
    if again.failure and again.failure != sealed.failure:
        return "not_reproduced", None  # something is missing here that was there then
    met = {value.agreement for value in values}
    if "different" in met or bool(sealed.failure) != bool(again.failure):
        return "different", first or "unexplained"
    return ("within_interval" if "within_interval" in met else "equal"), None


def _differences(
    sealed: Measurement, again: Measurement, tools: tuple[str, str]
) -> tuple[Difference, ...]:
    """Return all that was not alike, in the order in which it explains."""
    files = [*_files(sealed, again, models=False), *_files(sealed, again, models=True)]
    versions = [
        Difference(cause="version", what=what, sealed=then, found=now)
        for what, then, now in (
            ("method", sealed.version, again.version),
            ("tool", *tools),
            ("engine", sealed.engine, again.engine),
        )
        if then != now
    ]
    seeds = (
        [Difference(cause="seed", what="seed", sealed=str(sealed.seed), found=str(again.seed))]
        if sealed.seed != again.seed
        else []
    )
    return (*files, *versions, *seeds)


def _files(sealed: Measurement, again: Measurement, *, models: bool) -> list[Difference]:
    """Pair the files of each role: those of equal digest first, then those that are left."""
    cause: Cause = "model" if models else "data"
    found: list[Difference] = []
    for role in dict.fromkeys(file.role for file in (*sealed.inputs, *again.inputs)):
        if (role in _MODELS) != models:
            continue
        then = [file for file in sealed.inputs if file.role == role]
        now = [file for file in again.inputs if file.role == role]
        for file in list(then):
            twin = next((each for each in now if each.sha256 == file.sha256), None)
            if twin is not None:
                then.remove(file)
                now.remove(twin)
        for place in range(max(len(then), len(now))):
            old = then[place] if place < len(then) else None
            new = now[place] if place < len(now) else None
            name = (old or new or again.inputs[0]).name
            found.append(
                Difference(
                    cause=cause,
                    what=name,
                    sealed=old.sha256 if old else "",
                    found=new.sha256 if new else "",
                )
            )
    return found


def _values(sealed: Measurement, again: Measurement, *, unlike: set[str]) -> tuple[ValueAgain, ...]:
    alike = not unlike & {"method", "seed"}
    compared = [_value(value, again.value(value.name), alike=alike) for value in sealed.values]
    if alike and "tool" not in unlike:
        known = {value.name for value in sealed.values}
        compared += [
            ValueAgain(name=value.name, agreement="different", found=_told(value.value))
            for value in again.values
            if value.name not in known
        ]
        compared += _details(sealed, again)
    return tuple(compared)


def _value(sealed: Value, again: Value | None, *, alike: bool) -> ValueAgain:
    interval = sealed.interval
    return ValueAgain(
        name=sealed.name,
        agreement=_agreement(sealed, again, alike=alike),
        sealed=_told(sealed.value),
        found=_told(again.value) if again else None,
        interval=(repr(interval.low), repr(interval.high)) if interval else None,
    )


def _agreement(sealed: Value, again: Value | None, *, alike: bool) -> Agreement:
    if again is None:
        return "different"
    if _same(sealed.value, again.value):
        whole = sealed.sample_size == again.sample_size and _same_ends(sealed, again)
        return "equal" if whole or not alike else "different"
    # Each must lie in the other's interval: one that was sealed too wide then helps nobody.
    within = _inside(again.value, sealed.interval) and (
        again.interval is None or _inside(sealed.value, again.interval)
    )
    return "within_interval" if within else "different"


def _inside(value: Scalar, interval: Interval | None) -> bool:
    if interval is None or not _is_number(value):
        return False
    return interval.low <= float(value or 0) <= interval.high


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same_ends(sealed: Value, again: Value) -> bool:
    then, now = sealed.interval, again.interval
    if then is None or now is None:
        return then is now
    return _same(then.low, now.low) and _same(then.high, now.high) and then.level == now.level


def _same(then: Scalar, now: Scalar) -> bool:
    if isinstance(then, float) or isinstance(now, float):
        if not (_is_number(then) and _is_number(now)):
            return False
        return math.isclose(float(then or 0), float(now or 0), rel_tol=_DIGITS, abs_tol=_ZERO)
    return type(then) is type(now) and then == now


def _details(sealed: Measurement, again: Measurement) -> list[ValueAgain]:
    """Return the tables of details that are not equal, and those that only one run has."""
    then = {detail.name: detail for detail in sealed.details}
    now = {detail.name: detail for detail in again.details}
    return [
        ValueAgain(name=f"details.{name}", agreement="different")
        for name in dict.fromkeys((*then, *now))
        if not _same_table(then.get(name), now.get(name))
    ]


def _same_table(then: Detail | None, now: Detail | None) -> bool:
    if then is None or now is None or len(then.rows) != len(now.rows):
        return False
    return [column.name for column in then.columns] == [
        column.name for column in now.columns
    ] and all(
        len(old) == len(new) and all(map(_same, old, new))
        for old, new in zip(then.rows, now.rows, strict=True)
    )


def _told(value: Scalar) -> str | None:
    """Write a value as a text: the shortest decimal of a number, *true* or *false*."""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else repr(value)
