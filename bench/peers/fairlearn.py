# SPDX-License-Identifier: Apache-2.0
"""Fairlearn on a Parquet table: TABLE REPLICATES ATTRIBUTE... -> JSON with rates by group."""

from __future__ import annotations

import json
import resource
import sys

import pandas as pd
from fairlearn import metrics as fl
from sklearn.metrics import precision_score


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def precision(y_true: pd.Series, y_pred: pd.Series) -> float:
    return float(precision_score(y_true, y_pred, zero_division=0))


table, replicates, *attributes = sys.argv[1:]
frame = pd.read_parquet(table, columns=[*attributes, "label", "prediction"])
boot = (
    {"n_boot": int(replicates), "ci_quantiles": [0.025, 0.975], "random_state": 0}
    if int(replicates)
    else {}
)
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
spent = cpu() - before
groups = {
    " & ".join(
        f"{name}={value}"
        for name, value in zip(attributes, key if isinstance(key, tuple) else (key,), strict=True)
    ): row.to_dict()
    for key, row in measured.by_group.iterrows()
}
results = {
    "groups": groups,
    "difference": difference.to_dict(),
    "ratio": least.to_dict(),
}
print(json.dumps({"results": results, "cpu": [spent]}))
