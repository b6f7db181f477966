# SPDX-License-Identifier: Apache-2.0
"""Each file-related call of one seal fails once: nothing acknowledged is lost.

``strace`` makes the n-th system call of a kind fail, for every call between the beginning and the
end of one seal. A second table lets each call do its work and fail all the same ("failed but
persisted"), which no program can tell from a plain failure. Whatever is left behind must verify
once the book was opened for writing again.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from shutil import which

import pytest

from shirube import evidence
from shirube.terms.document import Document
from shirube.terms.errors import ShirubeError
from shirube.terms.evidence import DocumentSeal

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
BEGINS, ENDS = "/shirube-seal-begins", "/shirube-seal-ends"

_SEALER = """
import datetime as dt, os, sys
from pathlib import Path
from shirube import evidence
from shirube.evidence import keys
from shirube.terms.document import Document
from shirube.terms.errors import ShirubeError
from shirube.terms.evidence import DocumentSeal
folder = Path(sys.argv[1])
key = keys.load("acme_credit", folder=folder)
record = DocumentSeal(document=Document(id=sys.argv[2], kinds=("policy",), absent=True))
now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
try:
    with evidence.open_book(folder, key=key, create=True) as book:
        book.evidence()
        os.access("/shirube-seal-begins", os.F_OK)
        try:
            (sealed,) = book.seal([record], now=now)
        finally:
            os.access("/shirube-seal-ends", os.F_OK)
        print("sealed", sealed.index)
except ShirubeError as problem:
    print("refused", problem)
"""

WRITING = ("openat", "mkdir", "write", "pwrite64", "fsync", "fdatasync", "rename", "ftruncate")
READING = ("read", "pread64", "unlink", "flock", "close")
ASKING = ("newfstatat", "lseek", "fcntl", "mmap")  # what a file is, and SQLite's locks
FAULTS = {
    "EIO": (*WRITING, *READING, *ASKING),
    "ENOSPC": WRITING,
    "EINTR": ("openat", "write", "pwrite64", "fsync", "fdatasync", "read", "pread64"),
}


def sealed(folder: Path) -> dict[int, str]:
    with evidence.open_book(folder) as book:
        return {found.index: found.document.document.id for found in book.evidence()}


def attempt(folder: Path, name: str, trace: Path, call: str = "", fault: str = "") -> str:
    # A call that is not watched costs nothing: with a fault, only those of its kind are.
    watched = call or ",".join((*WRITING, *READING, *ASKING))
    strace = [which("strace") or "", "-f", "--seccomp-bpf", "-qq", "-o", str(trace)]
    told = subprocess.run(
        [
            *strace,
            *("-e", f"trace={watched},access"),
            *(["-e", f"inject={call}:{fault}"] if fault else []),
            sys.executable,
            "-c",
            _SEALER,
            str(folder),
            name,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout, told.stderr  # an error of ours or an answer, never a bare exception
    return told.stdout


def calls_of_one_seal(trace: Path) -> dict[str, range]:
    """Return, for each kind of call, the numbers of those between beginning and end."""
    before: Counter[str] = Counter()
    during: Counter[str] = Counter()
    counting = before
    lines = trace.read_text(errors="replace").splitlines()
    sealer = next(line.split()[0] for line in lines if BEGINS in line)  # others are git's
    for line in lines:
        if BEGINS in line or ENDS in line:
            counting = during if BEGINS in line else Counter()
        found = re.match(rf"{sealer} +([a-z0-9]+)\(", line)
        if found:
            counting[found[1]] += 1
    return {
        call: range(before[call] + 1, before[call] + 1 + count) for call, count in during.items()
    }


@pytest.mark.full
@pytest.mark.skipif(
    which("strace") is None and not os.environ.get("CI"), reason="strace is not installed"
)
@pytest.mark.parametrize("error", list(FAULTS))
def test_a_system_call_that_fails_loses_nothing_acknowledged(
    operator, key, tmp_path, error: str
) -> None:
    trace = tmp_path / "trace"
    if subprocess.run(["strace", "-qq", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow tracing")
    acknowledged: dict[int, str] = {}
    for name in ("first", "second"):  # the second finds everything in its usual place
        answer = attempt(operator, name, trace)
        assert answer == f"sealed {len(acknowledged)}\n"
        acknowledged[len(acknowledged)] = name
    calls = calls_of_one_seal(trace)
    injected = 0
    for call in FAULTS[error]:
        for number in calls.get(call, range(0)):
            name = f"{call}_{number}"
            answer = attempt(operator, name, trace, call, f"error={error}:when={number}")
            injected += "INJECTED" in trace.read_text(errors="replace")
            if answer.startswith("sealed"):
                acknowledged[int(answer.split()[1])] = name
            evidence.open_book(operator, key=key).close()
            assert acknowledged.items() <= sealed(operator).items(), name
            verification = evidence.verify(operator, key.public)
            assert verification.holds, (name, verification.problems)
    assert injected > (100 if error == "EIO" else 15)


class _Failing:
    """Lets the n-th file-related call of a seal do its work and then fails."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.struck = ""
        self.calls: list[str] = []

    def after(self, name: str, real):
        def call(*arguments, **options):
            result = real(*arguments, **options)
            self.calls.append(name)
            self.left -= 1
            if self.left == 0:
                self.struck = name
                if isinstance(result, int) and name == "open":
                    os.close(result)
                raise OSError(5, "Input/output error")
            return result

        return call


class _Database:
    """A connection whose commits fail after they were made."""

    def __init__(self, real: sqlite3.Connection, failing: _Failing) -> None:
        self._real, self._failing = real, failing

    def __getattr__(self, name: str):
        return getattr(self._real, name)

    def execute(self, statement: str, *values):
        result = self._real.execute(statement, *values)
        if statement == "COMMIT":
            self._failing.left -= 1
            if self._failing.left == 0:
                self._failing.struck = "COMMIT"
                raise sqlite3.OperationalError("disk I/O error")
        return result


def test_a_call_that_failed_but_persisted_leaves_a_ledger_that_goes_on(
    operator, key, monkeypatch
) -> None:
    acknowledged: dict[int, str] = {}
    struck: list[str] = []
    for attempt_number in range(120):
        failing = _Failing(len(struck) + 1)
        name = f"d_{attempt_number}"
        record = DocumentSeal(document=Document(id=name, kinds=("policy",), absent=True))
        with evidence.open_book(operator, key=key, create=True) as book:
            book._store._db = _Database(book._store._db, failing)
            with monkeypatch.context() as broken:
                for call in ("open", "fsync", "replace", "mkdir"):
                    broken.setattr(os, call, failing.after(call, getattr(os, call)))
                try:
                    (found,) = book.seal([record], now=NOW)
                    acknowledged[found.index] = name
                except ShirubeError:
                    pass
        evidence.open_book(operator, key=key).close()
        assert acknowledged.items() <= sealed(operator).items(), failing.struck
        verification = evidence.verify(operator, key.public)
        assert verification.holds, (failing.struck, verification.problems)
        if failing.calls[0] != "mkdir":
            # An envelope lies in one of 256 folders, by its digest. This one's was there already,
            # so its seal has one call fewer, and the number would strike another call: once more.
            continue
        if not failing.struck:
            break
        struck.append(failing.struck)
    assert struck.count("COMMIT") == 2  # the leaves, and the checkpoint
    assert struck.count("fsync") >= 6
    assert struck.count("replace") == 3  # the envelope, the key's record, the checkpoint's file
