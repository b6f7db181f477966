# SPDX-License-Identifier: Apache-2.0
"""Texts in any encoding: every line comes, with its number, in bounded pieces, byte for byte."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shirube.engines import open_engine
from shirube.engines.prose import lines as reading
from shirube.terms.errors import Problem
from shirube.terms.source import Table

if TYPE_CHECKING:
    from pathlib import Path


def table(*files: Path, encoding: str = "utf-8") -> Table:
    return Table(
        dataset="texts",
        files=tuple(map(str, files)),
        names=tuple(file.name for file in files),
        format="text",
        encoding=encoding,
    )


def test_lines_of_several_encodings_and_of_none(tmp_path: Path) -> None:
    file = tmp_path / "mixed.log"
    file.write_bytes("一行目\n".encode() + "二行目\n".encode("cp932") + b"\xff\xfe 03\n" + b"end")
    with open_engine() as engine:
        source = engine.source(table(file))
        assert source.table.rows == 4
        assert [each.note for each in source.table.columns] == ["1 lines are in no known encoding"]
        batches = list(source.texts())
    assert [row for batch in batches for row in batch.row] == [1, 2, 3, 4]
    assert [text for batch in batches for text in batch.text] == [
        "一行目",
        "二行目",
        "\xff\xfe 03",
        "end",
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_marked_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_text("佐藤\n様\n", encoding=encoding)
    with open_engine() as engine:
        source = engine.source(table(file))
        texts = [text for batch in source.texts() for text in batch.text]
    assert [text for text in texts if text] == ["佐藤", "様"]
    assert source.table.rows == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), size=st.integers(5, 64))
def test_no_byte_is_lost_whatever_the_size_of_a_block(
    tmp_path: Path, data: bytes, size: int
) -> None:
    # A file that begins with a mark of UTF-16 is read by Python's codec and is not meant here.
    data = b"a" + data
    file = tmp_path / "b.txt"
    file.write_bytes(data)
    before, reading.BLOCK = reading.BLOCK, size
    try:
        written, rows = b"", []
        for block in reading.blocks(file):
            written += block.encoded(block.lines, "utf-8")
            rows += range(block.first, block.first + len(block.lines))
    finally:
        reading.BLOCK = before
    assert written == data
    assert rows[0] == 1
    assert rows[-1] == data.rstrip(b"\n").count(b"\n") + 1 or data.endswith(b"\n")
    assert rows == sorted(rows)


def test_a_line_of_many_megabytes_comes_in_pieces_that_say_where_they_start(
    tmp_path: Path,
) -> None:
    file = tmp_path / "one.txt"
    with file.open("w", encoding="utf-8") as out:
        for _each in range(200_000):
            out.write("予算と人員の配置について検討を行いました。 ")
        out.write("電話 03-1234-5678")
    tracemalloc.start()
    with open_engine() as engine:
        source = engine.source(table(file))
        assert source.table.rows == 1
        at = [
            (batch.row[0], (batch.offset or [0])[0] + batch.text[0].find("03-1234"))
            for batch in source.texts()
            if "03-1234" in batch.text[0]
        ]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert at == [(1, 200_000 * 22 + 3)]
    assert peak < 32e6


def test_texts_have_nothing_to_count(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("a", "utf-8")
    with open_engine() as engine, pytest.raises(Problem, match="no columns"):
        engine.source(table(file)).bucket_cells(["a.md"])
