# SPDX-License-Identifier: Apache-2.0
"""The bytes of a leaf: one way to write an entry, and nothing of the evidence in it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.evidence import codec
from shirube.evidence import entry as entries
from shirube.evidence.entry import Entry
from shirube.terms.evidence import RECORDS

DIGEST = "0123456789abcdef" * 4
RENDERED = (
    b'{"kind":"measurement","sealed_at":"2026-11-01T00:00:00Z","sha256":"'
    + DIGEST.encode()
    + b'","shirube":1}'
)


def test_an_entry_is_written_with_its_time_in_utc() -> None:
    tokyo = dt.timezone(dt.timedelta(hours=9))
    entry = Entry("measurement", dt.datetime(2026, 11, 1, 9, tzinfo=tokyo), DIGEST)
    assert entries.render(entry) == RENDERED
    assert entries.parse(RENDERED) == entry


@given(
    st.sampled_from(list(RECORDS)),
    st.datetimes(timezones=st.just(dt.UTC)).map(lambda moment: moment.replace(fold=0)),
    st.text("0123456789abcdef", min_size=64, max_size=64),
)
def test_reading_gives_back_what_was_written(kind, sealed_at: dt.datetime, digest: str) -> None:
    entry = Entry(kind, sealed_at, digest)
    assert entries.parse(entries.render(entry)) == entry


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"measurement", b"guess"),
        (b"Z", b"+00:00"),
        (b"Z", b""),
        (b"2026", b"26"),
        (b'{"kind', b'{ "kind'),
        (b'"shirube":1', b'"shirube":2'),
        (b"}", b',"more":1}'),
        (b"}", b',"shirube":1}'),
        (b"0123", b"0A23"),
        (b"0123", b"012"),
    ],
)
def test_an_entry_written_in_another_way_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        entries.parse(RENDERED.replace(old, new, 1))


@given(st.binary(max_size=300))
def test_rubbish_raises_only_our_own_error(rubbish: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        entries.parse(rubbish)


OTHER = RENDERED.replace(b"2026-11-01", b"2026-11-02")


def test_many_entries_are_read_as_each_of_them() -> None:
    assert entries.parse_all([]) == []
    assert entries.parse_all([RENDERED, OTHER]) == [entries.parse(RENDERED), entries.parse(OTHER)]


@pytest.mark.parametrize(
    "contents",
    [
        [RENDERED + b"\n" + OTHER],
        [RENDERED + b"\n" + OTHER, b""],
        [RENDERED, b"", OTHER],
        [RENDERED + b"\n", OTHER],
        [RENDERED, b" " + OTHER],
        [RENDERED[:40], RENDERED[40:]],
        [RENDERED + b"," + OTHER],
        [RENDERED, OTHER.replace(b"0123", b"0A23")],
    ],
)
def test_entries_that_are_well_written_only_together_are_refused(contents: list[bytes]) -> None:
    with pytest.raises(codec.Unreadable):
        entries.parse_all(contents)
