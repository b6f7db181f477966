# SPDX-License-Identifier: Apache-2.0
"""The example's data mean what the manifest says, and come out the same each time."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

COLUMNS = (
    "LIMIT_BAL,SEX,EDUCATION,MARRIAGE,AGE,PAY_0,PAY_2,PAY_3,PAY_4,PAY_5,PAY_6,"
    "BILL_AMT1,BILL_AMT2,BILL_AMT3,BILL_AMT4,BILL_AMT5,BILL_AMT6,"
    "PAY_AMT1,PAY_AMT2,PAY_AMT3,PAY_AMT4,PAY_AMT5,PAY_AMT6,default payment"
)
# Status, bill and payment of September, August, ... April: each value says which month it is of.
PERSON = "20000,2,{education},1,{age},9,8,7,6,5,4,90,80,70,60,50,40,9000,8000,7000,6000,5000,4000,1"


def _people(folder: Path, rows: list[str]) -> Path:
    path = folder / "people.csv"
    path.write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
    return path


def _world(script, folder: Path, people: int = 40):
    """People who are all alike, each month scored 0.5 and approved."""
    rows = [PERSON.format(education=1, age=24)] * people
    return _scored(script("credit_table").load(_people(folder, rows), 1, None))


def _scored(connection):
    connection.execute(
        "CREATE TABLE scores AS "
        "SELECT source_row, month, 0.5 AS score, 1 AS approved FROM snapshots"
    )
    return connection


def _log(script, connection) -> list[dict]:
    cursor = connection.execute(script("credit_table").log_query())
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_each_month_takes_its_own_columns_and_no_later_one(script, tmp_path):
    rows = _log(script, _world(script, tmp_path))
    for row in rows:
        month = int(row["month"][-2:])
        assert row["pay_status"] == str(month)
        assert row["bill_amount"] == month * 10
        if row["month"] != "2005-08":
            assert row["paid_amount"] == month * 1000


def test_only_half_of_the_people_are_logged_and_nobody_of_them_trains(script, tmp_path):
    connection = _world(script, tmp_path)
    logged = {row["customer_id"] for row in _log(script, connection)}
    trained = {
        number
        for (number,) in connection.execute(
            "SELECT customer_id FROM persons WHERE trains"
        ).fetchall()
    }
    assert len(logged) == len(trained) == 20
    assert not logged & trained


def test_only_september_has_an_outcome(script, tmp_path):
    rows = _log(script, _world(script, tmp_path))
    assert {row["repaid"] for row in rows if row["month"] == "2005-09"} == {0}
    assert {row["repaid"] for row in rows if row["month"] != "2005-09"} == {None}


def test_the_injected_shift_is_in_august_only_and_for_some_only(script, tmp_path):
    # 8000 // 1000 = 8 where it is injected; the bill and the status stay.
    paid = Counter(
        row["paid_amount"]
        for row in _log(script, _world(script, tmp_path, people=400))
        if row["month"] == "2005-08"
    )
    assert set(paid) == {8, 8000}
    assert paid[8] / paid.total() == pytest.approx(0.4, abs=0.1)


@pytest.mark.parametrize(
    ("age", "band"),
    [(21, "20-29"), (29, "20-29"), (30, "30-39"), (59, "50-59"), (60, "60+"), (79, "60+")],
)
def test_ages_become_bands(script, tmp_path, age, band):
    rows = [PERSON.format(education=1, age=age)] * 2
    connection = _scored(script("credit_table").load(_people(tmp_path, rows), 1, None))
    assert {row["age_band"] for row in _log(script, connection)} == {band}


def test_codes_that_the_source_does_not_explain_stay_apart(script, tmp_path):
    rows = [PERSON.format(education=code, age=30) for code in range(7)]
    connection = script("credit_table").load(_people(tmp_path, rows), 1, None)
    found = connection.execute("SELECT education FROM people ORDER BY source_row").fetchall()
    assert [name for (name,) in found] == [
        "undocumented", "graduate_school", "university", "high_school", "other", "undocumented",
        "undocumented",
    ]  # fmt: skip


def test_the_log_and_the_release_grow_to_the_rows_asked_for(script, tmp_path):
    connection = _world(script, tmp_path)
    (tmp_path / "log").mkdir()
    upsample = script("upsample")
    upsample.write_log(connection, tmp_path / "log", 10_001)
    upsample.write_release(connection, tmp_path / "release.csv", 777)
    columns = [row[0] for row in duckdb.sql(f"DESCRIBE FROM '{tmp_path}/log/*.parquet'").fetchall()]
    rows, people = duckdb.sql(
        f"SELECT count(*), count(DISTINCT (month, customer_id)) FROM '{tmp_path}/log/*.parquet'"
    ).fetchall()[0]
    assert columns == list(_log(script, connection)[0])
    assert (rows, people) == (10_001, 10_001)
    assert len((tmp_path / "release.csv").read_text(encoding="utf-8").splitlines()) == 778


def test_texts_and_their_encodings_grow_with_the_tables(script, tmp_path):
    connection = _world(script, tmp_path)
    upsample = script("upsample")
    files = {name: tmp_path / f"{name}.csv" for name in ("training", "fashion", "inquiries")}
    files["training"].write_text(
        "customer_id,bill_amount,memo\n7,10,\n8,20,確認済み\n", encoding="utf-8-sig"
    )
    script("fashion_log").write(files["fashion"], 5, 1)
    script("free_text").write_inquiries(files["inquiries"], 12, 1)
    upsample.write_training(connection, files["training"], 5)
    upsample.write_fashion(connection, files["fashion"], 11)
    upsample.write_inquiries(files["inquiries"], 25)

    training = csv.DictReader(files["training"].read_text(encoding="utf-8-sig").splitlines())
    assert files["training"].read_bytes().startswith(b"\xef\xbb\xbfcustomer_id,")
    assert sorted((row["customer_id"], row["memo"]) for row in training) == [
        ("1000007", ""), ("1000008", "確認済み"), ("2000007", ""), ("7", ""), ("8", "確認済み"),
    ]  # fmt: skip
    assert len(files["fashion"].read_text(encoding="utf-8").splitlines()) == 12
    inquiries = files["inquiries"].read_text(encoding="cp932").splitlines()
    assert inquiries[1].startswith("Q00000001,") and inquiries[25].startswith("Q00000025,")
    assert inquiries[1].partition(",")[2] == inquiries[13].partition(",")[2]


def test_in_the_random_arm_every_item_is_as_likely_whoever_looks(script, tmp_path):
    script("fashion_log").write(tmp_path / "log.csv", 400, 1)
    with (tmp_path / "log.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    random = {row["propensity_score"] for row in rows if row["policy"] == "random"}
    greedy = {row["propensity_score"] for row in rows if row["policy"] == "greedy"}
    assert random == {"0.029412"}  # 1 / 34
    assert len(greedy) > 50


def test_equal_seeds_write_equal_bytes_and_others_do_not(script, tmp_path):
    def digest(seed: int) -> bytes:
        script("fashion_log").write(tmp_path / "log.csv", 200, seed)
        script("free_text").write_inquiries(tmp_path / "inquiries.csv", 50, seed)
        return (tmp_path / "log.csv").read_bytes() + (tmp_path / "inquiries.csv").read_bytes()

    assert digest(1) == digest(1)
    assert digest(1) != digest(2)


def test_inquiries_are_cp932_and_hold_each_injected_text_once(script, tmp_path):
    free_text = script("free_text")
    free_text.write_inquiries(tmp_path / "inquiries.csv", 60, 1)
    with (tmp_path / "inquiries.csv").open(encoding="cp932", newline="") as stream:
        texts = Counter(row["本文"] for row in csv.DictReader(stream))
    assert texts.total() == 60
    assert [texts[text] for _topic, text in free_text.INJECTED_INQUIRIES] == [1] * 10


def test_memos_hold_each_injected_text_once(script, tmp_path):
    connection, free_text = _world(script, tmp_path), script("free_text")
    free_text.write_memos(connection, 1)
    memos = Counter(memo for (memo,) in connection.execute("SELECT memo FROM memos").fetchall())
    assert memos.total() == 20
    assert [memos[memo] for memo in free_text.INJECTED_MEMOS] == [1] * 8


# -- the whole, with scikit-learn ------------------------------------------------------------------


def _prepare(example: Path, out: Path, *options: str) -> dict[str, str]:
    pytest.importorskip("sklearn")
    subprocess.run(
        [sys.executable, str(example / "prepare.py"), "--out", str(out), *options],
        check=True,
        capture_output=True,
    )
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


@pytest.mark.full
def test_preparing_twice_writes_the_same_bytes(example, tmp_path):
    first = _prepare(example, tmp_path / "first", "--people", "1000")
    assert len(first) == 11
    assert first == _prepare(example, tmp_path / "second", "--people", "1000")


@pytest.mark.full
def test_the_saved_trees_give_the_logged_scores(example, tmp_path):
    _prepare(example, tmp_path, "--people", "1000")
    model = json.loads((tmp_path / "model" / "credit_model.json").read_text(encoding="utf-8"))
    rows = duckdb.sql(
        f"SELECT credit_limit, bill_amount, paid_amount, pay_status::INT, score, approved "
        f"FROM '{tmp_path}/data/credit_log/2005-09.parquet' ORDER BY customer_id LIMIT 50"
    ).fetchall()
    for *features, score, approved in rows:
        total = model["baseline"]
        for tree in model["trees"]:
            node = tree[0]
            while len(node) > 1:
                node = tree[node[3] if features[node[0]] <= node[1] else node[4]]
            total += node[0]
        assert 1 / (1 + math.exp(-total)) == pytest.approx(score, abs=1e-6)
        assert approved == (score >= model["cutoff"])


@pytest.mark.full
def test_the_real_table_holds_what_the_readme_says(example, tmp_path):
    _prepare(example, tmp_path)
    with (tmp_path / "data" / "credit_release.csv").open(encoding="utf-8", newline="") as stream:
        rows = [tuple(row.values())[:-1] for row in csv.DictReader(stream)]
    sizes = Counter(Counter(rows).values())
    small = sum(size * classes for size, classes in sizes.items() if size < 5)
    assert (len(rows), sizes.total(), min(sizes), sizes[1]) == (30_000, 4_309, 1, 1_539)
    assert round(100 * small / len(rows), 2) == 16.35
    september = tmp_path / "data" / "credit_log" / "2005-09.parquet"
    rates = dict(
        duckdb.sql(
            f"SELECT education, round(100 * avg(approved), 1) FROM '{september}' GROUP BY 1"
        ).fetchall()
    )
    # Of another release of scikit-learn the trees may differ in the last digits.
    assert rates["graduate_school"] == pytest.approx(76.7, abs=1.5)
    assert rates["high_school"] == pytest.approx(69.4, abs=1.5)
    status = Counter(
        duckdb.sql(
            f"SELECT month FROM '{tmp_path}/data/credit_log/*.parquet' WHERE pay_status = '1'"
        )
        .fetchnumpy()["month"]
        .tolist()
    )
    assert sum(status[month] for month in ("2005-04", "2005-05", "2005-06")) == 1
    assert status["2005-09"] == 1_872
