# SPDX-License-Identifier: Apache-2.0
"""Rates on the Adult table equal Fairlearn's to 1e-12; its figures are stored beside this test.

How they were made stands in ``adult_fairlearn.json``; Fairlearn itself is not needed here.
"""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from shirube.engines import open_engine
from shirube.measures.fairness.group_fairness import group_fairness
from shirube.terms.measurement import Result
from shirube.terms.source import Table

pytestmark = pytest.mark.full

FIGURES = json.loads(Path(__file__).with_name("adult_fairlearn.json").read_text(encoding="utf-8"))
RATES = ("selection_rate", "tpr", "fpr", "precision")
EDUCATION, RACE, SEX, HOURS, INCOME = 4, 8, 9, 12, 14  # columns of the table, which has no header


@pytest.fixture(scope="module")
def adult(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write sex, race, label and a made-up decision of every person."""
    path = tmp_path_factory.mktemp("adult") / "adult.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["sex", "race", "label", "prediction"])
        for part in ("train", "test"):
            packed = shared / "data" / "models" / "adult" / f"adult-{part}.csv.gz"
            with gzip.open(packed, "rt", encoding="utf-8") as rows:
                for row in csv.reader(rows, skipinitialspace=True):
                    if len(row) > INCOME:
                        decided = int(row[EDUCATION]) >= 12 or int(row[HOURS]) > 50
                        label = int(">50K" in row[INCOME])
                        writer.writerow([row[SEX], row[RACE], label, int(decided)])
    return path


def measured(path: Path, *attributes: str) -> Result:
    table = Table(dataset="adult", files=(str(path),), format="csv")
    with open_engine() as engine:
        return group_fairness(
            engine.source(table),
            attributes=attributes,
            prediction="prediction",
            label="label",
            min_group=1,
            replicates=10,
        )


def test_every_group_has_the_rates_of_fairlearn(adult: Path):
    (table,) = measured(adult, "sex", "race").details
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    ours = {row["group"]: {name: row[name] for name in RATES} for row in rows}
    assert len(ours) == 2 + 5 + 10
    assert ours == {
        group: pytest.approx(figures, rel=0, abs=1e-12)
        for group, figures in FIGURES["groups"].items()
    }


@pytest.mark.parametrize("attribute", ["sex", "race"])
def test_differences_and_ratio_of_one_attribute_are_those_of_fairlearn(adult: Path, attribute: str):
    values = {value.name: value.value for value in measured(adult, attribute).values}
    theirs = FIGURES["difference"][attribute]
    for name in RATES:
        assert values[f"max_{name}_difference"] == pytest.approx(theirs[name], rel=0, abs=1e-12)
    assert values["max_equalized_odds_difference"] == pytest.approx(
        max(theirs["tpr"], theirs["fpr"]), rel=0, abs=1e-12
    )
    ratio = FIGURES["ratio"][attribute]["selection_rate"]
    assert values["min_selection_rate_ratio"] == pytest.approx(ratio, rel=0, abs=1e-12)


def test_with_two_attributes_the_largest_difference_of_any_grouping_is_told(adult: Path):
    values = {value.name: value.value for value in measured(adult, "sex", "race").values}
    for name in RATES:
        largest = max(each[name] for each in FIGURES["difference"].values())
        assert values[f"max_{name}_difference"] == pytest.approx(largest, rel=0, abs=1e-12)
    smallest = min(each["selection_rate"] for each in FIGURES["ratio"].values())
    assert values["min_selection_rate_ratio"] == pytest.approx(smallest, rel=0, abs=1e-12)
