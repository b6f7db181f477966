# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.manifest.corporate_number import check_digit


@pytest.mark.parametrize(
    ("body", "digit"),
    [
        # From the right, weights 1 2 1 2 …:
        # 2+2*1+0+2*9+8+2*7+6+2*5+4+2*3+2+2*1 = 74; 74 mod 9 = 2; 9 - 2 = 7.
        ("123456789012", 7),
        ("000000000009", 9),  # S = 9, remainder 0: the digit is 9, never 0
        ("000000000001", 8),  # S = 1
        ("000000000010", 7),  # S = 2: the second place from the right weighs two
    ],
)
def test_the_check_digit_follows_the_ordinance(body: str, digit: int) -> None:
    assert check_digit(body) == digit


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 8))
def test_a_wrong_digit_is_seen_wherever_it_stands(body: str, at: int, by: int) -> None:
    # A digit changed by d moves S by d or 2d modulo 9; only 0 and 9 cannot be told apart.
    other = (int(body[at]) + by) % 10
    changed = body[:at] + str(other) + body[at + 1 :]
    same = {int(body[at]), other} == {0, 9}
    assert (check_digit(changed) == check_digit(body)) == same
    assert 1 <= check_digit(body) <= 9
