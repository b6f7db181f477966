# SPDX-License-Identifier: Apache-2.0
"""Tables of counts: all that a measure learns about the rows of a table.

Three shapes are enough (design, *count once*): class cells for privacy (and class profiles and
subset cells, which sum them up), group cells for fairness, bucket cells for drift. Class cells are
personal data (half of them can hold one person): they never leave the operator and never enter
evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BUCKETS_PER_E = 32
"""Logarithmic buckets per factor of e: a bucket is about three per cent wide."""

BUCKET_CENTRE = 1_000_000
"""The bucket of 1; ``x > 0`` lies in ``BUCKET_CENTRE + floor(ln(x) * BUCKETS_PER_E)``."""

BUCKET_INFINITY = 8_000_000
"""The bucket of infinity (negative: of minus infinity); beyond it lie NaN and, below, NULL."""


@dataclass(frozen=True, eq=False)
class ClassCells:
    """Equivalence class x sensitive values -> count.

    Attributes
    ----------
    class_id
        Shape (cells,), dense ids 0..classes-1, sorted ascending.
    sensitive
        Per sensitive column, shape (cells,), dense codes of the values; NULL has its own.
    count
        Shape (cells,), rows per cell, int64.
    quasi_identifiers, rows
        The columns that make a class, and the number of rows counted.
    nulls
        Per column, rows without a value; a missing entry means that nobody counted.
    codes
        Per quasi-identifier, shape (classes,), the dense code of its value in each class. Empty
        unless asked for.
    digests
        Per column, shape (codes,), a keyed digest of the value of each code, so that equal values
        of two tables meet; 0 for NULL. Empty unless a key was given.

    Dense codes follow the order of the values (texts by their bytes; NULL last), and class ids
    follow the codes, first column first: equal tables give equal cells on every engine.
    """

    class_id: NDArray[np.int64]
    sensitive: dict[str, NDArray[np.int64]]
    count: NDArray[np.int64]
    quasi_identifiers: tuple[str, ...]
    rows: int
    nulls: dict[str, int] = field(default_factory=dict)
    codes: dict[str, NDArray[np.int32]] = field(default_factory=dict)
    digests: dict[str, NDArray[np.uint64]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class SensitiveProfiles:
    """What classes hold of one sensitive column; classes that hold the same may be told once.

    Attributes
    ----------
    first
        Shape (profiles,), where the cells of each profile begin.
    code, count
        Shape (cells,): dense codes as in ``ClassCells``, ascending within a profile, and rows that
        a class of this profile has with the value. Of the smallest types that hold them.
    classes
        Shape (profiles,), how many classes have this profile. Profiles stand in any order, and the
        same one may stand more than once: what counts are their sums.
    """

    first: NDArray[np.int32]
    code: NDArray[np.unsignedinteger[Any]]
    count: NDArray[np.unsignedinteger[Any]]
    classes: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class SensitiveTable:
    """What classes hold of one sensitive column, where each class has most of its values.

    Attributes
    ----------
    count
        Shape (classes, values): rows of a class with the value of each dense code, as in
        ``ClassCells``. Of the smallest type that holds them; classes stand in any order.
    """

    count: NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, eq=False)
class ClassProfiles:
    """Classes by their sizes, and by what they hold of each sensitive column: enough for an audit.

    A table of ten million rows can have as many classes and next to no different ones: with few
    rows in a class there are few ways to fill it.

    Attributes
    ----------
    size, classes
        Shape (sizes,): rows of a class, ascending, and how many classes have so many.
    sensitive
        Per sensitive column, its profiles, whatever the other columns hold; or a table of counts,
        where few classes have many rows each.
    quasi_identifiers, rows
        The columns that make a class, and the number of rows counted.
    nulls
        Per column, rows without a value.
    digests
        Per sensitive column, as in ``ClassCells``. Empty unless a key was given.
    """

    size: NDArray[np.int64]
    classes: NDArray[np.int64]
    sensitive: dict[str, SensitiveProfiles | SensitiveTable]
    quasi_identifiers: tuple[str, ...]
    rows: int
    nulls: dict[str, int] = field(default_factory=dict)
    digests: dict[str, NDArray[np.uint64]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class SubsetCells:
    """Set of columns x class size -> classes: how far every few columns single people out.

    Neither values nor their codes are in it, only how many classes have how many rows.

    Attributes
    ----------
    subsets
        The sets of columns, smaller sets first, each in the order asked for.
    subset, size, classes
        Shape (cells,), sorted: index into ``subsets``; rows of a class; how many classes have that
        many rows.
    minimal
        Shape (subsets,), records that are alone with the values of these columns and with no
        fewer of them (minimal sample uniques).
    rows
        The number of rows counted.
    """

    subsets: tuple[tuple[str, ...], ...]
    subset: NDArray[np.int32]
    size: NDArray[np.int64]
    classes: NDArray[np.int64]
    minimal: NDArray[np.int64]
    rows: int


@dataclass(frozen=True, eq=False)
class GroupCells:
    """Attribute values x label x prediction (x score bin) -> count.

    Attributes
    ----------
    attributes
        Per attribute, the value of each cell as text (None for NULL), length = cells.
    label, prediction
        Shape (cells,), 0 or 1, and -1 where the row has none.
    score_sum
        Shape (cells,), sum of the score over the rows of the cell; None without a score column.
    score_bin
        Shape (cells,), index of the score's bin in ten bins of [0, 1]; None without a score column.
    count
        Shape (cells,), int64.
    """

    attributes: dict[str, list[str | None]]
    label: NDArray[np.int8]
    prediction: NDArray[np.int8]
    count: NDArray[np.int64]
    rows: int
    score_sum: NDArray[np.float64] | None = None
    score_bin: NDArray[np.int16] | None = None


@dataclass(frozen=True, eq=False)
class BucketRun:
    """Cells of one column that lie together in memory.

    Attributes
    ----------
    period, bucket
        Shape (cells,): index into the table's ``periods``; bucket number (numeric) or index into
        its ``labels``.
    count, low, high
        Shape (cells,): rows, and the smallest and largest value (NaN for texts).
    """

    period: NDArray[np.int64]
    bucket: NDArray[np.int64]
    count: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BucketCells:
    """Day x column x bucket -> count, smallest, largest value.

    Counts of the same table add up across days, files and machines. A numeric column has a
    data-independent logarithmic bucket; every other column has one bucket per distinct text, up to
    a limit beyond which values fall into a hashed bucket.

    Attributes
    ----------
    columns, numeric
        Names of the columns, and whether each is numeric.
    runs
        Per column, its cells in one or more runs; no cell stands in two of them. Kept apart,
        because the cells of the days before are those of a file that nobody has to copy.
    periods, labels
        Names of the periods, sorted (dates, months, or "" for none), and the texts of the
        categorical buckets.
    rows
        Rows per period.
    """

    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    runs: tuple[tuple[BucketRun, ...], ...]
    periods: tuple[str, ...]
    labels: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class RowBlock:
    """A run of rows, for what no count can tell: in which order they stand, how far one lies out.

    Attributes
    ----------
    numbers
        Per column asked for as numbers, shape (rows,), float64; NaN where there is no value.
    digests
        Per column asked for as digests, shape (rows,), the keyed digest of the value (as
        ``ClassCells.digests`` has it); 0 where there is none.

    Rows are personal data: they stay in memory for as long as a block is looked at.
    """

    numbers: dict[str, NDArray[np.float64]]
    digests: dict[str, NDArray[np.uint64]]


@dataclass(frozen=True, eq=False)
class ValueDigests:
    """The different values of one column as keyed digests, without what rows hold them.

    Attributes
    ----------
    column
        The column.
    digests
        Shape (different values,), ascending: the digests of the values, as ``ClassCells.digests``
        has them. A row without a value has none. Two of n values meet by chance with a probability
        of about n**2 / 2**65: three in a million for ten million values.
    rows
        Rows with a value.
    """

    column: str
    digests: NDArray[np.uint64]
    rows: int


@dataclass(frozen=True)
class TextBatch:
    """A run of cells of one column, for detectors that must see the text itself.

    ``row`` counts from 1 in the order of the file. ``weight`` is given where an engine sends each
    distinct cell once: how many rows hold it; then ``row`` only counts the cells. ``offset`` is
    given where a line comes in pieces: the character of the line at which each text starts. The
    texts stay in memory: nothing that is stored or printed may contain them.
    """

    column: str
    row: list[int]
    text: list[str]
    rows_seen: int
    weight: list[int] | None = None
    offset: list[int] | None = None
