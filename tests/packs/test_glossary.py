# SPDX-License-Identifier: Apache-2.0
"""The glossary has one preferred word in each language, a reading, and a source that it names."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from shirube.terms.finding import Outcome

FILE = Path(__file__).parents[2] / "docs" / "reference" / "glossary.yaml"
GLOSSARY = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
TERMS = GLOSSARY["terms"]


@pytest.mark.parametrize("field", ["id", "ja", "en"])
def test_a_word_stands_for_one_term(field: str) -> None:
    assert [word for word, n in Counter(term[field] for term in TERMS).items() if n > 1] == []


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term["id"])
def test_a_term_has_reading_source_and_both_languages(term: dict[str, object]) -> None:
    assert set(term) <= {"id", "ja", "reading", "en", "source", "note"}
    assert term["source"] in GLOSSARY["sources"]
    if re.search(r"[一-龠A-Za-zⅡ-]", str(term["ja"])):
        assert re.fullmatch(r"[ぁ-んァ-ヶー]+", str(term["reading"]))
    note = term.get("note")
    assert note is None or (isinstance(note, dict) and set(note) == {"ja", "en"})


def test_every_outcome_is_defined() -> None:
    assert {outcome.value for outcome in Outcome} <= {term["id"] for term in TERMS}
