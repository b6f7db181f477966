# SPDX-License-Identifier: Apache-2.0
"""The optima that ARX found, and what enumerating a whole lattice proves.

Data and optima are facts in the shared folder beside the project; without it these tests are
skipped (outside CI), because the tables' terms were not all checked and they are not ours to ship.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import json

import numpy as np
import pytest
from small_worlds import MemoryTable

from shirube.deidentification import hierarchies
from shirube.deidentification.checking import Checker
from shirube.deidentification.objectives import Loss
from shirube.deidentification.rolling import Roller
from shirube.deidentification.transforming import encode, transform
from shirube.terms.deidentification import Closeness, Diversity, Requirement

_MODELS = {
    "distinct 2-diversity(salary-class)": Diversity("salary-class", "distinct", 2),
    "equal-distance t-closeness 0.5(salary-class)": Closeness("salary-class", 0.5),
}


@pytest.fixture(scope="module")
def bench(shared):
    return shared / "data" / "privacy" / "bench"


@pytest.fixture(scope="module")
def tables(bench):
    read = {}

    def table(name):
        if name not in read:
            with gzip.open(bench / f"{name}.csv.gz", "rt", encoding="utf-8") as stream:
                rows = list(csv.DictReader(stream, delimiter=";"))
            known = {
                column: hierarchies.read(path, column)
                for column, path in hierarchies.files(bench / "hierarchies" / name).items()
            }
            read[name] = (MemoryTable(rows), list(rows[0]), known)
        return read[name]

    return table


def _check(bench, tables, dataset):
    for optimum in json.loads((bench / "optima.json").read_text(encoding="utf-8")):
        if optimum["dataset"] != dataset:
            continue
        table, columns, known = tables(dataset)
        columns = optimum.get("attributes", columns)
        models = [_MODELS[name] for name in optimum["models"] if name in _MODELS]
        assert len(models) == len(optimum["models"]) - 1  # all but k-anonymity itself
        requirement = Requirement(
            k=optimum["k"],
            suppression_limit=optimum["suppression_limit"],
            diversities=tuple(each for each in models if isinstance(each, Diversity)),
            closenesses=tuple(each for each in models if isinstance(each, Closeness)),
        )
        found = transform(encode(table, known, columns, requirement), requirement).solution
        assert list(found.levels) == optimum["transformation"]
        assert found.suppressed_records == optimum["suppressed_records"]
        assert found.information_loss == pytest.approx(optimum["information_loss"], abs=1e-8)
        assert found.certificate.proven


@pytest.mark.full
def test_every_published_optimum_of_adult_with_l_and_t(bench, tables) -> None:
    _check(bench, tables, "adult")


@pytest.mark.full
def test_every_published_optimum_of_cup(bench, tables) -> None:
    _check(bench, tables, "cup")


@pytest.mark.full
def test_enumerating_all_12960_nodes_of_adult_agrees(tables) -> None:
    table, columns, known = tables("adult")
    requirement = Requirement(k=5, suppression_limit=0.02)
    encoded = encode(table, known, columns, requirement)
    roller = Roller(encoded.attributes, encoded.layout, encoded.bottom)
    checker = Checker(requirement, encoded.layout, {}, encoded.rows)
    loss = Loss(encoded.attributes, encoded.marginals, encoded.layout)
    values = {}
    for levels in itertools.product(*(range(each.height) for each in encoded.attributes)):
        classes = checker.classes(roller.at(levels))
        if classes.suppressed <= checker.budget:
            values[levels] = loss.value(levels, classes)
    found = transform(encoded, requirement).solution
    assert found.certificate.lattice == 12960
    assert found.value == min(values.values())
    assert [levels for levels, value in values.items() if value == found.value] == [found.levels]
    assert np.isclose(found.value, 0.3137130352819242, atol=1e-8, rtol=0)
