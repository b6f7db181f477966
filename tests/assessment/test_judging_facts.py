# SPDX-License-Identifier: Apache-2.0
"""Small worlds: which runs count, what is asked for, and what a finding carries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
import rule_worlds as worlds

from shirube import assessment
from shirube.terms.finding import Finding, Judged, OtherRun, Outcome, Reason
from shirube.terms.manifest import Explanation
from shirube.terms.rule import DatedValue, Wanted
from shirube.terms.text import Text

SHOWN, NOT_SHOWN, NOT_JUDGED = Outcome.SHOWN, Outcome.NOT_SHOWN, Outcome.NOT_JUDGED
MANIFEST = Wanted(kind="manifest", source="manifest")
POLICY = Wanted(kind="document", source="policy")


def _find(rule: Any, facts: Any, on: dt.date = worlds.ON) -> Finding:
    return assessment.assess(facts, [worlds.pack(rule)], on)[0]


def _paper(index: int, name: str, **values: Any) -> Any:
    return worlds.run(index, name, kind="document", source="policy", values=values)


def test_a_finding_carries_all_that_a_report_needs() -> None:
    # Two runs of one declaration: k = 7, then k = 1 after the table changed. The later one counts.
    rows = (
        worlds.run(3, values={"k": 7}, date=dt.date(2026, 9, 1)),
        worlds.run(
            8,
            values={"k": 1, "gap": float("nan")},
            reasons={"gap": Text("組がありません。", "no pairs")},
        ),
    )
    assert _find(worlds.rule(), worlds.world(*rows)) == Finding(
        rule="p/r",
        subject=worlds.SUBJECT,
        on=worlds.ON,
        outcome=NOT_SHOWN,
        reason=Reason.CONDITION_FAILS,
        condition="gauge.k (1) >= value.limit (5)",
        judged=(
            Judged(
                declared_id="m",
                index=8,
                sha256=f"{8:064x}",
                date=dt.date(2026, 10, 1),
                age_days=31,
                outcome=NOT_SHOWN,
                reason=Reason.CONDITION_FAILS,
                condition="gauge.k (1) >= value.limit (5)",
                values={"gauge.k": 1, "gauge.gap": None},
            ),
        ),
        others=(OtherRun(declared_id="m", index=3, date=dt.date(2026, 9, 1), why="superseded"),),
        attempts=2,
        thresholds={"value.limit": 5},
    )


def test_no_evidence_is_never_a_pass() -> None:
    found = _find(worlds.rule(), worlds.world())
    assert (found.outcome, found.reason, found.attempts) == (NOT_JUDGED, Reason.NO_EVIDENCE, 0)
    assert found.condition == "gauge.k (?) >= value.limit (5)"


@pytest.mark.parametrize(
    ("on", "outcome", "reason"),
    [
        (dt.date(2025, 12, 31), Outcome.NOT_APPLICABLE, Reason.NOT_IN_FORCE),
        (dt.date(2026, 1, 1), SHOWN, Reason.CONDITION_HOLDS),
        (dt.date(2026, 5, 31), SHOWN, Reason.CONDITION_HOLDS),
        (dt.date(2026, 6, 1), Outcome.NOT_APPLICABLE, Reason.NOT_IN_FORCE),
    ],
)
def test_a_rule_stands_from_its_first_day_to_the_day_before_its_end(
    on: dt.date, outcome: Outcome, reason: Reason
) -> None:
    rule = worlds.rule(end=dt.date(2026, 6, 1))
    run = worlds.run(values={"k": 5}, date=dt.date(2025, 12, 1))
    found = _find(rule, worlds.world(run), on)
    assert (found.outcome, found.reason) == (outcome, reason)


@pytest.mark.parametrize("status", ["promulgated", "draft"])
def test_what_is_not_in_force_does_not_apply(status: str) -> None:
    found = _find(worlds.rule(status=status), worlds.world())
    assert (found.outcome, found.reason) == (Outcome.NOT_APPLICABLE, Reason.NOT_IN_FORCE)


def test_a_superseded_rule_stood_until_its_end() -> None:
    rule = worlds.rule(status="superseded", end=dt.date(2026, 6, 1))
    run = worlds.run(values={"k": 5}, date=dt.date(2026, 1, 1))
    assert _find(rule, worlds.world(run), dt.date(2026, 5, 1)).outcome is SHOWN


def test_the_threshold_of_the_day_counts() -> None:
    later = DatedValue(
        start=dt.date(2026, 7, 1), value=9, footing="own-policy", reason=worlds.WORDS
    )
    rule = worlds.rule()
    rule = msgspec.structs.replace(rule, values={"limit": (*rule.values["limit"], later)})
    facts = worlds.world(worlds.run(values={"k": 5}, date=dt.date(2026, 6, 1)))
    assert _find(rule, facts, dt.date(2026, 6, 30)).thresholds == {"value.limit": 5}
    assert _find(rule, facts, dt.date(2026, 6, 30)).outcome is SHOWN
    assert _find(rule, facts, dt.date(2026, 7, 1)).outcome is NOT_SHOWN


def test_where_applicability_is_unknown_the_missing_facts_are_named() -> None:
    rule = worlds.rule(applies="dataset.personal and dataset.route = 'open'")
    found = _find(rule, worlds.world(worlds.run(values={"k": 9}), personal=True))
    assert (found.outcome, found.reason) == (NOT_JUDGED, Reason.APPLICABILITY_UNKNOWN)
    assert found.missing == ("dataset.route",)
    # Where one fact decides, nothing is missing.
    found = _find(rule, worlds.world(personal=False))
    assert (found.outcome, found.reason) == (Outcome.NOT_APPLICABLE, Reason.DOES_NOT_APPLY)
    assert found.missing == ()


def test_a_rule_on_the_manifest_is_judged_without_runs() -> None:
    rule = worlds.rule("dataset.size >= value.limit", wanted=MANIFEST)
    outcomes = [_find(rule, worlds.world(size=size)) for size in (5, 4, None)]
    assert [found.outcome for found in outcomes] == [SHOWN, NOT_SHOWN, NOT_JUDGED]
    assert outcomes[2].reason is Reason.FACT_UNKNOWN
    assert outcomes[2].missing == ("dataset.size",)


def test_not_shown_comes_before_not_judged_before_shown() -> None:
    good, bad = worlds.run(0, "a", values={"k": 9}), worlds.run(1, "b", values={"k": 1})
    open_ = worlds.run(2, "c", values={"k": None})
    outcomes = [
        _find(worlds.rule(), worlds.world(*rows)).outcome
        for rows in ((good,), (good, open_), (good, open_, bad))
    ]
    assert outcomes == [SHOWN, NOT_JUDGED, NOT_SHOWN]


def test_one_of_several_documents_can_show_a_rule() -> None:
    rule = worlds.rule("document.present and document.published", wanted=POLICY, over="any")
    absent = _paper(0, "a", present=False, published=False)
    good, open_ = _paper(1, "b", present=True, published=True), _paper(2, "c", present=True)
    assert _find(rule, worlds.world(absent)).outcome is NOT_SHOWN
    assert _find(rule, worlds.world(absent, open_)).outcome is NOT_JUDGED
    assert _find(rule, worlds.world(absent, open_, good)).outcome is SHOWN


@pytest.mark.parametrize(
    ("on", "outcome"), [(dt.date(2026, 10, 21), SHOWN), (dt.date(2026, 10, 22), NOT_JUDGED)]
)
def test_evidence_past_its_lifetime_counts_as_absent(on: dt.date, outcome: Outcome) -> None:
    # Measured on 1 October with a lifetime of 20 days: the 21st is its last day.
    found = _find(worlds.rule(lifetime_days=20), worlds.world(worlds.run(values={"k": 9})), on)
    assert found.outcome is outcome
    if outcome is NOT_JUDGED:
        assert found.reason is Reason.EVIDENCE_EXPIRED
        assert [other.why for other in found.others] == ["expired"]


def test_expired_evidence_does_not_make_room_for_other_evidence() -> None:
    # The older declaration would have been not shown; letting it expire does not give a pass.
    old = worlds.run(0, "a", values={"k": 1}, date=dt.date(2026, 9, 1))
    new = worlds.run(1, "b", values={"k": 9})
    rule = worlds.rule(lifetime_days=40)
    assert _find(rule, worlds.world(old, new)).outcome is NOT_JUDGED


def test_a_document_counts_on_the_day_it_expires_and_not_after() -> None:
    rule = worlds.rule("document.present", wanted=POLICY)
    paper = msgspec.structs.replace(_paper(0, "a", present=True), expires=worlds.ON)
    assert _find(rule, worlds.world(paper)).outcome is SHOWN
    assert _find(rule, worlds.world(paper), worlds.ON + dt.timedelta(1)).outcome is NOT_JUDGED


def test_what_was_not_known_yet_does_not_count() -> None:
    sealed_later = worlds.run(0, values={"k": 9}, known=dt.date(2026, 12, 1))
    found = _find(worlds.rule(), worlds.world(sealed_later))
    assert (found.outcome, [other.why for other in found.others]) == (NOT_JUDGED, ["not_yet_known"])
    # A run of tomorrow does not supersede that of today.
    today = worlds.run(0, values={"k": 9})
    tomorrow = worlds.run(1, values={"k": 1}, date=worlds.ON + dt.timedelta(1))
    assert _find(worlds.rule(), worlds.world(today, tomorrow)).outcome is SHOWN


def test_only_the_arguments_that_the_rule_fixes_count() -> None:
    rule = worlds.rule(wanted=Wanted(kind="measurement", source="gauge", arguments={"floor": 5}))
    fine = worlds.run(0, arguments={"floor": 5.0, "by": ("x",)}, values={"k": 9})
    other = worlds.run(1, arguments={"floor": 3, "by": ["x"]}, values={"k": 9})
    found = _find(rule, worlds.world(fine, other))
    assert found.outcome is SHOWN
    assert found.others == (
        OtherRun(
            declared_id="m",
            index=1,
            date=dt.date(2026, 10, 1),
            why="other_arguments",
            detail='{"by":["x"],"floor":3}',
        ),
    )
    assert _find(rule, worlds.world(other)).reason is Reason.NO_EVIDENCE


def test_other_free_arguments_do_not_supersede() -> None:
    by_age = worlds.run(0, arguments={"by": ["age"]}, values={"k": 1})
    by_sex = worlds.run(1, arguments={"by": ["sex"]}, values={"k": 9})
    assert _find(worlds.rule(), worlds.world(by_age, by_sex)).outcome is NOT_SHOWN


def test_a_failed_attempt_is_evidence_that_could_not_be_judged() -> None:
    good, failed = worlds.run(0, values={"k": 9}), worlds.run(1, failure="no such column")
    found = _find(worlds.rule(), worlds.world(good, failed))
    assert (found.outcome, found.reason) == (NOT_JUDGED, Reason.MEASUREMENT_FAILED)


def test_a_value_that_could_not_be_estimated_says_why() -> None:
    run = worlds.run(
        values={"k": None}, reasons={"k": Text("集団が足りません。", "fewer than two groups")}
    )
    found = _find(worlds.rule(), worlds.world(run))
    assert (found.outcome, found.reason) == (NOT_JUDGED, Reason.NOT_ESTIMABLE)
    assert found.judged[0].reasons == {"k": Text("集団が足りません。", "fewer than two groups")}


def test_a_fact_of_the_manifest_that_a_run_needs_is_asked_for() -> None:
    rule = worlds.rule("gauge.k >= value.limit or dataset.personal = false")
    found = _find(rule, worlds.world(worlds.run(values={"k": 1})))
    assert (found.outcome, found.reason) == (NOT_JUDGED, Reason.FACT_UNKNOWN)
    assert found.missing == ("dataset.personal",)


def test_a_withdrawn_run_leaves_a_gap_until_it_is_measured_again() -> None:
    first = worlds.run(0, values={"k": 9})
    second = worlds.run(1, values={"k": 1}, withdrawn="wrong file")
    found = _find(worlds.rule(), worlds.world(first, second))
    assert (found.outcome, found.reason) == (NOT_JUDGED, Reason.NO_EVIDENCE)
    assert [(other.index, other.why) for other in found.others] == [
        (0, "superseded"),
        (1, "withdrawn"),
    ]
    third = worlds.run(2, values={"k": 9})
    assert _find(worlds.rule(), worlds.world(first, second, third)).outcome is SHOWN


def test_a_withdrawal_counts_from_its_own_day() -> None:
    run = worlds.run(values={"k": 9}, withdrawn="wrong file", withdrawn_on=dt.date(2026, 11, 2))
    assert _find(worlds.rule(), worlds.world(run)).outcome is SHOWN
    assert _find(worlds.rule(), worlds.world(run), dt.date(2026, 11, 2)).outcome is NOT_JUDGED


def test_a_withdrawn_run_that_is_no_longer_declared_leaves_no_gap() -> None:
    gone = worlds.run(0, "old", values={"k": 1}, withdrawn="no longer used", declared=False)
    good = worlds.run(1, "new", values={"k": 9})
    assert _find(worlds.rule(), worlds.world(gone, good)).outcome is SHOWN
    # Taking a declaration out of the manifest does not hide what it found.
    hidden = worlds.run(0, "old", values={"k": 1}, declared=False)
    assert _find(worlds.rule(), worlds.world(hidden, good)).outcome is NOT_SHOWN


def test_what_is_no_longer_declared_counts_until_it_expires() -> None:
    hidden = worlds.run(0, "old", values={"k": 1}, declared=False)
    good = worlds.run(1, "new", values={"k": 9}, date=dt.date(2026, 10, 20))
    rule = worlds.rule(lifetime_days=20)
    last = dt.date(2026, 10, 21)
    assert _find(rule, worlds.world(hidden, good), last).outcome is NOT_SHOWN
    assert _find(rule, worlds.world(hidden, good), last + dt.timedelta(1)).outcome is SHOWN


# Comply or explain.

EXPLANATION = Explanation(
    rule="p/r",
    subject=worlds.SUBJECT,
    reason=Text("理由", "reason"),
    author="Sato",
    date=dt.date(2026, 10, 1),
    expires=dt.date(2026, 12, 1),
)


def _explained(change: dict[str, Any], k: int | None = 1, on: dt.date = worlds.ON) -> Finding:
    item = msgspec.structs.replace(EXPLANATION, **change)
    run = worlds.run(values={"k": k}, date=dt.date(2026, 9, 1))
    return _find(worlds.rule(), worlds.world(run, explanations=(item,)), on)


def test_an_explanation_stands_beside_the_measured_fact() -> None:
    found, bare = _explained({}), _explained({"rule": "p/other"})
    assert (found.outcome, found.reason) == (Outcome.EXPLAINED, Reason.EXPLAINED)
    assert found.explanation == EXPLANATION
    assert (found.judged, found.condition) == (bare.judged, bare.condition)
    assert found.judged[0].outcome is NOT_SHOWN


@pytest.mark.parametrize(
    "change",
    [
        {"author": " "},
        {"reason": Text("", "reason")},
        {"date": dt.date(2026, 11, 2)},
        {"expires": dt.date(2026, 10, 31)},
        {"subject": msgspec.structs.replace(worlds.SUBJECT, id="other")},
    ],
)
def test_an_explanation_needs_author_reason_date_and_expiry(change: dict[str, Any]) -> None:
    found = _explained(change)
    assert (found.outcome, found.explanation) == (NOT_SHOWN, None)


def test_an_explanation_holds_from_its_first_to_its_last_day() -> None:
    days = [dt.date(2026, 9, 30), EXPLANATION.date, EXPLANATION.expires, dt.date(2026, 12, 2)]
    outcomes = [_explained({}, on=day).outcome for day in days]
    assert outcomes == [NOT_SHOWN, Outcome.EXPLAINED, Outcome.EXPLAINED, NOT_SHOWN]


@pytest.mark.parametrize(("k", "outcome"), [(None, NOT_JUDGED), (9, SHOWN)])
def test_an_explanation_changes_nothing_but_not_shown(k: int | None, outcome: Outcome) -> None:
    found = _explained({}, k=k)
    assert (found.outcome, found.explanation) == (outcome, None)
