# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from shirube import texts
from shirube.texts.suggestion import did_you_mean


def test_case_hyphens_and_slips_are_near() -> None:
    assert did_you_mean("sex", ["AGE", "SEX"]) == "Did you mean SEX?"
    assert did_you_mean("corporate-nummber", ["corporate_number"]).endswith("corporate_number?")


def test_a_word_that_is_far_from_all_has_no_suggestion() -> None:
    assert did_you_mean("zzz", ["AGE", "SEX"]) == ""
    assert did_you_mean("zzz", []) == ""


def test_the_suggestion_speaks_the_language_in_use() -> None:
    with texts.using("ja"):
        assert "SEX" in did_you_mean("sex", ["SEX"])
