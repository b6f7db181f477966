# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shirube.catalogue import digests, encoding
from shirube.catalogue.files import Found
from shirube.terms.errors import Problem
from shirube.terms.place import Place


def found(tmp_path: Path, data: bytes) -> Found:
    (tmp_path / "t.csv").write_bytes(data)
    return Found(tmp_path / "t.csv", "t.csv")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"id\n1\n", "ascii"),
        ("氏名\n星\n".encode(), "utf-8"),
        ("氏名\n星\n".encode("utf-8-sig"), "utf-8-sig"),
        ("氏名\n星\n".encode("utf-16"), "utf-16"),
        ("氏名,住所\n花子,東京\n".encode("cp932"), "cp932"),
        ("ﾃ｡\nﾃｲﾄ\n".encode("cp932"), "cp932"),  # the first line is UTF-8 by accident
    ],
)
def test_the_encoding_is_found_by_reading(tmp_path: Path, data: bytes, expected: str) -> None:
    name, digest = encoding.check(found(tmp_path, data), None)
    assert name == expected
    assert digest == digests.Digest(hashlib.sha256(data).hexdigest(), len(data))


def test_a_mixture_names_a_line_of_each(tmp_path: Path) -> None:
    # あい in UTF-8 also passes as CP932 (as gibberish): a sample by codec alone would not see it.
    data = b"name\n" + "あい\n".encode() + "東京\n".encode("cp932")
    with pytest.raises(Problem) as caught:
        encoding.check(found(tmp_path, data), None)
    assert str(caught.value).startswith(
        "t.csv:3: The file mixes encodings: line 2 is UTF-8, line 3 is CP932."
    )


def test_a_mixture_far_behind_the_start_is_found(tmp_path: Path) -> None:
    data = "星\n".encode() * 400_000 + "東京\n".encode("cp932")
    with pytest.raises(Problem, match=r"line 1 is UTF-8, line 400001 is CP932"):
        encoding.check(found(tmp_path, data), None)


def test_bytes_of_no_encoding_name_their_line(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        encoding.check(found(tmp_path, b"a\n\xff\xff\n"), None)
    assert caught.value.where == Place("t.csv", 2)


def test_a_declared_encoding_is_held_against_the_whole_file(tmp_path: Path) -> None:
    data = "星\n".encode("euc_jp") * 3 + b"\xff\n"
    with pytest.raises(Problem) as caught:
        encoding.check(found(tmp_path, data), "euc_jp")
    assert caught.value.where == Place("t.csv", 4)
    assert encoding.check(found(tmp_path, data[:-2]), "euc_jp")[0] == "euc_jp"


def test_a_character_cut_off_at_the_end_is_found(tmp_path: Path) -> None:
    with pytest.raises(Problem):
        encoding.check(found(tmp_path, "星".encode()[:2]), "utf-8")


@pytest.mark.parametrize("name", ["utf8", "shift_jis", "cp932"])
def test_names_of_encodings_are_those_of_python(name: str) -> None:
    assert encoding.declared(name, Place("shirube.yaml")) in {"utf-8", "shift_jis", "cp932"}


def test_an_unknown_encoding_suggests_a_known_one() -> None:
    with pytest.raises(Problem) as caught:
        encoding.declared("cp-923", Place("shirube.yaml", 3))
    assert "Did you mean" in caught.value.remedy


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text("aあ星é𠮟", min_size=1), size=st.integers(1, 7))
def test_the_place_of_failure_does_not_depend_on_the_chunks(
    tmp_path: Path, text: str, size: int
) -> None:
    data = text.encode() + b"\xff" + text.encode()
    file = found(tmp_path, data)
    before, digests.CHUNK = digests.CHUNK, size
    try:
        result = digests.text_digest(file.path, "utf-8")
    finally:
        digests.CHUNK = before
    assert result.failed_at == len(text.encode())
