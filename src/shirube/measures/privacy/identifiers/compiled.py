# SPDX-License-Identifier: Apache-2.0
"""The compiled search and its tables: loaded once, where there is enough text to pay for it."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from shirube.measures.privacy.identifiers.folding import table
from shirube.measures.privacy.identifiers.judging import Judged
from shirube.measures.privacy.identifiers.kinds import KINDS, LOOK_ALIKES, ORDER, WORDS
from shirube.measures.privacy.identifiers.runs import SHAPES, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_UNITS = 1 << 16
_LOOK_ALIKE = len(KINDS)


_WORTH = 1.5
"""Seconds of plain search after which loading the compiled one pays (it takes one or two; the first
time on a machine twenty, to compile)."""
_spent = 0.0


def spend(seconds: float) -> None:
    """Count what the plain search has cost this process, whoever asked for it."""
    global _spent  # noqa: PLW0603 - batches are looked at one by one, the process is one
    _spent += seconds


def worth() -> bool:
    """Tell whether the compiled search is worth loading; without the extra ``fast`` never."""
    return _spent >= _WORTH and find_spec("numba") is not None


class Compiled:
    """The search, ready to be called on blocks of text."""

    def __init__(self) -> None:
        from shirube.measures.privacy.identifiers import kernel, kernel_signs

        self._kernel: Any = kernel
        self._find_signs: Any = kernel_signs.signs
        self._narrow = table()
        each = map(chr, range(_UNITS))
        self._flags = np.array(
            [c.isalnum() | c.isdigit() << 1 | c.isspace() << 2 for c in each], np.uint8
        )
        self._units = np.zeros(_UNITS, np.bool_)
        self._units[[ord(each) for each in UNITS]] = True
        self._shapes = _shapes()
        self._words = _trie()

    def judged(
        self,
        block: str,
        ends: NDArray[np.int64],
        announced: frozenset[str],
        *,
        doubted: bool,
    ) -> Judged | None:
        """Judge a block as ``judging.judged`` does; None where characters lie beyond 16 bits."""
        raw = np.frombuffer(block.encode("utf-16-le", "surrogatepass"), np.uint16)
        if len(raw) != len(block):
            return None
        text = np.empty_like(raw)
        self._kernel.fold(raw, self._narrow, text)
        size = len(text)
        signs = np.empty((size // 6 + 2, 4), np.int64)
        signs = signs[: self._find_signs(text, self._flags, signs)]
        signs = signs[np.argsort(signs[:, 0], kind="stable")]
        hits = np.empty((size // 3 + 16, 5), np.int32)
        tests = np.empty((size // 4 + 16, 3), np.int8)
        hashes = np.empty(size // 4 + 16, np.uint64)
        bits = sum(1 << ORDER[kind] for kind in announced)
        found, tested = self._kernel.judge(
            text, ends, bits, doubted, signs, self._flags, self._units,
            *self._shapes, *self._words, hits, tests, hashes,
        )  # fmt: skip
        return Judged(hits[:found], tests[:tested], hashes[:tested])


@cache
def search() -> Compiled:
    """Return the search; the first call compiles, or loads what an earlier process compiled."""
    return Compiled()


def _shapes() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the known shapes as sorted numbers of five bits per group, and their kinds."""
    packed = {
        sum(size << 5 * at for at, size in enumerate(shape)): kinds
        for shape, kinds in SHAPES.items()
    }
    codes = sorted(packed)
    kinds = np.full((len(codes), 3), -1, np.int64)
    for row, code in enumerate(codes):
        for at, kind in enumerate(packed[code]):
            kinds[row, at] = ORDER[kind]
    return np.array(codes, np.int64), kinds


def _trie() -> tuple[NDArray[Any], ...]:
    """Return all words that announce something as one tree: root, child, sibling, symbol, mask."""
    words: dict[str, int] = {}
    for kind, named in WORDS.items():
        for word in named.all:
            words[word] = words.get(word, 0) | 1 << ORDER[kind]
    for word in LOOK_ALIKES.all:
        words[word] = words.get(word, 0) | 1 << _LOOK_ALIKE
    return trie(words.items())


def trie(words: Iterable[tuple[str, int]]) -> tuple[NDArray[Any], ...]:
    """Return words with their bits as arrays of one tree, in which 0 is no node."""
    nodes: list[dict[str, int]] = [{}, {}]
    bits = [[0, 0], [0, 0]]
    for word, mask in words:
        node = 1
        for letter in word:
            if letter not in nodes[node]:
                nodes.append({})
                bits.append([0, 0])
                nodes[node][letter] = len(nodes) - 1
            node = nodes[node][letter]
        bits[node][word.isascii()] |= mask
    root = np.zeros(_UNITS, np.int32)
    child, sibling, symbol = (np.zeros(len(nodes), np.int32) for _each in range(3))
    for letter, node in nodes[1].items():
        root[ord(letter)] = node
    for parent, children in enumerate(nodes):
        for letter, node in children.items():
            symbol[node], sibling[node] = ord(letter), child[parent]
            child[parent] = node
    return root, child, sibling, symbol, np.array(bits, np.int64)
