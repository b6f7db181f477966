# SPDX-License-Identifier: Apache-2.0
"""Tables of an attack are coded together: equal values have equal numbers everywhere."""

from __future__ import annotations

import numpy as np

from shirube.measures.privacy.attacks.tables import coded
from shirube.terms.records import Records


def texts(*cells: str | None) -> Records:
    labels = tuple(sorted({cell for cell in cells if cell is not None}))
    codes = [-1 if cell is None else labels.index(cell) for cell in cells]
    return Records(("c",), {}, {"c": np.asarray(codes, np.int32)}, {"c": labels}, len(cells))


def numbers(*cells: float) -> Records:
    return Records(("c",), {"c": np.asarray(cells, np.float64)}, {}, {}, len(cells))


def test_texts_of_two_tables_share_their_codes() -> None:
    # Sorted over both: Naha 0, Otsu 1, Tsu 2; a missing value is -1.
    one, other = coded([texts("Tsu", None, "Naha"), texts("Otsu", "Tsu")])
    assert one.values.tolist() == [[2.0, -1.0, 0.0]]
    assert other.values.tolist() == [[1.0, 2.0]]
    assert one.numeric == (False,)


def test_numbers_stay_numbers_and_the_range_is_that_of_all_tables() -> None:
    one, other = coded([numbers(1, float("nan")), numbers(5)])
    assert (one.numeric, one.ranges, other.ranges) == ((True,), (4.0,), (4.0,))
    assert one.first(1).values.tolist() == [[1.0]]


def test_a_number_meets_the_text_that_another_table_has_for_it() -> None:
    # Sorted texts: 1, 2.5, 30.
    one, other = coded([numbers(2.5, 30.0, float("nan")), texts("30", "1", "2.5")])
    assert one.values.tolist() == [[1.0, 2.0, -1.0]]
    assert other.values.tolist() == [[2.0, 0.0, 1.0]]


def test_numbers_that_are_codes_are_compared_as_categories() -> None:
    one, _other = coded([numbers(3, 4), numbers(9)], ["c"])
    assert (one.numeric, one.ranges) == ((False,), (0.0,))


def test_columns_without_a_single_value_have_no_range() -> None:
    (one,) = coded([numbers(float("nan"))])
    assert one.ranges == (0.0,)
