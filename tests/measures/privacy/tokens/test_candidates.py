# SPDX-License-Identifier: Apache-2.0
"""Spaces of candidates: what is in them, each once, and every part of them alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.measures.privacy.identifiers import check_digits
from shirube.measures.privacy.tokens import candidates, names
from shirube.terms.errors import Problem


def test_the_space_of_mobile_numbers_has_three_hundred_million() -> None:
    space = candidates.phones(("070", "080", "090"))
    assert space.size == 300_000_000
    assert space.spellings(0) == ("07000000000", "070-0000-0000", "+817000000000")
    assert space.spellings(299_999_999)[0] == "09099999999"


def test_a_prefix_narrows_a_space_to_what_begins_so() -> None:
    space = candidates.phones(("09012345", "080"))
    assert space.size == 1000 + 10**8
    assert space.spellings(678)[1] == "090-1234-5678"
    assert space.spellings(1000)[0] == "08000000000"


@given(st.integers(0, 10**11 - 1))
def test_every_my_number_has_its_check_digit(number: int) -> None:
    plain, grouped = candidates.my_numbers(("",)).spellings(number)
    assert check_digits.my_number(plain)
    assert (int(plain[:11]), grouped.replace("-", "")) == (number, plain)


def test_a_whole_my_number_is_a_space_of_one() -> None:
    # The worked example of the check digit: 12345678901 -> 8.
    space = candidates.my_numbers(("12345678901",))
    assert (space.size, space.spellings(0)[0]) == (1, "123456789018")


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32))
def test_no_candidate_comes_twice_and_all_come_in_the_end(size: int, tries: int, seed: int) -> None:
    space = candidates.Space("n", size, lambda number: (str(number),))
    found = [each for (each,) in space.some(tries, np.random.default_rng(seed))]
    assert len(found) == len(set(found)) == min(size, tries)


def test_names_are_spelled_in_three_scripts_with_and_without_a_space() -> None:
    assert names.full_name(0) == (
        "佐藤太郎", "佐藤 太郎", "佐藤\u3000太郎",
        "サトウタロウ", "サトウ タロウ", "サトウ\u3000タロウ",
        "さとうたろう", "さとう たろう", "さとう\u3000たろう",
    )  # fmt: skip
    assert candidates.full_names().size == len(names.FAMILY) * len(names.GIVEN)
    assert all(family and read for family, read in (*names.FAMILY, *names.GIVEN))


def test_known_texts_are_normalised_as_people_do() -> None:
    (mail,), (phone,), (number,) = (
        list(candidates.known([text])) for text in ("Ａ@Ex.JP ", "０９０-1234-5678", "9012345678")
    )
    assert {"Ａ@Ex.JP ", "A@Ex.JP", "a@ex.jp"} <= set(mail)
    assert {"09012345678", "090-1234-5678", "+819012345678"} <= set(phone)
    assert "09012345678" in number


@pytest.mark.parametrize("prefix", ["09a", "090123456789", "０９０"])
def test_a_prefix_is_made_of_digits(prefix: str) -> None:
    with pytest.raises(Problem, match="cannot begin"):
        candidates.phones((prefix,))
