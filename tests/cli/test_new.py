# SPDX-License-Identifier: Apache-2.0
"""``shirube new`` writes complete sets that pass as they are, and touches nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from shirube import assessment, measures
from shirube.api import developer, operator
from shirube.terms.errors import Problem

ROOT = Path(__file__).parents[2]


def test_a_new_rule_in_a_folder_of_ones_own_passes_its_check(tmp_path: Path) -> None:
    written = developer.new_rule("our_policy/risks_on_record", tmp_path)
    assert {file.name for file in written} == {"pack.yaml", "rule.yaml", "cases.yaml"}
    # The shipped packs have tests of their own; here only the new one is checked.
    assert assessment.check_pack(tmp_path / "our_policy", measures.vocabulary()) == ()
    pack, rule = operator.find_rule("our_policy/risks_on_record", operator.load_packs((tmp_path,)))
    assert (pack.id, rule.subject) == ("our_policy", "system")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    developer.new_rule("our_policy/risks_on_record", tmp_path)
    with pytest.raises(Problem, match="exists already"):
        developer.new_rule("our_policy/risks_on_record", tmp_path)
    with pytest.raises(Problem, match="exists already"):
        developer.new_document("publication_of_items")
    with pytest.raises(Problem, match="exists already"):
        developer.new_measure("privacy/anonymity")


@pytest.mark.full
def test_a_checkout_with_a_new_rule_measure_and_document_passes_its_checks(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, checkout / name)
    if (law := ROOT.parent / "shared").is_dir():  # as beside the checkout itself
        (tmp_path / "shared").symlink_to(law)
    made = (
        (ROOT / "src/shirube/locales").rglob("*.mo"),
        (ROOT / "src/shirube/packs").rglob("*.json"),
    )
    for file in chain.from_iterable(made):
        shutil.copy(file, checkout / file.relative_to(ROOT))

    def run(*command: str) -> str:
        made = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        return made.stdout

    run("shirube", "new", "rule", "our_policy/risks_on_record")
    run("shirube", "new", "rule", "health_ai/risks_on_record")
    run("shirube", "new", "measure", "quality/missing_values")
    run("shirube", "new", "document", "meeting_minutes")
    run("ruff", "format", "--check", "src", "tests")
    run("ruff", "check", "src", "tests")
    # What mypy knows of a file is bound to the file's content, so both checkouts may share it.
    run("mypy", "--cache-dir", str(ROOT / ".mypy_cache"))
    run("shirube", "rules", "check")
    # A rule of a pack that is there cites its instrument; that of a new pack has to be named first.
    # A measure that no shipped rule reads asks for a rule; both are the next thing to write.
    packs = "tests/packs/test_pack_texts.py", "tests/packs/test_measures_are_read.py"
    unnamed = f"{packs[0]}::test_a_rule_cites_official_sources_only[our_policy]"
    unread = f"{packs[1]}::test_a_shipped_rule_reads_every_measure[missing_values]"
    rooms = ("measures/quality", "measures/test_registry.py", "documents/test_forms.py", "packs")
    later = ("--deselect", unnamed, "--deselect", unread)
    run("pytest", *later, *(f"tests/{room}" for room in rooms))
    for tool, *task in (["check_schemas"], ["reference", "check"], ["messages", "check"]):
        made = subprocess.run(
            [sys.executable, f"tools/{tool}.py", *task],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stdout + made.stderr
