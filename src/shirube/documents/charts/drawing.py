# SPDX-License-Identifier: Apache-2.0
"""Draw the details of a measurement: one panel per number, as SVG in a page or as files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec

from shirube.documents import fonts
from shirube.documents.charts import shapes
from shirube.documents.charts.series import finite, shown
from shirube.terms.errors import Problem
from shirube.terms.measurement import Detail
from shirube.texts import _

_SHAPES: Final = {
    "intervals": shapes.intervals,
    "compared": shapes.compared,
    "histogram": shapes.columns,
    "bars": shapes.bars,
    "lines": shapes.lines,
    "heatmap": shapes.heatmap,
}
_FAMILY: Final = ", ".join(fonts.FAMILIES)
_PNG_SCALE: Final = 2.0


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One picture as SVG, and what it shows in words."""

    title: str
    svg: str
    alt: str


def panels(detail: Detail, subject: str = "") -> tuple[Panel, ...]:
    """Draw a detail: one panel per number that the chart shows; none when there is nothing to draw.

    ``subject`` names what was measured, for the words that stand for the picture.
    """
    words = _("{chart}: {number}. {subject}. The figures are in the table.")
    return tuple(
        Panel(
            title=title,
            svg=_svg(spec),
            alt=words.format(chart=detail.title, number=title, subject=subject),
        )
        for title, spec in _specifications(detail)
    )


def write(details: Iterable[Detail], folder: Path, prefix: str = "") -> tuple[Path, ...]:
    """Write every picture of the details as SVG and as PNG; return the files.

    Raises
    ------
    Problem
        The folder cannot be written.
    """
    made = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for detail in details:
            for position, (_title, spec) in enumerate(_specifications(detail, alone=True)):
                name = _file_name(f"{prefix}{detail.name}", position)
                for suffix, content in ((".svg", _svg(spec).encode()), (".png", _png(spec))):
                    file = folder / f"{name}{suffix}"
                    file.write_bytes(content)
                    made.append(file)
    except OSError as error:
        raise Problem(
            _("The pictures cannot be written."),
            where=str(folder),
            why=str(error.strerror or error),
            remedy=_("Name a folder in which you may write."),
        ) from error
    return tuple(made)


def _file_name(name: str, position: int) -> str:
    bare = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    return f"{bare}_{position + 1}" if position else bare


def _specifications(detail: Detail, *, alone: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the title of each number that is drawn, and its Vega-Lite specification.

    A picture that stands ``alone``, in a file, bears the words that a page writes around it.
    """
    if detail.chart == "none" or not detail.rows:
        return
    for series in shown(detail):
        if any(finite(row[series.index]) for row in detail.rows):
            spec = _SHAPES[detail.chart](detail, series).to_dict()
            spec["config"] = _look()
            if alone:
                _title_it(spec, detail, str(series.column.title))
            yield str(series.column.title), json.dumps(spec, ensure_ascii=False, sort_keys=True)


def _title_it(spec: dict[str, Any], detail: Detail, number: str) -> None:
    spec["title"] = {
        "text": str(detail.title),
        "subtitle": number,
        "anchor": "start",
        "font": _FAMILY,
        "subtitleFont": _FAMILY,
    }
    across = spec.get("encoding", {}).get("x", {})
    if across.get("field") == "c":
        across["title"] = str(detail.columns[0].title)


def _look() -> dict[str, Any]:
    """Quiet axes, the fonts of the page, and the colours in their order."""
    text = {"labelFont": _FAMILY, "titleFont": _FAMILY, "labelFontSize": 12, "titleFontSize": 12}
    ink = {"labelColor": "#1A1A1C", "titleColor": "#1A1A1C", "titleFontWeight": "normal"}
    lines = {"gridColor": "#E6E6E6", "domainColor": "#767676", "tickColor": "#767676"}
    return {
        "aria": False,  # the page names the picture; its table has the figures
        "background": "#FFFFFF",
        "font": _FAMILY,
        "view": {"stroke": None},
        "axis": {**text, **ink, **lines},
        "legend": {**text, "labelColor": "#1A1A1C", "labelLimit": 130},
        "padding": 4,
    }


@cache
def _register(folders: tuple[Path, ...]) -> None:
    """Let the drawing library measure texts with the fonts that the page will use."""
    import vl_convert

    for folder in folders:
        vl_convert.register_font_directory(str(folder))


@lru_cache(maxsize=256)
def _svg(spec: str) -> str:
    import vl_convert

    _register(fonts.japanese_folders())
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version=_version(), allowed_base_urls=[])
    return svg


def _png(spec: str) -> bytes:
    import vl_convert

    _register(fonts.japanese_folders())
    png: bytes = vl_convert.vegalite_to_png(
        spec, vl_version=_version(), scale=_PNG_SCALE, allowed_base_urls=[]
    )
    return png


def _version() -> str:
    import altair as alt

    return ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
