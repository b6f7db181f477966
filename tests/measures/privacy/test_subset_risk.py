# SPDX-License-Identifier: Apache-2.0
"""Subset risk: a world by hand, the definition on random tables, and tables that are too wide."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.subset_risk import PRODUCES, subset_risk
from shirube.measures.privacy.subsets import largest_search
from shirube.terms.errors import Problems

NAMES = ["sex", "age", "zip", "job"]
# Nobody is alone in one column. sex + age: (f, 40) occurs once; sex + zip: (f, 2) once and (m, 1)
# once; age + zip: (30, 2), (40, 2) once each, and so on. The job is the same for all.
PEOPLE = [
    ("f", "30", "1", "clerk"),
    ("f", "30", "1", "clerk"),
    ("f", "40", "2", "clerk"),
    ("m", "40", "1", "clerk"),
    ("m", "30", "2", "clerk"),
    ("m", "40", "1", "clerk"),
]


def measured(rows: list[tuple[Any, ...]] = PEOPLE, names: list[str] = NAMES, **given: Any) -> Any:
    return subset_risk(small_tables.source(names, rows), **given)


def found(*args: Any, **given: Any) -> dict[str, Any]:
    return small_tables.values(measured(*args, **given))


def test_six_people_by_hand() -> None:
    # Three useful columns: 3 + 3 + 1 sets. Alone in sex+age: (f,40), (m,30): 2. In sex+zip: (f,2),
    # (m,2): 2. In age+zip: (40,2), (30,2): 2. In all three: the same two people; none is minimal.
    values = found()
    assert values == {
        "rows": 6, "columns": 4, "subsets": 7, "largest_subset": 3, "columns_bounded": 0,
        "columns_left_out": 0, "identifying_alone": 0, "minimal_uniques": 6,
        "smallest_unique_set": 2, "worst_alone_share": 2 / 6, "proposed": 3, "risky_left_out": 3,
    }  # fmt: skip
    assert list(values) == [name.name for name in PRODUCES]
    tables = {table.name: table.rows for table in measured().details}
    assert tables["minimal_sets"] == tuple(
        (names, 2, 2, 2 / 6) for names in ("age + zip", "sex + age", "sex + zip")
    )
    assert len(tables["column_sets"]) == 7  # the risk of every set


def test_a_declared_column_is_not_left_out_and_a_sensitive_one_neither() -> None:
    assert found(quasi_identifiers=("sex", "age"))["risky_left_out"] == 1
    assert found(quasi_identifiers=("sex", "age"), sensitive=("zip",))["risky_left_out"] == 0
    table = measured(quasi_identifiers=("sex", "age")).details[0]
    assert {row[0]: row[1] for row in table.rows} == {"zip": 2, "sex": 0, "age": 0, "job": 0}


def test_a_number_of_a_person_identifies_alone_and_hides_nothing_else() -> None:
    rows = [(*row, str(at)) for at, row in enumerate(PEOPLE)]
    values = found(rows, [*NAMES, "number"], quasi_identifiers=("sex", "age", "zip"))
    assert (values["identifying_alone"], values["smallest_unique_set"]) == (1, 1)
    assert (values["proposed"], values["risky_left_out"]) == (4, 1)
    assert values["worst_alone_share"] == 2 / 6


def test_a_high_limit_proposes_nothing() -> None:
    assert found(limit=0.5)["proposed"] == 0
    assert found(limit=1 / 3)["proposed"] == 3


small_tables_of_rows = st.lists(
    st.tuples(*[st.sampled_from("ab"), st.sampled_from("abc"), st.sampled_from("abcd")]),
    min_size=1,
    max_size=12,
)


@settings(max_examples=6)
@given(small_tables_of_rows)
def test_values_equal_their_definitions(rows: list[tuple[str, ...]]) -> None:
    names = ["a", "b", "c"]
    alone = {
        chosen: {at for at in range(len(rows)) if _like(rows, at, chosen) == 1}
        for size in (1, 2, 3)
        for chosen in combinations(range(3), size)
    }
    useful = {
        at for at in range(3)
        if len(alone[(at,)]) < len(rows) / 2 and len({row[at] for row in rows}) > 1
    }  # fmt: skip
    searched = {chosen: who for chosen, who in alone.items() if set(chosen) <= useful}
    minimal = sum(
        1
        for chosen, who in searched.items()
        for record in who
        if not any(
            record in searched.get(part, ()) for part in combinations(chosen, len(chosen) - 1)
        )
    )
    values = found(rows, names)
    assert values["subsets"] == len(searched)
    assert values["minimal_uniques"] == minimal
    most = max((len(who) for who in searched.values()), default=0)
    assert values["worst_alone_share"] == pytest.approx(most / len(rows))
    gain = {
        at: max(len(who) - len(searched.get(tuple(n for n in chosen if n != at), ()))
                for chosen, who in searched.items() if at in chosen)
        for at in useful
    }  # fmt: skip
    by_themselves = sum(len(alone[(at,)]) >= len(rows) / 2 for at in range(3))
    risky = sum(more / len(rows) >= 0.01 for more in gain.values())
    assert values["proposed"] == by_themselves + risky


def _like(rows: list[tuple[str, ...]], at: int, columns: tuple[int, ...]) -> int:
    return Counter(tuple(row[n] for n in columns) for row in rows)[
        tuple(rows[at][n] for n in columns)
    ]


@settings(max_examples=6)
@given(small_tables_of_rows, st.randoms(use_true_random=False))
def test_order_and_names_of_values_mean_nothing(rows: list[tuple[str, ...]], random: Any) -> None:
    other = dict(zip("abcd", random.sample("pqrs", 4), strict=True))
    shuffled = [tuple(other[cell] for cell in row) for row in rows]
    random.shuffle(shuffled)
    assert found(shuffled, ["a", "b", "c"]) == found(rows, ["a", "b", "c"])


@settings(max_examples=6)
@given(small_tables_of_rows)
def test_a_coarser_column_never_leaves_more_records_alone(rows: list[tuple[str, ...]]) -> None:
    coarse = [(a, b, "x" if c in "ab" else c) for a, b, c in rows]

    def worst(table: list[tuple[str, ...]]) -> float:
        cells = small_tables.source(["a", "b", "c"], table).subset_cells(["a", "b", "c"])
        return max(cells.classes[cells.size == 1].tolist(), default=0)

    assert worst(coarse) <= worst(rows)


@pytest.mark.parametrize("wide", [40, pytest.param(200, marks=pytest.mark.full)])
def test_a_wide_table_bounds_the_search_and_says_so(wide: int) -> None:
    # At most 60 sets of two: ten columns have 10 + 45 = 55. Constant columns add nothing.
    rows = [tuple(f"{(n * (column + 3)) % 7 // 3}" for column in range(wide)) for n in range(30)]
    useful = sum(len({row[n] for row in rows}) > 1 for n in range(wide))
    result = measured(rows, [f"c{n}" for n in range(wide)], most=2, max_subsets=60)
    values = small_tables.values(result)
    assert (values["columns"], values["subsets"]) == (wide, 55)
    assert values["columns_bounded"] == useful - 10
    assert any("too many sets" in note.en for note in result.notes)


def test_a_column_that_was_not_combined_is_never_called_harmless() -> None:
    # One set is allowed: age is searched by itself, and nobody is alone in it; zip is not combined.
    values = found(quasi_identifiers=("age",), max_subsets=1)
    assert values["columns_bounded"] == 2
    assert values["risky_left_out"] is None
    everything = found(quasi_identifiers=("sex", "age", "zip"), max_subsets=1)
    assert everything["risky_left_out"] == 0


def test_the_search_is_as_large_as_the_number_of_sets_allows() -> None:
    # 12 columns: 12 + 66 + 220 + 495 = 793 sets of up to four; 13 columns would be 1,092.
    assert [largest_search(n, 4, 800) for n in (0, 3, 12, 13, 200)] == [0, 3, 12, 12, 12]


def test_columns_that_were_not_asked_for_are_counted() -> None:
    assert found(columns=("sex", "age"))["columns_left_out"] == 2


def test_one_row_and_no_row() -> None:
    one = found(PEOPLE[:1])
    assert (one["identifying_alone"], one["smallest_unique_set"], one["subsets"]) == (4, 1, 0)
    none = found([])
    assert set(none.values()) == {None}


def test_rows_that_are_all_the_same_propose_nothing() -> None:
    values = found([PEOPLE[0]] * 3)
    assert (values["proposed"], values["minimal_uniques"], values["smallest_unique_set"]) == (
        0, 0, None,
    )  # fmt: skip


def test_details_hold_names_of_columns_and_no_value() -> None:
    cells = {
        cell for detail in measured().details for row in detail.rows for cell in row
        if isinstance(cell, str)
    }  # fmt: skip
    assert not cells & {"f", "m", "30", "40", "clerk"}


def test_wrong_arguments_are_told_at_once() -> None:
    with pytest.raises(Problems) as caught:
        measured(columns=("shoe",), quasi_identifiers=("hat",), most=5, limit=0.0, max_subsets=0)
    message = str(caught.value)
    for told in ("shoe", "hat", "most is 5", "limit is 0.0", "max_subsets is 0"):
        assert told in message
