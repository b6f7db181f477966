# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from shirube import texts
from shirube.texts.bracketed import bracketed


def test_each_language_writes_its_own_brackets() -> None:
    with texts.using("en"):
        assert bracketed("Rule", "own policy") == "Rule (own policy)"
    with texts.using("ja"):
        assert bracketed("規則", "独自の方針") == "規則（独自の方針）"
