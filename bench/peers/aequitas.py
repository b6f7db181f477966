# SPDX-License-Identifier: Apache-2.0
"""Aequitas on a Parquet table: TABLE GROUPING... -> JSON with rates by group.

A grouping is one attribute, or several joined by commas for their intersection, which Aequitas
leaves to its user: a column of joined texts. Counted are: making the columns, one crosstab over all
groupings, the largest difference and smallest ratio of each rate. ``alone`` is the same for each
grouping by itself; ``reading``, the cost of reading the table, is told apart.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys

import pandas as pd
from aequitas.group import Group

RATES = {"selection_rate": "pprev", "tpr": "tpr", "fpr": "fpr", "precision": "precision"}
JOINT = "\x1f"


def cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def run(frame: pd.DataFrame, groupings: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    short = pd.DataFrame({"score": frame["prediction"], "label_value": frame["label"]})
    for grouping in groupings:
        first, *others = grouping.split(",")
        joined = frame[first]
        for name in others:
            joined = joined + JOINT + frame[name]
        short[grouping] = joined
    crosstab, _scored = Group(list(RATES.values())).get_crosstabs(short, attr_cols=groupings)
    by_grouping = crosstab.groupby("attribute_name")[list(RATES.values())]
    least, most = by_grouping.min(), by_grouping.max()
    return crosstab, pd.concat({"difference": most - least, "ratio": least / most})


def named(grouping: str, value: str) -> str:
    pairs = zip(grouping.split(","), value.split(JOINT), strict=True)
    return " & ".join(f"{name}={each}" for name, each in pairs)


table, *groupings = sys.argv[1:]
columns = sorted({name for each in groupings for name in each.split(",")})
read = []
for _round in range(3):
    before = cpu()
    frame = pd.read_parquet(table, columns=[*columns, "label", "prediction"])
    read.append(cpu() - before)
reading = statistics.median(read)
runs, alone = [], {}
for _round in range(3):
    before = cpu()
    crosstab, spans = run(frame, groupings)
    runs.append(cpu() - before)
for grouping in groupings:
    each = []
    for _round in range(3):
        before = cpu()
        run(frame, [grouping])
        each.append(cpu() - before)
    alone[grouping] = statistics.median(each)
groups = {
    named(row.attribute_name, row.attribute_value): {
        name: getattr(row, theirs) for name, theirs in RATES.items()
    }
    for row in crosstab.itertuples()
}
print(json.dumps({"results": {"groups": groups}, "cpu": runs, "alone": alone, "reading": reading}))
