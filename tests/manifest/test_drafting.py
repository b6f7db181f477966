# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shirube import manifest
from shirube.manifest.guessing import column_kind, snake_case
from shirube.terms.errors import Problem, Problems
from shirube.terms.source import TableColumn
from shirube.terms.text import Text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder as a team leaves it."""
    folder = tmp_path / "Hoshi-Co"
    files = {
        "data/顧客.csv": "顧客番号,性別,年齢,備考\n1,女,30,x\n".encode("cp932"),
        "data/log_202601.csv": b"id,SEX,score\n1,2,0.5\n",
        "data/log_202602.csv": b"id,SEX,score\n1,2,0.5\n",
        "data/more.jsonl": b'{"x": 1, "default": 0}\n',
        "data/empty.csv": b"",
        "data/LICENSE": b"Attribution 4.0 International\n",
        "models/model.txt": b"tree\nversion=v4\n",
        "models/scores.csv": b"id,score\n1,0.5\n",
        "models/README.md": b"---\nlicense: apache-2.0\ndatasets: [foo/bar]\n---\n# Card\n",
        "notes.txt": b"no model\n",
        "requirements.txt": b"openai>=1\nnumpy\n",
        "a.ipynb": json.dumps({"cells": [{"source": ["import xgboost as xgb\n"]}]}).encode(),
        ".git/x.csv": b"a\n",
        "node_modules/x/y.csv": b"a\n",
    }
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_a_draft_loads_and_names_what_was_seen(folder: Path) -> None:
    text = manifest.draft(folder)
    read = manifest.parse(text, "shirube.yaml")
    assert read.operator.id == "hoshi_co"
    assert {dataset.id: dataset.files for dataset in read.datasets} == {
        "log": ("data/log_*.csv",),
        "more": ("data/more.jsonl",),
        "scores": ("models/scores.csv",),
        "table_3": ("data/顧客.csv",),
    }
    assert [model.files for model in read.models] == [("models/model.txt",)]
    assert read.models[0].licence == "apache-2.0"
    assert read.models[0].training_data_origins == Text(
        "モデルカードの記載: foo/bar", "As the model card says: foo/bar"
    )
    assert [supplier.name.en for supplier in read.suppliers] == ["OpenAI"]
    assert read.systems[0].datasets == ("log", "more", "table_3", "scores")
    assert "# - xgboost (a.ipynb)" in text
    assert "# - data/empty.csv: 読めません / cannot be read: the file is empty" in text


def test_guesses_stand_in_comments_only(folder: Path) -> None:
    text = manifest.draft(folder)
    assert "{name: SEX, kind: unknown}  # 提案 / proposal: attribute" in text
    assert '{name: "年齢", kind: unknown}  # 提案 / proposal: quasi_identifier' in text
    assert "proposal: CC BY 4.0 (data/LICENSE)" in text
    # The card beside this table is the model's: what it says of a licence is not the table's.
    assert "proposal: apache-2.0 (models/README.md)" in text
    read = manifest.parse(text, "shirube.yaml")
    assert {column.kind for dataset in read.datasets for column in dataset.columns} == {None}
    assert {dataset.licence for dataset in read.datasets} == {None}
    assert "datasets.log.columns.SEX.kind" in read.unknown
    assert "systems.hoshi_co_system.generative" in read.unknown


def test_every_unknown_of_a_draft_is_a_question(folder: Path) -> None:
    read = manifest.parse(manifest.draft(folder), "shirube.yaml")
    asked = {question.key for question in manifest.questions(read)}
    assert {key for key in read.unknown if key not in asked and f"{key}.ja" not in asked} == set()


def test_an_engine_describes_the_parquet_files(folder: Path) -> None:
    (folder / "data" / "a.parquet").write_bytes(b"PAR1")
    (folder / "data" / "t.parquet").write_bytes(b"PAR1")

    def describe(path: Path) -> tuple[TableColumn, ...]:
        if path.name == "t.parquet":
            raise Problem("It is broken.\nBadly")
        return (TableColumn("from_engine", "VARCHAR", "text"),)

    text = manifest.draft(folder, describe=describe, operator_id="x", name=Text("星", "Hoshi"))
    assert "# - data/t.parquet: 読めません / cannot be read: It is broken." in text
    read = manifest.parse(text, "shirube.yaml")
    assert (read.operator.id, read.operator.name) == ("x", Text("星", "Hoshi"))
    assert read.datasets[0].columns[0].name == "from_engine"


def test_an_empty_folder_gives_a_manifest_that_loads(tmp_path: Path) -> None:
    (tmp_path / "会社").mkdir()
    read = manifest.parse(manifest.draft(tmp_path / "会社"), "shirube.yaml")
    assert read.operator.id == "operator"
    assert read.datasets == ()


def test_a_draft_never_overwrites(folder: Path) -> None:
    path = manifest.write_draft(folder)
    assert manifest.load(path).operator.id == "hoshi_co"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(Problem, match="already"):
        manifest.write_draft(folder)
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_dangling_link_is_not_overwritten_either(folder: Path) -> None:
    (folder / "shirube.yaml").symlink_to("elsewhere.yaml")
    with pytest.raises(Problem, match="already"):
        manifest.write_draft(folder)


def test_a_missing_folder_and_a_wrong_id_are_problems(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no such folder"):
        manifest.draft(tmp_path / "gone")
    with pytest.raises((Problem, Problems), match="form that is expected"):
        manifest.draft(tmp_path, operator_id="Not-Good")


def test_loops_of_links_end(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").symlink_to(tmp_path)
    (tmp_path / "x.csv").symlink_to("x.csv")
    assert manifest.parse(manifest.draft(tmp_path), "shirube.yaml").datasets == ()


def test_ten_thousand_columns_are_cut_off_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_text(",".join(f"c{i}" for i in range(10_000)) + "\n")
    text = manifest.draft(tmp_path)
    assert "and 9800 more columns" in text
    assert len(manifest.parse(text, "shirube.yaml").datasets[0].columns) == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    columns=st.lists(st.text(), max_size=4),
    stem=st.text(st.characters(exclude_characters="/", codec="utf-8"), min_size=1, max_size=20),
)
def test_any_names_of_files_and_columns_give_a_manifest_that_loads(
    tmp_path_factory: pytest.TempPathFactory, columns: list[str], stem: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        (folder / f"{stem}.jsonl").write_text(json.dumps(dict.fromkeys(columns)) + "\n")
    except (OSError, ValueError):
        return
    manifest.parse(manifest.draft(folder), "shirube.yaml")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SEX", "attribute"),
        ("CustomerID", "identifier"),
        ("default.payment.next.month", "label"),
        ("default_score", "score"),
        ("predicted_label", "prediction"),
        ("郵便番号", "quasi_identifier"),
        ("顧客番号", "identifier"),
        ("ＡＧＥ", "quasi_identifier"),
        ("生年月日", "quasi_identifier"),
        ("取引日時", "time"),
        ("update_reason", None),
        ("BILL_AMT1", None),
    ],
)
def test_a_name_proposes_a_kind(name: str, kind: str | None) -> None:
    assert column_kind(name) == kind


@pytest.mark.parametrize(
    ("name", "made"),
    [("Hoshi-Co", "hoshi_co"), ("星", "x"), ("2026 log", "x"), ("Ａb c", "ab_c"), ("", "x")],
)
def test_ids_are_made_of_names(name: str, made: str) -> None:
    assert snake_case(name, "x") == made
