# SPDX-License-Identifier: Apache-2.0
"""The shapes of pictures as Vega-Lite charts; series differ in form as well as in colour."""

from __future__ import annotations

from typing import Any

from shirube.documents.charts.series import (
    COLOURS,
    DASHES,
    SHAPES,
    Series,
    label,
    names_of_series,
    records,
)
from shirube.terms.measurement import Detail

WIDTH = 300
_CROSS = " & "
_CELL = 34
_FEW = 5
_NAMES_ACROSS = 16  # turned names that stand side by side in the width
_SHARE = (
    "(datum.v == 0 ? '0%' : datum.v < 0.001 ? '<0.1%'"
    " : format(datum.v, datum.v < 0.01 ? '.1%' : '.0%'))"
)
"""A share in a square: a few people in a thousand are not told as none."""
_DARK = 0.55  # of a heat map's greatest number: from here on its text is white


def _axis(series: Series, **more: Any) -> dict[str, Any]:
    share = series.column.unit == "share"
    return {"title": None, "format": ".0%" if share else ",.4~f", **more}


def _lengths(detail: Detail, series: Series) -> dict[str, Any]:
    """Write every whole number and no half on the axis of a few things counted."""
    most = max((record["v"] for record in records(detail, series)), default=0)
    few = series.column.unit == "count" and most <= _FEW
    return _axis(series, **({"values": list(range(int(most) + 1))} if few else {"tickCount": 4}))


def intervals(detail: Detail, series: Series) -> Any:
    """Points with their intervals, one row per group, on an axis of the number's own range."""
    import altair as alt

    base = alt.Chart(_data(detail, series), width=WIDTH, height=_rows(detail, series))
    y = alt.Y("c:N", sort=None, title=None, axis=_names_axis())
    x_axis = alt.Axis(**_axis(series, tickCount=5))
    rule = base.mark_rule(strokeWidth=2, color=COLOURS[0]).encode(
        y=y, x=alt.X("low:Q", title=None, axis=x_axis, scale=alt.Scale(zero=False)), x2="high:Q"
    )
    point = base.mark_point(filled=True, size=55, color=COLOURS[0], opacity=1).encode(
        y=y, x=alt.X("v:Q", title=None, axis=x_axis)
    )
    return rule + point


def columns(detail: Detail, series: Series) -> Any:
    """Columns in the order of the table: the shape of a distribution."""
    import altair as alt

    turned = max((len(label(detail, row, 0)) for row in detail.rows), default=0) > 3
    return (
        alt.Chart(_data(detail, series), width=WIDTH, height=170)
        .mark_bar(color=COLOURS[0])
        .encode(
            x=alt.X(
                "c:N",
                sort=None,
                title=str(detail.columns[0].title),
                axis=alt.Axis(labelAngle=-45 if turned else 0, labelOverlap=_crowded(detail)),
            ),
            y=alt.Y("v:Q", axis=alt.Axis(**_lengths(detail, series))),
        )
    )


def bars(detail: Detail, series: Series) -> Any:
    """Horizontal bars, one per category, with room for its name."""
    import altair as alt

    return (
        alt.Chart(_data(detail, series), width=WIDTH, height=_rows(detail, series))
        .mark_bar(color=COLOURS[0], height=12)
        .encode(
            y=alt.Y("c:N", sort=None, title=None, axis=_names_axis()),
            x=alt.X("v:Q", axis=alt.Axis(**_lengths(detail, series))),
        )
    )


def lines(detail: Detail, series: Series) -> Any:
    """Lines over the periods; series differ in colour and dash, never in colour alone."""
    import altair as alt

    names = names_of_series(detail, series)
    encoding: dict[str, Any] = {"color": alt.value(COLOURS[0])}
    if len(names) > 1:
        legend = alt.Legend(
            title=None, orient="bottom", columns=2, symbolType="stroke", symbolSize=400
        )
        colours = alt.Scale(domain=names, range=list(COLOURS[: len(names)]))
        dashes = alt.Scale(domain=names, range=[list(dash) for dash in DASHES[: len(names)]])
        encoding = {
            "color": alt.Color("s:N", scale=colours, legend=legend),
            "strokeDash": alt.StrokeDash("s:N", scale=dashes, legend=legend),
        }
    return (
        alt.Chart(_data(detail, series), width=WIDTH, height=170)
        .mark_line(strokeWidth=2, point=alt.OverlayMarkDef(filled=True, size=30))
        .encode(
            x=alt.X(
                "c:O",
                sort=None,
                title=None,
                axis=alt.Axis(labelAngle=-45, labelOverlap=_crowded(detail)),
            ),
            y=alt.Y("v:Q", axis=alt.Axis(**_axis(series, tickCount=4))),
            **encoding,
        )
    )


def _crowded(detail: Detail) -> bool:
    """Tell whether so many places stand on the axis that some of their names must go."""
    return len({row[0] for row in detail.rows}) > _NAMES_ACROSS


def _names_axis() -> Any:
    """Names of groups and columns; an intersection takes a line for each of its parts."""
    import altair as alt

    crossed = {"test": f"indexof(datum.value, '{_CROSS}') >= 0", "value": -7}
    return alt.Axis(
        labelLimit=300,
        labelLineHeight=13,
        labelExpr=f"split(datum.label, '{_CROSS}')",
        labelOffset={"condition": crossed, "value": 0},
    )


def _rows(detail: Detail, series: Series) -> Any:
    """Room for each name: two lines where a name has two parts."""
    import altair as alt

    parts = max(record["c"].count(_CROSS) for record in records(detail, series)) + 1
    return alt.Step(22 if parts == 1 else 8 + 13 * parts)


def _data(detail: Detail, series: Series) -> Any:
    import altair as alt

    return alt.InlineData(values=records(detail, series))


def compared(detail: Detail, series: Series) -> Any:
    """Points with intervals, several side by side in each row, told apart by colour and form."""
    import altair as alt

    names = names_of_series(detail, series)
    legend = alt.Legend(title=None, orient="bottom", columns=2, symbolSize=90)
    colours = alt.Scale(domain=names, range=list(COLOURS[: len(names)]))
    forms = alt.Scale(domain=names, range=list(SHAPES[: len(names)]))
    base = alt.Chart(_data(detail, series)).encode(
        y=alt.Y("c:N", sort=None, title=None, axis=_names_axis()),
        yOffset=alt.YOffset("s:N", sort=names),
        color=alt.Color("s:N", scale=colours, legend=legend),
    )
    x_axis = alt.Axis(**_axis(series, tickCount=5))
    rule = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title=None, axis=x_axis), x2="high:Q"
    )
    point = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("v:Q", title=None, axis=x_axis),
        shape=alt.Shape("s:N", scale=forms, legend=legend),
    )
    return (rule + point).properties(width=WIDTH, height=alt.Step(15))


def heatmap(detail: Detail, series: Series) -> Any:
    """Squares, one per pair of categories: shaded by a number, which also stands in it."""
    import altair as alt

    found = records(detail, series)
    most = max((record["v"] for record in found), default=0.0) or 1.0
    said = _SHARE if series.column.unit == "share" else "format(datum.v, ',.3~g')"
    rows = list(dict.fromkeys(record["c"] for record in found))
    across = list(dict.fromkeys(record["s"] for record in found))
    top = alt.Axis(labelAngle=-45, labelLimit=140, orient="top")
    dark = f"datum.v > {most * _DARK}"
    base = alt.Chart(_data(detail, series)).encode(
        y=alt.Y("c:N", sort=rows, title=None, axis=_names_axis()),
        x=alt.X("s:N", sort=across, title=None, axis=top),
    )
    shade = alt.Scale(domain=[0, most], range=["#FFFFFF", COLOURS[0]], interpolate="rgb")
    square = base.mark_rect(stroke="#767676", strokeWidth=0.5).encode(
        color=alt.Color("v:Q", scale=shade, legend=None)
    )
    told = base.transform_calculate(t=f"isValid(datum.v) ? {said} : ''")
    number = told.mark_text(fontSize=10).encode(
        text=alt.Text("t:N"),
        color=alt.condition(dark, alt.value("#FFFFFF"), alt.value("#1A1A1C")),
    )
    return (square + number).properties(width=alt.Step(_CELL), height=alt.Step(_CELL))
