# SPDX-License-Identifier: Apache-2.0
"""What holds for the privacy measures whatever the table: definitions, names, order, coarsening.

Each law that a measure's own tests do not hold yet stands here, beside its like: a brute-force
definition on small random tables; values that other names and another order of the rows leave as
they are; and the direction in which a coarser table, or a stricter argument, may move them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.anonymity import anonymity
from shirube.measures.privacy.delta_presence import delta_presence
from shirube.measures.privacy.linking_codes import linking_codes
from shirube.measures.privacy.population_uniqueness import population_uniqueness
from shirube.measures.privacy.published_counts import published_counts
from shirube.measures.privacy.rare_values import rare_values
from shirube.measures.privacy.release_overlap import release_overlap
from shirube.measures.privacy.token_reversal import token_reversal
from shirube.measures.privacy.trajectory_unicity import trajectory_unicity

Rows = list[tuple[Any, ...]]

few = settings(max_examples=4)
fewest = settings(max_examples=2)  # several tables and floors for each example
people = st.lists(st.tuples(*[st.sampled_from("abc")] * 2), min_size=1, max_size=12)
dice = st.randoms(use_true_random=False)


def values(measure: Any, names: list[str], rows: Rows, **given: Any) -> dict[str, Any]:
    return small_tables.values(measure(small_tables.source(names, rows), **given))


def renamed(rows: Rows, random: Any, other: dict[Any, str] | None = None) -> Rows:
    """Give every value another name, the same everywhere, and every row another place."""
    known = sorted({cell for row in rows for cell in row}, key=str)
    names = other or dict(zip(known, random.sample("pqrstuvwxyz", len(known)), strict=True))
    found = [tuple(names[cell] for cell in row) for row in rows]
    random.shuffle(found)
    return found


def coarse(rows: Rows) -> Rows:
    """Make one value of two in the first column."""
    return [("ab" if row[0] in ("a", "b") else row[0], *row[1:]) for row in rows]


@few
@given(people, st.integers(1, 4), dice)
def test_anonymity_of_classes(rows: Rows, floor: int, random: Any) -> None:
    def found(table: Rows) -> dict[str, Any]:
        return values(anonymity, ["q", "r"], table, quasi_identifiers=("q", "r"), floor=floor)

    sizes = list(Counter(rows).values())
    mine = found(rows)
    assert mine["k"] == min(sizes)
    assert mine["classes"] == len(sizes)
    assert mine["unique_records"] == sizes.count(1)
    assert mine["small_class_share"] == sum(n for n in sizes if n < floor) / len(rows)
    assert found(renamed(rows, random)) == mine
    rolled_up = found(coarse(rows))
    assert rolled_up["k"] >= mine["k"]
    for name in ("unique_share", "small_class_share", "prosecutor_risk", "marketer_risk"):
        assert rolled_up[name] <= mine[name]


@fewest
@given(people, st.integers(0, 20), dice)
def test_population_uniqueness(rows: Rows, more: int, random: Any) -> None:
    def found(table: Rows) -> dict[str, Any]:
        given: Any = {"quasi_identifiers": ("q", "r"), "population": len(rows) + more}
        return values(population_uniqueness, ["q", "r"], table, **given)

    mine = found(rows)
    assert mine["sample_uniques"] == list(Counter(rows).values()).count(1)
    assert found(renamed(rows, random)) == mine
    assert found(coarse(rows))["sample_uniques"] <= mine["sample_uniques"]


@few
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 5)), min_size=1), dice)
def test_rare_values(rows: Rows, random: Any) -> None:
    def found(table: Rows, floor: int, column: str) -> dict[str, Any]:
        source = small_tables.source(["job", "age"], table, age="BIGINT")
        return small_tables.values(rare_values(source, floor=floor, columns=(column,)))

    jobs = dict(zip("abcd", random.sample("pqrs", 4), strict=True))
    shuffled = [(jobs[job], age) for job, age in rows]
    random.shuffle(shuffled)
    before: dict[str, Any] = {}
    ages = Counter(age for _job, age in rows)
    for floor in (1, 3, 5):
        mine = found(rows, floor, "job")
        assert found(shuffled, floor, "job") == mine
        assert all(mine[name] >= before.get(name, 0) for name in ("rare_values", "rare_share"))
        ends = min(ages[min(ages)], ages[max(ages)])
        assert found(shuffled, floor, "age")["extreme_columns"] == (ends < floor)
        before = mine


codes = st.lists(st.tuples(*[st.sampled_from("abcdef")] * 2), min_size=2, max_size=8)


@fewest
@given(codes, codes, dice)
def test_linking_codes(release: Rows, original: Rows, random: Any) -> None:
    def found(now: Rows, then: Rows, share: float) -> dict[str, Any]:
        source = small_tables.source(["x", "y"], then)
        return values(linking_codes, ["x", "y"], now, original=source, share=share)

    def nearly_unique(column: list[str]) -> bool:
        return len(set(column)) >= len(column) / 2

    columns, keys = (
        [list(each) for each in zip(*rows, strict=True)] for rows in (release, original)
    )
    keys = [each for each in keys if nearly_unique(each)]
    names = dict(zip("abcdef", random.sample("uvwxyz", 6), strict=True))
    before = len(columns)
    for share in (0.1, 0.6, 1.0):
        linked = [
            any(
                set(own) & set(key)
                and (
                    len(set(own) & set(key)) >= share * len(set(key))
                    or (nearly_unique(own) and nearly_unique(key))
                )
                for key in keys
            )
            for own in columns
        ]
        mine = found(release, original, share)
        assert mine["key_columns"] == len(keys)
        assert mine["linked_columns"] == (sum(linked) if keys else None)
        assert (
            found(renamed(release, random, names), renamed(original, random, names), share) == mine
        )
        assert sum(linked) <= before  # a stricter share never finds more
        before = sum(linked)


@fewest
@given(people, people, dice)
def test_release_overlap(now: Rows, then: Rows, random: Any) -> None:
    def found(here: Rows, there: Rows, floor: int) -> dict[str, Any]:
        earlier = small_tables.source(["q", "s"], there)
        given: Any = {"quasi_identifiers": ("q",), "sensitive": ("s",), "floor": floor}
        return values(release_overlap, ["q", "s"], here, earlier=earlier, **given)

    names = dict(zip("abc", random.sample("xyz", 3), strict=True))
    before = 0
    for floor in (1, 2, 4):
        mine = found(now, then, floor)
        assert found(renamed(now, random, names), renamed(then, random, names), floor) == mine
        assert mine["exposed_records"] >= before  # what was small stays small
        before = mine["exposed_records"]


@few
@given(people, st.data(), dice)
def test_delta_presence(population: Rows, data: Any, random: Any) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(population), max_size=len(population)))
    table = [row for row, keep in zip(population, kept, strict=True) if keep] or population[:1]

    def found(here: Rows, everybody: Rows) -> dict[str, Any]:
        whole = small_tables.source(["q", "r"], everybody)
        given: Any = {"population": whole, "quasi_identifiers": ("q", "r")}
        return values(delta_presence, ["q", "r"], here, **given)

    mine = found(table, population)
    names = dict(zip("abc", random.sample("xyz", 3), strict=True))
    assert found(renamed(table, random, names), renamed(population, random, names)) == mine
    # The share of two classes together lies between their shares.
    rolled_up = found(coarse(table), coarse(population))
    assert mine["delta_min"] <= rolled_up["delta_min"]
    assert rolled_up["delta_max"] <= mine["delta_max"]
    assert rolled_up["certain"] <= mine["certain"]


@few
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("123")), min_size=2), dice)
def test_trajectory_unicity(rows: Rows, random: Any) -> None:
    def found(table: Rows, known: int) -> float | None:
        given: Any = {"person": "who", "point": ("where",), "known_points": known}
        return values(trajectory_unicity, ["who", "where"], table, **given)["unicity"]

    trails: dict[str, set[str]] = {}
    for who, where in rows:
        trails.setdefault(who, set()).add(where)
    whole = found(rows, 3)  # nobody has more than three points: every point is known
    if len(trails) < 2:
        assert whole is None
        return
    fixed = sum(sum(own <= other for other in trails.values()) == 1 for own in trails.values())
    assert whole == pytest.approx(fixed / len(trails))
    assert found(renamed(rows, random), 3) == whole
    assert found(rows, 1) <= whole  # points that fix a person fix them with further ones too


@fewest
@given(people, people, dice)
def test_published_counts(now: Rows, then: Rows, random: Any) -> None:
    def cells(rows: Rows, names: dict[str, str]) -> Rows:
        counted = [(*(names[cell] for cell in row), n) for row, n in Counter(rows).items()]
        random.shuffle(counted)
        return counted

    def found(here: Rows, there: Rows, floor: int) -> dict[str, Any]:
        earlier = small_tables.source(["q", "r", "people"], there, people="BIGINT")
        source = small_tables.source(["q", "r", "people"], here, people="BIGINT")
        made = published_counts(source, count="people", earlier=earlier, floor=floor)
        return small_tables.values(made)

    same = dict(zip("abc", "abc", strict=True))
    others = dict(zip("abc", random.sample("xyz", 3), strict=True))
    before = dict.fromkeys(("small_cells", "small_differences", "exposed_people"), 0)
    for floor in (2, 4):
        mine = found(cells(now, same), cells(then, same), floor)
        assert found(cells(now, others), cells(then, others), floor) == mine
        assert mine["small_cells"] == sum(n < floor for n in Counter(now).values())
        # A stricter floor never finds fewer.
        assert all(mine[name] >= least for name, least in before.items())
        before = {name: mine[name] for name in before}


@few
@given(st.lists(st.sampled_from("abcdef"), min_size=1), st.sets(st.sampled_from("abcdef")), dice)
def test_token_reversal(people: list[str], known: set[str], random: Any) -> None:
    def found(tokens: list[str], names: set[str]) -> int:
        rows = [(token,) for token in tokens]
        candidates = small_tables.source(["name"], [(name,) for name in sorted(names)])
        return values(token_reversal, ["token"], rows, candidates=candidates, tries=1)["reversed"]

    tokens = [hashlib.sha256(name.encode()).hexdigest() for name in people]
    mine = found(tokens, known | {"nobody"})
    # Of what a list holds every hash falls, and nothing else does.
    assert mine == len(set(people) & known)
    random.shuffle(tokens)
    assert found(tokens, known | {"nobody"}) == mine
    assert found(tokens, known | {"nobody", people[0]}) >= mine
