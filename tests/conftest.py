# SPDX-License-Identifier: Apache-2.0
"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from shirube import texts

# No test measures time: a busy machine must not make a property fail.
settings.register_profile("shirube", deadline=None)
settings.load_profile("shirube")

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _english() -> object:
    """Write texts in English unless a test says otherwise."""
    with texts.using("en"):
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the shared data folder beside the project, which only CI is sure to have."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("CI needs the shared data folder beside the project")
        pytest.skip("the shared data folder is not beside the project")
    return folder
