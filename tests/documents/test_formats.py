# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.documents import formats
from shirube.texts import using


def test_dates_are_written_as_each_language_writes_them() -> None:
    with using("ja"):
        assert formats.day(dt.date(2026, 3, 1)) == "2026年3月1日"
    with using("en"):
        assert formats.day(dt.date(2026, 3, 1)) == "1 March 2026"


def test_moments_are_told_in_japan_standard_time() -> None:
    late = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
    with using("ja"):
        assert formats.moment(late) == "2026年11月22日 08:30（日本標準時）"
    with using("en"):
        assert formats.moment(late) == "22 November 2026, 08:30 (Japan Standard Time)"
        assert formats.minute(late.replace(tzinfo=None)) == "22 November 2026 08:30"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "", "not estimable"),
        (True, "", "yes"),
        (False, "", "no"),
        ("BILL_AMT", "", "BILL_AMT"),
        (30000, "count", "30,000"),
        (0.8107, "share", "81.1%"),
        (1.0, "share", "100%"),
        (0.0, "share", "0%"),
        (0.00004, "share", "0.004%"),
        (0.16234, "difference", "0.1623"),
        (1234.56, "distance", "1,235"),
        (90, "days", "90 days"),
        (1.5, "bits", "1.5 bits"),
        (-0.25, "difference", "-0.25"),
    ],
)
def test_a_value_is_written_with_its_unit(value: object, unit: str, text: str) -> None:
    with using("en"):
        assert formats.scalar(value, unit) == text


@given(st.floats(min_value=1e-12, max_value=1, exclude_min=True))
def test_a_share_above_zero_is_never_rounded_to_zero(share: float) -> None:
    assert float(formats.percent(share).rstrip("%")) > 0


def test_sizes_are_powers_of_a_thousand() -> None:
    assert [formats.byte_size(size) for size in (12, 48_211, 1_482_330, 3_000_000_000)] == [
        "12 B", "48.2 KB", "1.5 MB", "3.0 GB",
    ]  # fmt: skip
