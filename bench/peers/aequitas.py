# SPDX-License-Identifier: Apache-2.0
"""Aequitas on a Parquet table: TABLE ATTRIBUTE... -> JSON with rates by intersection."""

from __future__ import annotations

import json
import resource
import sys

import pandas as pd
from aequitas.group import Group


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


table, *attributes = sys.argv[1:]
frame = pd.read_parquet(table, columns=[*attributes, "label", "prediction"])
runs = []
for _round in range(3):
    before = cpu()
    named = frame[attributes[0]].map(lambda value: f"{attributes[0]}={value}")
    for name in attributes[1:]:
        named = named + " & " + name + "=" + frame[name]
    short = pd.DataFrame(
        {"group": named, "score": frame["prediction"], "label_value": frame["label"]}
    )
    crosstab, _scored = Group().get_crosstabs(short, attr_cols=["group"])
    runs.append(cpu() - before)
groups = {
    row.attribute_value: {"tpr": row.tpr, "fpr": row.fpr, "precision": row.precision}
    for row in crosstab.itertuples()
}
print(json.dumps({"results": {"groups": groups}, "cpu": runs}))
