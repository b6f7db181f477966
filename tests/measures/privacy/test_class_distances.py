# SPDX-License-Identifier: Apache-2.0
"""Ordered and hierarchical t: the figures of the paper, and an independent transport solver."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.anonymity import anonymity
from shirube.measures.privacy.class_models import Asked, sensitive_models
from shirube.terms.errors import Problem, Problems

# Table 5 and Figure 1 of Li, Li and Venkatasubramanian (2007): class, salary, disease.
PATIENTS = [
    ("a", 3, "gastric ulcer"), ("a", 5, "stomach cancer"), ("a", 9, "pneumonia"),
    ("b", 6, "gastritis"), ("b", 11, "flu"), ("b", 8, "bronchitis"),
    ("c", 4, "gastritis"), ("c", 7, "bronchitis"), ("c", 10, "stomach cancer"),
]  # fmt: skip
DISEASES = [
    ("flu", "respiratory infection", "respiratory"),
    ("pneumonia", "respiratory infection", "respiratory"),
    ("bronchitis", "respiratory infection", "respiratory"),
    ("pulmonary edema", "vascular lung", "respiratory"),
    ("gastric ulcer", "stomach", "digestive"),
    ("stomach cancer", "stomach", "digestive"),
    ("gastritis", "stomach", "digestive"),
    ("colitis", "colon", "digestive"),
]


def measured(rows: list[tuple[Any, ...]] = PATIENTS, **arguments: Any) -> dict[str, Any]:
    table = small_tables.source(["zip", "salary", "disease"], rows, salary="BIGINT")
    return small_tables.values(anonymity(table, quasi_identifiers=("zip",), **arguments))


def diseases(rows: list[tuple[Any, ...]] = DISEASES) -> Any:
    return small_tables.source(["disease", "group", "system"], rows)


def test_the_salaries_of_the_paper_are_0_167_close() -> None:
    assert measured(sensitive=("salary",))["t_ordered"] == pytest.approx(1 / 6)


def test_the_diseases_by_hand() -> None:
    # Of nine: ulcer 1, gastritis 2, cancer 2, flu 1, bronchitis 2, pneumonia 1; the tree is 3 high.
    # Class b (gastritis, flu, bronchitis) is the farthest. Diseases: 1/9 + 2/9 + 1/9 are too many,
    # 4/9 to move; groups: 2/3 infections instead of 4/9, so 2/9 to move; systems: 2/9 again.
    found = measured(sensitive=("disease",), hierarchy=diseases())
    assert found["t_hierarchical"] == pytest.approx((4 + 2 + 2) / 9 / 3)
    assert found["t_ordered"] is None


def test_low_salaries_alone_lie_0_375_away_as_in_the_paper() -> None:
    # Section 4.1: {3, 4, 5} is 0.375 away from {3, ..., 11}.
    low = [("a" if each < 6 else "b", each, "x") for each in range(3, 12)]
    assert measured(low, sensitive=("salary",))["t_ordered"] == pytest.approx(0.375)


def _transport(q: np.ndarray, p: np.ndarray, distance: np.ndarray) -> float:
    """Return the earth mover's distance by linear programming."""
    from scipy.optimize import linprog

    m = len(p)
    out = np.kron(np.eye(m), np.ones(m))
    into = np.kron(np.ones(m), np.eye(m))
    solved = linprog(
        distance.ravel(), A_eq=np.vstack((out, into)), b_eq=np.concatenate((q, p)), bounds=(0, None)
    )
    return float(solved.fun)


def _shares(rows: list[tuple[str, str]], values: list[str]) -> tuple[list[np.ndarray], np.ndarray]:
    def share(chosen: list[tuple[str, str]]) -> np.ndarray:
        return np.array([sum(row[1] == each for row in chosen) / len(chosen) for each in values])

    classes = sorted({row[0] for row in rows})
    return [share([row for row in rows if row[0] == each]) for each in classes], share(rows)


small_rows = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("uvwxyz")), min_size=2, max_size=14
)


@settings(max_examples=8)
@given(small_rows)
def test_ordered_t_is_the_transport_along_the_order(rows: list[tuple[str, str]]) -> None:
    values = sorted({row[1] for row in rows})
    m = len(values)
    steps = abs(np.subtract.outer(np.arange(m), np.arange(m))) / max(m - 1, 1)
    each, whole = _shares(rows, values)
    cells = small_tables.source(["q", "s"], rows).class_profiles(["q"], ["s"])
    found = sensitive_models(cells.sensitive["s"], Asked(ordered=True))
    assert found.ordered_t == pytest.approx(
        max(_transport(q, whole, steps) for q in each), abs=1e-9
    )
    assert found.ordered_t is not None
    assert found.ordered_t <= found.equal_t + 1e-12


@settings(max_examples=8)
@given(small_rows, st.lists(st.sampled_from("mn"), min_size=3, max_size=3))
def test_hierarchical_t_is_the_transport_over_the_tree(
    rows: list[tuple[str, str]], systems: list[str]
) -> None:
    # u v | w x | y z under three groups, which stand under one or two systems below the root.
    group = dict(zip("uvwxyz", "aabbcc", strict=True))
    system = dict(zip("abc", systems, strict=True))
    tree = [(leaf, node, system[node]) for leaf, node in group.items()]
    height = 3 if len(set(systems)) > 1 else 2

    def apart(one: str, two: str) -> float:
        if one == two:
            return 0.0
        if group[one] == group[two]:
            return 1 / height
        return 2 / height if system[group[one]] == system[group[two]] else 3 / height

    values = sorted({row[1] for row in rows})
    distance = np.array([[apart(one, two) for two in values] for one in values])
    each, whole = _shares(rows, values)
    found = small_tables.values(
        anonymity(
            small_tables.source(["q", "s"], rows),
            quasi_identifiers=("q",),
            sensitive=("s",),
            hierarchy=small_tables.source(["s", "group", "system"], tree),
        )
    )
    expected = max(_transport(q, whole, distance) for q in each)
    assert found["t_hierarchical"] == pytest.approx(expected, abs=1e-9)
    assert found["t_hierarchical"] <= found["t_equal"] + 1e-12


def test_a_gap_between_present_values_is_summed_as_one_stretch() -> None:
    # Six values, the class holds the first and the last: Q = 1/2 in between, P_i = i / 6.
    # |1/2 - P_i| for i = 1..5: 2/6 1/6 0 1/6 2/6; sum 1, over m - 1 = 5: 0.2.
    rows = [("A", "u"), ("A", "z"), *(("B", each) for each in "uvvwwxxyyz")]
    cells = small_tables.source(["q", "s"], rows).class_profiles(["q"], ["s"])
    found = sensitive_models(cells.sensitive["s"], Asked(ordered=True))
    assert found.ordered_t == pytest.approx(0.2)


def test_a_hierarchy_that_misses_or_contradicts_is_told_without_its_values() -> None:
    # Two diseases of the table are not there; flu stands twice; stomach has two systems.
    for rows, told in (
        (DISEASES[3:], "does not hold: 3"),
        ([*DISEASES, ("flu", "stomach", "digestive")], "a value stands in two groups"),
        ([*DISEASES[:4], ("gastric ulcer", "stomach", "other"), *DISEASES[5:]], "two groups above"),
        ([], "does not hold: 6"),
    ):
        with pytest.raises(Problem, match=told) as caught:
            measured(sensitive=("disease",), hierarchy=diseases(rows))
        assert not any(name in str(caught.value) for name, *_groups in DISEASES)
    bare = small_tables.source(["disease"], [("flu",)])
    with pytest.raises(Problem, match="further columns"):
        measured(sensitive=("disease",), hierarchy=bare)


def test_what_is_asked_of_sensitive_columns_is_checked() -> None:
    with pytest.raises(Problems) as caught:
        measured(sensitive=("salary", "disease"), ordered=("zip",), hierarchy=diseases(),
                 max_alpha=1.5)  # fmt: skip
    message = str(caught.value)
    assert "not among the sensitive" in message
    assert "hierarchy_of" in message
    assert "max_alpha" in message


def test_missing_values_have_a_place_of_their_own_in_the_hierarchy() -> None:
    rows = [*PATIENTS, ("a", 3, None)]
    with pytest.raises(Problem, match="does not hold: 1"):
        measured(rows, sensitive=("disease",), hierarchy=diseases())
    tree = diseases([*DISEASES, (None, "not stated", "not stated")])
    assert measured(rows, sensitive=("disease",), hierarchy=tree)["t_hierarchical"] > 0.2


def test_alpha_k_counts_the_records_of_classes_that_fall_short() -> None:
    # A: 3 rows, 2 of one value (2/3); B: 4 rows, 2 and 2; C: 1 row.
    rows = [("A", "x"), ("A", "x"), ("A", "y"), *[("B", "x")] * 2, *[("B", "y")] * 2, ("C", "y")]
    for k, alpha, outside in ((3, 0.5, 4), (4, 0.7, 4), (1, 0.7, 1), (1, 1.0, 0)):
        found = small_tables.values(
            anonymity(
                small_tables.source(["q", "s"], rows),
                quasi_identifiers=("q",), sensitive=("s",), floor=k, max_alpha=alpha,
            )
        )  # fmt: skip
        assert found["alpha_k_outside"] == outside / 8


def test_more_alpha_or_less_k_never_puts_more_records_outside() -> None:
    rows = [("ABC"[n % 3], "xyz"[(n * n) % 3]) for n in range(17)]
    cells = small_tables.source(["q", "s"], rows).class_profiles(["q"], ["s"])
    grid = {
        (k, alpha): sensitive_models(cells.sensitive["s"], Asked(k=k, alpha=alpha)).outside
        for k, alpha in itertools.product(range(1, 9), (0.2, 0.4, 0.6, 0.8, 1.0))
    }
    for (k, alpha), outside in grid.items():
        assert all(
            other <= outside for (less, more), other in grid.items() if less <= k and more >= alpha
        )
