# SPDX-License-Identifier: Apache-2.0
"""Check digits: examples worked out by hand, and every wrong digit refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.measures.privacy.identifiers import check_digits as check

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = [
    (check.my_number, "123456789018"),  # S = 212, r = 3, 11 - 3 = 8
    (check.my_number, "000000000060"),  # S = 12, r = 1 -> 0
    (check.corporate_number, "7123456789012"),  # S = 74, r = 2, 9 - 2 = 7
    (check.corporate_number, "9000000000009"),  # S = 9, r = 0 -> 9
    (check.driving_licence, "309012345620"),  # S = 119, r = 9 -> 2
    (check.driving_licence, "300100000810"),  # S = 33, r = 0 -> 1
    (check.luhn, "06000004"),
    (check.luhn, "999995"),
    (check.luhn, "4000000000000002"),
    (check.luhn, "4111111111111111"),
]


@pytest.mark.parametrize(("passes", "number"), EXAMPLES)
def test_worked_examples_pass(passes: Callable[[str], bool], number: str) -> None:
    assert passes(number)


def test_passport_fields_and_line() -> None:
    assert check.icao("TR1234567") == 2
    assert check.icao("MZ0000001") == 0
    line = "MZ00000010JPN9001011F3001019<<<<<<<<<<<<<<06"
    assert check.passport_line(line)
    wrong = [
        line[:at] + str((int(line[at]) + 1) % 10) + line[at + 1 :] for at in (3, 9, 15, 25, 43)
    ]
    assert not any(check.passport_line(each) for each in wrong)
    assert not check.passport_line(line[:-1])


def test_a_licence_needs_a_known_office() -> None:
    assert not check.driving_licence("990000000000")


def corrupted(number: str, at: int, by: int) -> str:
    return number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]


def completed(payload: str) -> list[str]:
    return [f"{payload}{digit}" for digit in range(10)]


@given(st.integers(0, 10**15 - 1), st.integers(0, 15), st.integers(1, 9))
def test_luhn_refuses_every_single_wrong_digit(payload: int, at: int, by: int) -> None:
    number = next(
        f"{payload:015}{digit}" for digit in range(10) if check.luhn(f"{payload:015}{digit}")
    )
    assert not check.luhn(corrupted(number, at, by))


@given(st.integers(0, 10**12 - 1), st.integers(0, 12), st.integers(1, 9))
def test_a_corporate_number_refuses_wrong_digits_but_nine_for_zero(
    payload: int, at: int, by: int
) -> None:
    number = next(
        f"{d}{payload:012}" for d in range(1, 10) if check.corporate_number(f"{d}{payload:012}")
    )
    wrong = corrupted(number, at, by)
    # Modulo 9 cannot tell 0 from 9: the one error that the rule lets through.
    if {number[at], wrong[at]} != {"0", "9"}:
        assert not check.corporate_number(wrong)


@given(st.integers(0, 10**11 - 1), st.integers(0, 11), st.integers(1, 9))
def test_a_my_number_refuses_wrong_digits_but_those_that_share_zero(
    payload: int, at: int, by: int
) -> None:
    (number,) = (each for each in completed(f"{payload:011}") if check.my_number(each))
    wrong = corrupted(number, at, by)
    # Remainders 0 and 1 share the check digit 0: only numbers that end in 0 can be confused.
    if number[11] != "0" or at == 11:
        assert not check.my_number(wrong)


@given(st.integers(0, 10**8 - 1), st.integers(2, 10), st.integers(1, 9))
def test_a_licence_refuses_wrong_digits_but_those_that_share_one(
    payload: int, at: int, by: int
) -> None:
    numbers = [f"{each}0" for each in completed(f"30{payload:08}")]
    (number,) = (each for each in numbers if check.driving_licence(each))
    wrong = corrupted(number, at, by)
    # Remainders 0 and 10 share the check digit 1.
    if number[10] != "1" or at == 10:
        assert not check.driving_licence(wrong)
