# SPDX-License-Identifier: Apache-2.0
"""A long text without a line break is looked through in bounded memory.

A tenth of a gigabyte every time, a whole one under ``make soak``: the memory is the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PIECE = b"item 0042; 2026-11-22 price 1,980 ok, " * 1000
SIZE = 1_000_000_000 if "SHIRUBE_SOAK" in os.environ else 100_000_000
PHONE = b"tel 03-1234-5678 "


# Not ru_maxrss: that begins with the memory of whoever began the process.
COMMAND = """
import sys
from pathlib import Path
from shirube.cli.__main__ import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    print(status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
"""


@pytest.mark.full
def test_one_long_line_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    file = tmp_path / "one.log"
    with file.open("wb") as out:
        for _piece in range(SIZE // len(PIECE)):
            out.write(PIECE)
        out.write(PHONE)
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "measure", "personal_data", str(file), "--json"],
        capture_output=True,
        check=True,
    )
    peak = int(done.stderr.split()[-1]) / 1024
    found = json.loads(done.stdout)
    (place,) = found["places"]
    start = SIZE // len(PIECE) * len(PIECE) + PHONE.index(b"0") + 1
    assert (place["kind"], place["row"], place["start"]) == ("phone", 1, start)
    assert peak < 600
