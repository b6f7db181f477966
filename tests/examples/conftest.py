# SPDX-License-Identifier: Apache-2.0
"""The example operator's folder, and its scripts as modules."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "operator"


@pytest.fixture(scope="session")
def example() -> Path:
    return EXAMPLE


@pytest.fixture
def script(monkeypatch):
    """Import one of the example's scripts, as Python does when they run from their folder."""
    monkeypatch.syspath_prepend(str(EXAMPLE))
    yield importlib.import_module
    for name in [path.stem for path in EXAMPLE.glob("*.py")]:
        sys.modules.pop(name, None)
