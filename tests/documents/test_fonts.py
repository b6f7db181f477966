# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from shirube.documents import fonts

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_folder_named_by_the_user_is_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / "opentype" / "noto"
    deep.mkdir(parents=True)
    (deep / "NotoSansCJK-Regular.ttc").touch()
    (tmp_path / "DejaVuSans.ttf").touch()
    monkeypatch.setenv("SHIRUBE_FONTS", str(tmp_path))
    assert fonts.japanese_folders() == (deep,)


def test_a_font_with_a_decomposed_japanese_name_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / unicodedata.normalize("NFD", "ヒラギノ角ゴシック W3.ttc")).touch()
    monkeypatch.setenv("SHIRUBE_FONTS", str(tmp_path))
    assert fonts.japanese_folders() == (tmp_path,)


def test_latin_fonts_alone_are_no_japanese_font(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NotoSans-Regular.ttf", "NotoSansMono.ttf", "readme-notosanscjk.txt"):
        (tmp_path / name).touch()
    monkeypatch.setenv("SHIRUBE_FONTS", f"{tmp_path}")
    assert fonts.japanese_folders() == ()
    monkeypatch.setenv("SHIRUBE_FONTS", str(tmp_path / "absent"))
    assert fonts.japanese_folders() == ()


def test_the_message_names_the_package_and_the_variable() -> None:
    assert "fonts-noto-cjk" in fonts.missing_message()
    assert "SHIRUBE_FONTS" in fonts.missing_message()
