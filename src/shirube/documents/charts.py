# SPDX-License-Identifier: Apache-2.0
"""Pictures of a measurement's details: Vega-Lite specifications, drawn to SVG.

A detail names its chart (*intervals*, *histogram*, *bars*, *lines*) and its columns tell the rest:
texts are categories, numbers are heights or places, and ``x_low``, ``x_high`` (or ``low``,
``high``) are the interval of the number before them. Every picture stands beside its table, so a
reader who does not see it loses nothing.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from shirube.documents import fonts
from shirube.terms.measurement import Column, Detail, Scalar
from shirube.texts import _

# Told apart with every common colour blindness (after Okabe and Ito), and dark enough on white.
_COLOURS = ("#0017C1", "#C74700", "#00795B", "#A3337E", "#8A6500", "#2B7DB0", "#1A1A1C")
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 3], [3, 5], [10, 2, 2, 2, 2, 2])
_WIDTH = 300
_MOST_CATEGORIES = 30
_CROSS = " & "
_FAMILY = ", ".join(fonts.FAMILIES)


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One picture as SVG, what it shows in words, and its height for its width."""

    title: str
    svg: str
    alt: str


class _Series(msgspec.Struct, frozen=True):
    """A number column with its interval's columns, where it has them."""

    column: Column
    index: int
    low: int | None = None
    high: int | None = None


def panels(detail: Detail, subject: str = "") -> tuple[Panel, ...]:
    """Draw a detail: one panel per number that the chart shows; none when there is nothing to draw.

    ``subject`` names what was measured, for the words that stand for the picture.
    """
    if detail.chart == "none" or not detail.rows:
        return ()
    draw = {"intervals": _intervals, "histogram": _columns, "bars": _bars, "lines": _lines}
    return tuple(
        _panel(detail, series, draw[detail.chart](detail, series), subject)
        for series in _shown(detail)
        if any(_finite(row[series.index]) for row in detail.rows)
    )


def intervals(detail: Detail) -> dict[int, tuple[int, int]]:
    """Return, per number with an interval, the columns of its two ends."""
    return {
        one.index: (one.low, one.high)
        for one in _series(detail)
        if one.low is not None and one.high is not None
    }


def _shown(detail: Detail) -> list[_Series]:
    """Choose the numbers to draw: those with intervals, or every one that is not the category."""
    series = _series(detail)
    if detail.chart == "intervals":
        return [one for one in series if one.low is not None]
    return series[: {"histogram": 2, "bars": 1}.get(detail.chart)]


def _series(detail: Detail) -> list[_Series]:
    names = {column.name: index for index, column in enumerate(detail.columns)}
    found = []
    for index, column in enumerate(detail.columns[1:], start=1):
        if re.search(r"(^|[_.])(low|high)$", column.name) or not _numeric(detail, index):
            continue
        low, high = _ends(names, column.name, index)
        found.append(_Series(column, index, low, high))
    return found


def _ends(names: dict[str, int], name: str, index: int) -> tuple[int | None, int | None]:
    for low, high in ((f"{name}_low", f"{name}_high"), (f"{name}.low", f"{name}.high")):
        if low in names and high in names:
            return names[low], names[high]
    if names.get("low") == index + 1 and names.get("high") == index + 2:
        return names["low"], names["high"]
    return None, None


def _numeric(detail: Detail, index: int) -> bool:
    values = [row[index] for row in detail.rows if row[index] is not None]
    return bool(values) and all(_finite(value) for value in values)


def _finite(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _categories(detail: Detail) -> list[int]:
    """Return the text columns, and the first column whatever it is."""
    return [
        index for index in range(len(detail.columns)) if index == 0 or not _numeric(detail, index)
    ]


def _records(detail: Detail, series: _Series) -> list[dict[str, Any]]:
    """Rows under fixed names, so that no column name of a user reaches a specification's key."""
    labels = [index for index in _categories(detail) if detail.chart != "lines" or index == 0]
    others = [index for index in _categories(detail) if index not in labels]
    records = [
        {
            "c": " / ".join(_label(row[index]) for index in labels),
            "s": " / ".join(_label(row[index]) for index in others),
            "v": row[series.index],
            "low": row[series.low] if series.low is not None else None,
            "high": row[series.high] if series.high is not None else None,
        }
        for row in detail.rows
        if _finite(row[series.index])
    ]
    drawn = _drawn(detail, records)
    return [
        record for record in records if record["s" if detail.chart == "lines" else "c"] in drawn
    ]


def _drawn(detail: Detail, records: list[dict[str, Any]]) -> set[str]:
    """Choose the lines or bars that fit: all of them, or the largest."""
    if detail.chart == "histogram":
        return {record["c"] for record in records}
    name, most = ("s", len(_COLOURS)) if detail.chart == "lines" else ("c", _MOST_CATEGORIES)
    largest: dict[str, float] = {}
    for record in records:
        largest[record[name]] = max(abs(record["v"]), largest.get(record[name], 0.0))
    return set(sorted(largest, key=lambda key: -largest[key])[:most])


def _label(value: Scalar) -> str:
    return _("(none)") if value is None else str(value)


def _axis(series: _Series, **more: Any) -> dict[str, Any]:
    share = series.column.unit == "share"
    return {"title": None, "format": ".0%" if share else ",.4~f", **more}


def _intervals(detail: Detail, series: _Series) -> Any:
    """Points with their intervals, one row per group, on an axis of the number's own range."""
    import altair as alt

    base = alt.Chart(_data(detail, series), height=_rows(detail, series))
    y = alt.Y("c:N", sort=None, title=None, axis=_names_axis())
    x_axis = alt.Axis(**_axis(series, tickCount=5))
    rule = base.mark_rule(strokeWidth=2, color=_COLOURS[0]).encode(
        y=y, x=alt.X("low:Q", title=None, axis=x_axis, scale=alt.Scale(zero=False)), x2="high:Q"
    )
    point = base.mark_point(filled=True, size=55, color=_COLOURS[0], opacity=1).encode(
        y=y, x=alt.X("v:Q", title=None, axis=x_axis)
    )
    return rule + point


def _columns(detail: Detail, series: _Series) -> Any:
    """Columns in the order of the table: the shape of a distribution."""
    import altair as alt

    turned = max((len(_label(row[0])) for row in detail.rows), default=0) > 3
    return (
        alt.Chart(_data(detail, series), height=170)
        .mark_bar(color=_COLOURS[0])
        .encode(
            x=alt.X(
                "c:N",
                sort=None,
                title=str(detail.columns[0].title),
                axis=alt.Axis(labelAngle=-45 if turned else 0, labelOverlap=True),
            ),
            y=alt.Y("v:Q", axis=alt.Axis(**_axis(series, tickCount=4))),
        )
    )


def _bars(detail: Detail, series: _Series) -> Any:
    """Horizontal bars, one per category, with room for its name."""
    import altair as alt

    return (
        alt.Chart(_data(detail, series), height=_rows(detail, series))
        .mark_bar(color=_COLOURS[0], height=12)
        .encode(
            y=alt.Y("c:N", sort=None, title=None, axis=_names_axis()),
            x=alt.X("v:Q", axis=alt.Axis(**_axis(series, tickCount=4))),
        )
    )


def _lines(detail: Detail, series: _Series) -> Any:
    """Lines over the periods; series differ in colour and dash, never in colour alone."""
    import altair as alt

    names = _lines_named(detail, series)
    encoding: dict[str, Any] = {"color": alt.value(_COLOURS[0])}
    if len(names) > 1:
        legend = alt.Legend(
            title=None, orient="bottom", columns=2, symbolType="stroke", symbolSize=400
        )
        colours = alt.Scale(domain=names, range=list(_COLOURS[: len(names)]))
        dashes = alt.Scale(domain=names, range=[list(dash) for dash in _DASHES[: len(names)]])
        encoding = {
            "color": alt.Color("s:N", scale=colours, legend=legend),
            "strokeDash": alt.StrokeDash("s:N", scale=dashes, legend=legend),
        }
    return (
        alt.Chart(_data(detail, series), height=170)
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(filled=True, size=30))
        .encode(
            x=alt.X("c:O", sort=None, title=None, axis=alt.Axis(labelAngle=-45, labelOverlap=True)),
            y=alt.Y("v:Q", axis=alt.Axis(**_axis(series, tickCount=4))),
            **encoding,
        )
    )


def _lines_named(detail: Detail, series: _Series) -> list[str]:
    """Return the lines in the table's order, so that a line looks the same in every panel."""
    index = next((place for place in _categories(detail) if place > 0), None)
    everyone = dict.fromkeys(_label(row[index]) for row in detail.rows) if index else {}
    if len(everyone) <= len(_COLOURS):
        return list(everyone)
    return list(dict.fromkeys(record["s"] for record in _records(detail, series)))


def _names_axis() -> Any:
    """Names of groups and columns; an intersection takes a line for each of its parts."""
    import altair as alt

    crossed = {"test": f"indexof(datum.value, '{_CROSS}') >= 0", "value": -7}
    return alt.Axis(
        labelLimit=220,
        labelLineHeight=13,
        labelExpr=f"split(datum.label, '{_CROSS}')",
        labelOffset={"condition": crossed, "value": 0},
    )


def _rows(detail: Detail, series: _Series) -> Any:
    """Room for each name: two lines where a name has two parts."""
    import altair as alt

    parts = max(record["c"].count(_CROSS) for record in _records(detail, series)) + 1
    return alt.Step(22 if parts == 1 else 8 + 13 * parts)


def _data(detail: Detail, series: _Series) -> Any:
    import altair as alt

    return alt.InlineData(values=_records(detail, series))


def _panel(detail: Detail, series: _Series, chart: Any, subject: str) -> Panel:
    title = str(series.column.title)
    spec = chart.properties(width=_WIDTH).to_dict()
    spec["config"] = _look()
    return Panel(
        title=title,
        svg=_draw(json.dumps(spec, ensure_ascii=False, sort_keys=True)),
        alt=_("{chart}: {number}. {subject}. The figures are in the table.").format(
            chart=detail.title, number=title, subject=subject
        ),
    )


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
def _draw(spec: str) -> str:
    import altair as alt
    import vl_convert

    _register(fonts.japanese_folders())
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version=version, allowed_base_urls=[])
    return svg
