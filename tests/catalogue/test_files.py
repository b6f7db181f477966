# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path

import pytest

from shirube.catalogue.files import expand
from shirube.terms.errors import Problem
from shirube.terms.place import Place

WHERE = Place("shirube.yaml", 6, "datasets.log.files")


def refused(folder: Path, pattern: str) -> str:
    with pytest.raises(Problem) as caught:
        expand([pattern], folder, WHERE)
    assert caught.value.where == WHERE
    return caught.value.found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.csv").write_text("a\n")
    return tmp_path / "inside"


def test_a_relative_path_stays_inside_the_folder(folder: Path) -> None:
    assert "leads out" in refused(folder, "../secret.csv")
    assert "leads out" in refused(folder, "../*.csv")


def test_a_link_that_leads_out_is_refused(folder: Path) -> None:
    (folder / "link.csv").symlink_to(folder.parent / "secret.csv")
    assert "leads out" in refused(folder, "link.csv")
    assert "leads out" in refused(folder, "*.csv")


def test_an_absolute_path_is_explicit(folder: Path) -> None:
    secret = folder.parent / "secret.csv"
    assert [found.name for found in expand([str(secret)], folder, WHERE)] == ["secret.csv"]
    assert len(expand([str(folder.parent / "*.csv")], folder, WHERE)) == 1


def test_a_link_inside_is_followed(folder: Path) -> None:
    (folder / "a.csv").write_text("a\n")
    (folder / "b.csv").symlink_to("a.csv")
    assert [found.name for found in expand(["b.csv"], folder, WHERE)] == ["b.csv"]


def test_a_loop_of_links_is_a_problem(folder: Path) -> None:
    (folder / "a.csv").symlink_to("b.csv")
    (folder / "b.csv").symlink_to("a.csv")
    assert "cannot be used" in refused(folder, "a.csv")


def test_a_loop_of_folders_ends(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "back").symlink_to(folder)
    (folder / "deep" / "a.csv").write_text("a\n")
    assert [found.name for found in expand(["**/*.csv"], folder, WHERE)] == ["deep/a.csv"]


def test_a_folder_is_not_a_file(folder: Path) -> None:
    (folder / "data").mkdir()
    assert refused(folder, "data") == "data is a folder."


def test_a_dangling_link_is_a_missing_file(folder: Path) -> None:
    (folder / "a.csv").symlink_to("gone.csv")
    assert "no file a.csv" in refused(folder, "a.csv")
