# SPDX-License-Identifier: Apache-2.0
"""Files are found by digest, whatever they are called, and by name where no digest fits."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from shirube.catalogue import AtHand, FilesAtHand
from shirube.terms.errors import Problem
from shirube.terms.measurement import Input

if TYPE_CHECKING:
    from pathlib import Path


def wanted(name: str, content: bytes) -> Input:
    return Input(name=name, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))


def test_the_digest_counts_whatever_the_name_is(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "log.csv").write_bytes(b"other")
    (tmp_path / "deep" / "renamed.bin").write_bytes(b"right")
    asked = wanted("log.csv", b"right")
    found = FilesAtHand(tmp_path).find(asked)
    assert found == AtHand(tmp_path / "deep" / "renamed.bin", asked.sha256, True)


def test_of_equal_files_the_one_of_the_name_is_taken(tmp_path: Path) -> None:
    for name in ("a.csv", "log.csv", "z.csv"):
        (tmp_path / name).write_bytes(b"right")
    found = FilesAtHand(tmp_path).find(wanted("log.csv", b"right"))
    assert found is not None
    assert found.path.name == "log.csv"


def test_only_the_name_fits_other_data(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(b"changed")
    found = FilesAtHand(tmp_path).find(wanted("log.csv#people", b"right"))
    assert found == AtHand(tmp_path / "log.csv", hashlib.sha256(b"changed").hexdigest(), False)


def test_a_file_of_a_model_is_named_by_its_path(tmp_path: Path) -> None:
    for folder in ("credit/large", "credit/small", "other"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "config.json").write_bytes(folder.encode())
    files = FilesAtHand(tmp_path)
    found = files.find(wanted("small/config.json", b"sealed"))
    assert found is not None
    assert (found.path, found.same) == (tmp_path / "credit/small/config.json", False)
    # The folder may have another name here: the last part still says which file is meant.
    (tmp_path / "weights.bin").write_bytes(b"changed")
    assert files.find(wanted("small/weights.bin", b"sealed")) is None  # it was not there yet
    again = FilesAtHand(tmp_path).find(wanted("small/weights.bin", b"sealed"))
    assert again is not None
    assert (again.path.name, again.same) == ("weights.bin", False)


def test_nothing_fits(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_bytes(b"12345")
    files = FilesAtHand(tmp_path)
    assert files.find(wanted("log.csv", b"right")) is None
    # Rows of a server have a digest and no bytes of a file.
    assert files.find(Input(name="app#people", sha256="ab" * 32, bytes=0)) is None


def test_two_of_the_name_are_not_chosen_between(tmp_path: Path) -> None:
    for folder in ("april", "may"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "log.csv").write_bytes(folder.encode())
    files = FilesAtHand(tmp_path)
    with pytest.raises(Problem, match="Several files are named"):
        files.find(wanted("log.csv", b"june"))
    found = files.find(wanted("log.csv", b"may"))
    assert found is not None
    assert found.path.parent.name == "may"


def test_only_files_of_the_size_are_read(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.csv").write_bytes(b"x" * number)
    read: list[str] = []
    files = FilesAtHand(tmp_path, lambda step, share: read.append(step))
    files.find(wanted("log.csv", b"yyy"))
    files.find(wanted("log.csv", b"zzz"))
    assert read == ["Reading 3.csv"]
