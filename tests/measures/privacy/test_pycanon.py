# SPDX-License-Identifier: Apache-2.0
"""Our numbers beside those of pycanon, on its own fixtures.

``pycanon_figures.json`` says which version gave the figures and how. Not compared, because pycanon
departs from the papers there: the c of recursive (c, l), for which it sorts the counts of a class
from small to large. Its entropy l is rounded down, so ours is rounded down before comparing; where
the exact l is a whole number, pycanon may lose one to floating point (it tells 6 for ln 7).
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shirube.engines.class_profiles import profiles_of_cells
from shirube.engines.duckdb.class_cells import class_cells
from shirube.measures.privacy.class_models import sensitive_models

FIGURES = json.loads((Path(__file__).parent / "pycanon_figures.json").read_text("utf-8"))["figures"]


@pytest.mark.full
@pytest.mark.parametrize(
    "figures", FIGURES, ids=lambda each: f"{each['file']}-{len(each['sensitive'])}"
)
def test_k_l_t_delta_and_beta_equal_pycanon(figures: dict[str, Any], shared: Path) -> None:
    file = shared / "data" / "privacy" / "pycanon" / figures["file"]
    relation = f"read_csv('{file}', all_varchar = true, header = true)"
    with duckdb.connect() as connection:
        cells = class_cells(
            connection, relation, figures["quasi_identifiers"], figures["sensitive"]
        )
    profiles = profiles_of_cells(cells)
    models = [sensitive_models(profiles.sensitive[column]) for column in figures["sensitive"]]
    assert cells.rows == figures["rows"]
    assert int(profiles.size[0]) == figures["k"]
    assert min(model.distinct for model in models) == figures["l_distinct"]
    entropy = min(model.entropy for model in models)
    assert figures["l_entropy_floor"] in (math.floor(entropy + 1e-9), math.floor(entropy - 1e-9))
    for ours, theirs in (
        ("equal_t", "t_equal"),
        ("delta", "delta_disclosure"),
        ("beta", "beta_basic"),
        ("enhanced_beta", "beta_enhanced"),
        ("alpha", "alpha"),
    ):
        worst = max(getattr(model, ours) for model in models)
        assert worst == pytest.approx(figures[theirs], abs=1e-9, rel=0), theirs


def test_the_figures_include_tables_that_are_well_anonymised() -> None:
    assert sum(each["k"] >= 5 and each["l_distinct"] >= 2 for each in FIGURES) >= 5
