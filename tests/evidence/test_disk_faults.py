# SPDX-License-Identifier: Apache-2.0
"""Each file-related system call of one seal fails once: nothing acknowledged is lost.

``strace`` makes the n-th call fail, for every n until the seal makes no such call any more. Each
state that is left behind must verify once the book was opened for writing again.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from shirube import evidence

_SEALER = """
import datetime as dt, sys
from pathlib import Path
from shirube import evidence
from shirube.evidence import keys
from shirube.terms.document import Document
from shirube.terms.errors import ShirubeError
from shirube.terms.evidence import DocumentSeal
folder = Path(sys.argv[1])
key = keys.load("acme_credit", folder=folder)
document = Document(id=sys.argv[2], kinds=("policy",), absent=True)
try:
    with evidence.open_book(folder, key=key, create=True) as book:
        now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
        (sealed,) = book.seal([DocumentSeal(document=document)], now=now)
        print("sealed", sealed.index)
except ShirubeError as problem:
    print("refused", problem)
"""

CALLS = ("pwrite64", "pread64", "fdatasync", "fsync", "ftruncate", "unlink", "rename")


def sealed(folder: Path) -> dict[int, str]:
    with evidence.open_book(folder) as book:
        return {found.index: found.document.document.id for found in book.evidence()}


def attempt(folder: Path, name: str, faults: list[str] | None = None) -> str:
    told = subprocess.run(
        [*(faults or []), sys.executable, "-c", _SEALER, str(folder), name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout, told.stderr  # an error of ours or an answer, never a bare exception
    return told.stdout


@pytest.mark.full
@pytest.mark.skipif(which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_a_system_call_that_fails_loses_nothing_acknowledged(
    operator, key, key_directory, tmp_path, error: str
) -> None:
    trace = tmp_path / "trace"
    home = operator / ".shirube"
    watched = [home, home / "ledger.db", home / "ledger.db-wal", home / "ledger.db-shm"]
    watched += [home / "evidence", key_directory / "heads"]
    strace = [which("strace") or "", "-f", "-qq", "-o", str(trace)]
    strace += [part for path in watched for part in ("-P", str(path))]
    if subprocess.run([*strace, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow tracing")
    acknowledged = {0: "first"}
    assert attempt(operator, "first") == "sealed 0\n"
    injected = 0
    for call in CALLS:
        for number in range(1, 30):
            name = f"{call}_{number}"
            fault = f"inject={call}:error={error}:when={number}"
            answer = attempt(operator, name, [*strace, "-e", fault])
            if "INJECTED" not in trace.read_text():
                break
            injected += 1
            if answer.startswith("sealed"):
                acknowledged[int(answer.split()[1])] = name
            assert acknowledged.items() <= sealed(operator).items(), name
            evidence.open_book(operator, key=key).close()
            assert evidence.verify(operator, key.public).holds, name
    assert injected > 25
