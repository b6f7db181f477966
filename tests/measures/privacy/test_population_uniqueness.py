# SPDX-License-Identifier: Apache-2.0
"""Population uniqueness: each model against its definition, and against populations we know."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import small_tables
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import digamma
from scipy.stats import hypergeom, nbinom

from shirube.measures.privacy import population_models as models
from shirube.measures.privacy.population_models import Sample
from shirube.measures.privacy.population_uniqueness import choose, population_uniqueness
from shirube.terms.errors import Problem, Problems


def sample_of(sizes: list[int] | np.ndarray, population: int) -> Sample:
    size, classes = np.unique(np.asarray(sizes, np.int64), return_counts=True)
    return Sample(size, classes, population)


SIZES = [1] * 40 + [2] * 14 + [3] * 6 + [5] * 3 + [9, 14, 30]


def test_zayatz_by_hand() -> None:
    # Classes of 1, 1, 2 rows, n = 4 of N = 8. P(1|1) = 1/2, P(1|2) = 2 C(6,3)/C(8,4) = 4/7.
    # Share (2 x 1/2) / (2 x 1/2 + 4/7) = 7/11; 2 x 7/11 / (1/2) = 28/11.
    assert models.zayatz(sample_of([1, 1, 2], 8)) == pytest.approx(28 / 11)


def test_zayatz_uses_the_hypergeometric_distribution() -> None:
    sample = sample_of(SIZES, 1000)
    one_of = hypergeom(1000, sample.size, sample.rows).pmf(1)
    share = sample.uniques * sample.fraction / (sample.classes * one_of).sum()
    assert models.zayatz(sample) == pytest.approx(sample.uniques * share / sample.fraction)


def test_the_slide_negative_binomial_gives_back_the_population_it_came_from() -> None:
    # Expected class sizes of a sample of one in five from 100,000 classes with 1 + X people.
    shape, r, classes, part = 0.7, 3.0, 100_000, 0.2
    people = round(classes * (1 + shape * r))
    size = np.arange(0, 400)
    here = nbinom(shape, 1 / (1 + part * r)).pmf(size)  # X thinned by sampling
    shifted = np.concatenate(([0.0], here[:-1]))
    expected = classes * (part * shifted + (1 - part) * here)
    counts = np.round(expected[1:] * 100).astype(np.int64)
    sample = Sample(size[1:][counts > 0], counts[counts > 0], people * 100)
    true = 100 * classes * nbinom(shape, 1 / (1 + r)).pmf(0)
    assert models.slide_negative_binomial(sample) == pytest.approx(true, rel=0.01)


def test_pitman_is_the_most_likely_one() -> None:
    sample = sample_of(SIZES, 2000)
    n, u = sample.rows, sample.total

    def unlikely(at: np.ndarray) -> float:
        theta, alpha = math.exp(at[0]), 1 / (1 + math.exp(-at[1]))
        classes = sum(math.log(theta + i * alpha) for i in range(1, u))
        rows = sum(math.log(theta + i) for i in range(1, n))
        inner = sum(math.log(i - alpha) for size in SIZES for i in range(1, size))
        return -(classes - rows + inner)

    best = minimize(unlikely, [1.0, 0.0], method="Nelder-Mead",
                    options={"xatol": 1e-10, "fatol": 1e-10, "maxiter": 4000})  # fmt: skip
    theta, alpha = math.exp(best.x[0]), 1 / (1 + math.exp(-best.x[1]))
    expected = 2000.0
    for i in range(1999):  # the chance that the 1,999 others start or join another class
        expected *= (theta + alpha + i) / (theta + 1 + i)
    assert models.pitman(sample) == pytest.approx(expected, rel=1e-3)


def test_digamma_is_digamma() -> None:
    x = np.array([0.01, 0.5, 1.0, 3.3, 100.0, 1e6])
    assert models._digammas(x) == pytest.approx(digamma(x), abs=1e-11)


@settings(max_examples=10)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=30), st.integers(0, 400))
def test_no_estimate_leaves_its_bounds(sizes: list[int], more: int) -> None:
    sample = sample_of(sizes, sum(sizes) + more)
    for model in (models.zayatz, models.slide_negative_binomial, models.pitman):
        found = model(sample)
        if found is not None:
            assert 0 <= found <= sample.population * (1 + 1e-9)


def test_on_real_people_the_chosen_estimate_is_near_the_truth(shared: Any) -> None:
    # A population we know: 30,162 people of adult, five columns, 3,009 of them unique. One sample
    # of a fifth and one of a twentieth, drawn with a fixed seed.
    import csv
    import gzip
    from collections import Counter

    with gzip.open(shared / "data/privacy/bench/adult.csv.gz", "rt", encoding="utf-8") as file:
        people = [
            tuple(row[name] for name in ("sex", "age", "race", "native-country", "education"))
            for row in csv.DictReader(file, delimiter=";")
        ]
    true = sum(n == 1 for n in Counter(people).values())
    assert true == 3009
    for part, off in ((0.2, 0.25), (0.05, 0.6)):
        rng = np.random.default_rng(7)
        drawn = rng.permutation(len(people))[: round(part * len(people))]
        sample = sample_of(list(Counter(people[at] for at in drawn).values()), len(people))
        fits = {
            "zayatz": models.zayatz(sample),
            "snb": models.slide_negative_binomial(sample),
            "pitman": models.pitman(sample),
        }
        found = fits[choose(sample, fits)]
        assert found == pytest.approx(true, rel=off)
        naive = sample.uniques / sample.fraction
        assert abs(found - true) < abs(naive - true)


def test_dankars_rule() -> None:
    fits: dict[str, float | None] = {"zayatz": 5.0, "snb": 7.0, "pitman": 3.0}
    assert choose(sample_of([1, 2], 30), fits) == "pitman"
    assert choose(sample_of([1, 2], 30), fits | {"pitman": None}) == "zayatz"
    assert choose(sample_of([1, 2], 29), fits) == "zayatz"
    assert choose(sample_of([1, 2], 29), fits | {"snb": 4.0}) == "snb"
    assert choose(sample_of([1, 2], 29), fits | {"snb": None}) == "zayatz"
    assert choose(sample_of([2, 2], 30), fits) == "none"
    assert choose(sample_of([1, 2], 3), fits) == "census"


def found(rows: list[tuple[Any, ...]], population: int) -> dict[str, Any]:
    table = small_tables.source(["age", "city"], rows)
    return small_tables.values(
        population_uniqueness(table, quasi_identifiers=("age", "city"), population=population)
    )


PEOPLE = [("30s", "Tokyo")] * 3 + [("40s", "Osaka")] * 2 + [("50s", "Osaka"), ("60s", "Nara")]


def test_the_whole_population_is_counted_not_estimated() -> None:
    values = found(PEOPLE, 7)
    assert (values["model"], values["population_uniques"], values["unique_in_both"]) == (
        "census", 2.0, 1.0,
    )  # fmt: skip
    assert values["population_unique_share"] == 2 / 7


def test_without_sample_uniques_nobody_is_expected_to_be_unique() -> None:
    values = found(PEOPLE[:5], 500)
    assert (values["model"], values["population_uniques"], values["unique_in_both"]) == (
        "none", 0.0, None,
    )  # fmt: skip


def test_rows_that_are_all_unique_leave_only_zayatz() -> None:
    values = found([(f"{n}", "x") for n in range(6)], 600)
    assert (values["snb"], values["pitman"], values["model"]) == (None, None, "zayatz")


def test_one_row_an_empty_table_and_an_empty_column() -> None:
    assert found(PEOPLE[:1], 10)["model"] == "zayatz"
    for values in (found([], 10), found([(None, "x")] * 3, 10)):
        assert values["population_unique_share"] is None


def test_a_population_smaller_than_the_table_is_refused() -> None:
    with pytest.raises(Problem, match="smaller than the table"):
        found(PEOPLE, 6)
    with pytest.raises(Problems, match="population is 0"):
        found(PEOPLE, 0)
