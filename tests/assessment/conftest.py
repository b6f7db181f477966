# SPDX-License-Identifier: Apache-2.0
"""The names that conditions may use, as the measures declare them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shirube import measures

if TYPE_CHECKING:
    from shirube.terms.rule import Vocabulary

# The small worlds of the rules' tests serve here as well.
sys.path.append(str(Path(__file__).parent.parent / "rules"))


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return measures.vocabulary()
