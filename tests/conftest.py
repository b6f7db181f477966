# SPDX-License-Identifier: Apache-2.0
"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from shirube import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

# No test measures time: a busy machine must not make a property fail.
settings.register_profile("shirube", deadline=None)
settings.load_profile("shirube")

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leave no copies of the tests' packs in the cache of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


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
