# SPDX-License-Identifier: Apache-2.0
"""Tables as people have them: encodings, odd values, broken files; each answered in plain words."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from shirube.engines import open_engine
from shirube.engines.duckdb.session import Session
from shirube.terms.errors import InternalError, Problem
from shirube.terms.source import Table, TableColumn


def describe(*files: Path, format: str = "csv", encoding: str = "utf-8") -> Table:
    with open_engine(threads=1) as engine:
        return engine.describe(
            Table(dataset="d", files=tuple(map(str, files)), format=format, encoding=encoding)
        )


def kinds(table: Table) -> dict[str, str]:
    return {column.name: column.type for column in table.columns}


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "氏名,点\n高橋①,1\n山田,2\n"),
        ("utf-8-sig", "氏名,点\n高橋①,1\n山田,2\n"),
        ("cp932", "氏名,点\n高橋①,1\n表示ソ,2\n"),  # 表 and ソ have a backslash as second byte
        ("euc_jp", "氏名,点\n高橋,1\n山田,2\n"),
        ("shift_jisx0213", "氏名,点\n高橋,1\n森鷗外,2\n"),
        ("utf-16", "氏名,点\n高橋①,1\n山田,2\n"),
    ],
)
def test_japanese_encodings_are_read_whole(tmp_path, encoding, text):
    file = written(tmp_path / "t.csv", text.encode(encoding))
    with open_engine(threads=1) as engine:
        source = engine.source(
            Table(dataset="d", files=(str(file),), format="csv", encoding=encoding)
        )
        cells = source.bucket_cells(["氏名"])
    assert kinds(source.table) == {"氏名": "VARCHAR", "点": "BIGINT"}
    assert set(cells.labels) == {line.split(",")[0] for line in text.split("\n")[1:3]}


def test_a_utf8_file_with_a_byte_order_mark_may_be_called_utf8(tmp_path):
    file = written(tmp_path / "t.csv", b"\xef\xbb\xbfa;b\n1;x\n")
    assert kinds(describe(file)) == {"a": "BIGINT", "b": "VARCHAR"}


def test_a_wrong_encoding_names_byte_and_line(tmp_path):
    # Two bytes a kana: the third line begins at byte 10 + 5, its second character at 17.
    file = written(tmp_path / "t.csv", "a,b\n1,かき\n".encode() + "2,サ\n".encode("cp932"))
    with pytest.raises(Problem, match="0x83 at offset 15 is not utf-8") as caught:
        describe(file)
    assert f"{file}:3" in str(caught.value)
    file = written(tmp_path / "c.csv", b"a\n1\n2\n\x82\n")
    with pytest.raises(Problem, match="0x82 at offset 6 is not cp932") as caught:
        describe(file, encoding="cp932")
    assert f"{file}:4" in str(caught.value)


def test_an_encoding_that_nobody_knows(tmp_path):
    with pytest.raises(Problem, match="no encoding named 'klingon'"):
        describe(written(tmp_path / "t.csv", "a\n1\n"), encoding="klingon")
    with pytest.raises(Problem, match="no encoding named 'zip'"):
        describe(written(tmp_path / "t.csv", "a\n1\n"), encoding="zip")


def test_one_value_that_is_no_number_makes_texts_and_is_told(tmp_path):
    rows = "".join(f"{n}\n" for n in range(5000))
    table = describe(written(tmp_path / "t.csv", f"a\n{rows}N/A\n"))
    assert table.columns == (
        TableColumn("a", "VARCHAR", "text", "1 of 5001 values are not of type DOUBLE"),
    )
    assert table.rows == 5001


def test_what_looks_like_a_number_but_is_a_code_stays_a_text(tmp_path):
    text = (
        "zip,id,big,sci,flag,day\n"
        "0123,1_0,9007199254740993,1e3,true,2026-10-01\n"
        "9,2,3,0.5,FALSE,2026-10-02\n"
    )
    assert kinds(describe(written(tmp_path / "t.csv", text))) == {
        "zip": "VARCHAR",
        "id": "VARCHAR",
        "big": "VARCHAR",
        "sci": "DOUBLE",
        "flag": "BOOLEAN",
        "day": "DATE",
    }


def test_quoted_line_ends_and_delimiters(tmp_path):
    table = describe(written(tmp_path / "t.csv", 'a\tb\n"x\ny\tz"\t1\n"q""r"\t2\n'))
    assert (table.rows, kinds(table)) == (2, {"a": "VARCHAR", "b": "BIGINT"})


def test_names_are_data_and_never_part_of_a_query(tmp_path):
    name = 'a"); DROP TABLE x; --'
    table = describe(
        written(tmp_path / "t.csv", f'"{name.replace(chr(34), chr(34) * 2)}",b\'\n1,2\n')
    )
    assert kinds(table) == {name: "BIGINT", "b'": "BIGINT"}


def test_duplicate_names_are_named(tmp_path):
    with pytest.raises(Problem, match="same name: a = A, b = b"):
        describe(written(tmp_path / "t.csv", "a,b,A,b\n1,2,3,4\n"))
    with pytest.raises(Problem, match="same name: a = A"):
        describe(written(tmp_path / "t.jsonl", '{"a": 1, "A": 2}\n'), format="jsonl")


@pytest.mark.parametrize(
    ("content", "format", "message"),
    [
        ("", "csv", "The file is empty"),
        ("\n\n", "csv", "The file is empty"),
        ("1,2\n3,4\n", "csv", "The first line holds numbers"),
        ("a,b\n1,2\n1,2,3\n", "csv", "The file cannot be read"),
        (b"PAR1 this is no Parquet file PAR1", "parquet", "The file cannot be read"),
        ("[1, 2]\n", "jsonl", "The first line is no JSON object"),
        ('{"a": 1}\n{"a": \n', "jsonl", "The file cannot be read"),
        ("a\n1\n", "xlsx", "no table format named 'xlsx'"),
    ],
)
def test_what_cannot_be_read_says_so(tmp_path, content, format, message):
    with pytest.raises(Problem, match=message):
        describe(written(tmp_path / "t", content), format=format)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(Problem, match="There is no such file"):
        describe(tmp_path / "no.csv")


def test_no_rows_one_row_and_a_column_without_values(tmp_path):
    assert describe(written(tmp_path / "t.csv", "a,b\n")).rows == 0
    table = describe(written(tmp_path / "t.csv", "a,b\n1,"))
    assert table.rows == 1
    assert table.columns[1] == TableColumn("b", "VARCHAR", "text", "no values")


def test_a_wide_table(tmp_path):
    names = [f"c{n}" for n in range(300)]
    file = written(
        tmp_path / "t.csv", ",".join(names) + "\n" + ",".join("1" for _n in names) + "\n"
    )
    assert len(describe(file).columns) == 300


def test_json_lines_with_keys_that_come_and_go(tmp_path):
    file = written(tmp_path / "t.jsonl", '{"b": 1, "a": "x"}\n{"b": 2.5, "c": [1]}\n{"b": null}\n')
    table = describe(file, format="jsonl")
    assert (table.rows, kinds(table)) == (3, {"b": "DOUBLE", "a": "VARCHAR", "c": "VARCHAR"})


def test_several_files_are_one_table_and_must_agree(tmp_path):
    one = written(tmp_path / "1.csv", "a,b\n1,x\n")
    two = written(tmp_path / "2.csv", "a,b\n2,y\n3,z\n")
    assert describe(one, two).rows == 3
    other = written(tmp_path / "3.csv", "a,c\n2,y\n")
    with pytest.raises(Problem, match=r"not those of 1.csv \(missing: b; additional: c\)"):
        describe(one, other)


def test_parquet_names_and_kinds(tmp_path):
    file = tmp_path / "t.parquet"
    duckdb.execute(
        "COPY (SELECT 1::TINYINT AS n, 1.5::DECIMAL(9, 2) AS d, 'x' AS t, true AS b,"
        f" TIMESTAMP '2026-10-01' AS w, [1] AS l) TO '{file}' (FORMAT parquet)"
    )
    table = describe(file, format="parquet")
    assert {column.name: column.kind for column in table.columns} == {
        "n": "number",
        "d": "number",
        "t": "text",
        "b": "boolean",
        "w": "time",
        "l": "other",
    }


def test_a_session_reads_its_files_and_nothing_else(tmp_path):
    file = written(tmp_path / "t.csv", "a\n1\n")
    secret = written(tmp_path / "secret.csv", "a\n1\n")
    session = Session([file], memory_limit="64MB", threads=1, temp=tmp_path / "temp")
    assert session.rows(f"SELECT * FROM read_csv('{file}')")
    for query in (
        f"SELECT * FROM read_csv('{secret}')",
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ):
        with pytest.raises((Problem, InternalError)):
            session.rows(query)
    session.close()


def test_closing_removes_what_was_written(tmp_path):
    file = written(tmp_path / "t.csv", "a,b\n1,ア\n".encode("cp932"))
    temp = tmp_path / "temp"
    temp.mkdir()
    with open_engine(threads=1, temp=temp) as engine:
        source = engine.source(
            Table(dataset="d", files=(str(file),), format="csv", encoding="cp932")
        )
        source.bucket_cells(["a", "b"])
        (folder,) = temp.iterdir()
        assert folder.stat().st_mode & 0o077 == 0
    assert list(temp.iterdir()) == []


def test_progress_is_told(tmp_path):
    file = written(tmp_path / "t.csv", "a,b\n1,2\n")
    told: list[tuple[str, float | None]] = []
    with open_engine(threads=1) as engine:
        engine.describe(
            Table(dataset="d", files=(str(file),), format="csv"),
            progress=lambda doing, share: told.append((doing, share)),
        )
    assert told[0] == ("Looking at every value (columns: 2)", 0.0)
    assert told[-1][1] == 1.0
