# SPDX-License-Identifier: Apache-2.0
"""Numbers as other tables write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.measures.privacy.plain_numbers import plain


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (30.0, "30"),
        (-0.0, "0"),
        (2.5, "2.5"),
        (0.1, "0.1"),
        (1e15, "1000000000000000"),
        (1e300, "1e+300"),
    ],
)
def test_whole_numbers_have_no_point(number: float, text: str) -> None:
    assert plain(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_is_the_number(number: float) -> None:
    assert float(plain(number)) == number
