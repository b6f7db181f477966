# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
import sample

from shirube.documents import fonts, report
from shirube.terms.text import Text

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not fonts.japanese_folders(), reason="no Japanese font on this machine"),
]


def test_both_pdfs_are_tagged_and_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    first = report(sample.content(), tmp_path / "first", formats=("pdf",)).files
    second = report(sample.content(), tmp_path / "second", formats=("pdf",)).files
    assert [file.name for file in first] == ["report.ja.pdf", "report.en.pdf"]
    for one, other in zip(first, second, strict=True):
        data = one.read_bytes()
        assert data.startswith(b"%PDF-")
        assert b"/StructTreeRoot" in data
        assert b"pdfuaid:part" in data
        assert data == other.read_bytes()


def test_typst_markup_in_texts_is_inert(tmp_path: Path) -> None:
    evil = '#panic("x") *bold* $x$ @ref <label> = h \\ #image("/etc/passwd") `raw` // c'
    operator = msgspec.structs.replace(sample.manifest().operator, name=Text(evil, evil))
    manifest = msgspec.structs.replace(sample.manifest(), operator=operator)
    hostile = [msgspec.structs.replace(one, condition=evil) for one in sample.findings()]
    content = sample.content(manifest=manifest, findings=tuple(hostile), checkpoint=evil)
    (file,) = report(content, tmp_path, formats=("pdf",), languages=("en",)).files
    assert file.read_bytes().startswith(b"%PDF-")


def test_characters_that_no_font_shows_do_not_stop_the_report(tmp_path: Path) -> None:
    strange = "\ue000\U000f0000 \x07 😀"
    operator = msgspec.structs.replace(sample.manifest().operator, name=Text(strange, strange))
    manifest = msgspec.structs.replace(sample.manifest(), operator=operator)
    content = sample.content(manifest=manifest, evidence=())
    (file,) = report(content, tmp_path, formats=("pdf",), languages=("ja",)).files
    assert file.read_bytes().startswith(b"%PDF-")


def test_an_empty_report_is_set_too(tmp_path: Path) -> None:
    content = sample.content(findings=(), evidence=(), checkpoint="", public_key_id="")
    assert len(report(content, tmp_path, formats=("pdf",)).files) == 2
