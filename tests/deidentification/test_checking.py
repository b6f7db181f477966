# SPDX-License-Identifier: Apache-2.0
"""Which classes break a requirement, and what a node costs: worked out by hand."""

from __future__ import annotations

import pytest
from small_worlds import MemoryTable, hierarchy

from shirube.deidentification.checking import Checker
from shirube.deidentification.objectives import AverageClassSize, Discernibility, Loss
from shirube.deidentification.transforming import encode
from shirube.terms.deidentification import Closeness, Diversity, Presence, Requirement

_CITY = hierarchy("city", "a;x;*", "b;x;*", "c;y;*", "d;y;*")
# Class a: flu 3, cold 1. Class b: flu 2, cold 2. Class c: flu 1. The table: flu 6, cold 3.
_ROWS = [
    {"city": city, "ill": ill}
    for city, ill in zip("aaaabbbbc", ["f", "f", "f", "o", "f", "f", "o", "o", "f"], strict=True)
]


def _broken(requirement, population=()):
    encoded = encode(
        MemoryTable(_ROWS),
        {"city": _CITY},
        ["city"],
        requirement,
        population=MemoryTable(population) if population else None,
    )
    checker = Checker(requirement, encoded.layout, encoded.shares, encoded.rows)
    classes = checker.classes(encoded.bottom)
    labels = [encoded.attributes[0].labels[0][at] for at in encoded.layout.read(classes.words, 0)]
    return {label for label, broken in zip(labels, classes.broken.tolist(), strict=True) if broken}


@pytest.mark.parametrize(
    ("diversity", "broken"),
    [
        (Diversity("ill", "distinct", 2), {"c"}),
        # exp(H): a has 3/4 and 1/4, exp(0.5623) = 1.755; b has exp(ln 2) = 2, at the limit.
        (Diversity("ill", "entropy", 2), {"a", "c"}),
        (Diversity("ill", "entropy", 1.7), {"c"}),
        # Recursive (c, 2): a has 3 < c * 1, b has 2 < c * 2, c has 1 < c * 0.
        (Diversity("ill", "recursive", 2, 3.5), {"c"}),
        (Diversity("ill", "recursive", 2, 3.0), {"a", "c"}),
        (Diversity("ill", "recursive", 2, 1.0), {"a", "b", "c"}),
    ],
)
def test_diversity(diversity, broken) -> None:
    assert _broken(Requirement(k=1, diversities=(diversity,))) == broken


@pytest.mark.parametrize(
    ("t", "distance", "broken"),
    [
        # Distances from (6/9, 3/9): a |3/4 - 2/3| = 1/12, b 1/6, c 1/3; two values: both alike.
        (0.1, "equal", {"b", "c"}),
        (1 / 6, "equal", {"c"}),
        (1 / 3, "equal", set()),
        (0.1, "ordered", {"b", "c"}),
    ],
)
def test_closeness(t, distance, broken) -> None:
    assert _broken(Requirement(k=1, closenesses=(Closeness("ill", t, distance),))) == broken


def test_presence_counts_the_population() -> None:
    # a 4 of 4, b 4 of 8, c 1 of 4, and d has nobody released: it breaks nothing.
    people = _ROWS + [{"city": city} for city in "bbbbcccdd"]
    assert _broken(Requirement(k=1, presence=Presence(0.0, 0.9)), people) == {"a"}
    assert _broken(Requirement(k=1, presence=Presence(0.5, 1.0)), people) == {"c"}


def test_the_budget_is_rounded_down_to_whole_rows() -> None:
    encoded = encode(MemoryTable(_ROWS), {"city": _CITY}, ["city"], Requirement(k=1))
    for limit, rows in ((0.0, 0), (0.11, 0), (1 / 9, 1), (0.3, 2), (1.0, 9)):
        asked = Requirement(k=1, suppression_limit=limit)
        assert Checker(asked, encoded.layout, {}, encoded.rows).budget == rows


def test_objectives_of_a_node_by_hand() -> None:
    # k = 2 at level 0: a and b of 4 rows are kept, the one row of c is suppressed.
    requirement = Requirement(k=2, suppression_limit=0.2)
    encoded = encode(MemoryTable(_ROWS), {"city": _CITY}, ["city"], requirement)
    checker = Checker(requirement, encoded.layout, {}, encoded.rows)
    classes = checker.classes(encoded.bottom)
    loss = Loss(encoded.attributes, encoded.marginals, encoded.layout)
    # Shares: 8 rows of 1/4, one of 1: mean 3/9; rescaled (1/3 - 1/4) / (3/4) = 1/9.
    assert loss.value((0,), classes) == pytest.approx(1 / 9, abs=1e-9)
    assert AverageClassSize(9, 2).value((0,), classes) == 9 / 3
    assert Discernibility(9, 2).value((0,), classes) == 16 + 16 + 9
