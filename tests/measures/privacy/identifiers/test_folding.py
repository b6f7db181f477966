# SPDX-License-Identifier: Apache-2.0
"""Folding: one width, one hyphen, and every character stays in its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shirube.measures.privacy.identifiers.folding import fold


def test_full_width_hyphens_and_spaces_become_one() -> None:
    assert fold("０９０ー１２３４－５６７８") == "090-1234-5678"
    assert fold("ＴＲ１２３４５６７　ａ＠ｂ") == "TR1234567 a@b"
    assert fold("1‐2‑3–4—5−6") == "1-2-3-4-5-6"


def test_a_long_vowel_stays_in_words() -> None:
    assert fold("マイナンバー１２") == "マイナンバー12"
    assert fold("1ー") == "1ー"


@given(st.text())
def test_places_stay_the_same(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
