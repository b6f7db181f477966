# SPDX-License-Identifier: Apache-2.0
"""Rolling up: the same counts with and without the compiled loop, within the memory given."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from small_worlds import MemoryTable, hierarchy

from shirube.deidentification import roll_up_kernel
from shirube.deidentification.dominance import Dominance
from shirube.deidentification.rolling import Roller
from shirube.deidentification.transforming import encode
from shirube.terms.deidentification import Requirement

_TREES = {
    "n": hierarchy("n", *(f"{n};{n // 3 * 3};{n // 9 * 9};*" for n in range(27))),
    "m": hierarchy("m", *(f"{n};{n // 2 * 2};*" for n in range(6))),
}


def _encoded(rows=3000, seed=7):
    drawn = np.random.default_rng(seed)
    table = [
        {"n": str(n), "m": str(m)}
        for n, m in zip(drawn.integers(0, 27, rows), drawn.integers(0, 6, rows), strict=True)
    ]
    return encode(MemoryTable(table), _TREES, list(_TREES), Requirement(k=1))


def _counts(table, encoded):
    codes = [encoded.layout.read(table.words, at) for at in range(2)]
    labels = [
        [encoded.attributes[at].labels[table.levels[at]][code] for code in codes[at]]
        for at in range(2)
    ]
    return dict(zip(zip(*labels, strict=True), table.count.tolist(), strict=True))


@pytest.mark.parametrize("cache_bytes", [0, 4000, 1 << 20])
def test_every_node_has_the_same_counts_whatever_is_kept(cache_bytes) -> None:
    encoded = _encoded()
    plain = Roller(encoded.attributes, encoded.layout, encoded.bottom, cache_bytes=0)
    quick = Roller(
        encoded.attributes,
        encoded.layout,
        encoded.bottom,
        cache_bytes=cache_bytes,
        kernel=roll_up_kernel.add_up,  # the loop itself, not compiled
    )
    with np.errstate(over="ignore"):
        for levels in itertools.product(range(4), range(3)):
            expected = _counts(plain.at(levels), encoded)
            assert sum(expected.values()) == encoded.rows
            assert _counts(quick.at(levels), encoded) == expected
    lists = 8 << 19  # the moves between levels
    assert quick.peak_bytes <= 4 * encoded.bottom.bytes + lists + cache_bytes


def test_the_table_of_the_loop_grows_with_what_it_holds() -> None:
    keys = np.random.default_rng(3).permutation(np.arange(9000, dtype=np.uint64))
    out, count = np.empty(9000, np.uint64), np.empty(9000, np.int64)
    with np.errstate(over="ignore"):
        used = roll_up_kernel.add_up(
            keys, np.ones(9000, np.int64), np.zeros((0, 3), np.uint64), np.zeros(0, np.uint64),
            out, count, 0, 0, 0, 0,
        )  # fmt: skip
    assert used == 9000
    assert sorted(out.tolist()) == list(range(9000))
    assert count.tolist() == [1] * 9000


@pytest.mark.parametrize("least", [1, 2, 30, 200, 10_000])
def test_a_node_is_left_early_exactly_where_small_classes_have_too_many_rows(least) -> None:
    encoded = _encoded(rows=400)
    plain = Roller(encoded.attributes, encoded.layout, encoded.bottom)
    counts = {}
    for levels in itertools.product(range(4), range(3)):
        counts[levels] = plain.at(levels).count
    for most in (0, 40, 399):
        quick = Roller(
            encoded.attributes, encoded.layout, encoded.bottom, kernel=roll_up_kernel.add_up
        )
        with np.errstate(over="ignore"):
            for levels, count in sorted(counts.items(), reverse=True):
                found = quick.at_unless(levels, least, most)
                assert (found is None) == (int(count[count < least].sum()) > most)
                if found is not None:
                    assert sorted(found.count.tolist()) == sorted(count.tolist())


def test_dominance_is_componentwise() -> None:
    heights = [4] * 30  # two words of levels
    known = Dominance(heights)
    drawn = np.random.default_rng(5)
    nodes = [tuple(int(each) for each in drawn.integers(0, 4, 30)) for _node in range(40)]
    nodes += [tuple(max(each - 1, 0) for each in node) for node in nodes]
    for size, node in enumerate(dict.fromkeys(nodes)):
        known.add(node, size + 1)
    for wanted in nodes:
        below = [
            size
            for size, node in enumerate(dict.fromkeys(nodes))
            if all(a <= b for a, b in zip(node, wanted, strict=True))
        ]
        assert known.best_below(wanted) == list(dict.fromkeys(nodes))[min(below)]
