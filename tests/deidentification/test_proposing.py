# SPDX-License-Identifier: Apache-2.0
"""Proposed hierarchies: what a column is taken for, and that every proposal can be used."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.deidentification import hierarchies, japan_places, proposing


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        (
            "東京都千代田区丸の内一丁目9番1号",
            ("東京都千代田区丸の内一丁目", "東京都千代田区", "東京都", "関東"),
        ),
        (
            "神奈川県横浜市港北区日吉3丁目14-1",
            ("神奈川県横浜市港北区日吉3丁目", "神奈川県横浜市港北区", "神奈川県", "関東"),
        ),
        ("三重県四日市市諏訪町1-5", ("三重県四日市市諏訪町", "三重県四日市市", "三重県", "近畿")),
        ("東京都町田市森野2-2-22", ("東京都町田市森野", "東京都町田市", "東京都", "関東")),
        ("福島県郡山市朝日1-23-7", ("福島県郡山市朝日", "福島県郡山市", "福島県", "東北")),
        (
            "沖縄県中頭郡読谷村座喜味2901",
            ("沖縄県中頭郡読谷村座喜味", "沖縄県中頭郡読谷村", "沖縄県", "九州・沖縄"),
        ),
        ("京都府京都市中京区", ("京都府京都市中京区", "京都府京都市中京区", "京都府", "近畿")),
        ("北海道", ("北海道", "北海道", "北海道", "北海道")),
    ],
)
def test_an_address_is_taken_apart(address, parts) -> None:
    assert japan_places.parts(address) == parts


def test_there_are_47_prefectures() -> None:
    assert len(japan_places.REGION_OF) == 47


@pytest.mark.parametrize(
    ("column", "values", "kind", "row"),
    [
        ("born", ["1984-03-09", "1990/12/01"], "date",
         ("1984-03-09", "1984-03", "1984", "1980-1989", "*")),
        ("〒", ["1000005", "2238521"], "postal_code",
         ("1000005", "100-00**", "100-****", "10*-****", "1**-****", "*")),
        ("pref", ["東京都", "大阪府"], "prefecture", ("東京都", "関東", "*")),
        ("年齢", ["34", "91"], "age", ("34", "30-34", "30-39", "20-39", "*")),
        ("生年月日", ["昭和55年3月4日", "H元.1.8", "令和６年12月1日", "1990年5月6日"], "date",
         ("昭和55年3月4日", "1980-03", "1980", "1980-1989", "*")),
        ("生年月日", ["H元.1.8", "2001.12.3"], "date",
         ("H元.1.8", "1989-01", "1989", "1980-1989", "*")),
        ("年齢", ["34歳", "７歳"], "age", ("34歳", "30-34", "30-39", "20-39", "*")),
        ("年齢", ["34", "８歳"], "age", ("８歳", "5-9", "0-9", "0-19", "*")),
        ("pref", ["東京", "大阪府", "北海道", "京都"], "prefecture", ("京都", "近畿", "*")),
        ("電話", ["0312345678", "0398765432"], "category", ("0312345678", "*")),
        ("版", ["1.2.3", "10.20.30"], "category", ("1.2.3", "*")),
        ("colour", ["red", "blue"], "category", ("red", "*")),
        ("grade", ["1", "2", "3"], "number", ("1", "*")),
    ],
)  # fmt: skip
def test_a_column_is_taken_for_what_all_its_values_are(column, values, kind, row) -> None:
    proposal = proposing.propose(column, values)
    assert proposal.kind == kind
    assert row in proposal.rows


def test_amounts_are_read_as_they_are_written() -> None:
    # 201,000 to 240,000 yen, 40 values: bands of 5,000, which start at 200,000.
    values = [f"{n},000円" for n in range(201, 241)]
    proposal = proposing.propose("給与", values)
    assert proposal.kind == "number"
    rows = {row[0]: row for row in proposal.rows}
    assert rows.keys() == set(values)
    assert "205000 – 209999" in rows["207,000円"]


def test_the_oldest_are_one_band() -> None:
    rows = {row[0]: row for row in proposing.propose("age", ["20"]).rows}
    assert rows["103"] == ("103", "90+", "90+", "80+", "*")
    assert rows["89"] == ("89", "85-89", "80-89", "80+", "*")


def test_one_value_of_another_kind_makes_categories() -> None:
    assert proposing.propose("born", ["1984-03-09", "unknown"]).kind == "category"


def test_a_row_without_a_value_has_labels_as_well() -> None:
    assert ("", "", "*") in proposing.propose("pref", ["東京都", ""]).rows


def test_thousands_of_texts_get_no_proposal() -> None:
    proposal = proposing.propose("name", [f"person {n}" for n in range(6000)])
    assert (proposal.kind, proposal.rows, proposal.levels) == ("none", (), 0)


@settings(max_examples=60)
@given(
    st.one_of(
        st.lists(st.integers(-(10**6), 10**6).map(str), min_size=1, max_size=60, unique=True),
        st.lists(
            st.floats(-1e6, 1e6).map(lambda x: repr(round(x, 3))),
            min_size=1,
            max_size=60,
            unique=True,
        ),
        st.lists(st.dates().map(str), min_size=1, max_size=30, unique=True),
        st.lists(st.text("ab;, \"'", min_size=1), min_size=1, max_size=30, unique=True),
    ),
    st.booleans(),
)
def test_every_proposal_reads_back_monotone_and_complete(tmp_path_factory, values, missing) -> None:
    path = tmp_path_factory.mktemp("proposals") / "x.csv"
    values = [*values, ""] if missing else values
    proposal = proposing.propose("x", values)
    proposing.write(proposal, path)
    found = hierarchies.read(path, "x")
    hierarchies.refuse_missing(found, values)
    assert found.rows == {row[0]: row for row in proposal.rows}


def test_a_file_that_is_there_is_never_overwritten(tmp_path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        proposing.write(proposing.propose("x", ["1"]), path)
    assert path.read_text(encoding="utf-8") == "mine"
