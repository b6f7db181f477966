# SPDX-License-Identifier: Apache-2.0
"""Small tables in memory, and the definitions spelled out: every node, every class, by hand."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from shirube.deidentification.hierarchies import Hierarchy
from shirube.terms.deidentification import Requirement
from shirube.terms.release import Limits, ReleasedColumn, ReleasePlan, TupleCells
from shirube.terms.source import Table

Rows = Sequence[Mapping[str, str]]


class MemoryTable:
    """A table of texts in memory: what an engine promises, without an engine."""

    def __init__(self, rows: Rows) -> None:
        self.rows = list(rows)

    @property
    def table(self) -> Table:
        return Table(dataset="small", files=(), format="csv", rows=len(self.rows))

    def tuples(
        self,
        columns: Sequence[str],
        *,
        limits: Mapping[str, Limits] | None = None,
        compiled: bool = False,
    ) -> TupleCells:
        del compiled
        assert not limits
        counted = sorted(Counter(tuple(row[name] for name in columns) for row in self.rows).items())
        values = {
            name: tuple(sorted({row[at] for row, _n in counted})) for at, name in enumerate(columns)
        }
        places = {name: {value: n for n, value in enumerate(values[name])} for name in columns}
        codes = {
            name: np.asarray([places[name][row[at]] for row, _n in counted], np.int64)
            for at, name in enumerate(columns)
        }
        return TupleCells(values, codes, np.asarray([n for _row, n in counted], np.int64))

    def values(self, column: str, most: int) -> tuple[str, ...] | None:
        raise NotImplementedError

    def write(self, plan: ReleasePlan, target: Path) -> tuple[int, tuple[ReleasedColumn, ...]]:
        raise NotImplementedError


def hierarchy(column: str, *rows: str) -> Hierarchy:
    """Return a hierarchy of rows like ``"a;x;*"``."""
    listed = {row.split(";")[0]: tuple(row.split(";")) for row in rows}
    return Hierarchy(column, listed, len(next(iter(listed.values()))))


def best_by_definition(
    rows: Rows,
    known: Mapping[str, Hierarchy],
    requirement: Requirement,
    objective: str,
    population: Rows = (),
) -> tuple[float, int, dict[tuple[int, ...], float]] | None:
    """Try every node; return the lowest objective, the nodes that hold, and their objectives."""
    names = list(known)
    found: dict[tuple[int, ...], float] = {}
    nodes = list(itertools.product(*(range(known[name].height) for name in names)))
    for node in nodes:
        value = _value(
            rows, known, dict(zip(names, node, strict=True)), requirement, objective, population
        )
        if value is not None:
            found[node] = value
    if not found:
        return None
    return min(found.values()), len(found), found


def _value(rows, known, levels, requirement, objective, population) -> float | None:
    classes = defaultdict(list)
    people = Counter(_released(row, known, levels) for row in population)
    for row in rows:
        classes[_released(row, known, levels)].append(row)
    bad = {
        key for key, members in classes.items() if _breaks(key, members, rows, requirement, people)
    }
    suppressed = sum(len(classes[key]) for key in bad)
    if suppressed > math.floor(requirement.suppression_limit * len(rows) + 1e-9):
        return None
    kept = {key: members for key, members in classes.items() if key not in bad}
    if objective == "discernibility":
        return float(sum(len(m) ** 2 for m in kept.values()) + suppressed * len(rows))
    if objective == "average_class_size":
        return len(rows) / (len(kept) + (1 if suppressed else 0))
    return _loss(rows, known, levels, bad)


def _released(row, known, levels) -> tuple[str, ...]:
    return tuple(known[name].rows[row[name]][levels[name]] for name in known)


def _breaks(key, members, rows, requirement, people) -> bool:
    presence = requirement.presence
    share = len(members) / people[key] if presence else 0.0
    return (
        len(members) < requirement.k
        or any(_is_uniform(members, diversity) for diversity in requirement.diversities)
        or any(_distance(members, rows, each) > each.t + 1e-9 for each in requirement.closenesses)
        or (presence is not None and not presence.low - 1e-9 <= share <= presence.high + 1e-9)
    )


def _is_uniform(members, diversity) -> bool:
    counts = sorted(Counter(row[diversity.column] for row in members).values(), reverse=True)
    if diversity.kind == "distinct":
        return len(counts) < diversity.l
    if diversity.kind == "entropy":
        shares = [count / len(members) for count in counts]
        return math.exp(-sum(share * math.log(share) for share in shares)) < diversity.l - 1e-9
    return not counts[0] < diversity.c * sum(counts[int(diversity.l) - 1 :])


def _distance(members, rows, closeness) -> float:
    values = sorted({row[closeness.column] for row in rows})
    apart = [
        sum(row[closeness.column] == value for row in members) / len(members)
        - sum(row[closeness.column] == value for row in rows) / len(rows)
        for value in values
    ]
    if closeness.distance == "equal":
        return sum(map(abs, apart)) / 2
    if len(values) < 2:
        return 0.0
    return sum(abs(each) for each in itertools.accumulate(apart[:-1])) / (len(values) - 1)


def _loss(rows, known, levels, bad) -> float:
    product = 1.0
    for name, tree in known.items():
        leaves = len(tree.rows)
        under = Counter(row[levels[name]] for row in tree.rows.values())
        total = 0.0
        for row in rows:
            hidden = _released(row, known, levels) in bad
            total += 1.0 if hidden else under[tree.rows[row[name]][levels[name]]] / leaves
        least = 1.0 / leaves
        scaled = 0.0 if leaves == 1 else (total / len(rows) - least) / (1.0 - least)
        product *= 1.0 + max(0.0, scaled)
    return product ** (1.0 / len(known)) - 1.0
