# SPDX-License-Identifier: Apache-2.0
"""Run a declared measurement on a source: every attempt ends as a ``Measurement``.

An expected error (a column that is not there, a file that cannot be read) becomes ``failure``:
an attempt is evidence as well. A mistake of ours is raised.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube.measures import registry
from shirube.terms.errors import InternalError, ShirubeError
from shirube.terms.measurement import Input, Measurement, Result, Scalar, Value
from shirube.terms.text import Text
from shirube.texts import LANGUAGES, N_, language, using

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from shirube.measures.registry import Measure
    from shirube.terms.manifest import Declaration
    from shirube.terms.measurement import Detail
    from shirube.terms.source import Progress, Source, Table


def run(
    declaration: Declaration,
    source: Source,
    *,
    engine: str,
    now: dt.datetime,
    further: Mapping[str, Source] | None = None,
    progress: Progress | None = None,
    record_failure: bool = True,
) -> Measurement:
    """Measure what the declaration asks for on the source.

    Parameters
    ----------
    declaration
        Measure, arguments and seed; arguments that are left out take their defaults.
    source
        The table, with its digests filled in.
    engine
        Name and version of the engine, for the record.
    now
        The time of the measurement; the clock is never asked for it.
    further
        The further tables that the declaration names, by the name of the parameter.
    progress
        Told what is being done.
    record_failure
        Whether what the measure refuses becomes ``failure``, to be sealed; else it is raised.

    Raises
    ------
    Problem, Problems
        When the declaration itself is wrong: no such measure, or an argument it does not have; and
        what the measure refuses, where it is not recorded.
    """
    measure = registry.get(declaration.measure)
    arguments = measure.arguments(declaration.arguments)
    started = time.perf_counter()
    others = dict(further or {})
    given = arguments | others
    result, refused = _attempt(measure, source, given, declaration.seed, progress)
    if refused is not None and not record_failure:
        raise refused
    failure = ""
    if refused is not None:
        failure = _in_both_languages(
            refused, lambda: _call(measure, source, given, declaration.seed)
        )
    return Measurement(
        id=declaration.id,
        measure=measure.name,
        version=measure.version,
        subject=declaration.subject,
        dataset=declaration.dataset,
        inputs=(
            *_inputs(source.table),
            *(file for name, other in others.items() for file in _inputs(other.table, name)),
        ),
        arguments=arguments,
        seed=declaration.seed,
        key=key_of(
            declaration, source.table, {name: other.table for name, other in others.items()}
        ),
        values=tuple(_finite(value) for value in result.values) if result else (),
        sample_size=int(result.sample_size) if result else 0,
        method=result.method if result else None,
        engine=engine,
        measured_at=now,
        seconds=time.perf_counter() - started,
        details=tuple(_finite_detail(detail) for detail in result.details) if result else (),
        notes=result.notes if result else (),
        failure=failure,
    )


def key_of(
    declaration: Declaration, table: Table, further: Mapping[str, Table] | None = None
) -> str:
    """Return the key that measuring this declaration on these tables has, without measuring."""
    return registry.key(
        declaration.measure,
        declaration.arguments,
        declaration.seed,
        table.digests,
        reading=_reading(table),
        further={name: (_reading(it), it.digests) for name, it in (further or {}).items()},
    )


def further_tables(declaration: Declaration) -> dict[str, str]:
    """Return the data sets that the declaration's arguments name, by the name of the parameter.

    Raises
    ------
    Problem, Problems
        When the declaration itself is wrong: no such measure, or an argument it does not have.
    """
    measure = registry.get(declaration.measure)
    arguments = measure.arguments(declaration.arguments)
    named = {each.name: arguments[each.name] for each in measure.parameters if each.type == "table"}
    return {name: str(dataset) for name, dataset in named.items() if dataset is not None}


def _reading(table: Table) -> str:
    return f"{table.format}:{table.relation or table.encoding}"


def _attempt(
    measure: Measure,
    source: Source,
    arguments: dict[str, object],
    seed: int,
    progress: Progress | None,
) -> tuple[Result | None, ShirubeError | None]:
    """Return the result, or what the measure refused."""
    try:
        result = _call(measure, source, arguments, seed, progress)
    except InternalError:
        raise
    except ShirubeError as error:
        return None, error
    _check_names(measure, result)
    return result, None


def _call(
    measure: Measure,
    source: Source,
    arguments: dict[str, object],
    seed: int,
    progress: Progress | None = None,
) -> Result:
    given = dict(arguments)
    accepted = measure.function.__kwdefaults__ or {}
    if "seed" in accepted:
        given["seed"] = seed
    if "progress" in accepted:
        given["progress"] = progress
    result: Result = measure.function(source, **given)
    return result


def _in_both_languages(refused: ShirubeError, again: Callable[[], object]) -> str:
    """Write a failure as strangers read it: the same words, whoever measured.

    A sentence is made in the language in use, so the refusal is met again in the other one.
    """
    told = {language(): str(refused)}
    for other in LANGUAGES:
        if other not in told:
            with using(other):
                told[other] = _refusal(again) or str(refused)
    return "\n".join(dict.fromkeys(told[each] for each in LANGUAGES))


def _refusal(again: Callable[[], object]) -> str:
    try:
        again()
    except ShirubeError as same:
        return str(same)
    return ""


def _check_names(measure: Measure, result: Result) -> None:
    """Refuse a value that the measure does not declare: no condition could ever name it."""
    declared = {name.name for name in measure.produces}
    extra = [value.name for value in result.values if value.name not in declared]
    if extra:
        raise InternalError(f"{measure.name} returns values it does not declare: {extra}")


def _finite(value: Value) -> Value:
    """Return the value as plain Python; NaN and infinity become None with their reason."""
    number, interval = _plain(value.value), value.interval
    if interval is not None and not (math.isfinite(interval.low) and math.isfinite(interval.high)):
        interval = None
    if interval is not None:
        interval = msgspec.structs.replace(
            interval, low=float(interval.low), high=float(interval.high)
        )
    reason = value.reason
    if number is None and not reason:
        reason = Text.of(N_("not estimable"))
    return msgspec.structs.replace(
        value,
        value=number,
        interval=None if number is None else interval,
        sample_size=None if value.sample_size is None else int(value.sample_size),
        baseline=_number(value.baseline),
        reason=reason,
    )


def _finite_detail(detail: Detail) -> Detail:
    """Return the detail table as plain Python, not-a-number as None."""
    rows = tuple(tuple(_plain(cell) for cell in row) for row in detail.rows)
    return msgspec.structs.replace(detail, rows=rows)


def _plain(value: object) -> Scalar:
    """Return a Python scalar (numpy's scalars know ``item``); what is not finite is None."""
    scalar: Scalar = value.item() if hasattr(value, "item") else value  # type: ignore[assignment]
    if isinstance(scalar, float) and not math.isfinite(scalar):
        return None
    return scalar


def _number(value: float | None) -> float | None:
    """Return a finite float or None."""
    return float(value) if value is not None and math.isfinite(value) else None


def _inputs(table: Table, role: str = "") -> tuple[Input, ...]:
    """Bind every file by its digest; only its name is told, not where it lies on this machine."""
    digests = table.digests or ("",) * len(table.files)
    sizes = table.sizes or (0,) * len(table.files)
    alone = len(table.files) == 1
    names = table.names if table.relation else [Path(file).name for file in table.files]
    return tuple(
        Input(
            name=name,
            sha256=digest,
            bytes=size,
            rows=table.rows if alone else None,
            role=role,
        )
        for name, digest, size in zip(names, digests, sizes, strict=True)
    )
