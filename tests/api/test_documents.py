# SPDX-License-Identifier: Apache-2.0
"""Documents from draft to approval: what is not known stays blank, a change undoes an approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shirube.api import operator
from shirube.terms.errors import Problem, Problems
from shirube.texts import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path


def _state(folder: Path) -> operator.DocumentState:
    (state,) = operator.documents(folder)
    return state


def _enter(folder: Path, line: str) -> None:
    file = folder / "shirube.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    published: true\n", f"    published: true\n{line}"), "utf-8")


def test_an_approval_counts_until_the_file_changes(folder: Path) -> None:
    given = operator.approve(folder, "policy", by="Audit").approval
    _enter(
        folder,
        "    approvals:\n"
        f'      - {{by: "{given.by}", date: {given.date}, sha256: {given.sha256}}}\n',
    )
    assert _state(folder).approved_as_is is True
    (folder / "policy.md").write_text("# Policy, changed\n", encoding="utf-8")
    changed = _state(folder)
    assert changed.approved_as_is is False
    assert changed.why and "changed after it was approved" in changed.why.en


def test_the_owner_cannot_approve_and_nothing_is_written(folder: Path) -> None:
    before = (folder / "shirube.yaml").read_bytes()
    with pytest.raises(Problem, match="also responsible"):
        operator.approve(folder, "policy", by="Board")
    with pytest.raises(Problem, match="needs the name"):
        operator.approve(folder, "policy", by="  ")
    with pytest.raises(Problem, match="no document nonsense"):
        operator.approve(folder, "nonsense", by="Audit")
    operator.approve(folder, "policy", by="Audit")
    assert (folder / "shirube.yaml").read_bytes() == before


def test_the_state_of_a_document_follows_its_seal(folder: Path) -> None:
    assert _state(folder).seal == "not_sealed"
    operator.check(folder)
    assert _state(folder).seal == "as_sealed"
    (folder / "policy.md").write_text("# Policy, changed\n", encoding="utf-8")
    assert _state(folder).seal == "file_changed"
    (folder / "policy.md").unlink()
    assert _state(folder).seal == "unreadable"


def test_a_date_of_approval_in_the_future_is_refused(folder: Path) -> None:
    _enter(folder, f"    approvals:\n      - {{by: Audit, date: 2999-01-01, sha256: {'a' * 64}}}\n")
    with pytest.raises(Problems, match="lies in the future"):
        operator.documents(folder)


def test_a_draft_tells_rules_scope_values_and_asks_for_the_rest(folder: Path) -> None:
    operator.check(folder)
    written = operator.draft("deidentification_record", folder, folder / "drafts")
    ja, en = (file.read_text(encoding="utf-8") for file in written)
    assert "appi_anonymised/std5_sign_off" in en and "Six Rows Ltd." in en
    # Standard 5 also has measured rules: the sealed run belongs, with index and digest.
    assert "Measurement: release_anonymity; data: Release" in en and "ledger index: 1" in en
    assert "________ (Release: " in en
    assert "個人情報の保護に関する法律施行規則 第34条第5号" in ja and "台帳の番号: 1" in ja
    for text in (ja, en):
        assert "{{" not in text and "{%" not in text and "None" not in text
    with pytest.raises(Problem, match="nothing is overwritten"):
        operator.draft("deidentification_record", folder, folder / "drafts")


def test_every_kind_is_listed_once_and_special_ones_are_told_apart() -> None:
    kinds = operator.draft_kinds()
    names = [each.kind for each in kinds]
    assert len(names) == len(set(names))
    special = {each.kind for each in kinds if each.special}
    assert special == {"publication_of_items", "no_matching_undertaking"}
    groups = [each.group for each in kinds]
    assert groups == sorted(groups, key=groups.index)  # those of one pack stand together


@pytest.mark.full
def test_every_kind_can_be_drafted(folder: Path) -> None:
    for each in operator.draft_kinds():
        if each.special:
            continue
        written = operator.draft(each.kind, folder, folder / "drafts")
        assert len(written) == len(LANGUAGES)
        for file in written:
            assert "{%" not in file.read_text(encoding="utf-8")


def test_a_wrong_kind_or_subject_is_told(folder: Path) -> None:
    with pytest.raises(Problem) as told:
        operator.draft("governance_polcy", folder, folder / "drafts")
    assert "governance_policy" in told.value.remedy
    with pytest.raises(Problem, match="no dataset:nowhere"):
        operator.draft("governance_policy", folder, folder / "drafts", dataset="nowhere")


def test_a_publication_leaves_no_item_out(folder: Path) -> None:
    manifest = folder / "shirube.yaml"
    contact = (
        "contacts:\n  - {id: desk, purpose: personal_data, name: {ja: 窓口, en: Desk},"
        " email: desk@example.jp}\ndatasets:\n"
    )
    text = manifest.read_text(encoding="utf-8").replace("datasets:\n", contact)
    age = "{name: age, kind: quasi_identifier, meaning: {ja: 年代, en: Age band}}"
    text = text.replace("{name: age, kind: quasi_identifier}", age)
    area = "      - {name: area, kind: quasi_identifier}\n"
    manifest.write_text(text.replace(area, ""), encoding="utf-8")
    # illness has no meaning, and area, which the table has, is not even declared.
    with pytest.raises(Problem, match="area, illness") as told:
        operator.draft("publication_of_items", folder, folder / "drafts", dataset="release")
    assert "every item" in str(told.value.why)
    meant = "meaning: {ja: 項目, en: Item}}"
    text = text.replace(area, area.replace("}\n", f", {meant}\n"))
    text = text.replace("kind: sensitive}", f"kind: sensitive, {meant}")
    manifest.write_text(text, encoding="utf-8")
    written = operator.draft("publication_of_items", folder, folder / "drafts", dataset="release")
    for file in written:
        listed = file.read_text(encoding="utf-8")
        assert all(name in listed for name in ("age", "area", "illness"))
