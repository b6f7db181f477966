# SPDX-License-Identifier: Apache-2.0
"""Anonymeter on CSV tables: ATTACK GUESSES ORIGINAL RELEASE CONTROL SECRET -> JSON.

The tables lie in memory when the clock starts. Every run draws with its own seed. ``linkability``
splits the columns as our measure does: every second one, in the order of their names;
``multivariate`` uses five columns at once. ``neighbours TARGETS RELEASE`` looks up every target in
the release and prints the distances to the nearest row, for a comparison without any chance.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings

import numpy as np
import pandas as pd
from anonymeter.evaluators import (
    InferenceEvaluator,
    LinkabilityEvaluator,
    SinglingOutEvaluator,
    singling_out_evaluator,
)
from anonymeter.neighbors.mixed_types_kneighbors import MixedTypeKNeighbors

RUNS, AT_ONCE = 3, 5


def cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def evaluator(attack: str, guesses: int, tables: list[pd.DataFrame], secret: str) -> object:
    original, release, control = tables
    columns = sorted(release.columns)
    if attack == "linkability":
        return LinkabilityEvaluator(
            original, release, (columns[::2], columns[1::2]), n_attacks=guesses, control=control
        ).evaluate(n_jobs=1)
    if attack == "inference":
        known = [name for name in columns if name != secret]
        return InferenceEvaluator(
            original, release, known, secret, n_attacks=guesses, control=control
        ).evaluate(n_jobs=1)
    made = SinglingOutEvaluator(original, release, guesses, AT_ONCE, control)
    return made.evaluate(mode=attack)


def told(made: object) -> dict[str, object]:
    found = made.results()  # type: ignore[attr-defined]
    risk = found.risk()
    rates = {
        name: [rate.value, rate.error]
        for name, rate in (
            ("main", found.attack_rate),
            ("baseline", found.baseline_rate),
            ("control", found.control_rate),
        )
    }
    counts = [found.n_success, found.n_baseline, found.n_control]
    return {
        **rates,
        "risk": [risk.value, *risk.ci],
        "counts": [float(each) for each in counts],
        "guesses": found.n_attacks,
    }


warnings.simplefilter("ignore")
attack, *paths = sys.argv[1:4] if sys.argv[1] == "neighbours" else sys.argv[1:2] + sys.argv[3:]
tables = [pd.read_csv(path) for path in paths[:3]]
if attack == "neighbours":
    search = MixedTypeKNeighbors(n_neighbors=1, n_jobs=1).fit(tables[1])
    distances, _places = search.kneighbors(tables[0], return_distance=True)
    print(json.dumps({"results": distances[:, 0].tolist(), "cpu": [0.0]}))
    sys.exit()
guesses, secret = int(sys.argv[2]), paths[3]
evaluator(attack, 2, tables, secret)  # compiles
runs, results = [], []
for seed in range(RUNS):
    np.random.seed(seed)
    singling_out_evaluator.rng = np.random.default_rng(seed)
    before = cpu()
    made = evaluator(attack, guesses, tables, secret)
    runs.append(cpu() - before)
    results.append(told(made))
print(json.dumps({"results": results, "cpu": runs}))
