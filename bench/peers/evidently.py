# SPDX-License-Identifier: Apache-2.0
"""Evidently on a Parquet log: TABLE FIRST_DAY_OF_WINDOW -> JSON with distances by column.

The drift of every column by five statistics, as its reports give them. scipy's exact KS statistic
and chi-squared test of two samples (Evidently tests the window against fixed shares of the
reference) are computed afterwards and are not part of the time.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings

import pandas as pd
from evidently import ColumnMapping
from evidently.metrics import DataDriftTable, DatasetMissingValuesMetric
from evidently.report import Report
from scipy import stats

warnings.filterwarnings("ignore")


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


table, first = sys.argv[1:]
columns = [f"x{n}" for n in range(20)]
texts = columns[17:]
frame = pd.read_parquet(table, columns=["day", *columns])
later = pd.to_datetime(frame["day"]) >= pd.Timestamp(first)
reference, window = frame[~later][columns], frame[later][columns]
mapping = ColumnMapping(numerical_features=columns[:17], categorical_features=texts)
before = cpu()
found: dict[str, dict[str, float]] = {}
for number_test, text_test in (
    ("psi", "psi"),
    ("jensenshannon", "jensenshannon"),
    ("ks", "chisquare"),
    ("wasserstein", "chisquare"),
):
    report = Report(
        metrics=[
            DataDriftTable(columns=columns, num_stattest=number_test, cat_stattest=text_test),
            DatasetMissingValuesMetric(),
        ]
    )
    report.run(reference_data=reference, current_data=window, column_mapping=mapping)
    drifted = report.as_dict()["metrics"][0]["result"]["drift_by_columns"]
    found[number_test] = {name: float(each["drift_score"]) for name, each in drifted.items()}
spent = cpu() - before
found["ks_exact"] = {
    name: float(
        stats.ks_2samp(reference[name].dropna(), window[name].dropna(), method="asymp").statistic
    )
    for name in columns[:17]
}
both = pd.concat([reference, window], keys=["reference", "window"], names=["side"])
found["chi2_exact"] = {
    name: float(
        stats.chi2_contingency(
            pd.crosstab(both.index.get_level_values("side"), both[name]), correction=False
        ).pvalue
    )
    for name in texts
}
print(json.dumps({"results": found, "cpu": [spent]}))
