# SPDX-License-Identifier: Apache-2.0
"""ANJANA on a table: TABLE HIERARCHIES K LIMIT -> JSON with its levels and suppressed records.

Counted is the call alone; reading the table and the hierarchies is not. ANJANA generalises the
column with most values, again and again, until k is met: it looks for a release, not for the best.
"""

from __future__ import annotations

import gzip
import json
import resource
import sys
from pathlib import Path

import pandas as pd

# This file bears the package's name: started with -P, its folder is not on the path.
from anjana.anonymity._k_anonymity import k_anonymity_inner
from anjana.anonymity.utils import utils

table, folder, k, limit = sys.argv[1:]
frame = pd.read_csv(table, sep=";", dtype=str)
hierarchies = {}
for column in frame.columns:
    with gzip.open(Path(folder) / f"{column}.csv.gz", "rt", encoding="utf-8") as stream:
        tree = pd.read_csv(stream, sep=";", header=None, dtype=str)
    hierarchies[column] = {level: tree[level].values for level in tree.columns}
columns = list(frame.columns)
before = resource.getrusage(resource.RUSAGE_SELF)
released, suppressed, _levels = k_anonymity_inner(
    frame.copy(), [], columns, int(k), 100 * float(limit), hierarchies
)
after = resource.getrusage(resource.RUSAGE_SELF)
used = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
levels = [int(each) for each in utils.get_transformation(released, columns, hierarchies)]
results = {"levels": levels, "suppressed": int(len(frame) - len(released))}
print(json.dumps({"results": results, "cpu": [used]}))
