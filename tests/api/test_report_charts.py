# SPDX-License-Identifier: Apache-2.0
"""A report can also leave its charts as files."""

from __future__ import annotations

from pathlib import Path

from shirube.api import operator


def test_charts_are_left_as_svg_and_png(folder: Path, tmp_path: Path) -> None:
    operator.check(folder)
    out = tmp_path / "out"
    written = operator.report(
        folder, out, formats=("html",), languages=("en",), charts=out / "charts"
    )
    names = {file.name for file in written.files}
    assert "report.en.html" in names
    assert {"release_anonymity_class_sizes.svg", "release_anonymity_class_sizes.png"} <= names
    assert all(file.is_file() for file in written.files)
