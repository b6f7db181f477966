# SPDX-License-Identifier: Apache-2.0
"""Tables of distinct tuples at a node of the lattice, made from the smallest table that is kept.

Any table at a more special node can be rolled up to this one, because hierarchies are monotone. The
smallest such table is looked up with one subtraction and one mask per kept node, and attributes
are generalised in steps whose tables are kept as well, so that neighbours share them. What is kept
is bounded in bytes; the least recently used goes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from shirube.deidentification.dominance import Dominance
from shirube.deidentification.moves import Moves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from shirube.deidentification.coding import Attribute, Fields

CACHE_BYTES = 256 << 20
"""Memory for kept tables, beyond the table of distinct tuples itself."""

_FEW = 4096
"""Tables of so few tuples are rolled up in one step: steps between would not pay."""

_ORDERS = 2
"""The distinct tuples stand in so many orders; each is a copy of them."""

_TINY = 1e-12
_MANY = 24
"""Nodes so many attributes apart share nothing that is worth its steps."""

_NO_LIMIT = (0, 0)
"""No class has fewer than no rows."""

Levels = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Tuples:
    """Distinct tuples at a node.

    Attributes
    ----------
    levels
        The node: a level per attribute.
    words
        Shape (words, tuples), packed codes.
    count, population
        Shape (tuples,): rows of the table, and (for δ-presence) rows of the population.
    part
        The attribute whose labels stand together, where the compiled loop is to leave early.
    """

    levels: Levels
    words: NDArray[np.uint64]
    count: NDArray[np.int64]
    population: NDArray[np.int64] | None = None
    part: int = 0

    @property
    def bytes(self) -> int:
        """The memory it takes."""
        more = 0 if self.population is None else self.population.nbytes
        return self.words.nbytes + self.count.nbytes + more

    def __len__(self) -> int:
        """Return the number of tuples."""
        return len(self.count)


class Roller:
    """Rolls up tables and keeps some of them.

    Parameters
    ----------
    attributes, layout
        What the codes mean, and where they lie.
    bottom
        The distinct tuples as the table has them.
    cache_bytes
        How much may be kept beside ``bottom``.
    kernel
        The compiled loop; None sorts with numpy.
    """

    def __init__(
        self,
        attributes: Sequence[Attribute],
        layout: Fields,
        bottom: Tuples,
        *,
        cache_bytes: int = CACHE_BYTES,
        kernel: Callable[..., int] | None = None,
    ) -> None:
        self._attributes, self._layout, self._bottom = tuple(attributes), layout, bottom
        self._kernel = kernel if layout.words == 1 and bottom.population is None else None
        self._always = bottom.bytes  # what is held whatever is kept
        self._parted: list[tuple[Tuples, list[float]]] = []
        if self._kernel is not None and self._attributes:
            for at in _finest(self._attributes)[:_ORDERS]:
                self._parted.append(_in_parts(bottom, self._attributes[at], at, layout))
            self._bottom = self._parted[0][0]
            # What the loop writes to, again and again: memory that is asked for anew is slow.
            self._scratch = np.empty(len(bottom), np.uint64), np.empty(len(bottom), np.int64)
            self._moves = Moves(self._attributes, layout)
            self._always = (2 + len(self._parted)) * bottom.bytes + self._moves.entries.nbytes
        self.peak_bytes = self._always
        self._kept: dict[Levels, Tuples] = {}
        self._room, self._used = cache_bytes, 0
        self.rolled = 0
        self._dominance = Dominance([each.height for each in attributes])
        # Attributes whose generalisation removes most come first: what follows is small.
        self._order = sorted(
            range(len(self._attributes)), key=lambda at: -len(self._attributes[at].labels[0])
        )

    def at(self, levels: Levels) -> Tuples:
        """Return the distinct tuples at a node."""
        table = self._smallest_below(levels)
        ahead = [at for at in self._order if table.levels[at] != levels[at]]
        while ahead:
            alone = len(table) > _FEW and len(ahead) <= _MANY
            step, ahead = (ahead[:1], ahead[1:]) if alone else (ahead, [])
            reached = list(table.levels)
            for at in step:
                reached[at] = levels[at]
            table = self._roll(table, tuple(reached))
            self._keep(table)
        return table

    def at_unless(self, levels: Levels, least: int, most: int) -> Tuples | None:
        """Return the same, or None as soon as small classes have too many rows.

        The tuples stand in parts that no class leaves, so most failing nodes need a few of them.

        Parameters
        ----------
        levels
            The node.
        least, most
            Classes of fewer than ``least`` rows may have ``most`` rows together.
        """
        below = self._smallest_below(levels)
        if len(below) * 2 > len(self._bottom) and self._parted:
            # The order in which this node has most parts; a much smaller table needs none.
            below = max(self._parted, key=lambda each: each[1][levels[each[0].part]])[0]
        if self._kernel is None or levels[below.part] == self._attributes[below.part].height - 1:
            table = self.at(levels)
            return None if int(table.count[table.count < least].sum()) > most else table
        found: Tuples | None = below
        if below.levels != levels:
            found = self._roll_unless(below, levels, least, most)
        if found is None or int(found.count[found.count < least].sum()) > most:
            return None
        self._keep(found)
        return found

    def _smallest_below(self, levels: Levels) -> Tuples:
        """Return the kept table with the fewest tuples that can be rolled up to the node."""
        found = self._dominance.best_below(levels)
        if found is None:
            return self._bottom
        table = self._kept.pop(found)
        self._kept[found] = table  # now the most recently used
        return table if len(table) < len(self._bottom) else self._bottom

    def _keep(self, table: Tuples) -> None:
        """Keep a table, and let go of those that were not used for longest."""
        if table.levels in self._kept or table.bytes > self._room // 4:
            return
        self._kept[table.levels] = table
        self._dominance.add(table.levels, len(table))
        self._used += table.bytes
        while self._used > self._room:
            oldest = next(iter(self._kept))
            self._used -= self._kept.pop(oldest).bytes
            self._dominance.remove(oldest)
        self.peak_bytes = max(self.peak_bytes, self._always + self._used)

    def _roll(self, table: Tuples, levels: Levels) -> Tuples:
        return cast("Tuples", self._roll_unless(table, levels, *_NO_LIMIT))  # so never None

    def _roll_unless(self, table: Tuples, levels: Levels, least: int, most: int) -> Tuples | None:
        self.rolled += len(table)
        if self._kernel is not None:
            return self._hashed(table, levels, least, most)
        return self._sorted(table, levels)

    def _hashed(self, table: Tuples, levels: Levels, least: int, most: int) -> Tuples | None:
        """Add up with the compiled loop; None where it found too many rows in small classes."""
        layout, part = self._layout, table.part
        moves, (keys, count) = self._moves, self._scratch
        used = self._kernel(  # type: ignore[misc]  # asked for only where there is one
            table.words[0],
            table.count,
            moves.between(table.levels, levels, len(table)),
            moves.entries,
            keys,
            count,
            layout.shift[part],
            layout.mask[part],
            least,
            most,
        )
        if used < 0:
            return None
        return Tuples(levels, keys[:used].copy()[np.newaxis], count[:used].copy(), part=part)

    def _sorted(self, table: Tuples, levels: Levels) -> Tuples:
        """Add up by sorting; takes several words and a population as well."""
        layout, words = self._layout, table.words.copy()
        for at, (low, high) in enumerate(zip(table.levels, levels, strict=True)):
            if low == high:
                continue
            old = layout.read(table.words, at)
            mapped = self._attributes[at].step(low, high).astype(np.uint64)
            words[layout.word[at]] ^= (old.astype(np.uint64) ^ mapped[old]) << np.uint64(
                layout.shift[at]
            )
        order, starts = runs(words)
        population = table.population
        return Tuples(
            levels,
            words[:, order[starts]],
            np.add.reduceat(table.count[order], starts),
            None if population is None else np.add.reduceat(population[order], starts),
        )


def runs(words: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return an order that brings equal tuples together, and where each run of them starts."""
    order = np.argsort(words[0], kind="stable") if len(words) == 1 else np.lexsort(words[::-1])
    ordered = words[:, order]
    new = np.ones(len(order), bool)
    new[1:] = (ordered[:, 1:] != ordered[:, :-1]).any(axis=0)
    return order, np.flatnonzero(new)


def _finest(attributes: Sequence[Attribute]) -> list[int]:
    """Return the attributes, those first that keep labels apart over most levels."""
    return sorted(
        range(len(attributes)),
        key=lambda at: (
            -sum(len(labels) > 1 for labels in attributes[at].labels),
            -len(attributes[at].labels[0]),
        ),
    )


def _in_parts(
    bottom: Tuples, attribute: Attribute, field: int, layout: Fields
) -> tuple[Tuples, list[float]]:
    """Order tuples so that those with one label of an attribute stand together, at each level.

    Labels whose tuples have few rows come first: there the small classes are. Beside it stands, per
    level, how many parts there are if a part with most tuples counts as little as it should: one
    divided by the chance that two tuples are of one part.
    """
    code = layout.read(bottom.words, field)
    rows = np.bincount(code, weights=bottom.count, minlength=len(attribute.labels[0]))
    tuples = np.bincount(code, minlength=len(attribute.labels[0]))
    keys = []
    for codes in attribute.codes:
        often = np.bincount(codes, weights=rows) / np.maximum(np.bincount(codes, weights=tuples), 1)
        keys += [codes, often[codes]]
    rank = np.empty(len(rows), np.int64)
    rank[np.lexsort(keys)] = np.arange(len(rows))
    order = np.argsort(rank[code], kind="stable")
    shares = [np.bincount(codes, weights=tuples) / max(len(code), 1) for codes in attribute.codes]
    parts = [1.0 / max(float((share**2).sum()), _TINY) for share in shares]
    ordered = Tuples(bottom.levels, bottom.words[:, order], bottom.count[order], part=field)
    return ordered, parts
