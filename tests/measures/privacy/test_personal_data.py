# SPDX-License-Identifier: Apache-2.0
"""The measure on real tables: what it counts, where, and that it keeps silent about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import msgspec
import pytest

from shirube.engines.duckdb.engine import DuckDBEngine
from shirube.measures import registry
from shirube.measures.privacy.identifiers import check_digits
from shirube.measures.privacy.personal_data import GUESSED, PRODUCES, personal_data
from shirube.terms.errors import Problem
from shirube.terms.source import Table

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.measurement import Result

TWELVE_DIGITS = [str(number) for number in range(300000000000, 300000001000)]
MY_NUMBERS = [number for number in TWELVE_DIGITS if check_digits.my_number(number)]


def measured(folder: Path, query: str, **arguments: Any) -> Result:
    file = folder / "t.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{file}'")
    with DuckDBEngine(threads=1) as engine:
        source = engine.source(Table(dataset="people", files=(str(file),), format="parquet"))
        return personal_data(source, **arguments)


def values(result: Result) -> dict[str, Any]:
    return {value.name: value.value for value in result.values}


def listed(result: Result) -> list[tuple[Any, ...]]:
    return list(result.details[0].rows)


def test_hits_are_counted_by_legal_class_column_and_row(tmp_path: Path) -> None:
    # Row 1: a phone and a postal code; row 2: a card; row 3: a My Number and a company's number.
    result = measured(
        tmp_path,
        """SELECT * FROM (VALUES
            ('〒100-0001 電話 ０３－１２３４－５６７８', 1),
            ('カード番号 4111 1111 1111 1111', 2),
            ('個人番号 123456789018、請求元 T7123456789012', 3),
            ('該当なし', 4)) AS t(memo, id)""",
    )
    assert values(result) == {
        "rows": 4, "cells": 8, "hits": 4, "iic_hits": 1, "my_number_hits": 1, "money_hits": 1,
        "contact_hits": 1, "weak_hits": 0, "columns_with_hits": 1, "description_hits": 0,
        "name_hits": 0, "address_hits": 0, "birth_date_hits": 0, "special_care_hits": 0,
        "weak_description_hits": 0,
    }  # fmt: skip
    assert listed(result) == [
        ("memo", "my_number", "IIC", 1, 0, 0.25),
        ("memo", "payment_card", "MONEY", 1, 0, 0.25),
        ("memo", "phone", "CONTACT", 1, 0, 0.25),
        ("memo", "postal_code", "QUASI", 1, 0, 0.25),
        ("memo", "corporate_number", "PUBLIC", 1, 0, 0.25),
    ]
    assert [value.name for value in result.values] == [name.name for name in PRODUCES]


def test_my_numbers_in_a_column_of_whole_numbers_are_found_under_any_name(tmp_path: Path) -> None:
    numbers = ", ".join(MY_NUMBERS[:50])
    result = measured(tmp_path, f"SELECT unnest([{numbers}]) AS customer, 1000000 AS amount")
    assert values(result)["iic_hits"] == 50
    assert listed(result) == [("customer", "my_number", "IIC", 50, 0, 1.0)]


def test_numbers_that_a_missing_value_made_fractions_are_found(tmp_path: Path) -> None:
    numbers = ", ".join(f"{each}.0" for each in MY_NUMBERS[:20])
    result = measured(tmp_path, f"SELECT unnest([{numbers}, NULL])::DOUBLE AS customer")
    assert values(result)["iic_hits"] == 20


def test_order_numbers_are_weak_where_chance_explains_their_check_digits(tmp_path: Path) -> None:
    result = measured(tmp_path, "SELECT 300000000000 + range AS n FROM range(2000)")
    found = values(result)
    assert found["hits"] == 0
    assert found["weak_hits"] == sum(
        check_digits.my_number(str(number)) or check_digits.driving_licence(str(number))
        for number in range(300000000000, 300000002000)
    )
    weak = values(
        measured(tmp_path, "SELECT 300000000000 + range AS n FROM range(2000)", min_score="weak")
    )
    assert weak["hits"] == weak["weak_hits"] == found["weak_hits"]


def test_lost_leading_zeros_are_filled_up_where_the_column_announces_it(tmp_path: Path) -> None:
    result = measured(
        tmp_path,
        "SELECT 60 AS a, 9012345678 AS tel, 5998 AS my_number, 600001 AS zip"
        " UNION ALL SELECT 60, 312345678, 123456789018, 1000001",
    )
    # 000000005998 is no My Number (S = 5·4 + 9·3 + 9·2 = 65, r = 10 -> 1); see the next test.
    assert [row[:2] + row[3:4] for row in listed(result)] == [
        ("my_number", "my_number", 1), ("tel", "phone", 2), ("zip", "postal_code", 2),
    ]  # fmt: skip


def test_a_my_number_with_seven_leading_zeros(tmp_path: Path) -> None:
    # 00000005991: S = 5·4 + 9·3 + 9·2 -> with the check digit 1.
    assert check_digits.my_number("000000005991")
    result = measured(tmp_path, "SELECT 5991 AS kojin_bango")
    assert values(result)["iic_hits"] == 1


def test_nothing_that_was_found_stands_in_the_result(tmp_path: Path) -> None:
    result = measured(
        tmp_path,
        f"SELECT unnest({MY_NUMBERS[:30]}) AS memo, 'user@example.jp' AS mail, 312345678 AS tel",
    )
    written = msgspec.json.encode(result).decode() + repr(result)
    assert values(result)["hits"] == 90
    assert not any(text in written for text in [*MY_NUMBERS[:30], "example.jp", "12345678"])


def test_an_empty_table_is_never_a_pass(tmp_path: Path) -> None:
    result = measured(tmp_path, "SELECT '' AS memo WHERE false")
    assert values(result)["rows"] == 0
    assert [value.name for value in result.values if value.value is None] == [
        name.name for name in PRODUCES[2:]
    ]
    assert all(value.reason for value in result.values if value.value is None)


def test_dates_and_truth_values_and_empty_columns_hold_nothing(tmp_path: Path) -> None:
    result = measured(tmp_path, "SELECT today() AS d, now() AS t, true AS b, NULL::VARCHAR AS n")
    assert values(result)["hits"] == values(result)["weak_hits"] == 0
    assert values(result)["cells"] == 4


def test_only_the_named_columns_are_looked_at(tmp_path: Path) -> None:
    query = "SELECT '03-1234-5678' AS a, '03-1234-5678' AS b"
    assert values(measured(tmp_path, query, columns=("b",)))["contact_hits"] == 1
    with pytest.raises(Problem, match="no column c"):
        measured(tmp_path, query, columns=("b", "c"))


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[float | None] = []
    measured(
        tmp_path,
        "SELECT '03-1234-5678' AS a FROM range(20000)",
        progress=lambda _doing, share: told.append(share),
    )
    assert told == sorted(told, key=lambda share: share or 0)
    assert told[-1] == 1.0


def test_the_registry_knows_the_measure_and_its_arguments() -> None:
    known = registry.get("personal_data")
    assert known.produces == (*PRODUCES, *GUESSED)
    assert [(each.name, each.choices) for each in known.parameters] == [
        ("columns", ()), ("min_score", ("confirmed", "weak")), ("ner", ()),
    ]  # fmt: skip


@pytest.mark.full
def test_a_million_synthetic_interviews_hold_no_identifier(shared: Path) -> None:
    # A negative control: eleven million cells of ages, codes, weights and occupations.
    file = shared / "data" / "privacy" / "bench" / "ihis_synth.parquet"
    with DuckDBEngine() as engine:
        source = engine.source(Table(dataset="ihis", files=(str(file),), format="parquet"))
        found = values(personal_data(source))
    assert (found["rows"], found["hits"], found["weak_hits"]) == (1193504, 0, 0)
