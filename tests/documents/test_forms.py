# SPDX-License-Identifier: Apache-2.0
"""Drafts: every kind is complete, and a missing fact is named."""

from __future__ import annotations

import pytest

from shirube.documents import forms
from shirube.terms.errors import Problem, Problems
from shirube.texts import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", forms.kinds())
def test_every_kind_writes_its_example_in_both_languages(kind: str, language: Language) -> None:
    facts = forms.example(kind)
    written = forms.draft(kind, facts, language)
    assert facts["operator"][language] in written
    assert "{{" not in written


@pytest.mark.parametrize("kind", forms.kinds())
def test_every_missing_fact_is_named(kind: str) -> None:
    for name in forms.example(kind):
        facts = {key: value for key, value in forms.example(kind).items() if key != name}
        with pytest.raises(Problems, match=name):
            forms.draft(kind, facts, "en")


def test_the_publication_lists_every_item_and_does_not_call_the_table_anonymised() -> None:
    facts = forms.example("publication_of_items")
    written = forms.draft("publication_of_items", facts, "en")
    assert "- age band (age_band)\n- region (region)\n" in written
    assert "does not decide" in written


def test_an_unknown_kind_names_those_that_are_here() -> None:
    with pytest.raises(Problem) as told:
        forms.draft("no_such_kind", {}, "en")
    assert "publication_of_items" in str(told.value)
