# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from pathlib import Path

import pytest

from shirube.documents.charts import series
from shirube.documents.report import html

STYLE = (Path(html.__file__).parent / "report.css").read_text("utf-8")
COLOURS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", STYLE))


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("name", ["shown", "not-shown", "open", "explained", "rest"])
def test_an_outcome_is_legible_on_its_own_ground_on_white_and_under_white_signs(name: str) -> None:
    assert contrast(COLOURS[name], COLOURS[f"{name}-soft"]) >= 4.5
    assert contrast(COLOURS[name], COLOURS["ground"]) >= 4.5


@pytest.mark.parametrize("name", ["ink", "ink-2", "link"])
@pytest.mark.parametrize("ground", ["ground", "soft", "explained-soft"])
def test_text_and_links_are_legible_on_every_ground(name: str, ground: str) -> None:
    assert contrast(COLOURS[name], COLOURS[ground]) >= 4.5


def test_lines_of_charts_stand_out_from_white_and_none_looks_like_another() -> None:
    assert all(contrast(colour, "#fff") >= 3 for colour in series.COLOURS)
    looks = {
        (colour, tuple(dash)) for colour, dash in zip(series.COLOURS, series.DASHES, strict=True)
    }
    assert len({dash for _colour, dash in looks}) == len(series.COLOURS)
