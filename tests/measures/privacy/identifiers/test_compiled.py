# SPDX-License-Identifier: Apache-2.0
"""The compiled search equals the plain one: every hit, every tested number, on every text."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.measures.privacy.identifiers.compiled import search, trie
from shirube.measures.privacy.identifiers.folding import fold
from shirube.measures.privacy.identifiers.judging import Judged, judged
from shirube.measures.privacy.identifiers.tally import Tally, mixed

LETTERS = "0123456789" * 4 + "-() @.ー０９TABab記号番普通〒\n口座円個人¥$+81,:・'_İK<ー"
COLUMNS = (frozenset[str](), frozenset({"phone"}), frozenset({"my_number", "bank_account"}))


def rows(found: Judged | None) -> tuple[list[object], list[object]]:
    assert found is not None
    tested = zip(found.tests.tolist(), found.hashes.tolist(), strict=True)
    return sorted(found.hits.tolist()), sorted(tested)


def same(lines: list[str], announced: frozenset[str], *, doubted: bool) -> None:
    block = "\n".join(lines)
    ends = np.cumsum([len(line) + 1 for line in lines])
    plain = judged(fold(block), ends.tolist(), announced, doubted=doubted)
    assert rows(search().judged(block, ends, announced, doubted=doubted)) == rows(plain)


@pytest.mark.full
@settings(max_examples=400)
@given(
    st.lists(st.text(alphabet=LETTERS, max_size=60), min_size=1, max_size=5),
    st.sampled_from(COLUMNS),
    st.booleans(),
)
def test_any_text(lines: list[str], announced: frozenset[str], doubted: bool) -> None:
    same(lines, announced, doubted=doubted)


@pytest.mark.full
def test_the_corpus_as_written_and_with_mistakes(
    labelled_lines: list[tuple[str, str | None]],
) -> None:
    rng = random.Random(20261122)  # noqa: S311 - mistakes, not secrets
    lines = [line for line, _kind in labelled_lines]
    same(lines, frozenset(), doubted=False)
    for line in range(len(lines)):
        letters = list(lines[line])
        for _mistake in range(rng.randrange(4)):
            if letters:
                letters[rng.randrange(len(letters))] = rng.choice(LETTERS)
        lines[line] = "".join(letters)
    same(lines, frozenset(), doubted=False)


@pytest.mark.full
def test_characters_beyond_sixteen_bits_are_left_to_the_plain_search() -> None:
    assert search().judged("𠮷野 03-1234-5678", np.array([16]), frozenset(), doubted=False) is None


def test_a_tree_of_words_tells_them_by_their_bits() -> None:
    root, child, sibling, symbol, mask = trie([("tel", 1), ("ten", 2), ("電話", 4)])
    node = root[ord("t")]
    node = child[node]
    assert symbol[node] == ord("e")
    ends = {chr(symbol[child[node]]), chr(symbol[sibling[child[node]]])}
    assert ends == {"l", "n"}
    # ASCII words stand in the second place (alone), others in the first (anywhere).
    assert mask[child[root[ord("電")]]].tolist() == [4, 0]


@given(
    st.lists(st.tuples(st.integers(0, 2**64 - 1), st.booleans()), max_size=40), st.integers(0, 40)
)
def test_tallies_add_up_in_any_order(numbers: list[tuple[int, bool]], cut: int) -> None:
    numbers = list(dict(numbers).items())
    one, two, whole = Tally(), Tally(), Tally()
    for tally, part in ((one, numbers[:cut]), (two, numbers[cut:]), (whole, numbers)):
        tally.test(
            2, np.array([n for n, _p in part], np.uint64), np.array([p for _n, p in part], bool)
        )
        tally.add([0, 0, len(part), 0], [0, 0, len(part), 0])
    two.merge(one)
    assert (two.hits, two.rows, two.believed) == (whole.hits, whole.rows, whole.believed)


def test_equal_numbers_have_equal_hashes_and_leading_zeros_count() -> None:
    assert mixed("000000000060") == mixed("000000000060")
    assert mixed("000000000060") != mixed("60")
