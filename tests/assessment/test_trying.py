# SPDX-License-Identifier: Apache-2.0
"""A changed pack on a small register: the same moves as judging everybody twice, one by one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import duckdb
import msgspec
import pytest
import rule_worlds as worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube import assessment
from shirube.terms.errors import Problem, Problems
from shirube.terms.fact import Facts, Profile
from shirube.terms.finding import Outcome
from shirube.terms.manifest import Explanation
from shirube.terms.rule import DatedValue
from shirube.terms.subject import Subject

SIZE = "dataset.size"


def pack(limit: int, *more):
    return worlds.pack(worlds.rule(id="k", limit=limit), *more)


def register(values: dict[str, float | None]) -> Facts:
    """One subject for each name, with its k; the size is 1 for names that begin with s."""
    names = list(values)
    return Facts(
        profiles=tuple(
            Profile(subject=Subject("dataset", name), facts={SIZE: 1.0 if name[0] == "s" else 9.0})
            for name in names
        ),
        rows=tuple(
            worlds.run(at, subject=Subject("dataset", name), values={"k": values[name]})
            for at, name in enumerate(names)
        ),
    )


def tried(facts: Facts, old, new, by=()):
    with duckdb.connect() as connection:
        assessment.load_register(connection, [facts], worlds.VOCABULARY)
        return assessment.try_pack(assessment.DuckDBRegister(connection), old, new, worlds.ON, by)


def test_a_stricter_threshold_moves_those_between_the_two() -> None:
    # k of 4, 5, 7 and 10 under the floor 5 and then 10: 5 and 7 lose "shown"; 4 and 10 stay.
    facts = register({"small4": 4, "small5": 5, "large7": 7, "large10": 10})
    found = tried(facts, pack(5), pack(10), by=(SIZE,))
    (move,) = found.moves
    assert (move.old, move.new, move.count) == (Outcome.SHOWN, Outcome.NOT_SHOWN, 2)
    assert [(group.words, group.count) for group in move.by] == [(("1.0",), 1), (("9.0",), 1)]
    assert found.stay == 2
    assert found.changes[0].parts == (("value.limit", "5", "10"),)
    assert found.changes[0].footing == "own-policy"
    first = move.examples[0]
    assert first.subject == "large7"
    assert first.old.endswith("gauge.k (7) >= value.limit (5)")
    assert first.new.endswith("gauge.k (7) >= value.limit (10)")


def test_a_new_rule_and_one_taken_away_are_told_as_such() -> None:
    extra = worlds.rule("gauge.clean", id="clean", values={})
    facts = register({"a": 7})
    found = tried(facts, pack(5), pack(5, extra))
    assert [(move.old, move.new) for move in found.moves] == [(None, Outcome.NOT_JUDGED)]
    back = tried(facts, pack(5, extra), pack(5))
    assert [(move.old, move.new) for move in back.moves] == [(Outcome.NOT_JUDGED, None)]


def test_a_pack_that_stands_nowhere_yet_has_only_new_rules() -> None:
    found = tried(register({"a": 7, "b": 1}), None, pack(5))
    assert {(move.old, move.new, move.count) for move in found.moves} == {
        (None, Outcome.SHOWN, 1),
        (None, Outcome.NOT_SHOWN, 1),
    }


def test_an_explanation_of_a_rule_stands_for_its_changed_form_as_well() -> None:
    explained = Explanation(
        rule="p/k", subject=Subject("dataset", "a"), reason=worlds.WORDS, author="somebody",
        date=dt.date(2026, 10, 1), expires=dt.date(2027, 10, 1),
    )  # fmt: skip
    facts = msgspec.structs.replace(register({"a": 4, "b": 4}), explanations=(explained,))
    found = tried(facts, pack(5), pack(6))
    assert (found.moves, found.stay) == ((), 2)  # explained and not shown, before and after
    (move,) = tried(facts, pack(4), pack(6)).moves[1:] or [None]
    assert (move.old, move.new, move.count) == (Outcome.SHOWN, Outcome.EXPLAINED, 1)


@settings(max_examples=15, deadline=None)
@given(
    st.dictionaries(st.text("abs", min_size=1, max_size=3), st.none() | st.integers(0, 12),
                    min_size=1, max_size=6),
    st.integers(1, 9), st.integers(1, 9),
)  # fmt: skip
def test_the_moves_are_those_of_judging_everybody_twice(values, before: int, after: int) -> None:
    facts = register(values)
    outcomes = [
        {one.subject.id: one.outcome for one in assessment.assess(facts, [pack(limit)], worlds.ON)}
        for limit in (before, after)
    ]
    pairs = Counter((outcomes[0][name], outcomes[1][name]) for name in values)
    found = tried(facts, pack(before), pack(after))
    moved = {(move.old, move.new): move.count for move in found.moves}
    assert moved == {pair: count for pair, count in pairs.items() if pair[0] is not pair[1]}
    assert found.stay == len(values) - sum(moved.values())


# -- a register at rest ---------------------------------------------------------------------------


def written(tmp_path: Path, facts: Facts) -> Path:
    with duckdb.connect() as connection:
        assessment.load_register(connection, [facts], worlds.VOCABULARY)
        assessment.write_register(connection, tmp_path / "register")
    return tmp_path / "register"


def opened(place: Path, old, new):
    with duckdb.connect() as connection:
        assessment.open_register(connection, place, worlds.VOCABULARY)
        return assessment.try_pack(assessment.DuckDBRegister(connection), old, new, worlds.ON)


def test_a_register_written_and_read_gives_the_same_moves(tmp_path: Path) -> None:
    facts = register({"a": 5, "b": 7, "c": None})
    place = written(tmp_path, facts)
    assert opened(place, pack(5), pack(6)) == tried(facts, pack(5), pack(6))


def test_one_file_of_profiles_is_a_register_without_evidence(tmp_path: Path) -> None:
    place = written(tmp_path, register({"a": 5}))
    found = opened(place / "profiles_dataset.parquet", pack(5), pack(6))
    assert (found.moves, found.stay) == ((), 1)  # could not be judged before, nor after


def table(folder: Path, name: str, query: str) -> Path:
    folder.mkdir(exist_ok=True)
    duckdb.sql(query).write_parquet(str(folder / f"{name}.parquet"))
    return folder


PAPERS = (
    "select 'dataset' subject_kind, 'a' subject, 'policy' source, date '2026-01-01' date,"
    " 'd' declared_id"
)


@pytest.mark.parametrize(
    ("name", "query", "told"),
    [
        ("profiles_dataset", "select 'a' subject, 'x' \"dataset.siz\"", "dataset.siz is not known"),
        ("profiles_dataset", "select 'a' subject, 'x' \"dataset.size\"", "expected is DOUBLE"),
        ("profiles_dataset", "select 1.0 \"dataset.size\"", "column subject is missing"),
        ("profile_dataset", "select 'a' subject", "no table of a register"),
        ("documents", PAPERS, "no subjects"),
    ],
)  # fmt: skip
def test_what_is_no_register_is_told(tmp_path: Path, name: str, query: str, told: str) -> None:
    place = table(tmp_path / "r", name, query)
    with pytest.raises((Problem, Problems), match=told):
        opened(place, pack(5), pack(6))


def test_a_file_that_is_no_parquet_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Problem, match="no register"):
        opened(tmp_path / "empty", pack(5), pack(6))
    broken = tmp_path / "profiles_dataset.parquet"
    broken.write_bytes(b"not parquet")
    with pytest.raises((Problem, Problems), match="no Parquet file"):
        opened(broken, pack(5), pack(6))


def test_a_value_that_begins_later_is_judged_by_its_date() -> None:
    later = DatedValue(
        start=dt.date(2027, 1, 1), value=10, footing="own-policy", reason=worlds.WORDS
    )
    rule = worlds.rule(id="k")
    changed = msgspec.structs.replace(rule, values={"limit": (*rule.values["limit"], later)})
    assert tried(register({"a": 7}), pack(5), worlds.pack(changed)).moves == ()
