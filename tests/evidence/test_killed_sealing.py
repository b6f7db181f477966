# SPDX-License-Identifier: Apache-2.0
"""Whole operators killed or racing: what was acknowledged stays, and the ledger goes on."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shirube import evidence

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")

# Seals withdrawable little documents one by one; says after each seal which index is durable.
_SEALER = """
import datetime as dt, sys
from pathlib import Path
from shirube import evidence
from shirube.evidence import keys
from shirube.terms.document import Document
from shirube.terms.evidence import DocumentSeal
folder, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
key = keys.load("acme_credit", folder=folder)
now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
with evidence.open_book(folder, key=key, create=True) as book:
    print("ready", flush=True)
    for number in range(count):
        document = Document(id=f"{name}_{number}", kinds=("policy",), absent=True)
        (sealed,) = book.seal([DocumentSeal(document=document)], now=now)
        print(sealed.index, document.id, flush=True)
"""


def start(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _SEALER, str(folder), name, str(count)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    )


def told(sealer: subprocess.Popen[str]) -> dict[int, str]:
    answer, error = sealer.communicate()
    assert not error, error
    lines = [line.split() for line in answer.split("\n")[:-1] if line != "ready"]
    return {int(index): identifier for index, identifier in lines}


def sealed(folder: Path) -> dict[int, str]:
    with evidence.open_book(folder) as book:
        return {found.index: found.document.document.id for found in book.evidence()}


def survives(folder: Path, key, cycles: int) -> int:
    moments = random.Random(20251219)  # noqa: S311 - moments, not secrets
    acknowledged: dict[int, str] = {}
    for cycle in range(cycles):
        sealer = start(folder, f"cycle_{cycle}", 10_000)
        assert sealer.stdout
        assert sealer.stdout.readline() == "ready\n"
        # On a busy machine a short sleep can end before the first seal: the first cycle awaits one.
        first = sealer.stdout.readline().split() if cycle == 0 else []
        time.sleep(moments.uniform(0, 0.05))
        sealer.kill()
        acknowledged |= {int(first[0]): first[1]} if first else {}
        acknowledged |= told(sealer)
        assert acknowledged.items() <= sealed(folder).items()
    with evidence.open_book(folder, key=key, create=True) as book:
        assert book.covered
    verification = evidence.verify(folder, key.public)
    assert verification.holds, verification.problems
    return len(acknowledged)


def test_a_sealer_killed_at_any_moment_loses_nothing_it_acknowledged(operator, key) -> None:
    assert survives(operator, key, 4) > 0


@pytest.mark.full
def test_a_sealer_killed_a_hundred_times_loses_nothing(operator, key) -> None:
    assert survives(operator, key, 100) > 0


def test_three_sealers_at_once_add_one_behind_the_other(operator, key) -> None:
    evidence.open_book(operator, key=key, create=True).close()
    sealers = [start(operator, name, 6) for name in ("a", "b", "c")]
    while any(sealer.poll() is None for sealer in sealers):
        verification = evidence.verify(operator, key.public)  # looking on disturbs nobody
        assert not verification.problems or "covers" in str(verification.problems[0])
    everything = [told(sealer) for sealer in sealers]
    together = {index: name for part in everything for index, name in part.items()}
    assert len(together) == 18
    assert together == sealed(operator)
    assert evidence.verify(operator, key.public).holds
