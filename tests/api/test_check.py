# SPDX-License-Identifier: Apache-2.0
"""The main job from a folder to findings, on an operator with six rows."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path

import pytest

from shirube.api import clock, operator
from shirube.terms.errors import Problem
from shirube.terms.finding import Finding, Outcome, Reason

DAILY = "    measure: anonymity\n    schedule: daily\n"
K_RULE = "appi_anonymised/std1_class_size"


def _k(findings: tuple[Finding, ...]) -> Finding:
    return next(finding for finding in findings if finding.rule == K_RULE)


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_first_check_measures_seals_and_finds(folder: Path) -> None:
    checked = operator.check(folder)
    assert checked.measured == ("release_anonymity",)
    assert checked.documents_sealed == ("policy",)
    found = _k(checked.judgement.findings)
    assert (found.outcome, found.attempts) == (Outcome.NOT_SHOWN, 1)
    # k is 1: the row (50s, west) stands alone.
    assert found.judged[0].values["anonymity.k"] == 1
    assert operator.verify(folder).holds


def test_a_second_check_with_nothing_changed_measures_and_seals_nothing(folder: Path) -> None:
    first = operator.check(folder)
    second = operator.check(folder)
    assert (second.measured, second.reused) == ((), ("release_anonymity",))
    assert second.documents_sealed == ()
    assert second.judgement.evidence == first.judgement.evidence


def test_nothing_to_seal_needs_no_key(folder: Path, keys: Path) -> None:
    operator.check(folder)
    shutil.rmtree(keys)
    assert operator.check(folder).measured == ()


def test_without_a_key_the_check_stops_before_it_measures(folder: Path, keys: Path) -> None:
    shutil.rmtree(keys)
    with pytest.raises(Problem, match="no signing key"):
        operator.check(folder)
    assert not (folder / ".shirube" / "ledger.db").exists()


def test_changed_data_are_measured_again_and_the_old_run_stays_visible(folder: Path) -> None:
    operator.check(folder)
    _replace(folder / "release.csv", "50s,west,c\n", "")
    checked = operator.check(folder)
    assert checked.measured == ("release_anonymity",)
    found = _k(checked.judgement.findings)
    # Without the lone row k is 2, still below 5.
    assert found.judged[0].values["anonymity.k"] == 2
    assert found.attempts == 2
    assert [run.why for run in found.others] == ["superseded"]


def test_better_data_swapped_in_for_one_check_do_not_go_on_deciding(folder: Path) -> None:
    table = folder / "release.csv"
    bad = table.read_text(encoding="utf-8")
    operator.check(folder)
    # One class of six rows: k is 6.
    table.write_text("age,area,illness\n" + "30s,east,a\n30s,east,b\n" * 3, encoding="utf-8")
    assert _k(operator.check(folder).judgement.findings).outcome is Outcome.SHOWN
    table.write_text(bad, encoding="utf-8")
    checked = operator.check(folder)
    assert checked.measured == ("release_anonymity",)
    assert _k(checked.judgement.findings).outcome is Outcome.NOT_SHOWN


def test_a_measurement_that_now_speaks_for_another_data_set_is_measured_for_it(
    folder: Path,
) -> None:
    operator.check(folder)
    manifest = folder / "shirube.yaml"
    _replace(manifest, "  - id: release\n", "  - id: published\n")
    _replace(manifest, "dataset: release\n", "dataset: published\n")
    checked = operator.check(folder)
    assert checked.measured == ("release_anonymity",)
    assert _k(checked.judgement.findings).outcome is Outcome.NOT_SHOWN


@pytest.mark.parametrize(("days", "measured"), [(0, ()), (1, ("release_anonymity",))])
def test_a_daily_measurement_is_due_on_the_next_day(
    folder: Path, monkeypatch: pytest.MonkeyPatch, days: int, measured: tuple[str, ...]
) -> None:
    _replace(folder / "shirube.yaml", "    measure: anonymity\n", DAILY)
    operator.check(folder)
    later = clock.now() + dt.timedelta(days=days)
    monkeypatch.setattr(sys.modules["shirube.api.operator.check"], "now", lambda: later)
    assert operator.check(folder).measured == measured


def test_a_run_of_the_same_id_with_other_arguments_does_not_replace_the_bad_one(
    folder: Path,
) -> None:
    operator.check(folder)
    # One coarse column: (east) five times, (west) once; still k = 1, but another declaration.
    _replace(folder / "shirube.yaml", "[age, area]", "[area]")
    found = _k(operator.check(folder).judgement.findings)
    assert found.outcome is Outcome.NOT_SHOWN
    assert found.attempts == 2
    assert len(found.judged) == 2


def test_another_seed_stands_beside_the_first_one_and_does_not_replace_it(folder: Path) -> None:
    operator.check(folder)
    _replace(folder / "shirube.yaml", "    measure: anonymity\n", f"{DAILY}    seed: 7\n")
    found = _k(operator.check(folder).judgement.findings)
    assert len(found.judged) == 2


def test_a_document_that_left_the_manifest_stops_counting(folder: Path) -> None:
    operator.check(folder)
    manifest = folder / "shirube.yaml"
    text = manifest.read_text(encoding="utf-8")
    start, end = text.index("documents:"), text.index("measurements:")
    manifest.write_text(text[:start] + text[end:], encoding="utf-8")
    checked = operator.check(folder)
    assert checked.documents_sealed == ("policy",)
    assert checked.judgement.evidence[-1].document is not None
    assert checked.judgement.evidence[-1].document.document.absent


def test_an_explanation_stands_beside_the_measured_fact(folder: Path) -> None:
    operator.check(folder)
    with (folder / "shirube.yaml").open("a", encoding="utf-8") as manifest:
        manifest.write(
            f"explanations:\n  - rule: {K_RULE}\n    subject: dataset:release\n"
            "    reason: {ja: 試験用の表です。, en: A table for tests.}\n"
            "    author: Board\n    date: 2026-01-20\n    expires: 2099-12-31\n"
        )
    found = _k(operator.check(folder).judgement.findings)
    assert found.outcome is Outcome.EXPLAINED
    assert found.explanation is not None
    assert found.judged[0].values["anonymity.k"] == 1


def test_a_withdrawn_run_is_measured_again_and_listed_with_its_reason(folder: Path) -> None:
    first = operator.check(folder)
    run = next(item for item in first.judgement.evidence if item.measurement)
    operator.withdraw(folder, run.index, reason="wrong export", author="Board")
    checked = operator.check(folder)
    assert checked.measured == ("release_anonymity",)
    found = _k(checked.judgement.findings)
    assert [(other.why, other.detail) for other in found.others] == [("withdrawn", "wrong export")]


def test_a_date_before_the_first_seal_knows_no_evidence(folder: Path) -> None:
    operator.check(folder)
    found = _k(operator.judge(folder, on=dt.date(2024, 1, 1)).findings)
    assert (found.outcome, found.reason) == (Outcome.NOT_JUDGED, Reason.NO_EVIDENCE)


def test_a_measure_that_fails_is_sealed_as_an_attempt_and_never_passes(folder: Path) -> None:
    (folder / "release.csv").write_text("age,area,illness\n", encoding="utf-8")
    checked = operator.check(folder)
    assert _k(checked.judgement.findings).outcome is Outcome.NOT_JUDGED


def test_a_flipped_bit_in_the_evidence_is_found_and_named(folder: Path) -> None:
    operator.check(folder)
    envelope = next((folder / ".shirube" / "evidence").rglob("*.json"))
    content = bytearray(envelope.read_bytes())
    content[len(content) // 2] ^= 1
    envelope.chmod(0o644)
    envelope.write_bytes(content)
    verification = operator.verify(folder)
    assert not verification.holds
    assert envelope.stem[:8] in str(verification.problems[0])


def test_an_explanation_of_an_unknown_rule_is_refused_with_its_line(folder: Path) -> None:
    with (folder / "shirube.yaml").open("a", encoding="utf-8") as manifest:
        manifest.write(
            "explanations:\n  - rule: appi_anonymised/std1_clas_size\n"
            "    subject: dataset:release\n"
            "    reason: {ja: 誤記です。, en: A slip.}\n"
            "    author: Board\n    date: 2026-01-20\n    expires: 2099-12-31\n"
        )
    with pytest.raises(Problem, match="No rule is named") as told:
        operator.check(folder)
    assert "std1_class_size" in str(told.value)
    assert "shirube.yaml:" in str(told.value)


def test_the_cache_is_private_and_unknown_to_git(folder: Path) -> None:
    operator.check(folder)
    cache = folder / ".shirube" / "cache"
    assert cache.stat().st_mode & 0o077 == 0
    assert (cache / ".gitignore").read_text(encoding="utf-8") == "*\n"
