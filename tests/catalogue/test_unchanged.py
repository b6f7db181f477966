# SPDX-License-Identifier: Apache-2.0
"""A file is read once while the system says the same of it, and again after any change."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shirube.catalogue import Unchanged
from shirube.catalogue.digests import digest
from shirube.catalogue.unchanged import Read

OLD = 1_700_000_000_000_000_000
LIST = "datasets:\n  - {id: log, title: {ja: 記録, en: Log}, files: [log.csv]}\n"


class Reading:
    """Reads a file as the catalogue does, and counts how often."""

    def __init__(self, path: Path) -> None:
        self.path, self.times = path, 0

    def __call__(self) -> Read:
        self.times += 1
        return Read("", digest(self.path))


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clock be an hour ahead, as if every file had been written an hour ago."""
    ahead = time.time_ns() + 3600 * 10**9
    monkeypatch.setattr("shirube.catalogue.unchanged.time.time_ns", lambda: ahead)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text("x\n1\n")
    return path


def seen(cache: Path, reading: Reading, form: str = "csv None") -> str:
    """Ask as a run of its own does."""
    unchanged = Unchanged(cache)
    found = unchanged.read(reading.path, form, reading)
    unchanged.keep()
    return found.digest.sha256


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.usefixtures("settled")
def test_a_file_that_did_not_change_is_read_once(tmp_path, file) -> None:
    reading = Reading(file)
    assert [seen(tmp_path / "cache", reading) for _run in range(3)] == [sha256(file)] * 3
    assert reading.times == 1
    (kept,) = (tmp_path / "cache").iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def _dated_back(file: Path) -> None:
    """Write as many other bytes, and set the time of the content back."""
    file.write_text("x\n2\n")
    os.utime(file, ns=(OLD, OLD))


def _replaced(file: Path) -> None:
    """Put another file of the same size and times in its place."""
    before = file.stat()
    other = file.with_name("other")
    other.write_text("x\n3\n")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    "change", [_dated_back, _replaced, lambda file: file.write_text("x\n1\n2\n")]
)
def test_a_changed_file_is_read_again_even_with_its_size_and_date(
    tmp_path, file, change: Callable[[Path], None]
) -> None:
    os.utime(file, ns=(OLD, OLD))
    reading = Reading(file)
    before = seen(tmp_path / "cache", reading)
    change(file)
    assert seen(tmp_path / "cache", reading) == sha256(file) != before
    assert reading.times == 2


def test_a_file_written_just_now_is_not_remembered(tmp_path, file) -> None:
    reading = Reading(file)
    for _run in range(2):
        seen(tmp_path / "cache", reading)
    assert reading.times == 2


@pytest.mark.usefixtures("settled")
def test_a_file_that_changes_while_it_is_read_is_not_remembered(tmp_path, file) -> None:
    class Meanwhile(Reading):
        def __call__(self) -> Read:
            found = super().__call__()
            file.write_text("x\n4\n")
            return found

    reading = Meanwhile(file)
    for _run in range(2):
        seen(tmp_path / "cache", reading)
    assert reading.times == 2


@pytest.mark.usefixtures("settled")
def test_another_form_is_read_for_itself_and_a_broken_cache_is_none(tmp_path, file) -> None:
    reading = Reading(file)
    seen(tmp_path, reading)
    seen(tmp_path, reading, "csv cp932")
    assert reading.times == 2
    (tmp_path / "digests.json").write_text("[")
    assert seen(tmp_path, reading) == sha256(file)
    assert reading.times == 3


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path, file) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    reading = Reading(file)
    assert seen(tmp_path / "cache", reading) == sha256(file)


@pytest.mark.usefixtures("settled")
def test_a_table_of_unchanged_files_is_the_same_table(tmp_path, file, resolve, monkeypatch) -> None:
    cache = tmp_path / "cache"
    tables = resolve(LIST, unchanged=Unchanged(cache))
    monkeypatch.delattr("shirube.catalogue.encoding.check")  # no byte is read again
    assert resolve(LIST, unchanged=Unchanged(cache)) == tables
    assert tables["log"].digests == (sha256(file),)
