# SPDX-License-Identifier: Apache-2.0
"""compliance-trestle, by other hands, reads every OSCAL file that we write, and counts the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from on_this_machine import need, program

from shirube.api import operator

pytestmark = pytest.mark.full

_BENCH = Path(__file__).parent.parent.parent / "bench"
_ASK = "import json, ratio, sys; print(json.dumps(ratio.peer('trestle', sys.argv[1])))"


def test_trestle_reads_catalogs_and_mappings(tmp_path) -> None:
    program("uv")
    written = operator.export_rules(tmp_path, "oscal")
    done = subprocess.run(
        [sys.executable, "-c", _ASK, str(tmp_path)],
        cwd=_BENCH,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    need(told, f"compliance-trestle cannot be installed or failed: {done.stdout}")
    read = told["read"]
    assert set(read) == {file.name for file in written}
    packs = operator.load_packs()
    counts = {f"catalog_{pack.id}.json": len(pack.rules) for pack in packs}
    for each in operator.load_crosswalks(packs):
        counts[f"mapping_{each.id}.json"] = sum(len(item.pointers) for item in each.items)
    assert {name: count for name, (_model, _uuid, count) in read.items()} == counts
