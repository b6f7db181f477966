# SPDX-License-Identifier: Apache-2.0
"""The published schemas are what the code writes."""

from __future__ import annotations

from typing import get_args

import pytest

from shirube.evidence import schemas
from shirube.terms.evidence import EvidenceKind


@pytest.mark.parametrize("kind", get_args(EvidenceKind))
def test_a_published_schema_is_the_one_of_the_code(kind) -> None:
    assert schemas.path(kind).read_bytes() == schemas.written(kind), (
        "the records changed: write the schemas again with `python -m shirube.evidence.schemas`"
    )
