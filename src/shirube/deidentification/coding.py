# SPDX-License-Identifier: Apache-2.0
"""Attributes as codes, and rows as packed keys: what the search rolls up instead of texts.

A tuple of quasi-identifiers is one or several 64-bit words; each attribute has a field of bits in
one of them, and beside the last attribute lie the fields of what is sensitive. Generalising an
attribute replaces the codes in its field and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shirube.deidentification.hierarchies import Hierarchy

    Codes = NDArray[np.int64]

WORD_BITS = 63
"""Bits of a word that are used: one is left, so that a key is a positive number everywhere."""


@dataclass(frozen=True, eq=False)
class Attribute:
    """A column with its hierarchy, seen through the values that the table holds.

    Attributes
    ----------
    name
        The column.
    codes
        Per level, shape (values,): the code at that level of each value that is present.
    labels
        Per level, the label of each code.
    shares
        Per level, shape (codes,): leaves of the hierarchy under the label, divided by all leaves.
    leaves
        Leaves of the hierarchy, whether present in the table or not.
    """

    name: str
    codes: tuple[Codes, ...]
    labels: tuple[tuple[str, ...], ...]
    shares: tuple[NDArray[np.float64], ...]
    leaves: int

    @property
    def height(self) -> int:
        """The number of levels, the original values included."""
        return len(self.codes)

    def step(self, low: int, high: int) -> Codes:
        """Return the code at ``high`` of each code at ``low``, a level below it."""
        mapped = np.zeros(len(self.labels[low]), np.int64)
        mapped[self.codes[low]] = self.codes[high]
        return mapped

    def greatest_share_below(self, high: int, low: int) -> NDArray[np.float64]:
        """Return per code at ``high`` the greatest share of the codes at ``low`` beneath it."""
        greatest = np.zeros(len(self.labels[high]))
        np.maximum.at(greatest, self.step(low, high), self.shares[low])
        return greatest


def attribute(hierarchy: Hierarchy, values: Sequence[str]) -> Attribute:
    """Bind a hierarchy to the values that are present; every value must be a leaf of it."""
    rows = [hierarchy.rows[value] for value in values]
    codes, labels, shares = [], [], []
    for level in range(hierarchy.height):
        under = hierarchy.leaves_under(level)
        numbers: dict[str, int] = {}
        codes.append(
            np.asarray([numbers.setdefault(row[level], len(numbers)) for row in rows], np.int64)
        )
        labels.append(tuple(numbers))
        shares.append(np.asarray([under[label] for label in numbers]) / len(hierarchy.rows))
    return Attribute(
        hierarchy.column, tuple(codes), tuple(labels), tuple(shares), len(hierarchy.rows)
    )


@dataclass(frozen=True)
class Fields:
    """Where each attribute's (then each sensitive column's) code lies: word, shift and mask."""

    word: tuple[int, ...]
    shift: tuple[int, ...]
    mask: tuple[int, ...]
    attributes: int

    @property
    def words(self) -> int:
        """How many words a tuple has."""
        return max(self.word, default=0) + 1

    def read(self, words: NDArray[np.uint64], field: int) -> Codes:
        """Return the codes of a field, shape (tuples,)."""
        found = words[self.word[field]] >> np.uint64(self.shift[field])
        return np.asarray(found & np.uint64(self.mask[field]), np.int64)

    def classes(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the words without what is sensitive: equal words are one class."""
        sensitive = range(self.attributes, len(self.word))
        if not sensitive:
            return words
        kept = words.copy()
        for field in sensitive:
            kept[self.word[field]] &= ~np.uint64(self.mask[field] << self.shift[field])
        return kept


def fields(cardinalities: Sequence[int], attributes: int) -> Fields:
    """Lay out fields for codes below the cardinalities; the last ones lie lowest in word 0.

    Sensitive codes (those after ``attributes``) are the lowest bits, so that tuples sorted by their
    only word are sorted by class first.
    """
    places: dict[int, tuple[int, int, int]] = {}
    word, used = 0, 0
    for field in reversed(range(len(cardinalities))):
        bits = max(cardinalities[field] - 1, 0).bit_length()
        if used + bits > WORD_BITS:
            word, used = word + 1, 0
        places[field] = (word, used, (1 << bits) - 1)
        used += bits
    ordered = [places[field] for field in range(len(cardinalities))]
    return Fields(
        word=tuple(place[0] for place in ordered),
        shift=tuple(place[1] for place in ordered),
        mask=tuple(place[2] for place in ordered),
        attributes=attributes,
    )


def pack(layout: Fields, codes: Sequence[Codes]) -> NDArray[np.uint64]:
    """Return the words of tuples whose fields have these codes, shape (words, tuples)."""
    words = np.zeros((layout.words, len(codes[0]) if codes else 0), np.uint64)
    for field, column in enumerate(codes):
        words[layout.word[field]] |= column.astype(np.uint64) << np.uint64(layout.shift[field])
    return words
