# SPDX-License-Identifier: Apache-2.0
"""A small manifest that holds, for tests to change."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

TODAY = dt.date(2026, 11, 1)

MANIFEST = (Path(__file__).parent / "whole.yaml").read_text(encoding="utf-8")


@pytest.fixture
def text() -> str:
    """Return a manifest that holds."""
    return MANIFEST


@pytest.fixture
def today() -> dt.date:
    """Return the day of these tests."""
    return TODAY
