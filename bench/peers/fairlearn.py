# SPDX-License-Identifier: Apache-2.0
"""Fairlearn on a Parquet table: TABLE REPLICATES GROUPING... -> JSON with rates by group.

A grouping is one attribute, or several joined by commas for their intersection; each needs a
MetricFrame of its own. Counted are: the frame, with its rates of every group (and quantiles over
the replicates, unless there are none), ``difference()`` and ``ratio()``. ``alone`` tells the cost
of each grouping and ``cpu`` their sum; ``reading``, the cost of reading the table, is told apart.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys

import pandas as pd
from fairlearn import __version__
from fairlearn import metrics as fl
from sklearn.metrics import precision_score


def cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def precision(y_true: pd.Series, y_pred: pd.Series) -> float:
    return float(precision_score(y_true, y_pred, zero_division=0))


table, replicates, *groupings = sys.argv[1:]
columns = sorted({name for each in groupings for name in each.split(",")})
read = []
for _round in range(3):
    before = cpu()
    frame = pd.read_parquet(table, columns=[*columns, "label", "prediction"])
    read.append(cpu() - before)
reading = statistics.median(read)
boot = (
    {"n_boot": int(replicates), "ci_quantiles": [0.025, 0.975], "random_state": 0}
    if int(replicates)
    else {}
)
groups, differences, ratios, alone = {}, {}, {}, {}
for grouping in groupings:
    attributes = grouping.split(",")
    before = cpu()
    measured = fl.MetricFrame(
        metrics={
            "selection_rate": fl.selection_rate,
            "tpr": fl.true_positive_rate,
            "fpr": fl.false_positive_rate,
            "precision": precision,
        },
        y_true=frame["label"],
        y_pred=frame["prediction"],
        sensitive_features=frame[attributes],
        **boot,
    )
    difference, least = measured.difference(), measured.ratio()
    alone[grouping] = cpu() - before
    differences[grouping], ratios[grouping] = difference.to_dict(), least.to_dict()
    for key, row in measured.by_group.iterrows():
        values = key if isinstance(key, tuple) else (key,)
        pairs = zip(attributes, values, strict=True)
        groups[" & ".join(f"{name}={value}" for name, value in pairs)] = row.to_dict()
results = {"groups": groups, "difference": differences, "ratio": ratios}
print(
    json.dumps(
        {
            "results": results,
            "cpu": [sum(alone.values())],
            "alone": alone,
            "reading": reading,
            "version": __version__,
        }
    )
)
