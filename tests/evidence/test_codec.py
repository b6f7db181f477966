# SPDX-License-Identifier: Apache-2.0
"""Records to JSON and back: nothing is lost, numbers are decimal strings."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shirube.evidence import codec
from shirube.ledger import strict_json
from shirube.terms.document import Document
from shirube.terms.errors import InternalError
from shirube.terms.evidence import DocumentSeal, Withdrawal
from shirube.terms.measurement import Column, Detail, Input, Interval, Measurement, Value
from shirube.terms.subject import SUBJECT_KINDS, Subject
from shirube.terms.text import Text

words = st.text(st.characters(codec="utf-8"), max_size=12)
finite = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | st.integers() | finite | words
moments = st.datetimes(timezones=st.just(dt.UTC)).map(lambda moment: moment.replace(fold=0))
arguments = st.recursive(
    scalars | st.dates() | moments,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


def tuples(inner: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(inner, max_size=most).map(tuple)


texts = st.builds(Text, words, words)
values = st.builds(
    Value,
    name=words,
    value=scalars,
    unit=st.sampled_from(["", "share", "bits"]),
    interval=st.none() | st.builds(Interval, finite, finite, words, finite),
    sample_size=st.none() | st.integers(),
    baseline=st.none() | finite,
    reason=st.none() | texts,
)
details = st.builds(
    Detail,
    name=words,
    title=texts,
    columns=tuples(st.builds(Column, words, texts, words)),
    rows=tuples(tuples(scalars)),
    chart=st.sampled_from(["none", "lines"]),
    note=st.none() | texts,
)
measurements = st.builds(
    Measurement,
    id=words,
    measure=words,
    version=words,
    subject=st.builds(Subject, st.sampled_from(SUBJECT_KINDS), words),
    dataset=words,
    inputs=tuples(
        st.builds(
            Input,
            name=words,
            sha256=words,
            bytes=st.integers(0),
            rows=st.none() | st.integers(0),
        )
    ),
    arguments=st.dictionaries(words, arguments, max_size=3),
    seed=st.integers(),
    key=words,
    values=tuples(values),
    sample_size=st.integers(0),
    method=st.none() | texts,
    engine=words,
    measured_at=moments,
    seconds=finite,
    details=tuples(details, 2),
    notes=tuples(texts, 2),
    failure=words,
)
documents = st.builds(
    DocumentSeal,
    document=st.builds(
        Document,
        id=words,
        kinds=tuples(words),
        title=st.none() | texts,
        file=st.none() | words,
        date=st.none() | st.dates(),
        published=st.none() | st.booleans(),
        absent=st.booleans(),
        systems=tuples(words),
    ),
    sha256=words,
    bytes=st.integers(0),
)
withdrawals = st.builds(
    Withdrawal, index=st.integers(0), reason=words, author=words, date=st.dates()
)


@given(measurements | documents | withdrawals)
@settings(max_examples=60)
def test_a_record_comes_back_as_it_went_through_bytes(record) -> None:
    written = codec.dump(codec.encode(record))
    back = codec.decode(codec.parse(written), type(record))
    assert back == record
    assert codec.encode(back) == codec.encode(record)  # 1 stays 1, 1.0 stays 1.0


@given(measurements)
@settings(max_examples=30)
def test_no_bare_number_is_ever_written(record) -> None:
    waiting = [codec.encode(record)]
    while waiting:
        value = waiting.pop()
        assert value is None or isinstance(value, str | bool | list | dict)
        if isinstance(value, list | dict):
            waiting.extend(value.values() if isinstance(value, dict) else value)


def test_numbers_are_the_shortest_decimals_that_read_back() -> None:
    value = Value(name="gap", value=0.1, interval=Interval(1e-7, 1e22, "exact", 0.95))
    assert codec.encode(value) == {
        "name": "gap",
        "value": {"number": "0.1"},
        "unit": "",
        "interval": {"low": "1e-07", "high": "1e+22", "method": "exact", "level": "0.95"},
        "sample_size": None,
        "baseline": None,
        "reason": None,
    }


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_a_number_that_is_none_is_a_mistake_of_ours(number: float) -> None:
    with pytest.raises(InternalError):
        codec.encode(Value(name="k", value=number))


def test_numbers_of_numpy_are_numbers() -> None:
    value = Value(name="k", value=np.int64(5), interval=Interval(np.float64(0.5), 1, "x"))
    assert codec.decode(codec.encode(value), Value) == Value(
        name="k", value=5, interval=Interval(0.5, 1.0, "x")
    )
    assert codec.encode(Value(name="k", value=np.bool_(True)))["value"] is True


def test_sequences_in_arguments_come_back_as_lists(measured) -> None:
    record = measured(arguments={"columns": ("SEX", "AGE")})
    assert codec.decode(codec.encode(record), Measurement).arguments == {"columns": ["SEX", "AGE"]}


def test_something_that_is_no_data_is_a_mistake_of_ours(measured) -> None:
    with pytest.raises(InternalError, match="object cannot be sealed"):
        codec.encode(measured(arguments={"column": object()}))


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b"[" * 100_000,
        b"\xff",
        b"",
        b"{",
        b"9" * 5000,
        b" " * (strict_json.MAX_BYTES + 1),
    ],
    ids=["twice", "NaN", "deep", "bytes", "empty", "half", "long number", "long"],
)
def test_what_is_not_strict_json_is_refused(content: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        codec.parse(content)


@pytest.mark.parametrize(
    "change",
    [
        {"value": {"number": "0x10"}},
        {"value": {"number": "NaN"}},
        {"value": {"number": "1_0"}},
        {"value": {"number": " 1"}},
        {"value": {"number": "1e999"}},
        {"value": {"number": 1}},
        {"value": {"unknown": "1"}},
        {"value": {}},
        {"value": 1},
        {"sample_size": "1.5"},
        {"sample_size": True},
        {"sample_size": 3},
        {"unit": "furlong"},
        {"interval": {"low": "1"}},
        {"surprise": "x"},
        {"name": None},
    ],
)
def test_a_field_that_is_not_as_it_should_be_is_refused(change: dict) -> None:
    encoded = codec.encode(Value(name="k", value=1)) | change
    with pytest.raises(codec.Unreadable):
        codec.decode(encoded, Value)


@given(arguments.filter(lambda value: "date" not in repr(value)))
@settings(max_examples=50)
def test_rubbish_raises_only_our_own_error(rubbish) -> None:
    content = json.dumps(rubbish).encode()
    try:
        codec.decode(codec.parse(content), Measurement)
    except codec.Unreadable:
        return
    pytest.fail("rubbish was taken for a measurement")


def test_an_unreadable_record_is_named_even_where_the_value_is_empty() -> None:
    sealed = codec.encode(Withdrawal(index=0, reason="x", author="y", date=dt.date(2026, 1, 1)))
    with pytest.raises(codec.Unreadable, match="Withdrawal"):
        codec.decode({**sealed, "date": ""}, Withdrawal)
