# SPDX-License-Identifier: Apache-2.0
"""pycanon on a CSV table: TABLE SENSITIVE COLUMN... -> JSON with its models.

Counted is the audit, every model of one sensitive column once; reading the table is told apart.
"""

from __future__ import annotations

import json
import resource
import sys

import pandas as pd
from pycanon import anonymity


def cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


table, sensitive, *columns = sys.argv[1:]
before = cpu()
frame = pd.read_csv(table, dtype=str, keep_default_na=False)
reading = cpu() - before
asked = (frame, columns, [sensitive])
before = cpu()
results = {
    "k": anonymity.k_anonymity(frame, columns),
    "l_distinct": anonymity.l_diversity(*asked),
    "entropy_floor": anonymity.entropy_l_diversity(*asked),
    "recursive_c": anonymity.recursive_c_l_diversity(*asked)[0],
    "t_equal": anonymity.t_closeness(*asked),
    "delta_disclosure": anonymity.delta_disclosure(*asked),
    "beta_basic": anonymity.basic_beta_likeness(*asked),
    "beta_enhanced": anonymity.enhanced_beta_likeness(*asked),
    "alpha": anonymity.alpha_k_anonymity(*asked)[0],
}
spent = cpu() - before
found = {name: float(value) for name, value in results.items()}
print(json.dumps({"results": found, "cpu": [spent], "reading": reading}))
