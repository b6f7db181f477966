# SPDX-License-Identifier: Apache-2.0
"""Linking codes: what is carried over is found, what meets by accident is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import small_tables
from hypothesis import given
from hypothesis import strategies as st

from shirube.measures.privacy import code_columns
from shirube.measures.privacy.code_columns import in_both
from shirube.measures.privacy.linking_codes import linking_codes
from shirube.terms.errors import Problems

CUSTOMERS = [(f"C{n:03}", str(n), 20 + n % 50) for n in range(200)]  # id, row number, age
ORIGINAL = ["customer", "number", "age"]


def measured(names: list[str], rows: list[Any], **given: Any) -> Any:
    original = small_tables.source(ORIGINAL, CUSTOMERS, age="BIGINT")
    return linking_codes(small_tables.source(names, rows), original=original, **given)


def found(names: list[str], rows: list[Any], **given: Any) -> dict[str, Any]:
    return small_tables.values(measured(names, rows, **given))


def test_a_number_that_was_carried_over_links() -> None:
    # 50 of 200 customers; the age 20 to 69 meets the row numbers by accident: 50 of 200 values,
    # a quarter, so it must be asked for more.
    release = [(customer, str(age)) for customer, _number, age in CUSTOMERS[:50]]
    values = found(["id", "age"], release, share=0.3)
    assert values == {
        "rows": 50, "columns": 2, "columns_left_out": 0, "key_columns": 2, "linked_columns": 2,
        "shared_codes": 50, "unique_columns": 2,
    }  # fmt: skip
    repeated = [(customer, str(20 + n % 9)) for n, (customer, *_rest) in enumerate(CUSTOMERS[:50])]
    values = found(["id", "age"], repeated)
    assert (values["linked_columns"], values["shared_codes"]) == (1, 50)


def test_codes_that_are_repeated_link_by_the_part_they_cover() -> None:
    # Purchases: 40 customers, ten rows each. The column is not unique, but holds a fifth of all.
    release = [(CUSTOMERS[n % 40][0], "x") for n in range(400)]
    assert found(["who", "what"], release)["linked_columns"] == 1
    assert found(["who", "what"], release, share=0.3)["linked_columns"] == 0


def test_new_codes_do_not_link() -> None:
    release = [(f"R{n}", "x") for n in range(50)]
    result = measured(["id", "x"], release)
    values = small_tables.values(result)
    assert (values["linked_columns"], values["shared_codes"], values["unique_columns"]) == (0, 0, 1)
    assert all(row[1] == 0 for row in result.details[0].rows)


def test_the_table_names_the_columns_and_no_code() -> None:
    release = [(customer, "x") for customer, *_rest in CUSTOMERS[:50]]
    (table,) = measured(["id", "x"], release).details
    assert table.rows[0][:4] == ("id", 50, "customer", 0.25)
    assert not any(str(cell).startswith("C0") for row in table.rows for cell in row)


def test_an_original_without_codes_cannot_be_judged() -> None:
    original = small_tables.source(["sex"], [("f",), ("m",)] * 20)
    release = small_tables.source(["sex"], [("f",)])
    result = linking_codes(release, original=original)
    assert small_tables.values(result)["linked_columns"] is None
    assert "keys" in next(v.reason.en for v in result.values if v.name == "linked_columns")
    named = linking_codes(release, original=original, keys=("sex",))
    assert small_tables.values(named)["linked_columns"] == 1


def test_missing_values_are_no_codes() -> None:
    values = found(["id", "x"], [(None, "x"), (None, "y"), ("R1", "z")])
    assert values["linked_columns"] == 0


def test_an_empty_release_is_never_a_pass() -> None:
    values = found(["id"], [])
    assert (values["linked_columns"], values["shared_codes"]) == (None, None)


def test_columns_that_were_not_looked_at_are_counted_and_wrong_ones_told() -> None:
    release = [(customer, "x") for customer, *_rest in CUSTOMERS[:50]]
    assert found(["id", "x"], release, columns=("x",))["columns_left_out"] == 1
    with pytest.raises(Problems) as caught:
        found(["id", "x"], release, columns=("shoe",), keys=("hat",), share=0.0)
    for told in ("shoe", "hat", "share is 0.0"):
        assert told in str(caught.value)


NUMBERS = st.sets(st.one_of(st.integers(0, 30), st.just(2**64 - 1)))


@given(some=NUMBERS, others=NUMBERS, block=st.integers(1, 7))
def test_what_two_columns_share_is_what_two_sets_share(
    some: set[int], others: set[int], block: int
) -> None:
    arrays = [np.asarray(sorted(each), np.uint64) for each in (some, others)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code_columns, "_BLOCK", block)
        assert in_both(*arrays) == in_both(*arrays[::-1]) == len(some & others)
