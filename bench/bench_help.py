# SPDX-License-Identifier: Apache-2.0
"""``shirube --help`` against importing Click, the least that any such command costs.

Both run in the same interpreter, in turn, so that a busy moment falls on both.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

import ratio

ROUNDS = 20
OURS = (sys.executable, "-m", "shirube", "--help")
FLOOR = (sys.executable, "-c", "import click")


def _cpu(command: tuple[str, ...]) -> float:
    before = ratio.cpu_seconds()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return ratio.cpu_seconds() - before


def main() -> int:
    """Take turns; return the exit code."""
    for command in (OURS, FLOOR):  # the first start reads the disk
        _cpu(command)
    runs = [(_cpu(OURS), _cpu(FLOOR)) for _round in range(ROUNDS)]
    ours, floor = (statistics.median(column) for column in zip(*runs, strict=True))
    shown = subprocess.run(OURS, check=True, capture_output=True, text=True).stdout
    ratio.print_equal("the help names the commands", "check" in shown and "report" in shown)
    ratio.print_ratio("shirube --help / import click", ours, floor, "<= 1.3")
    return ratio.finish()


if __name__ == "__main__":
    sys.exit(main())
