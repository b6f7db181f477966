# SPDX-License-Identifier: Apache-2.0
"""The names that conditions may use, as the measures declare them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from shirube import measures
from shirube.terms.rule import Name
from shirube.terms.text import Text

if TYPE_CHECKING:
    from shirube.terms.rule import Vocabulary

# The small worlds of the rules' tests serve here as well.
sys.path.append(str(Path(__file__).parent.parent / "rules"))

_AGREED = {
    "personal_data": "rows cells hits iic_hits money_hits contact_hits weak_hits columns_with_hits",
    "group_fairness": "rows groups groups_estimable max_selection_rate_difference "
    "min_selection_rate_ratio max_tpr_difference max_fpr_difference max_precision_difference "
    "max_equalized_odds_difference max_calibration_gap",
    "drift": "rows_reference rows_window columns max_missing_difference max_psi max_js max_ks "
    "max_wasserstein min_chi2_p",
}


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """Return the measures' names; those of a measure that is not there yet as they were agreed."""
    known = measures.vocabulary()
    agreed = {
        measure: tuple(Name(name, "number", Text(name, name)) for name in names.split())
        for measure, names in _AGREED.items()
    }
    return msgspec.structs.replace(known, sources={**agreed, **known.sources})
