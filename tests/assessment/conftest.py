# SPDX-License-Identifier: Apache-2.0
"""The names that conditions may use, as the measures declare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shirube import measures

if TYPE_CHECKING:
    from shirube.terms.rule import Vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return measures.vocabulary()
