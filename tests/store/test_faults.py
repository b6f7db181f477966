# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import errno
from pathlib import Path

import pytest

from shirube.store import faults
from shirube.store.port import StoreProblem


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (".shirube/ledger.sqlite", "There is no ledger here"),
        ("nowhere/dates.ics", "This place cannot be opened"),
        ("nowhere/.shirube/ledger.sqlite", "This place cannot be opened"),
    ],
)
def test_only_a_folder_that_is_there_can_lack_its_ledger(
    at: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreProblem, match=words), faults.told(tmp_path / at):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")
