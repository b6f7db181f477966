# SPDX-License-Identifier: Apache-2.0
"""The demonstration, run once as its user runs it; the tests of this folder see what it left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from on_this_machine import need_package

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Demonstration:
    """What the demonstration left and told, and how its user goes on from there."""

    out: Path
    run: subprocess.CompletedProcess[str]

    @property
    def operator(self) -> Path:
        """Return the operator's folder."""
        return self.out / "operator"

    @property
    def told(self) -> dict[str, Any]:
        """Return what the demonstration told as JSON."""
        told: dict[str, Any] = json.loads(self.run.stdout)
        return told

    def shirube(self, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command as the user does, with the key of the demonstration."""
        return _shirube(self.out, words, environment)


def _shirube(
    out: Path, words: tuple[object, ...], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    inherited = {name: held for name, held in os.environ.items() if not name.startswith("SHIRUBE")}
    ours = {"SHIRUBE_KEY_DIR": str(out / "keys"), "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "shirube.cli", *map(str, words)],
        env=inherited | ours | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """Run the demonstration once for all tests."""
    need_package("sklearn")
    out = tmp_path_factory.mktemp("demo")
    run = _shirube(out, ("demo", out, "--json"), {})
    if not (out / "report.en.html").is_file():
        pytest.fail(f"the demonstration wrote no report:\n{run.stderr[-2000:]}")
    return Demonstration(out, run)
