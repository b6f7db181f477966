# SPDX-License-Identifier: Apache-2.0
"""The measure on tables whose hashes are made here: what falls, what does not, what is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from shirube.engines.duckdb.engine import DuckDBEngine
from shirube.measures.privacy.token_reversal import PRODUCES, token_reversal
from shirube.measures.privacy.tokens import names
from shirube.terms.errors import Problem, Problems
from shirube.terms.source import Table

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.measurement import Result

FULL_NAMES = len(names.FAMILY) * len(names.GIVEN)
FEW: dict[str, Any] = {
    "tries": 1000,
    "phone_prefixes": ("09012345",),
    "my_number_prefixes": ("123456789",),
}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def reversed_in(
    folder: Path, table: dict[str, list[str]], known: list[str] | None = None, **asked: Any
) -> Result:
    def source(engine: DuckDBEngine, name: str, columns: dict[str, list[str]]) -> Any:
        file = folder / f"{name}.csv"
        lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return engine.source(Table(dataset=name, files=(str(file),), format="csv"))

    with DuckDBEngine(threads=1) as engine:
        opened = source(engine, "t", table)
        candidates = source(engine, "k", {"known": known}) if known is not None else None
        return token_reversal(opened, candidates=candidates, **{**FEW, **asked})


def values(result: Result) -> dict[str, Any]:
    return {value.name: value.value for value in result.values}


def test_four_bare_hashes_fall_and_a_keyed_one_does_not(tmp_path: Path) -> None:
    # 09012345678 is among the 1,000 numbers of the prefix; 123456789018 among its 100 My Numbers;
    # 鈴木 花子 is a common name, hashed in CP932; the e-mail address is in the list given.
    keyed = hmac.new(b"a secret key", b"09012345678", "sha256").hexdigest()
    result = reversed_in(
        tmp_path,
        {
            "phone": [sha256("090-1234-5678"), keyed],
            "number": [hashlib.sha1(b"123456789018", usedforsecurity=False).hexdigest()] * 2,
            "name": [
                hashlib.md5("鈴木 花子".encode("cp932"), usedforsecurity=False).hexdigest(),
                "",
            ],
            "mail": [base64.b64encode(hashlib.sha256(b"mailhana@example.jp").digest()).decode()]
            * 2,
            "note": ["plain", "text"],
        },
        known=["Hana@example.jp", "other@example.jp"],
        tries=5000,
    )
    assert values(result) == {
        "columns": 5, "token_columns": 4, "tokens": 5,
        "candidates": 2 + FULL_NAMES + 1000 + 100,
        "known_candidates": 2, "reversed": 4, "reversed_share": 0.8,
    }  # fmt: skip
    assert result.details[0].rows == (
        ("phone", "sha256", "hex", 1, 2, 0.5),
        ("number", "sha1", "hex", 1, 1, 1.0),
        ("name", "md5", "hex", 1, 1, 1.0),
        ("mail", "sha256", "base64", 1, 1, 1.0),
    )
    told = {row[0]: row[1:4] for row in result.details[1].rows}
    assert told["phone"] == (1000, 1000, 1)
    assert told["my_number"] == (100, 100, 1)
    assert told["candidates"] == (2, 2, 1)
    assert [value.name for value in result.values] == [name.name for name in PRODUCES]


def test_a_salt_that_is_told_is_no_key(tmp_path: Path) -> None:
    column = {"phone": [sha256("pepper09012345678"), sha256("09012345679pepper")]}
    assert values(reversed_in(tmp_path, column))["reversed"] == 0
    assert values(reversed_in(tmp_path, column, salts=("pepper",)))["reversed"] == 2


def test_a_table_without_hashes_has_nothing_to_reverse(tmp_path: Path) -> None:
    result = reversed_in(tmp_path, {"city": ["Naha", "Otsu"]})
    found = {value.name: value for value in result.values}
    assert (found["tokens"].value, found["reversed"].value) == (0, 0)
    assert found["reversed_share"].value is None
    assert found["reversed_share"].reason.en == "No column holds values of the form of a hash."
    assert found["known_candidates"].value is None


def test_a_table_of_numbers_has_no_column_to_look_at(tmp_path: Path) -> None:
    assert values(reversed_in(tmp_path, {"age": ["31", "40"]}))["columns"] == 0


def test_neither_a_token_nor_what_stands_behind_it_is_told(tmp_path: Path) -> None:
    token = sha256("09012345678")
    result = reversed_in(tmp_path, {"phone": [token]}, known=["09012345678", "秘密"])
    assert values(result)["reversed"] == 1
    told = msgspec.json.encode(result).decode()
    for word in (token, "09012345678", "秘密"):
        assert word not in told


def test_only_the_columns_that_are_asked_for_are_looked_at(tmp_path: Path) -> None:
    columns = {"a": [sha256("09012345678")], "b": [sha256("09012345679")]}
    assert values(reversed_in(tmp_path, columns, columns=("b",)))["tokens"] == 1
    with pytest.raises(Problem, match="no column"):
        reversed_in(tmp_path, columns, columns=("c",))


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="tries is 0"):
        reversed_in(tmp_path, {"a": ["x"]}, tries=0)
    with pytest.raises(Problem, match="cannot begin"):
        reversed_in(tmp_path, {"a": ["x"]}, phone_prefixes=("+81",))
