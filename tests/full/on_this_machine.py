# SPDX-License-Identifier: Apache-2.0
"""What a machine may lack: tests are skipped with the reason, and fail where CI has to have it."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest


def need(present: object, reason: str) -> None:
    """Skip what cannot be tried on this machine; on CI everything has to be there."""
    if present:
        return
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def need_package(name: str) -> None:
    """Ask for a Python package."""
    need(importlib.util.find_spec(name), f"the Python package {name} is not installed")


def program(*names: str) -> str:
    """Return the first of these programs that is installed."""
    found = next(filter(None, map(shutil.which, names)), None)
    need(found, f"{names[0]} is not installed")
    return str(found)
