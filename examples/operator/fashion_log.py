# SPDX-License-Identifier: Apache-2.0
"""A SYNTHETIC log of fashion recommendations, shaped like the Open Bandit log.

No row of the real log is in it. Two arms, as there: a random policy, in which nothing about a user
can influence what is shown, and a greedy one, in which two of the user's features do. Probabilities
of display are the true ones.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ITEMS = 34
DISCOUNTED = 10  # items 0 to 9 are on discount: to be shown one is good for the user
FEATURES = ("user_feature_0", "user_feature_1", "user_feature_2", "user_feature_3")
LEVELS = (4, 6, 10, 10)
AFFINITIES = 4
START = dt.datetime(2026, 10, 19, tzinfo=dt.UTC)
DAYS = 7


def write(path: Path, rows: int, seed: int) -> None:
    """Write ``rows`` displays over seven days, half of them by each policy."""
    generator = np.random.default_rng([seed, 1])
    seconds = np.sort(generator.integers(0, DAYS * 86_400, rows))
    greedy = generator.random(rows) < 0.5
    users = np.column_stack([generator.integers(0, levels, rows) for levels in LEVELS])
    affinity = np.round(generator.exponential(0.3, (rows, AFFINITIES)), 3)
    chance = _probabilities(users, greedy, generator)
    item = (chance.cumsum(axis=1) < generator.random((rows, 1))).sum(axis=1).clip(0, ITEMS - 1)
    propensity = chance[np.arange(rows), item]
    click = generator.random(rows) < 0.004 + 0.02 * propensity + 0.004 * affinity[:, 0].clip(0, 2)
    position = generator.integers(1, 4, rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        names = [f"user_item_affinity_{index}" for index in range(AFFINITIES)]
        writer.writerow(["timestamp", "day", "policy", "item_id", "discounted", "position", "click",
                         "propensity_score", *FEATURES, *names])  # fmt: skip
        for row in range(rows):
            time = START + dt.timedelta(seconds=int(seconds[row]))
            writer.writerow(
                [
                    time.isoformat(sep=" "),
                    time.date().isoformat(),
                    "greedy" if greedy[row] else "random",
                    item[row],
                    int(item[row] < DISCOUNTED),
                    position[row],
                    int(click[row]),
                    f"{propensity[row]:.6f}",
                    *(f"u{index}_{level}" for index, level in enumerate(users[row])),
                    *(f"{value:.3f}" for value in affinity[row]),
                ]
            )


def _probabilities(
    users: NDArray[np.int64], greedy: NDArray[np.bool_], generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return each item's chance of being shown, one row per display."""
    taste_first = generator.normal(0, 1, (LEVELS[0], ITEMS))
    taste_second = generator.normal(0, 1, (LEVELS[1], ITEMS))
    weight = np.exp(1.2 * (taste_first[users[:, 0]] + taste_second[users[:, 1]]))
    weight[~greedy] = 1.0  # the random arm: every item alike, whoever looks
    chance: NDArray[np.float64] = weight / weight.sum(axis=1, keepdims=True)
    return chance
