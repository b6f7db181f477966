# SPDX-License-Identifier: Apache-2.0
"""Attacks as values, as a table and in notes: rates with intervals, reasons for what lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.measures.privacy.attacks.rates import Rate, remaining_risk, wilson
from shirube.terms.codes import ATTACKS, TABLES, called
from shirube.terms.measurement import Column, Detail, Interval, Scalar, Value
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shirube.measures.privacy.attacks.outcome import Outcome
    from shirube.terms.records import Records
    from shirube.terms.rule import Name

LEVEL = 0.95

_NO_CONTROL = N_(
    "No control table is given, so nobody can tell what the release gives away about its own."
)
_NO_GUESS = N_("The released table offers no guess: no predicate fits exactly one of its rows.")
_ALWAYS = N_("Every guess about the control was right as well, so no risk can be told from it.")

_OF_TABLES = ("rows", "rows_original", "rows_control", "columns", "columns_left_out")


def values(
    produces: Sequence[Name],
    tables: Sequence[Records],
    outcomes: Sequence[Outcome],
    sensitive: Sequence[str],
    left_out: Sequence[str],
) -> tuple[Value, ...]:
    """Return every value that the measure declares, in its order."""
    rows = [table.rows for table in tables] + [None] * (3 - len(tables))
    counts = [*rows, len(tables[0].columns), len(left_out)]
    found: dict[str, Value] = {
        name: Value(
            name=name,
            value=count,
            unit="count",
            reason=None if count is not None else Text.of(_NO_CONTROL),
        )
        for name, count in zip(_OF_TABLES, counts, strict=True)
    }
    for attack in ("univariate", "multivariate", "linkability", "inference"):
        ran = [each for each in outcomes if each.attack == attack]
        level = _level(len(ran))
        worst = max(ran, key=lambda each: _height(each, level), default=None)
        found |= _of_attack(attack, worst, level, len(ran), _not_run(attack, tables, sensitive))
        if attack == "inference":
            found["inference_column"] = Value(
                name="inference_column",
                value=worst.target if worst else None,
                reason=None if worst else _not_run(attack, tables, sensitive),
            )
    return tuple(found[name.name] for name in produces)


def table(outcomes: Sequence[Outcome], columns: int) -> Detail:
    """Return per attack the rates of the attack, of its baseline and its control, and the risk."""
    rows: list[tuple[Scalar, ...]] = []
    for one in outcomes:
        level = _level(columns if one.attack == "inference" else 1)
        risk = _risk(one, level)
        told: tuple[tuple[str, int | None, float | None, Rate | Text | None], ...] = (
            ("main", one.guesses, one.successes, _main(one, level)),
            ("baseline", one.baseline_guesses, one.baseline, _baseline(one, level)),
            ("control", one.control_guesses, one.control, _control(one, level)),
            ("risk", None, None, risk),
        )
        rows += [
            (_label(one), name, guesses, successes, *_ends(rate))
            for name, guesses, successes, rate in told
        ]
    return Detail(
        name="attack_rates",
        title=Text("攻撃の的中の割合と基準、対照", "Rates of the attacks, baseline and control"),
        columns=(
            Column("attack", Text("攻撃", "attack")),
            Column("against", Text("区分", "what")),
            Column("guesses", Text("推測の数", "guesses"), "count"),
            Column("successes", Text("的中の数", "right"), "count"),
            Column("rate", Text("割合", "rate"), "share"),
            Column("rate_low", Text("下端", "from"), "share"),
            Column("rate_high", Text("上端", "to"), "share"),
        ),
        rows=tuple(rows),
        chart="compared",
        note=Text(
            "対照は、元の表にいない人への同じ攻撃です。リスクは（攻撃−対照）÷（1−対照）です。",
            "Control: the same attack on people who are not in the original. Risk: (attack - "
            "control) / (1 - control).",
        ),
    )


def _label(one: Outcome) -> str:
    """Name an attack with the column it is after."""
    return f"{one.attack}: {one.target}" if one.target else one.attack


def _ends(rate: Rate | Text | None) -> tuple[Scalar, ...]:
    """Return value and interval; empty cells where nothing could be estimated."""
    return (rate.value, rate.low, rate.high) if isinstance(rate, Rate) else (None,) * 3


def notes(
    tables: Mapping[str, Records],
    outcomes: Sequence[Outcome],
    left_out: Sequence[str],
    guesses: int,
) -> tuple[Text, ...]:
    """Say what a reader must know beside the numbers."""
    found = []
    for name, records in tables.items():
        if records.taken < records.rows:
            found.append(
                Text.of(
                    N_("Of the {rows} rows of the {table} table {taken} were drawn."),
                    rows=records.rows,
                    taken=records.taken,
                    table=called(TABLES, name),
                )
            )
    if "control" not in tables:
        found.append(Text.of(_NO_CONTROL))
    if left_out:
        missing = N_("Columns of the release that were not used: {names}.")
        found.append(Text.of(missing, names=", ".join(left_out[:30])))
    for one in outcomes:
        if one.guesses < guesses and one.attack in ("univariate", "multivariate"):
            fewer = N_("{attack}: the release offered {made} guesses of {wanted}.")
            found.append(
                Text.of(fewer, attack=called(ATTACKS, one.attack), made=one.guesses, wanted=guesses)
            )
        if one.guesses and one.successes <= one.baseline:
            weak = N_(
                "{attack}: the attack was no better than guessing at random. It is a weak "
                "attack; that does not show that the data are safe."
            )
            found.append(Text.of(weak, attack=called(ATTACKS, _label(one))))
    return tuple(found)


def _level(comparisons: int) -> float:
    """Return the level of each interval under which all of them hold together."""
    return 1.0 - (1.0 - LEVEL) / max(comparisons, 1)


def _main(one: Outcome, level: float) -> Rate | None:
    return wilson(one.successes, one.guesses, level) if one.guesses else None


def _baseline(one: Outcome, level: float) -> Rate | None:
    return wilson(one.baseline, one.baseline_guesses, level) if one.baseline_guesses else None


def _control(one: Outcome, level: float) -> Rate | None:
    if one.control is None or not one.control_guesses:
        return None
    return wilson(one.control, one.control_guesses, level)


def _risk(one: Outcome, level: float) -> Rate | Text:
    """Return the risk, or the reason why there is none."""
    main, control = _main(one, level), _control(one, level)
    if main is None:
        return Text.of(_NO_GUESS)
    if control is None:
        return Text.of(_NO_CONTROL)
    if one.control == one.control_guesses:
        return Text.of(_ALWAYS)
    return remaining_risk(main, control)


def _height(one: Outcome, level: float) -> tuple[bool, float]:
    """Order outcomes by what could not be told first, then by the upper end of the risk."""
    risk = _risk(one, level)
    if isinstance(risk, Rate):
        return False, risk.high
    main = _main(one, level)
    return True, main.high if main else 0.0


def _of_attack(
    attack: str, one: Outcome | None, level: float, ran: int, not_run: Text
) -> dict[str, Value]:
    """Return the values of one attack."""
    if one is None:
        names = [f"{attack}_{each}" for each in ("guesses", "rate", "control_rate", "risk")]
        return {name: Value(name=name, value=None, reason=not_run) for name in names}
    main, control, risk = _main(one, level), _control(one, level), _risk(one, level)
    baseline = _baseline(one, level)
    no_guess = Text.of(_NO_GUESS)
    found = [
        Value(name=f"{attack}_guesses", value=one.guesses, unit="count"),
        _value(f"{attack}_rate", main or no_guess, one.guesses, ran, baseline),
        _value(
            f"{attack}_control_rate",
            control or (no_guess if not one.guesses else Text.of(_NO_CONTROL)),
            one.control_guesses,
            ran,
        ),
        _value(f"{attack}_risk", risk, one.guesses, ran, baseline),
    ]
    return {value.name: value for value in found}


def _value(
    name: str, rate: Rate | Text, guesses: int | None, ran: int, baseline: Rate | None = None
) -> Value:
    """Return a rate with its interval, or None with the reason."""
    if isinstance(rate, Text):
        return Value(name=name, value=None, unit="share", reason=rate)
    method = "Wilson score, propagated" if name.endswith("_risk") else "Wilson score"
    if ran > 1:
        method += f", simultaneous over {ran} columns (Bonferroni)"
    return Value(
        name=name,
        value=rate.value,
        unit="share",
        interval=Interval(rate.low, rate.high, method, LEVEL),
        sample_size=guesses,
        baseline=baseline.value if baseline else None,
    )


def _not_run(attack: str, tables: Sequence[Records], sensitive: Sequence[str]) -> Text:
    """Say why an attack was not run at all."""
    if any(not each.taken for each in tables):
        return Text.of(N_("A table of the attack has no rows."))
    if attack == "inference" and not sensitive:
        return Text.of(N_("No sensitive column is named, so there is nothing to infer."))
    return Text.of(N_("The attack needs at least two columns."))
