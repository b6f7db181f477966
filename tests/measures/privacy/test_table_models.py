# SPDX-License-Identifier: Apache-2.0
"""Tables of counts give the models of the profiles that they hold."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.measures.privacy import table_models
from shirube.measures.privacy.class_distances import Tree
from shirube.measures.privacy.class_models import Asked, sensitive_models
from shirube.terms.cells import SensitiveProfiles, SensitiveTable

Counts = list[list[int]]


def as_table(counts: Counts) -> SensitiveTable:
    return SensitiveTable(np.array(counts, np.uint16))


def as_profiles(counts: Counts) -> SensitiveProfiles:
    cells = [[(code, count) for code, count in enumerate(row) if count] for row in counts]
    first = np.cumsum([0, *map(len, cells[:-1])])
    code, count = np.array([cell for row in cells for cell in row]).T
    return SensitiveProfiles(
        first.astype(np.int32),
        code.astype(np.uint8),
        count.astype(np.uint16),
        np.ones(len(counts), np.int32),
    )


@st.composite
def tables(draw: st.DrawFn) -> Counts:
    """Classes have rows, and values occur."""
    values = draw(st.integers(1, 6))
    row = st.lists(st.sampled_from([0, 0, 1, 2, 3, 300]), min_size=values, max_size=values)
    counts = draw(st.lists(row.filter(any), min_size=1, max_size=12))
    present = [at for at in range(values) if any(each[at] for each in counts)]
    return [[each[at] for at in present] for each in counts]


@given(tables(), st.booleans(), st.sampled_from([1, 8, 1 << 16]), st.integers(1, 5))
def test_the_models_of_a_table_are_those_of_its_profiles(
    counts: Counts, ordered: bool, block: int, k: int
) -> None:
    values = len(counts[0])
    tree = Tree((np.arange(values), np.arange(values) // 2)) if values > 1 else None
    asked = Asked(ordered=ordered, tree=tree, k=k, alpha=0.6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_models, "_BLOCK", block)
        found = asdict(sensitive_models(as_table(counts), asked))
    expected = asdict(sensitive_models(as_profiles(counts), asked))
    assert found == {
        name: value if value is None else pytest.approx(value, rel=1e-12, abs=1e-12)
        for name, value in expected.items()
    }


def test_a_table_worked_out_by_hand() -> None:
    # Classes of (3, 1, 0) and (1, 2, 1): p = (1/2, 3/8, 1/8), q = (3/4, 1/4, 0), (1/4, 1/2, 1/4).
    # t = 1/4 for both; β = (1/4)/(1/8) - 1 = 1; δ = ln 2 (twice, or half of, the share);
    # l = 2: c = 3 / 1 and 2 / (1 + 1), so 3; entropy l = exp(H(3/4, 1/4)) = 4 / 3**(3/4).
    found = sensitive_models(as_table([[3, 1, 0], [1, 2, 1]]))
    assert (found.distinct, found.recursive_c, found.equal_t) == (2, 3.0, 0.25)
    assert (found.beta, found.enhanced_beta, found.alpha) == (1.0, 1.0, 0.75)
    assert found.delta == pytest.approx(np.log(2))
    assert found.entropy == pytest.approx(4 / 3**0.75)
    assert found.outside == 1.0  # four rows are fewer than five
