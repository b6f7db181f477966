# SPDX-License-Identifier: Apache-2.0
"""Evidence files: named by their digest, whole or absent."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.store import files
from shirube.store.files import EvidenceFiles, write_whole
from shirube.store.port import StoreProblem


def test_a_file_lies_under_the_first_two_digits_of_its_digest(tmp_path: Path) -> None:
    kept = EvidenceFiles(tmp_path)
    (digest,) = kept.put([b"{}"])
    assert digest == hashlib.sha256(b"{}").hexdigest()
    assert (tmp_path / digest[:2] / f"{digest[2:]}.json").read_bytes() == b"{}"
    assert kept.get(digest) == b"{}"
    assert kept.digests() == {digest}


def test_keeping_the_same_content_twice_is_the_same_file(tmp_path: Path) -> None:
    kept = EvidenceFiles(tmp_path)
    assert kept.put([b"a", b"a", b"b"]) == kept.put([b"a"]) * 2 + kept.put([b"b"])
    assert len(kept.digests()) == 2


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_what_was_kept_is_given_back(tmp_path_factory, contents: list[bytes]) -> None:
    kept = EvidenceFiles(tmp_path_factory.mktemp("kept"))
    assert [kept.get(digest) for digest in kept.put(contents)] == contents


def test_a_changed_file_is_refused_with_both_digests(tmp_path: Path) -> None:
    kept = EvidenceFiles(tmp_path)
    (digest,) = kept.put([b"sealed"])
    kept.path(digest).write_bytes(b"forged")
    with pytest.raises(StoreProblem, match="was changed") as raised:
        kept.get(digest)
    assert digest in str(raised.value)
    assert hashlib.sha256(b"forged").hexdigest() in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="missing") as raised:
        EvidenceFiles(tmp_path).get("ab" * 32)
    assert "ab/" in str(raised.value)


def test_a_write_that_fails_leaves_the_old_content_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint"
    write_whole(path, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(StoreProblem, match="The disk is full"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["checkpoint"]
