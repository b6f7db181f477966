# SPDX-License-Identifier: Apache-2.0
"""Codes of tables: read by their names in both languages, and only in their own columns."""

from __future__ import annotations

import pytest

from shirube.measures.privacy.identifiers import ALL_KINDS, LegalClass
from shirube.terms import codes
from shirube.terms.measurement import Column
from shirube.terms.text import Text
from shirube.texts import using


def _column(name: str) -> Column:
    return Column(name, Text("列", "column"))


@pytest.mark.parametrize(
    ("column", "code", "ja", "en"),
    [
        ("against", "baseline", "無作為の推測", "guessing at random"),
        ("attack", "inference: income", "推測: income", "inference: income"),
        ("attack", "univariate", "識別（一つの列）", "singling out by one column"),
        ("declared", "", "–", "–"),
        ("kind", "phone", "電話番号", "phone number"),
    ],
)
def test_a_code_is_read_by_its_name(column: str, code: str, ja: str, en: str) -> None:
    with using("ja"):
        assert codes.read(_column(column), code) == ja
    with using("en"):
        assert codes.read(_column(column), code) == en


def test_what_is_no_code_stays_as_it_is() -> None:
    assert codes.read(_column("kind"), "unheard_of: x") == "unheard_of: x"
    assert codes.read(_column("column"), "phone") == "phone"  # somebody's column
    assert codes.read(_column("kind"), None) is None
    assert codes.read(_column("kind"), 3) == 3


def test_every_kind_of_personal_data_and_every_legal_class_has_a_name() -> None:
    assert set(codes.KINDS) == set(ALL_KINDS)
    assert set(codes.CODES["legal_class"]) == {str(each) for each in LegalClass}
