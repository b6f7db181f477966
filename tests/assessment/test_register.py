# SPDX-License-Identifier: Apache-2.0
"""A register of many subjects is judged exactly as each subject alone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import rule_worlds as worlds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shirube import assessment
from shirube.assessment.register_outcomes import CODES
from shirube.terms.fact import Facts, Profile
from shirube.terms.finding import Outcome
from shirube.terms.manifest import Explanation
from shirube.terms.rule import Wanted
from shirube.terms.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from shirube.terms.fact import FactRow
    from shirube.terms.rule import Pack, Rule

SUBJECTS = [Subject("dataset", f"d{number}") for number in range(3)]


@pytest.fixture(scope="module")
def connection() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def _by_sql(
    connection: DuckDBPyConnection, facts: Facts, pack: Pack, on: dt.date
) -> dict[tuple[str, str], Outcome]:
    assessment.load_register(connection, [facts], worlds.VOCABULARY)
    register = assessment.DuckDBRegister(connection)
    (found,) = assessment.assess_register(register, [pack], on).values()
    return {
        (rule, subject): CODES[code]
        for rule, codes in found.codes.items()
        for subject, code in zip(found.subjects, codes, strict=True)
    }


def _one_by_one(facts: Facts, pack: Pack, on: dt.date) -> dict[tuple[str, str], Outcome]:
    found = assessment.assess(facts, [pack], on)
    return {(finding.rule, finding.subject.id): finding.outcome for finding in found}


@st.composite
def _rules(draw: st.DrawFn, number: int) -> Rule:
    document = draw(st.booleans())
    names = {
        name: kind
        for name, kind in {**worlds.NAMES, **worlds.DOCUMENT}.items()
        if not name.startswith("gauge." if document else "document.")
    }
    wanted = (
        Wanted(kind="document", source=draw(st.sampled_from(["policy", "notice"])))
        if document
        else draw(
            st.one_of(
                worlds.ARGUMENTS.map(
                    lambda fixed: Wanted(kind="measurement", source="gauge", arguments=fixed)
                ),
                st.just(Wanted(kind="manifest", source="manifest")),
            )
        )
    )
    if wanted.kind == "manifest":
        names = {name: kind for name, kind in names.items() if not name.startswith("gauge.")}
    given_: dict[str, Any] = {
        "id": f"r{number}",
        "wanted": wanted,
        "over": draw(st.sampled_from(["every", "any"])) if document else "every",
        "shown_tree": draw(worlds.trees(names)),
        "applies_tree": draw(
            st.one_of(st.just(("value", True)), worlds.trees(worlds.PROFILE, 2, nullable=True))
        ),
        "lifetime_days": draw(st.sampled_from([None, 20])),
        "status": draw(st.sampled_from(["in-force", "in-force", "in-force", "draft"])),
        "limit": draw(st.sampled_from([0, 5, 1e308])),
    }
    return worlds.rule(**given_)


@st.composite
def _runs(draw: st.DrawFn, index: int) -> FactRow:
    document = draw(st.booleans())
    values: dict[str, Any] = {
        name: draw(worlds.VALUES[kind])
        for name, kind in (
            (("present", "boolean"), ("published", "boolean"))
            if document
            else (("k", "number"), ("gap", "number"), ("gap.high", "number"), ("clean", "boolean"))
        )
    }
    return worlds.run(
        index,
        draw(st.sampled_from(["m", "n"])),
        draw(st.sampled_from(SUBJECTS)),
        kind="document" if document else "measurement",
        source=draw(st.sampled_from(["policy", "notice"])) if document else "gauge",
        arguments={} if document else draw(worlds.ARGUMENTS),
        values=values,
        date=draw(worlds.DATES),
        known=draw(st.one_of(st.none(), worlds.DATES)),
        expires=draw(st.one_of(st.none(), worlds.DATES)),
        withdrawn=draw(st.sampled_from(["", "", "", "mistake"])),
        withdrawn_on=draw(st.one_of(st.none(), worlds.DATES)),
        failure=draw(st.sampled_from(["", "", "", "no such column"])),
        declared=draw(st.sampled_from([True, True, False])),
    )


@st.composite
def _registers(draw: st.DrawFn) -> Facts:
    profiles = tuple(
        Profile(
            subject=subject,
            facts={name: draw(worlds.VALUES[kind]) for name, kind in worlds.PROFILE.items()},
        )
        for subject in SUBJECTS
    )
    rows = tuple(draw(_runs(index)) for index in range(draw(st.integers(0, 7))))
    explanations = draw(
        st.lists(
            st.builds(
                Explanation,
                rule=st.sampled_from(["p/r0", "p/r1"]),
                subject=st.sampled_from(SUBJECTS),
                reason=st.just(worlds.WORDS),
                author=st.sampled_from(["Sato", "Sato", " "]),
                date=worlds.DATES,
                expires=worlds.DATES,
            ),
            max_size=2,
        )
    )
    return Facts(profiles=profiles, rows=rows, explanations=tuple(explanations))


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_register_is_judged_as_each_subject_alone(
    connection: DuckDBPyConnection, data: st.DataObject
) -> None:
    _compare(connection, data)


@pytest.mark.full
@given(data=st.data())
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
def test_many_registers_are_judged_as_each_subject_alone(
    connection: DuckDBPyConnection, data: st.DataObject
) -> None:
    _compare(connection, data)


def _compare(connection: DuckDBPyConnection, data: st.DataObject) -> None:
    facts = data.draw(_registers())
    pack = worlds.pack(*(data.draw(_rules(number)) for number in range(3)))
    on = data.draw(worlds.DATES)
    assert _by_sql(connection, facts, pack, on) == _one_by_one(facts, pack, on)


def test_not_a_number_in_a_register_is_not_a_fact(connection: DuckDBPyConnection) -> None:
    """Tables may come from anywhere: NaN is greater than everything in plain SQL."""
    facts = worlds.world(worlds.run(values={"k": 9}), size=9)
    on_profile = Wanted(kind="manifest", source="manifest")
    pack = worlds.pack(
        worlds.rule(id="run"),
        worlds.rule("dataset.size >= value.limit", id="profile", wanted=on_profile),
    )
    for number in ("NaN", "Infinity", "-Infinity"):
        assessment.load_register(connection, [facts], worlds.VOCABULARY)
        connection.execute(f"""update runs_gauge set "values.k" = '{number}'::double""")
        connection.execute(f"""update profiles_dataset set "dataset.size" = '{number}'::double""")
        found = assessment.assess_register(assessment.DuckDBRegister(connection), [pack], worlds.ON)
        assert assessment.count_outcomes(found) == {
            "p/run": {Outcome.NOT_JUDGED: 1},
            "p/profile": {Outcome.NOT_JUDGED: 1},
        }


def test_a_register_that_lacks_a_source_or_a_value_cannot_be_judged(
    connection: DuckDBPyConnection,
) -> None:
    assessment.load_register(connection, [worlds.world(size=9)], worlds.VOCABULARY)
    connection.execute("drop table runs_gauge")
    found = assessment.assess_register(
        assessment.DuckDBRegister(connection), [worlds.pack(worlds.rule())], worlds.ON
    )
    counted = assessment.count_outcomes(found)
    assert counted == {"p/r": {Outcome.NOT_JUDGED: 1}}


def test_whole_numbers_of_a_register_do_not_overflow(connection: DuckDBPyConnection) -> None:
    facts = worlds.world(worlds.run(values={"k": 9}))
    assessment.load_register(connection, [facts], worlds.VOCABULARY)
    connection.execute("""alter table runs_gauge alter "values.k" type integer""")
    connection.execute("""update runs_gauge set "values.k" = 2147483647""")
    pack = worlds.pack(worlds.rule("gauge.k * gauge.k >= value.limit"))
    found = assessment.assess_register(assessment.DuckDBRegister(connection), [pack], worlds.ON)
    counted = assessment.count_outcomes(found)
    assert counted == {"p/r": {Outcome.SHOWN: 1}}
