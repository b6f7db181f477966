# SPDX-License-Identifier: Apache-2.0
"""A reproduction on a terminal: one verdict a line, with what was not alike below it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from shirube.terms.errors import ExitCode
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.terms.reproduction import Difference, MeasuredAgain, Reproduction, ValueAgain

_MOST_VALUES = 5
_SHORT_DIGEST = 16


def exit_code(made: Reproduction) -> ExitCode:
    """Return 1 when something is different, 3 when something could not be measured again, else 0.

    A dossier without any measurement shows nothing, so it ends with 3 as well.
    """
    met = {one.verdict for one in made.measurements} | {one.verdict for one in made.models}
    if "different" in met:
        return ExitCode.NOT_SHOWN
    hidden = any(hole.why == "redacted" for hole in made.holes)
    if "not_reproduced" in met or hidden or not made.measurements:
        return ExitCode.NOT_JUDGED
    return ExitCode.OK


def tell_reproduction(made: Reproduction) -> None:
    """Say of each measurement what came of it, then of models and holes, then how many of each."""
    click.echo(
        _("The dossier of {id} holds (key {key}); its measurements, measured again:").format(
            id=made.operator_id, key=made.key_id[:_SHORT_DIGEST]
        )
    )
    if made.seed is not None:
        click.echo(_("With the seed {seed} instead of those recorded.").format(seed=made.seed))
    for one in made.measurements:
        for line in _lines(one):
            click.echo(line)
    _tell_models(made)
    for hole in made.holes:
        told = {
            "redacted": _("Not in the file: entry {index} was removed by redaction."),
            "not_chosen": _("Not in the file: entry {index} {id} ({measure}) was left out."),
            "erased": _("Not in the file: entry {index} {id} ({measure}) was erased."),
        }[hole.why]
        click.echo(told.format(index=hole.index, id=hole.id, measure=hole.measure))
    tell_counts(made)


def tell_counts(made: Reproduction) -> None:
    """Say how many measurements came to which verdict."""
    counted = Counter(str(one.verdict) for one in made.measurements)
    said = ", ".join(f"{word} {counted[name]}" for name, word in _verdicts().items())
    click.echo(_("{count} measurements: {said}.").format(count=len(made.measurements), said=said))


def _verdicts() -> dict[str, str]:
    return {
        "equal": _("equal"),
        "within_interval": _("within the interval"),
        "different": _("different"),
        "not_reproduced": _("could not be measured again"),
    }


def _causes() -> dict[str, str]:
    return {
        "data": _("the data"),
        "model": _("the model"),
        "version": _("the version"),
        "seed": _("the seed"),
        "unexplained": _("unexplained"),
    }


def _lines(one: MeasuredAgain) -> Iterator[str]:
    verdict = _verdicts()[one.verdict]
    shown = _("[{index}] {id} ({measure}): {verdict}").format(
        index=one.index, id=one.id, measure=one.measure, verdict=verdict
    )
    if one.cause:
        shown = _("{shown}; first cause: {cause}").format(shown=shown, cause=_causes()[one.cause])
    yield shown
    if one.withdrawn:
        yield "    " + _("The operator has withdrawn this run since.")
    if one.reason:
        yield f"    {one.reason}"
    yield from (f"    {_difference(each)}" for each in one.differences)
    apart = [value for value in one.values if value.agreement != "equal"]
    apart.sort(key=_same_value)  # a value that is another one says more than an interval that is
    yield from (f"    {_value(value)}" for value in apart[:_MOST_VALUES])
    if len(apart) > _MOST_VALUES:
        yield "    " + _("and {count} further values").format(count=len(apart) - _MOST_VALUES)
    if one.cause in ("data", "model") and one.values and not apart:
        yield "    " + _("All values are equal nevertheless.")


def _difference(one: Difference) -> str:
    if one.cause in ("data", "model"):
        return _("{name}: sealed with the digest {sealed}, here {found}").format(
            name=one.what,
            sealed=one.sealed[:_SHORT_DIGEST] or "–",
            found=one.found[:_SHORT_DIGEST] or "–",
        )
    told = {
        "method": _("version of the method: sealed {sealed}, here {found}"),
        "tool": _("version of Shirube: sealed {sealed}, here {found}"),
        "engine": _("engine: sealed {sealed}, here {found}"),
        "seed": _("seed: sealed {sealed}, here {found}"),
    }[one.what]
    return told.format(sealed=one.sealed, found=one.found)


def _same_value(one: ValueAgain) -> bool:
    return one.found is not None and one.sealed == one.found


def _value(one: ValueAgain) -> str:
    if _same_value(one):
        return _("{name}: {value} as sealed, with another interval or sample size").format(
            name=one.name, value=one.found
        )
    if one.name.startswith("details."):
        return _("the table {name} is another one").format(name=one.name.removeprefix("details."))
    told = _("{name}: sealed {sealed}, again {found}").format(
        name=one.name, sealed=one.sealed or "–", found=one.found or "–"
    )
    if one.interval is None:
        return told
    return _("{told} (interval {low} to {high})").format(
        told=told, low=one.interval[0], high=one.interval[1]
    )


def _tell_models(made: Reproduction) -> None:
    told = {
        "same": _("[{index}] model {id}: its files have the sealed digests"),
        "different": _("[{index}] model {id}: its files are others than those sealed"),
        "not_given": _("[{index}] model {id}: its files are not at hand"),
    }
    for model in made.models:
        click.echo(told[model.verdict].format(index=model.index, id=model.id))
        for each in model.files:
            click.echo(f"    {_difference(each)}")
