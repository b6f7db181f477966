# SPDX-License-Identifier: Apache-2.0
"""What can never happen, whatever is measured, repeated, withdrawn or left out."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import rule_worlds as worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube import assessment
from shirube.terms.fact import FactRow
from shirube.terms.finding import Finding, Outcome, Reason
from shirube.terms.rule import Wanted

FIXED = Wanted(kind="measurement", source="gauge", arguments={"floor": 5})
QUICK = settings(max_examples=80, deadline=None)
CONDITIONS = st.sampled_from(
    ["gauge.k >= value.limit", "gauge.k >= value.limit and gauge.gap.high < 6",
     "not gauge.k < value.limit", "gauge.k * 10 >= value.limit or gauge.clean"]
)  # fmt: skip


@st.composite
def _runs(draw: st.DrawFn, index: int = 0, arguments: Any = worlds.ARGUMENTS) -> FactRow:
    return worlds.run(
        index,
        draw(st.sampled_from(["m", "n"])),
        arguments=draw(arguments),
        values={
            "k": draw(worlds.NUMBERS),
            "gap.high": draw(worlds.NUMBERS),
            "clean": draw(st.sampled_from([None, True, False])),
        },
        date=draw(worlds.DATES),
        failure=draw(st.sampled_from(["", "", "", "broken"])),
        withdrawn=draw(st.sampled_from(["", "", "", "mistake"])),
    )


@st.composite
def _ledgers(draw: st.DrawFn) -> tuple[FactRow, ...]:
    return tuple(draw(_runs(index)) for index in range(draw(st.integers(0, 6))))


def _find(rule: Any, rows: tuple[FactRow, ...], **profile: Any) -> Finding:
    return assessment.assess(worlds.world(*rows, **profile), [worlds.pack(rule)], worlds.ON)[0]


@given(rows=_ledgers(), condition=CONDITIONS)
@QUICK
def test_shown_needs_a_finite_number_in_every_run_that_counts(
    rows: tuple[FactRow, ...], condition: str
) -> None:
    found = _find(worlds.rule(condition), rows)
    if found.outcome is Outcome.SHOWN and "clean" not in condition:
        assert found.judged
        for piece in found.judged:
            number = piece.values["gauge.k"]
            assert isinstance(number, int | float)
            assert math.isfinite(number)


@given(rows=_ledgers(), order=st.randoms(), condition=CONDITIONS)
@QUICK
def test_the_order_in_which_rows_are_given_changes_nothing(
    rows: tuple[FactRow, ...], order: Any, condition: str
) -> None:
    mixed = list(rows)
    order.shuffle(mixed)
    rule = worlds.rule(condition, wanted=FIXED, lifetime_days=30)
    assert _find(rule, tuple(mixed)) == _find(rule, rows)


@given(rows=_ledgers(), condition=CONDITIONS)
@QUICK
def test_every_attempt_is_counted_once(rows: tuple[FactRow, ...], condition: str) -> None:
    found = _find(worlds.rule(condition, wanted=FIXED, lifetime_days=30), rows)
    listed = [piece.index for piece in found.judged] + [other.index for other in found.others]
    assert sorted(listed) == [row.index for row in rows]
    assert found.attempts == len(rows)


@given(rows=_ledgers(), data=st.data(), condition=CONDITIONS)
@QUICK
def test_running_with_other_arguments_never_changes_the_outcome(
    rows: tuple[FactRow, ...], data: st.DataObject, condition: str
) -> None:
    rule = worlds.rule(condition, wanted=FIXED)
    other = data.draw(_runs(len(rows), arguments=st.sampled_from([{}, {"floor": 3}])))
    before, after = _find(rule, rows), _find(rule, (*rows, other))
    assert (after.outcome, after.judged) == (before.outcome, before.judged)
    assert after.attempts == before.attempts + 1


@given(rows=_ledgers(), data=st.data(), condition=CONDITIONS)
@QUICK
def test_a_further_declaration_never_makes_a_finding_shown_that_had_evidence(
    rows: tuple[FactRow, ...], data: st.DataObject, condition: str
) -> None:
    """Under ``every``, more declarations can only take away; the first evidence alone can show."""
    rule = worlds.rule(condition, wanted=FIXED)
    further = msgspec.structs.replace(data.draw(_runs(len(rows))), declared_id="new")
    before, after = _find(rule, rows), _find(rule, (*rows, further))
    rank = [Outcome.NOT_SHOWN, Outcome.NOT_JUDGED, Outcome.SHOWN]
    if before.reason is not Reason.NO_EVIDENCE:
        assert rank.index(after.outcome) <= rank.index(before.outcome)


@given(rows=_ledgers(), data=st.data(), condition=CONDITIONS)
@QUICK
def test_withdrawing_a_run_never_makes_a_finding_shown(
    rows: tuple[FactRow, ...], data: st.DataObject, condition: str
) -> None:
    """Unless the same declaration was measured again after the run that is withdrawn."""
    rule = worlds.rule(condition, wanted=FIXED)
    if not rows:
        return
    row = data.draw(st.sampled_from(rows))
    withdrawn = msgspec.structs.replace(row, withdrawn="mistake")
    after = _find(rule, tuple(withdrawn if item is row else item for item in rows))
    before = _find(rule, rows)
    later = any(r.declared_id == row.declared_id and r.index > row.index for r in rows)
    if before.outcome is not Outcome.SHOWN and not later:
        assert after.outcome is not Outcome.SHOWN
    if row.index in {other.index for other in before.others}:
        assert after.outcome is before.outcome


@given(rows=_ledgers(), low=st.integers(-2, 6), more=st.integers(0, 5))
@QUICK
def test_a_stricter_threshold_never_shows_more(
    rows: tuple[FactRow, ...], low: int, more: int
) -> None:
    mild, strict = (_find(worlds.rule(limit=limit), rows).outcome for limit in (low, low + more))
    if strict is Outcome.SHOWN:
        assert mild is Outcome.SHOWN
    if mild is Outcome.NOT_SHOWN:
        assert strict is Outcome.NOT_SHOWN


@given(rows=_ledgers(), size=st.integers(0, 9), personal=st.booleans())
@QUICK
def test_learning_a_fact_of_the_manifest_never_undoes_a_decided_finding(
    rows: tuple[FactRow, ...], size: int, personal: bool
) -> None:
    """Where ``applies`` does not ask for null; what was open may be decided, nothing else moves."""
    rule = worlds.rule(
        "gauge.k >= value.limit or dataset.size > 5", applies="dataset.personal or dataset.size > 3"
    )
    before = _find(rule, rows, size=size)
    after = _find(rule, rows, size=size, personal=personal)
    if before.outcome is not Outcome.NOT_JUDGED:
        assert after.outcome is before.outcome
