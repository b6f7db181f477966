# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re

import msgspec
import sample
from defusedxml import ElementTree as Xml

from shirube.documents.charts import once, panels, write
from shirube.terms.measurement import Column, Detail
from shirube.terms.text import Text
from shirube.texts import using


def details() -> dict[str, Detail]:
    found = (one.measurement.details for one in sample.evidence() if one.measurement)
    return {detail.name: detail for group in found for detail in group}


def test_every_number_with_an_interval_has_a_panel_with_words() -> None:
    with using("en"):
        told = panels(details()["groups"], "Credit screening")
    assert [panel.title for panel in told] == ["Selection rate", "True positive rate"]
    assert told[0].alt == (
        "Rates by group with 95% intervals: Selection rate. Credit screening. "
        "The figures are in the table."
    )


def test_pictures_are_well_formed_and_hold_no_script_link_or_foreign_markup() -> None:
    for detail in details().values():
        for panel in panels(detail):
            tree = Xml.fromstring(panel.svg)
            names = {element.tag.rpartition("}")[2] for element in tree.iter()}
            assert not names & {"script", "foreignObject", "image", "a", "use", "style"}
            assert not re.search(r"(?:href|src|on\w+)=", panel.svg)


def test_a_hostile_name_of_a_group_stays_text() -> None:
    hostile = "<script>alert(1)</script>"
    detail = details()["groups"]
    first, *rest = detail.rows
    detail = msgspec.structs.replace(detail, rows=((hostile, *first[1:]), *rest))
    (panel, _second) = panels(detail)
    assert "<script" not in panel.svg
    shown = [element.text for element in Xml.fromstring(panel.svg).iter() if element.text]
    assert any("<script>" in text for text in shown)


def test_the_same_table_gives_the_same_picture() -> None:
    for detail in details().values():
        assert panels(detail) == panels(msgspec.structs.replace(detail))


def test_of_many_lines_the_largest_are_drawn_and_none_is_lost_from_the_table() -> None:
    rows = tuple((f"2026-{m:02}", f"c{c:02}", c / 100) for m in (1, 2) for c in range(20))
    columns = (
        Column("period", Text("月", "Month")),
        Column("column", Text("列", "Column")),
        Column("psi", Text("PSI", "PSI")),
    )
    detail = Detail(
        name="over_time", title=Text("変化", "Change"), columns=columns, rows=rows, chart="lines"
    )
    (panel,) = panels(detail)
    drawn = set(re.findall(r">(c\d\d)<", panel.svg))
    assert drawn == {f"c{number}" for number in range(13, 20)}


def test_nothing_to_draw_gives_no_panel() -> None:
    detail = details()["class_sizes"]
    assert panels(msgspec.structs.replace(detail, rows=())) == ()
    assert panels(msgspec.structs.replace(detail, chart="none")) == ()
    nulls = tuple((size, None) for size, _classes in detail.rows)
    assert panels(msgspec.structs.replace(detail, rows=nulls)) == ()


def _table(chart, columns, rows) -> Detail:
    titled = tuple(Column(name, Text(name, name), unit) for name, unit in columns)
    return Detail(name="t", title=Text("表", "Table"), columns=titled, rows=rows, chart=chart)


def test_what_is_compared_stands_side_by_side_under_its_own_form() -> None:
    columns = (
        ("attack", ""),
        ("against", ""),
        ("rate", "share"),
        ("rate_low", ""),
        ("rate_high", ""),
    )
    rows = tuple(
        (attack, against, rate, rate - 0.1, rate + 0.1)
        for attack in ("linkability", "inference")
        for against, rate in (("release", 0.6), ("control", 0.2))
    )
    with using("en"):
        (panel,) = panels(_table("compared", columns, rows))
    texts = [element.text for element in Xml.fromstring(panel.svg).iter() if element.text]
    assert {"linkability", "inference", "release", "control"} <= set(texts)
    assert texts.count("release") == 1  # named once, in the legend


def test_a_heat_map_writes_its_number_into_each_square() -> None:
    columns = (("first", ""), ("second", ""), ("share", "share"))
    rows = (("age", "age", 0.1), ("age", "area", 0.9), ("area", "area", 0.0))
    (panel,) = panels(_table("heatmap", columns, rows))
    texts = [element.text for element in Xml.fromstring(panel.svg).iter() if element.text]
    assert {"10%", "90%", "0%"} <= set(texts)


def test_few_people_in_a_thousand_are_not_told_as_none() -> None:
    columns = (("first", ""), ("second", ""), ("share", "share"))
    rows = (("a", "a", 0.0), ("a", "b", 0.0002), ("b", "a", 0.004), ("b", "b", 0.02))
    (panel,) = panels(_table("heatmap", columns, rows))
    texts = [element.text for element in Xml.fromstring(panel.svg).iter() if element.text]
    assert {"0%", "<0.1%", "0.4%", "2%"} <= set(texts)


def _texts(detail: Detail) -> list[str]:
    with using("en"):
        (panel,) = panels(detail)
    return [element.text for element in Xml.fromstring(panel.svg).iter() if element.text]


def test_a_number_that_nobody_could_measure_is_no_part_of_a_name() -> None:
    # a log without outcomes: selection rates with intervals, and no true positive rate
    columns = (
        ("group", ""),
        ("rate", "share"),
        ("rate_low", ""),
        ("rate_high", ""),
        ("tpr", "share"),
        ("tpr_low", ""),
        ("tpr_high", ""),
    )
    rows = tuple((group, 0.8, 0.7, 0.9, None, None, None) for group in ("female", "male"))
    texts = _texts(_table("intervals", columns, rows))
    assert {"female", "male"} <= set(texts)
    assert not any("(none)" in text for text in texts)


def test_a_name_says_no_more_than_tells_the_rows_apart() -> None:
    # the law's class follows from the kind: column and kind name a row
    columns = (("column", ""), ("kind", ""), ("legal_class", ""), ("hits", "count"))
    rows = (("memo", "phone", "contact", 2), ("memo", "card", "money", 1))
    texts = _texts(_table("bars", columns, rows))
    assert any("memo" in text and "phone" in text.lower() for text in texts)
    assert not any("contact" in text or "reaches" in text for text in texts)


def test_what_is_counted_has_no_half_on_its_axis() -> None:
    rows = (("a", 2), ("b", 1))
    texts = _texts(_table("bars", (("column", ""), ("hits", "count")), rows))
    assert not {"0.5", "1.5"} & set(texts)


def test_of_a_heat_map_each_pair_stands_once_in_the_table() -> None:
    rows = (("a", "a", 0.0), ("a", "b", 0.2), ("b", "a", 0.2), ("b", "b", 0.1))
    columns = (("first", ""), ("second", ""), ("share", "share"))
    assert once(_table("heatmap", columns, rows)) == (rows[0], rows[1], rows[3])
    assert once(_table("bars", columns, rows)) == rows


def test_pictures_are_written_as_svg_and_png(tmp_path) -> None:
    detail = details()["class_sizes"]
    made = write([detail], tmp_path / "charts", prefix="release/anonymity_")
    assert {file.suffix for file in made} == {".svg", ".png"}
    assert all(file.parent == tmp_path / "charts" for file in made)
    assert all(file.name.startswith("release_anonymity_class_sizes") for file in made)
    svg = next(file for file in made if file.suffix == ".svg").read_text("utf-8")
    assert str(detail.title) in svg  # alone in a file, it says what it shows
    (first, *_rest) = [file for file in made if file.suffix == ".png"]
    assert first.read_bytes().startswith(b"\x89PNG")
