# SPDX-License-Identifier: Apache-2.0
"""Categories of the six-row operator: the release is alone in one class, so k is 1."""

from __future__ import annotations

from pathlib import Path

import pytest

from shirube.api import operator
from shirube.terms.errors import Problem


def test_measured_standards_speak_against_what_the_manifest_claims(folder: Path) -> None:
    operator.check(folder)
    (release,) = operator.categories(folder)
    by_id = {one.id: one for one in release.categories}
    claimed = by_id["anonymised_information"]
    # k = 1 is below our floor of five, which no statute fixes: doubt, and not the law's word.
    assert claimed.standing == "against"
    k = next(one for one in claimed.deciding if "smallest class" in one.title)
    assert k.condition == "k, rows of the smallest class = 1 (threshold: 5)"
    assert k.places == ("combination of age, area",)
    assert claimed.steps and claimed.questions
    # Nobody looked for identifiers, so personal information stays open and is not denied.
    assert by_id["personal_information"].standing == "open"
    assert by_id["personal_information"].steps == ()


def test_nothing_says_that_data_are_anonymised(folder: Path) -> None:
    table = folder / "release.csv"
    table.write_text("age,area,illness\n" + "30s,east,a\n30s,east,b\n" * 3, encoding="utf-8")
    operator.check(folder)
    (release,) = operator.categories(folder, "release")
    claimed = next(one for one in release.categories if one.id == "anonymised_information")
    assert claimed.standing == "open"  # k is 6 and all is well, and still nobody may say "is"


def test_identifiers_are_found_and_their_columns_named(folder: Path) -> None:
    manifest = folder / "shirube.yaml"
    text = manifest.read_text(encoding="utf-8")
    declared = "  - {id: release_identifiers, measure: personal_data, dataset: release}\n"
    manifest.write_text(text + declared, encoding="utf-8")
    rows = "age,area,illness\n" + "30s,taro@example.com,a\n" * 5
    (folder / "release.csv").write_text(rows, encoding="utf-8")
    operator.check(folder)
    (release,) = operator.categories(folder)
    personal = next(one for one in release.categories if one.id == "personal_information")
    assert personal.standing == "found"
    assert personal.deciding[0].places == ("area: 5",)


def standings_of(folder: Path, rows: list[str], declared: str = "") -> dict[str, str]:
    """Return how the categories of a training table of these notes stand after one measurement."""
    (folder / "notes.csv").write_text("\n".join(["note", *rows, ""]), encoding="utf-8")
    manifest = folder / "shirube.yaml"
    text = manifest.read_text(encoding="utf-8")
    title = "{ja: 記録, en: Notes}"
    facts = f"id: notes, title: {title}, role: training, files: notes.csv{declared}"
    dataset = f"  - {{{facts}}}\n"
    text = text.replace("datasets:\n", "datasets:\n" + dataset)
    declared = "  - {id: notes_identifiers, measure: personal_data, dataset: notes}\n"
    manifest.write_text(text + declared, encoding="utf-8")
    operator.check(folder)
    (notes,) = operator.categories(folder, "notes")
    return {one.id: str(one.standing) for one in notes.categories}


def test_my_numbers_and_special_care_are_categories_of_their_own(folder: Path) -> None:
    # 123456789018: 6*1+5*2+4*3+3*4+2*5+7*6+6*7+5*8+4*9+3*0+2*1 = 212, 11 - 212 % 11 = 8.
    found = standings_of(folder, ["個人番号 123456789018", "既往歴：糖尿病"])
    assert found["specific_personal_information"] == "found"
    assert found["special_care_information"] == "found"
    assert found["personal_information"] == "found"


def test_a_name_is_personal_information_without_any_number(folder: Path) -> None:
    found = standings_of(folder, ["担当 山田太郎様", "該当なし"])
    assert found["personal_information"] == "found"
    assert found["specific_personal_information"] == "no_sign"


def test_what_was_looked_for_and_not_found_is_no_proof(folder: Path) -> None:
    found = standings_of(folder, ["該当なし", "異常なし"])
    assert found["specific_personal_information"] == "no_sign"
    assert found["special_care_information"] == "no_sign"


def test_declared_special_care_is_not_judged_by_what_is_found(folder: Path) -> None:
    found = standings_of(folder, ["該当なし"], ", special_care: true")
    assert found["special_care_information"] == "open"


def test_a_data_set_that_is_not_there_is_told(folder: Path) -> None:
    operator.check(folder)
    with pytest.raises(Problem, match="releese"):
        operator.categories(folder, "releese")


def test_only_cells_of_the_class_that_a_rule_counts_are_named(folder: Path) -> None:
    manifest = folder / "shirube.yaml"
    text = manifest.read_text(encoding="utf-8")
    declared = "  - {id: release_identifiers, measure: personal_data, dataset: release}\n"
    manifest.write_text(text + declared, encoding="utf-8")
    # Two My Numbers (individual identification codes) and three addresses of mail (contacts).
    cells = ["123456789018"] * 2 + ["taro@example.com"] * 3
    rows = "".join(f"30s,個人番号 {cell},a\n" for cell in cells)
    (folder / "release.csv").write_text("age,area,illness\n" + rows, encoding="utf-8")
    operator.check(folder)
    (release,) = operator.categories(folder)
    anonymised = next(one for one in release.categories if one.id == "anonymised_information")
    told = {rule.title.split(":")[0]: rule.places for rule in anonymised.deciding}
    assert told["Standard 2"] == ("area: 2",)
