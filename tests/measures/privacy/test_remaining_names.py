# SPDX-License-Identifier: Apache-2.0
"""What a model is given to read, and how its guesses are told; the model itself under ``full``."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import labelled_corpus
import pytest

from shirube import measures
from shirube.engines import open_engine
from shirube.measures.privacy import remaining_names
from shirube.measures.privacy.descriptions import entities
from shirube.measures.privacy.identifiers.scan import scan_text
from shirube.measures.privacy.personal_data import personal_data
from shirube.terms.errors import Problem
from shirube.terms.source import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LEFT = ["昨日から担当が替わった", "朽木が窓口にいた", "朽木が窓口にいた", "再訪の予定はない"]
SEEN = ["電話 03-1234-5678 に連絡", "田中太郎さんが来店"]


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put a reader in the model's place that knows one name, and return what it was given."""
    given: list[str] = []

    def people_in(texts: Sequence[str]) -> Iterator[bool]:
        given.extend(texts)
        return ("朽木" in text for text in texts)

    monkeypatch.setattr(entities, "people_in", people_in)
    monkeypatch.setattr(entities, "available", lambda: True)
    return given


def found(folder: Path, cells: list[str], **arguments: Any) -> Any:
    file = folder / "notes.csv"
    file.write_text("note,n\n" + "".join(f"{cell},1\n" for cell in cells), encoding="utf-8")
    with open_engine() as engine:
        table = Table(dataset="notes", files=(str(file),), format="csv")
        return personal_data(engine.source(table), **arguments)


def test_only_what_nothing_was_seen_in_is_read_and_each_text_once(
    tmp_path: Path, reading: list[str]
) -> None:
    result = found(tmp_path, LEFT + SEEN, ner=100)
    # Of five different cells two are found by other tiers; one of the three left holds a name.
    assert sorted(reading) == sorted(set(LEFT))
    assert result.details[-1].rows == (("note", 5, 3, 1),)
    share = result.values[-1]
    assert (share.name, share.value, share.interval.method) == ("ner_share", 1 / 3, "wilson")
    assert "3 different cells" in result.notes[-1].en
    without = found(tmp_path, LEFT + SEEN)
    assert result.values[: len(without.values)] == without.values


def test_the_order_of_the_rows_does_not_choose_what_is_read(
    tmp_path: Path, reading: list[str]
) -> None:
    cells = [f"第{number}回の記録" for number in range(40)]
    found(tmp_path, cells, ner=7)
    first, reading[:] = list(reading), []
    found(tmp_path, random.Random(1).sample(cells, 40) * 2, ner=7)  # noqa: S311
    assert len(first) == 7
    assert reading == first


def test_nothing_to_read_is_no_share(tmp_path: Path, reading: list[str]) -> None:
    result = found(tmp_path, ["plain words", "12345"], ner=5)
    assert reading == []
    assert result.values[-1].value is None
    assert "No text remained" in result.values[-1].reason.en


def test_a_missing_extra_and_a_negative_number_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    remaining_names.check_asked(0)
    with pytest.raises(Problem, match="ner is -1"):
        remaining_names.check_asked(-1)
    monkeypatch.setattr(entities, "find_spec", lambda _name: None)
    remaining_names.check_asked(0)
    with pytest.raises(Problem, match=r"(?s)GiNZA.*shirube\[ner\]"):
        remaining_names.check_asked(1)


def test_runs_sealed_before_there_was_a_model_have_the_same_arguments() -> None:
    measure = measures.get("personal_data")
    assert measure.arguments({"ner": 0}) == {"columns": None, "min_score": "confirmed"}
    assert measure.arguments({"ner": 9})["ner"] == 9


@pytest.mark.full
def test_what_the_model_adds_on_the_labelled_corpus() -> None:
    # 250 lines of seed 7; what other tiers see, however weakly, is put aside first.
    lines = labelled_corpus.corpus(250, 7)
    seen = {each.row for each in scan_text([line.text for line in lines], salt=b"x")[1]}
    left = [line for number, line in enumerate(lines, start=1) if number not in seen]
    named = [any(span.kind == "person_name" for span in line.spans) for line in left]
    guessed = list(entities.people_in([line.text for line in left]))
    right = sum(map(min, named, guessed))
    assert sum(named) >= 5
    assert right >= 0.25 * sum(named)
    assert right >= 0.2 * sum(guessed)
