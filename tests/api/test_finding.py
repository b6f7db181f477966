# SPDX-License-Identifier: Apache-2.0
"""Finding and redacting in folders: everything is looked at or named, and no text comes out."""

from __future__ import annotations

import csv
import sqlite3
from typing import TYPE_CHECKING

import duckdb
import msgspec
import pytest

from shirube.api import operator
from shirube.terms.errors import Problem

if TYPE_CHECKING:
    from pathlib import Path

MEMO = "本日、佐藤美咲さん(090-1234-5678)より電話。\n納期は11/25。\n生年月日:昭和55年3月4日\n"
SECRETS = (
    "佐藤美咲",
    "090-1234-5678",
    "昭和55年3月4日",
    "123456789018",
    "高橋花子",
    "a@example.jp",
)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder = tmp_path / "world"
    (folder / "sub").mkdir(parents=True)
    (folder / "memo.txt").write_text(MEMO, "utf-8")
    (folder / "sub" / "old.log").write_bytes(MEMO.encode("cp932"))
    (folder / "people.csv").write_text(
        "氏名,備考,額\n高橋花子,マイナンバー123456789018,1\n林誠,なし,2\n", "utf-8"
    )
    (folder / "sub" / "bad.csv").write_text('a,b\n1,2,3\n"x', "utf-8")
    (folder / "x.pdf").write_bytes(b"%PDF-1.7")
    (folder / "nul.bin").write_bytes(b"\x00\x01")
    with sqlite3.connect(folder / "app.sqlite") as database:
        database.execute("CREATE TABLE users (id INTEGER, mail TEXT)")
        database.execute("INSERT INTO users VALUES (1, 'a@example.jp')")
    return folder


def counts(found: operator.Search) -> dict[str, tuple[object, object]]:
    return {
        made.dataset: tuple(  # type: ignore[misc]
            value.value for name in ("hits", "description_hits") if (value := made.value(name))
        )
        for made in found.measurements
    }


def test_a_folder_is_looked_through_with_all_that_is_in_it(world: Path) -> None:
    found = operator.find([world])
    # memo and its CP932 twin: a phone, a name and a date of birth each.
    assert counts(found) == {"people": (1, 2), "users": (1, 0), "texts": (2, 4)}
    assert found.found == len(found.places) == 10
    assert sorted(each.file for each in found.skipped) == ["bad.csv", "nul.bin", "x.pdf"]
    places = {(each.file, each.kind, each.row, each.start) for each in found.places}
    assert ("people.csv", "my_number", 1, 7) in places
    assert ("sub/old.log", "phone", 1, 11) in places
    assert ("memo.txt", "birth_date", 3, 6) in places


def test_no_text_that_was_found_comes_out(world: Path) -> None:
    found = operator.find([world])
    written = msgspec.json.encode(found).decode() + repr(found)
    assert not [secret for secret in SECRETS if secret in written]
    twins = {each.digest for each in found.places if each.kind == "phone"}
    assert len(twins) == 1  # the same number in two encodings, under one salt
    again = operator.find([world])
    assert {each.digest for each in again.places} & {each.digest for each in found.places} == set()


def test_fewer_places_are_told_than_are_counted(world: Path) -> None:
    found = operator.find([world], places=2)
    assert (len(found.places), found.found) == (2, 10)


def test_a_place_without_anything_to_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF")
    with pytest.raises(Problem, match="nothing here"):
        operator.find([tmp_path])


def test_redaction_replaces_what_is_found_and_keeps_all_else(world: Path, tmp_path: Path) -> None:
    (world / "app.sqlite").unlink()
    done = operator.redact([world], tmp_path / "out")
    assert {each.file for each in done.files} == {
        "memo.txt", "people.csv", "sub/old.log", "sub/bad.csv",
    }  # fmt: skip
    expected = "本日、[PERSON_NAME]さん([PHONE])より電話。\n納期は11/25。\n生年月日:[BIRTH_DATE]\n"
    assert (tmp_path / "out" / "memo.txt").read_text("utf-8") == expected
    assert (tmp_path / "out" / "sub" / "old.log").read_bytes() == expected.encode("cp932")
    with (tmp_path / "out" / "people.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["氏名", "備考", "額"], ["[PERSON_NAME]", "マイナンバー[MY_NUMBER]", "1"],
            ["[PERSON_NAME]", "なし", "2"],
        ]  # fmt: skip
    assert (tmp_path / "out" / "memo.txt").stat().st_mode & 0o077 == 0
    assert operator.find([tmp_path / "out"]).found == 0


def test_tokens_are_equal_for_equal_values_under_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    file = tmp_path / "t.txt"
    file.write_text(
        "電話 03-1234-5678\n電話 ０３－１２３４－５６７８\n電話 +81 3-1234-5678\n", "utf-8"
    )
    done = operator.redact([file], tmp_path / "one.txt", style="token", key="k")
    operator.redact([file], tmp_path / "two.txt", style="token", key="k")
    text = (tmp_path / "one.txt").read_text("utf-8")
    assert text == (tmp_path / "two.txt").read_text("utf-8")
    assert len({line.partition("PHONE:")[2] for line in text.split("\n") if line}) == 1
    assert done.key_made
    assert (tmp_path / "keys" / "k.token-key").stat().st_mode & 0o077 == 0
    operator.redact([file], tmp_path / "three.txt", style="token")
    assert (tmp_path / "three.txt").read_text("utf-8") != text


def test_a_parquet_table_keeps_its_order_and_the_types_of_what_is_not_replaced(
    tmp_path: Path,
) -> None:
    file, out = tmp_path / "t.parquet", tmp_path / "r.parquet"
    duckdb.execute(
        f"COPY (SELECT range AS n, CASE WHEN range % 1000 = 7 THEN '電話 03-1234-5678' ELSE 'x' END"
        f" AS memo FROM range(30000)) TO '{file}'"
    )
    done = operator.redact([file], out)
    assert done.files[0].replaced == {"phone": 30}
    rows = duckdb.execute(f"SELECT n, memo FROM '{out}'").fetchall()
    assert rows == [(n, "電話 [PHONE]" if n % 1000 == 7 else "x") for n in range(30000)]


def test_nothing_is_overwritten_and_a_database_is_not_rewritten(world: Path) -> None:
    with pytest.raises(Problem, match="already"):
        operator.redact([world / "memo.txt"], world / "people.csv")
    with pytest.raises(Problem, match="not rewritten"):
        operator.redact([world / "app.sqlite"], world / "out")
    with pytest.raises(Problem, match="no kind"):
        operator.redact([world / "memo.txt"], world / "out.txt", kinds=["shoe_size"])


def test_a_broken_database_in_a_folder_is_told_and_the_rest_is_looked_at(world: Path) -> None:
    (world / "old.sqlite").write_bytes(b"SQLite format 3\x00" + b"x" * 300)
    found = operator.find([world])
    assert "old.sqlite" in {each.file for each in found.skipped}
    assert {"users", "people"} <= counts(found).keys()
    with pytest.raises(Problem):
        operator.find([world / "old.sqlite"])


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "euc_jp"])
def test_a_redacted_table_keeps_the_encoding_of_its_file(tmp_path: Path, encoding: str) -> None:
    table = tmp_path / "members.csv"
    table.write_bytes("区分,連絡先\n会員,taro@example.com\n会員,なし\n".encode(encoding))
    operator.redact([table], tmp_path / "out.csv", encoding=encoding)
    told = (tmp_path / "out.csv").read_bytes().decode(encoding)
    assert told.splitlines() == ["区分,連絡先", "会員,[EMAIL_OR_ONLINE_ID]", "会員,なし"]
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o600


def test_a_database_in_a_folder_is_left_out_by_name_and_the_rest_is_redacted(
    world: Path, tmp_path: Path
) -> None:
    done = operator.redact([world], tmp_path / "out")
    assert any(one.file.endswith(".sqlite") for one in done.skipped)
    assert done.files
