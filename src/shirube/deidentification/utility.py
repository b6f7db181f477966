# SPDX-License-Identifier: Apache-2.0
"""What a released table is still good for: per column, and for a model trained on it.

Column measures come from marginal counts and need no second look at the rows. The model is a
multinomial logistic regression on indicator columns, fitted by gradient descent: small on purpose,
the same before and after, on the same people, drawn without replacement with a seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shirube.terms.deidentification import ColumnUtility, ModelUtility
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from shirube.deidentification.transforming import Transformed
    from shirube.terms.release import ReleasedColumn

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_MOST_ROWS = 20_000
_MOST_VALUES = 100
"""The most frequent values of a column get an indicator each; all others share one."""
MOST_TARGET_VALUES = 20
_TESTED = 0.3
_STEPS = 200
_PENALTY = 1e-4


def columns(
    transformed: Transformed, released: Mapping[str, ReleasedColumn]
) -> tuple[ColumnUtility, ...]:
    """Return the utility of every released column, in the order of the table."""
    encoded, levels = transformed.encoded, transformed.solution.levels
    gone = dict(
        zip((a.name for a in encoded.attributes), transformed.suppressed_rows(), strict=True)
    )
    generalised = {}
    for attribute, level, rows in zip(encoded.attributes, levels, encoded.marginals, strict=True):
        by_code = np.bincount(
            attribute.codes[level], weights=rows, minlength=len(attribute.labels[level])
        )
        by_code = by_code.astype(np.int64)
        generalised[attribute.name] = (attribute.height, level, rows, by_code, gone[attribute.name])
    return tuple(
        _column(written, *generalised[name])
        if name in generalised
        else ColumnUtility(
            name=name,
            level=0,
            height=1,
            values_before=written.values_before,
            values_after=written.values_after,
            information_kept=None,
            distribution_shift=None,
            rarest=written.rarest,
            not_compared=Text.of(
                N_("It is no quasi-identifier: its values are released without being grouped.")
            ),
        )
        for name, written in released.items()
    )


def _column(
    written: ReleasedColumn, height: int, level: int, rows: Ints, by_code: Ints, gone: Ints
) -> ColumnUtility:
    kept = by_code - gone
    before = _entropy(rows)
    shift, reason = None, None
    if not kept.sum():
        reason = Text.of(N_("No row was released."))
    elif len(by_code) < 2:
        reason = Text.of(
            N_("At this level all rows have the same value: no distribution is left to compare.")
        )
    else:
        shift = float(0.5 * np.abs(kept / kept.sum() - by_code / by_code.sum()).sum())
    return ColumnUtility(
        name=written.name,
        level=level,
        height=height,
        values_before=int((rows > 0).sum()),
        values_after=int((kept > 0).sum()),
        information_kept=_entropy(kept) / before if before else None,
        distribution_shift=shift,
        rarest=int(kept[kept > 0].min()) if (kept > 0).any() else None,
        not_compared=reason,
    )


def _entropy(count: Ints) -> float:
    """Return the entropy of a distribution in nats."""
    present = count[count > 0]
    if not present.size:
        return 0.0
    share = present / present.sum()
    return max(0.0, float(-(share * np.log(share)).sum()))


def model(transformed: Transformed, target: str, seed: int) -> ModelUtility | None:
    """Return the accuracy of a model that predicts ``target`` from the other quasi-identifiers.

    Both models are trained on the same 70 % of the rows of a seeded sample and tested on the same
    30 %. The second one learns from released values, and from released rows only; suppressed rows
    of the test are answered as a row of which nothing is known. None where there is nothing to
    learn from: no other column, one value only, or no row released.
    """
    encoded, levels = transformed.encoded, transformed.solution.levels
    learned = [at for at, each in enumerate(encoded.attributes) if each.name != target]
    generator = np.random.default_rng(seed)
    cells = encoded.cells
    drawn = _draw(cells.count, generator)
    answer = cells.codes[target][drawn]
    if not learned or len(np.unique(answer)) < 2:
        return None
    suppressed = _suppressed(transformed, drawn)
    train = generator.random(len(drawn)) >= _TESTED
    if not (train & ~suppressed).any() or train.all():
        return None
    original = [cells.codes[encoded.attributes[at].name][drawn] for at in learned]
    released = [
        np.where(suppressed, -1, encoded.attributes[at].codes[levels[at]][code])
        for at, code in zip(learned, original, strict=True)
    ]
    most = np.bincount(answer[train]).argmax()
    return ModelUtility(
        target=target,
        before=_accuracy(_Design(original), answer, train, train),
        after=_accuracy(_Design(released), answer, train & ~suppressed, train),
        baseline=float((answer[~train] == most).mean()),
        rows=len(drawn),
        seed=seed,
    )


def _draw(count: Ints, generator: np.random.Generator) -> Ints:
    """Return the cells of rows drawn without replacement."""
    rows = int(count.sum())
    chosen = generator.choice(rows, min(rows, _MOST_ROWS), replace=False, shuffle=False)
    return np.searchsorted(np.cumsum(count), chosen, side="right")


def _suppressed(transformed: Transformed, drawn: Ints) -> NDArray[np.bool_]:
    """Return which of the drawn rows are in a suppressed class."""
    encoded, levels = transformed.encoded, transformed.solution.levels
    broken = set(
        zip(
            *(
                encoded.layout.read(transformed.classes.words, at)[
                    transformed.classes.broken
                ].tolist()
                for at in range(len(levels))
            ),
            strict=True,
        )
    )
    codes = [
        each.codes[level][encoded.cells.codes[each.name][drawn]].tolist()
        for each, level in zip(encoded.attributes, levels, strict=True)
    ]
    return np.asarray([row in broken for row in zip(*codes, strict=True)], bool)


@dataclass(frozen=True)
class _Design:
    """Columns of codes as indicator columns: rows x sum of widths; -1 has no indicator."""

    codes: list[Ints]

    def matrix(self) -> tuple[Ints, int]:
        """Return per row and column the index of its indicator, and the number of indicators."""
        places, width = [], 0
        for column in self.codes:
            known = np.bincount(column[column >= 0])
            frequent = np.argsort(-known, kind="stable")[:_MOST_VALUES]
            place = np.full(len(known) + 1, len(frequent), np.int64)
            place[frequent] = np.arange(len(frequent))
            place[-1] = len(frequent) + 1  # nothing is known of -1
            places.append(place[column] + width)
            width += len(frequent) + 2
        return np.stack(places, axis=1), width


def _accuracy(
    design: _Design, answer: Ints, fitted: NDArray[np.bool_], train: NDArray[np.bool_]
) -> float:
    """Return the accuracy on the rows outside ``train`` of a model fitted to ``fitted``."""
    places, width = design.matrix()
    classes = int(answer.max()) + 1
    weights, bias = np.zeros((width, classes)), np.zeros(classes)
    wanted = np.zeros((int(fitted.sum()), classes))
    wanted[np.arange(len(wanted)), answer[fitted]] = 1.0
    rows = places[fitted]
    speed = np.zeros_like(weights)
    rate, momentum = 4.0 / places.shape[1], 0.9
    for _step in range(_STEPS):
        error = _probability(rows, weights, bias) - wanted
        slope = np.stack(
            [
                np.bincount(
                    rows.reshape(-1),
                    weights=np.repeat(error[:, at], rows.shape[1]),
                    minlength=width,
                )
                for at in range(classes)
            ],
            axis=1,
        )
        speed = momentum * speed - rate * (slope / len(rows) + _PENALTY * weights)
        weights += speed
        bias -= rate * error.mean(axis=0)
    told = _probability(places[~train], weights, bias).argmax(axis=1)
    return float((told == answer[~train]).mean())


def _probability(places: Ints, weights: Floats, bias: Floats) -> Floats:
    """Return the probability of each class, shape (rows, classes)."""
    score = weights[places].sum(axis=1) + bias
    score -= score.max(axis=1, keepdims=True)
    raised = np.exp(score)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
