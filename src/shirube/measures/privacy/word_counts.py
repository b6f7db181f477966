# SPDX-License-Identifier: Apache-2.0
"""Words of running text as hashes, and in how many rows each stands, in bounded memory.

A word is a run of one script: kanji, katakana, letters of another alphabet, or digits; width and
case do not matter. Runs of hiragana are endings and particles and are no words. Nobody needs a
dictionary for that, and it is the same on every engine.

Counting is exact and takes three looks at the texts. The first adds up rows in a fixed number of
buckets, into which hashes fall: a word whose bucket stays below the floor is rare for sure. The
second counts the others one by one; few rare ones are among them. The third tells the rows that
hold a word which is not frequent.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.terms.cells import TextBatch

BUCKETS = 1 << 24
"""Buckets of the first look: 64 MiB."""

_PENDING = 1 << 21
_BASE = 0x2545F4914F6CDD1D
_INVERSE = pow(_BASE, -1, 1 << 64)
_NONE, _KANJI, _KATAKANA, _LETTER, _DIGIT = range(5)


class Counted(NamedTuple):
    """The words of a batch: their hashes, sorted, and in how many rows each stands."""

    words: NDArray[np.uint64]
    rows: NDArray[np.int64]


class Seen(NamedTuple):
    """Rows of a batch with a text, those with a rare word, and the rare words in them."""

    rows: int
    with_rare: int
    rare: int


def count(batch: TextBatch, *, length: int) -> Counted:
    """Count the rows of each sequence of ``length`` words; pure, for ``Source.map_texts``."""
    cell, word = words_of(batch.text, length)
    weight = _weights(batch)[cell]
    order = np.argsort(word, kind="stable")
    word = word[order]
    begins = np.flatnonzero(np.diff(word, prepend=word[:1] ^ np.uint64(1)) != 0)
    rows = np.add.reduceat(weight[order], begins) if begins.size else np.zeros(0, np.int64)
    return Counted(word[begins], rows)


def look(batch: TextBatch, *, length: int, frequent: NDArray[np.uint64]) -> Seen:
    """Count the rows that hold a sequence of words which is not among ``frequent`` (sorted)."""
    cell, word = words_of(batch.text, length)
    rare = ~_among(word, frequent)
    weight = _weights(batch)
    return Seen(
        rows=int(weight.sum()),
        with_rare=int(weight[np.unique(cell[rare])].sum()),
        rare=int(weight[cell[rare]].sum()),
    )


class Buckets:
    """The first look: rows per bucket, never fewer than any word in it has."""

    def __init__(self, floor: int, buckets: int | None = None) -> None:
        self._floor = floor
        self._rows = np.zeros(buckets or BUCKETS, np.uint32)

    def add(self, counted: Counted) -> None:
        """Add what a batch holds; more than the floor is as good as the floor."""
        np.add.at(self._rows, self._of(counted.words), np.minimum(counted.rows, self._floor))

    def perhaps(self, counted: Counted) -> Counted:
        """Return the words that may be frequent."""
        kept = self._rows[self._of(counted.words)] >= self._floor
        return Counted(counted.words[kept], counted.rows[kept])

    def _of(self, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        return (words % np.uint64(self._rows.size)).astype(np.int64)


class Tallies:
    """The second look: exact rows per word."""

    def __init__(self) -> None:
        self._known = Counted(np.zeros(0, np.uint64), np.zeros(0, np.int64))
        self._pending: list[Counted] = []
        self._waiting = 0

    def add(self, counted: Counted) -> None:
        """Add what a batch holds."""
        self._pending.append(counted)
        self._waiting += counted.words.size
        if self._waiting > _PENDING:
            self._merge()

    def frequent(self, floor: int) -> NDArray[np.uint64]:
        """Return the words of at least so many rows, sorted."""
        self._merge()
        return self._known.words[self._known.rows >= floor]

    def _merge(self) -> None:
        parts = [self._known, *self._pending]
        words, where = np.unique(
            np.concatenate([each.words for each in parts]), return_inverse=True
        )
        rows = np.zeros(words.size, np.int64)
        np.add.at(rows, where, np.concatenate([each.rows for each in parts]))
        self._known, self._pending, self._waiting = Counted(words, rows), [], 0


def words_of(texts: Sequence[str], length: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return cell and hash of each different sequence of words of each cell, sorted by both."""
    block = "\0" + "\0".join(text.replace("\0", " ") for text in texts) + "\0"
    if not block.isascii():
        block = unicodedata.normalize("NFKC", block)
    codes = np.frombuffer(block.lower().encode("utf-32-le", "surrogatepass"), np.uint32)
    script = _scripts()[np.minimum(codes, 0xFFFF)]
    script[(codes >= 0x20000) & (codes < 0x40000)] = _KANJI
    begins = np.flatnonzero(np.diff(script, prepend=_NONE))
    ends = np.append(begins[1:], codes.size)
    kept = script[begins] != _NONE
    begins, ends = begins[kept], ends[kept]
    cell = np.searchsorted(np.flatnonzero(codes == 0), begins) - 1
    return _different(*_in_a_row(cell, _hashes(codes, begins, ends), length))


def _hashes(
    codes: NDArray[np.uint32], begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Return one hash per run: a polynomial in its characters, modulo 2**64, then mixed."""
    powers, inverses = _powers(1 << max(codes.size, 1).bit_length())
    sums = np.zeros(codes.size + 1, np.uint64)
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * powers[: codes.size], out=sums[1:])
    found = (sums[ends] - sums[begins]) * inverses[begins]
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = found ^ (found >> np.uint64(31))
    return mixed


def _in_a_row(
    cell: NDArray[np.int64], word: NDArray[np.uint64], length: int
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Join every so many words that follow each other in a cell."""
    joined = word
    for step in range(1, length):
        ahead = word[step:]
        joined = joined[: ahead.size] * np.uint64(_BASE) + ahead
    last = max(cell.size - length + 1, 0)
    together = cell[:last] == cell[length - 1 :]
    return cell[:last][together], joined[:last][together]


def _different(
    cell: NDArray[np.int64], word: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return each pair once, sorted."""
    order = np.lexsort((word, cell))
    cell, word = cell[order], word[order]
    new = np.ones(cell.size, np.bool_)
    new[1:] = (cell[1:] != cell[:-1]) | (word[1:] != word[:-1])
    return cell[new], word[new]


def _among(words: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell which words are among the sorted ones."""
    if not known.size:
        return np.zeros(words.size, np.bool_)
    found: NDArray[np.bool_] = (
        known[np.minimum(np.searchsorted(known, words), known.size - 1)] == words
    )
    return found


def _weights(batch: TextBatch) -> NDArray[np.int64]:
    """Return how many rows hold each text."""
    return np.asarray(batch.weight or np.ones(len(batch.text)), np.int64)


@cache
def _powers(size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the powers of the base and of its inverse, modulo 2**64."""
    found = []
    for base in (_BASE, _INVERSE):
        powers = np.full(size, base, np.uint64)
        powers[0] = 1
        found.append(np.cumprod(powers, dtype=np.uint64))
    return found[0], found[1]


@cache
def _scripts() -> NDArray[np.uint8]:
    """Return the script of each character of the basic plane, after folding."""
    found = np.zeros(1 << 16, np.uint8)
    for code in range(1 << 16):
        letter = chr(code)
        if letter.isdecimal():
            found[code] = _DIGIT
        elif 0x3041 <= code <= 0x309F:
            continue
        elif 0x30A1 <= code <= 0x30FF and code != 0x30FB:
            found[code] = _KATAKANA
        elif 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or letter in "々〆〇":
            found[code] = _KANJI
        elif letter.isalpha() or unicodedata.category(letter).startswith("M"):
            found[code] = _LETTER
    return found
