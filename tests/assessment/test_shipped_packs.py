# SPDX-License-Identifier: Apache-2.0
"""Every shipped rule holds on all its cases, and has all the cases that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shirube import assessment, rules

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.rule import Vocabulary

FOLDERS = rules.pack_folders(None)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_pack_has_nothing_wrong_and_nothing_missing(
    folder: Path, vocabulary: Vocabulary
) -> None:
    problems = assessment.check_pack(folder, vocabulary)
    assert not problems, "\n".join(str(problem) for problem in problems)
