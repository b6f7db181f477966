# SPDX-License-Identifier: Apache-2.0
"""The models against their definitions, written out for small tables."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.engines.class_profiles import profiles_of_cells
from shirube.measures.privacy import class_models
from shirube.measures.privacy.class_models import SensitiveModels, sensitive_models
from shirube.terms.cells import ClassCells, ClassProfiles

Rows = list[tuple[Any, ...]]


def cells_of(rows: Rows) -> ClassCells:
    """Make cells of (class, sensitive...) rows as an engine would."""
    counts = Counter(rows)
    ids = {name: at for at, name in enumerate(sorted({row[0] for row in rows}))}
    width = len(rows[0]) - 1
    codes = [
        {value: at for at, value in enumerate(sorted({row[1 + column] for row in rows}))}
        for column in range(width)
    ]
    cells = sorted(
        (ids[row[0]], *(codes[at][value] for at, value in enumerate(row[1:])), count)
        for row, count in counts.items()
    )
    columns = np.array(cells, np.int64).T
    return ClassCells(
        class_id=columns[0],
        sensitive={f"s{at}": columns[1 + at] for at in range(width)},
        count=columns[-1],
        quasi_identifiers=("q",),
        rows=len(rows),
    )


def profiles_of(rows: Rows) -> ClassProfiles:
    return profiles_of_cells(cells_of(rows))


def models_of(rows: Rows, column: str = "s0") -> SensitiveModels:
    return sensitive_models(profiles_of(rows).sensitive[column])


def by_definition(rows: Rows, column: int = 0) -> SensitiveModels:
    """Go over classes and values with the formulas of the papers."""
    table = Counter(row[1 + column] for row in rows)
    share = {value: count / len(rows) for value, count in table.items()}
    classes: dict[Any, Counter[Any]] = {}
    for row in rows:
        classes.setdefault(row[0], Counter())[row[1 + column]] += 1
    distinct = min(len(each) for each in classes.values())
    q = [{value: each[value] / each.total() for value in share} for each in classes.values()]
    entropy = [-sum(p * math.log(p) for p in each.values() if p) for each in q]
    descending = [sorted(each.values(), reverse=True) for each in classes.values()]
    beta = max((each[value] - share[value]) / share[value] for each in q for value in share)
    return SensitiveModels(
        distinct=distinct,
        entropy=math.exp(min(entropy)),
        recursive_c=max(r[0] / sum(r[distinct - 1 :]) for r in descending)
        if distinct > 1
        else None,
        equal_t=max(sum(abs(each[value] - share[value]) for value in share) / 2 for each in q),
        delta=max(abs(math.log(each[v] / share[v])) for each in q for v in share if each[v]),
        beta=beta,
        enhanced_beta=min(beta, max(-math.log(p) for p in share.values())),
        alpha=max(max(each.values()) for each in q),
        ordered_t=None,
        tree_t=None,
        outside=sum(
            each.total()
            for each in classes.values()
            if each.total() < 5 or max(each.values()) / each.total() > 0.5
        )
        / len(rows),
    )


def assert_close(found: SensitiveModels, expected: SensitiveModels) -> None:
    for name in SensitiveModels.__annotations__:
        assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-12), name


def test_a_small_hospital_worked_out_by_hand() -> None:
    # Class A: flu flu cold, class B: cold cold cold; p(flu) = 1/3, p(cold) = 2/3.
    # A: q(flu) = 2/3, q(cold) = 1/3; t = (1/3 + 1/3)/2 = 1/3; flu: β = 1, δ = ln 2.
    # B: q(cold) = 1; t = (1/3 + 1/3)/2 = 1/3; β = 1/2, δ = ln 1.5; l = 1, entropy l = 1.
    rows = [("A", "flu"), ("A", "flu"), ("A", "cold"), *[("B", "cold")] * 3]
    assert_close(
        models_of(rows),
        SensitiveModels(
            distinct=1, entropy=1.0, recursive_c=None, equal_t=1 / 3, delta=math.log(2),
            beta=1.0, enhanced_beta=1.0, alpha=1.0, ordered_t=None, tree_t=None, outside=1.0,
        ),
    )  # fmt: skip


def test_recursive_c_takes_the_counts_from_large_to_small() -> None:
    # One class with counts 5, 3, 2 and l = 3: c = 5 / 2.
    rows = [("A", value) for value, count in (("x", 5), ("y", 3), ("z", 2)) for _ in range(count)]
    assert models_of(rows).recursive_c == 2.5


small_rows = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz"), st.sampled_from("uv")),
    min_size=1,
    max_size=25,
)


@given(small_rows)
def test_models_equal_their_definitions(rows: Rows) -> None:
    assert_close(models_of(rows, "s0"), by_definition(rows, 0))
    assert_close(models_of(rows, "s1"), by_definition(rows, 1))


@given(small_rows, st.randoms(use_true_random=False))
def test_names_and_order_of_rows_mean_nothing(rows: Rows, random: Any) -> None:
    names = dict(zip("ABCxyzuv", random.sample("PQRijkmn", 8), strict=True))
    shuffled = [tuple(names[part] for part in row) for row in rows]
    random.shuffle(shuffled)
    assert_close(models_of(shuffled), models_of(rows))


@given(small_rows)
def test_blocks_change_nothing(rows: Rows) -> None:
    whole = models_of(rows)
    size, class_models._BLOCK = class_models._BLOCK, 2
    try:
        assert models_of(rows) == whole
    finally:
        class_models._BLOCK = size


@given(small_rows)
def test_coarser_classes_never_lower_k_or_l_nor_raise_t_or_alpha(rows: Rows) -> None:
    coarse = [("AB" if row[0] in "AB" else row[0], *row[1:]) for row in rows]
    assert profiles_of(coarse).size[0] >= profiles_of(rows).size[0]
    before, after = models_of(rows), models_of(coarse)
    assert after.distinct >= before.distinct
    assert after.entropy >= before.entropy - 1e-12
    assert after.equal_t <= before.equal_t + 1e-12
    assert after.beta <= before.beta + 1e-12
    assert after.alpha <= before.alpha + 1e-12
