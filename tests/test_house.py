# SPDX-License-Identifier: Apache-2.0
"""What the house asks of every file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "src" / "shirube").rglob("*.py"))
ALL = [*CODE, *sorted(ROOT.glob("t*/**/*.py")), *sorted((ROOT / "bench").rglob("*.py"))]


@pytest.mark.parametrize("file", ALL, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_names_its_licence_first(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# SPDX-License-Identifier: Apache-2.0\n")


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_module_outgrows_its_room(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


def test_no_room_is_called_by_what_it_is_not() -> None:
    names = {part for file in CODE for part in file.with_suffix("").relative_to(ROOT).parts}
    assert not names & {"utils", "util", "helpers", "common", "misc"}


def test_no_file_speaks_of_the_machine_it_was_written_on() -> None:
    tracked = [*ALL, ROOT / "uv.lock", ROOT / "Makefile", *ROOT.glob("docs/**/*.md")]
    # Written in two parts, so that this line does not find itself.
    marks = ("/work" + "/", "/root" + "/.pyenv", "/opt" + "/pypi", "farm" + "-")
    found = [
        file.name
        for file in tracked
        if file.is_file() and any(mark in file.read_text(encoding="utf-8") for mark in marks)
    ]
    assert not found


def test_the_journeys_load_no_cryptography_before_they_need_it() -> None:
    loaded = (
        "import sys, shirube.api.operator\n"
        "sys.exit(len({'cryptography', 'securesystemslib', 'duckdb'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_a_check_loads_no_engine_before_something_is_counted() -> None:
    loaded = (
        "import sys, shirube.api.operator.check\n"
        "sys.exit(len({'numpy', 'duckdb', 'numba'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
