# SPDX-License-Identifier: Apache-2.0
"""The verdict on a measurement that was run again, and its first cause, worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube.dossier import RefusedDossier, reproduction_record
from shirube.dossier.reproduction import compare
from shirube.terms.measurement import Column, Detail, Input, Interval, Measurement, Value
from shirube.terms.reproduction import Difference, Hole, MeasuredAgain, Reproduction
from shirube.terms.subject import Subject
from shirube.terms.text import Text

MOMENT = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)
TABLE = Detail(
    name="groups",
    title=Text("群", "Groups"),
    columns=(Column("group", Text("群", "Group")), Column("rate", Text("率", "Rate"))),
    rows=(("a", 0.25), ("b", 0.5)),
)


def gap(value: Any = 0.12, low: float = 0.10, high: float = 0.14, **more: Any) -> Value:
    return Value(
        name="gap", value=value, interval=Interval(low, high, "bootstrap"), sample_size=100, **more
    )


SEALED = Measurement(
    id="gaps",
    measure="group_fairness",
    version="2",
    subject=Subject("dataset", "log"),
    dataset="log",
    inputs=(Input(name="log.csv", sha256="aa" * 32, bytes=7),),
    arguments={},
    seed=1,
    key="k",
    values=(gap(), Value(name="groups", value=2)),
    sample_size=100,
    method=None,
    engine="duckdb 2.0.0",
    measured_at=MOMENT,
    seconds=0.1,
    details=(TABLE,),
)


def again(*values: Value, **changes: Any) -> Measurement:
    """Return the second run: with these values, or with those that were sealed."""
    given_values = (*values, SEALED.values[1]) if values else SEALED.values
    return msgspec.structs.replace(SEALED, values=given_values, **changes)


def judged(second: Measurement, first: Measurement = SEALED, tool: str = "1") -> tuple[Any, Any]:
    made = compare(3, first, second, tools=("1", tool))
    return made.verdict, made.cause


def test_what_is_the_same_is_equal() -> None:
    made = compare(3, SEALED, again(seconds=9.0), tools=("1", "1"))
    assert (made.index, made.verdict, made.cause, made.differences) == (3, "equal", None, ())
    assert [value.agreement for value in made.values] == ["equal", "equal"]
    assert (made.values[0].sealed, made.values[0].interval) == ("0.12", ("0.1", "0.14"))


def test_the_last_digits_of_a_sum_are_no_difference() -> None:
    assert judged(again(gap(0.12 + 1e-13))) == ("equal", None)


@pytest.mark.parametrize(
    ("second", "verdict"),
    [
        # 0.13 lies in [0.10, 0.14], and the sealed 0.12 in [0.11, 0.15].
        (gap(0.13, 0.11, 0.15), "within_interval"),
        # 0.135 lies in [0.10, 0.14], but 0.12 not in [0.125, 0.145]: the sealed one is too wide.
        (gap(0.135, 0.125, 0.145), "different"),
        # 0.15 does not lie in [0.10, 0.14].
        (gap(0.15, 0.11, 0.19), "different"),
        (Value(name="gap", value=0.13), "within_interval"),
        (Value(name="gap", value=None), "different"),
        (Value(name="gap", value=True), "different"),
        (Value(name="gap", value="0.12"), "different"),
    ],
)
def test_another_value_is_held_against_the_interval(second: Value, verdict: str) -> None:
    cause = "unexplained" if verdict == "different" else None
    assert judged(again(second)) == (verdict, cause)


@pytest.mark.parametrize(
    "second",
    [
        again(gap(0.12, 0.119, 0.121)),  # an interval that was sealed too wide, or too narrow
        again(msgspec.structs.replace(gap(), sample_size=90)),
        again(details=(msgspec.structs.replace(TABLE, rows=(("a", 0.25), ("b", 0.4))),)),
        again(details=()),
        again(details=(TABLE, msgspec.structs.replace(TABLE, name="more"))),
        again(gap(), Value(name="worst", value=1)),  # a value that was kept back
        msgspec.structs.replace(SEALED, values=(gap(),)),  # a value that was invented
    ],
    ids=["interval", "sample", "row", "table", "more tables", "kept back", "invented"],
)
def test_what_was_forged_beside_the_value_is_found(second: Measurement) -> None:
    assert judged(second) == ("different", "unexplained")


def test_other_data_are_the_first_cause_even_where_the_values_agree() -> None:
    other = (Input(name="log.csv", sha256="bb" * 32, bytes=7),)
    made = compare(3, SEALED, again(inputs=other, version="3", seed=2), tools=("1", "2"))
    assert (made.verdict, made.cause) == ("different", "data")
    assert [one.cause for one in made.differences] == ["data", "version", "version", "seed"]
    assert made.differences[0] == Difference(
        cause="data", what="log.csv", sealed="aa" * 32, found="bb" * 32
    )


def test_files_of_a_table_may_come_in_another_order_and_under_other_names() -> None:
    two = tuple(Input(name=f"{n}", sha256=n * 64, bytes=1) for n in "ab")
    moved = tuple(Input(name=f"moved{n}", sha256=n * 64, bytes=1) for n in "ba")
    first = msgspec.structs.replace(SEALED, inputs=two)
    assert judged(again(inputs=moved), first) == ("equal", None)
    # One of the two is another file, and one is missing: told one for one.
    made = compare(3, first, again(inputs=(moved[0],)), tools=("1", "1"))
    assert made.differences == (Difference(cause="data", what="a", sealed="a" * 64, found=""),)


def test_a_model_is_a_cause_of_its_own_after_the_data() -> None:
    def with_model(model: str, data: str = "aa" * 32) -> tuple[Input, ...]:
        return (
            Input(name="log.csv", sha256=data, bytes=7),
            Input(name="m.onnx", sha256=model, bytes=9, role="model"),
        )

    first = msgspec.structs.replace(SEALED, inputs=with_model("cc" * 32))
    assert judged(again(inputs=with_model("dd" * 32)), first) == ("different", "model")
    both = again(inputs=with_model("dd" * 32, "bb" * 32))
    made = compare(3, first, both, tools=("1", "1"))
    assert (made.cause, [one.cause for one in made.differences]) == ("data", ["data", "model"])


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"version": "3"}, "version"),
        ({"engine": "spark 4.3"}, "version"),
        ({"seed": 2}, "seed"),
        ({"version": "3", "seed": 2}, "version"),
        ({}, "unexplained"),
    ],
)
def test_a_different_value_has_its_first_cause(changes: dict[str, Any], cause: str) -> None:
    assert judged(again(gap(0.2, 0.18, 0.22), **changes)) == ("different", cause)
    assert judged(again(**changes)) == ("equal", None)


def test_another_seed_has_another_interval_and_another_version_other_tables() -> None:
    second = again(gap(0.12, 0.101, 0.139), seed=2, details=())
    assert judged(second) == ("equal", None)
    assert judged(again(details=()), tool="2") == ("equal", None)
    assert judged(again(gap(0.12, 0.101, 0.139)), tool="2") == ("different", "version")


def test_an_attempt_that_failed_is_equal_when_it_fails_alike() -> None:
    failed = msgspec.structs.replace(SEALED, values=(), details=(), failure="no such column")
    assert judged(failed, failed) == ("equal", None)
    assert judged(SEALED, failed) == ("different", "unexplained")
    made = compare(3, SEALED, failed, tools=("1", "1"))
    assert (made.verdict, made.values) == ("not_reproduced", ())
    assert made.reason == Text("no such column", "no such column")
    other = msgspec.structs.replace(failed, failure="a package is missing")
    assert judged(other, failed) == ("not_reproduced", None)


@given(st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_a_run_is_always_equal_to_itself(number: float, whole: bool) -> None:
    value = Value(name="gap", value=int(number) if whole else number)
    run = again(value)
    assert judged(run, run) == ("equal", None)


# --- The signed record ---------------------------------------------------------------------------


def made_of(*verdicts: Any, holes: tuple[Hole, ...] = ()) -> Reproduction:
    several = tuple(
        MeasuredAgain(
            index=index, id=f"m{index}", measure="drift", dataset="log", verdict=verdict,
            seconds=0.5,
        )
        for index, verdict in enumerate(verdicts)
    )  # fmt: skip
    return Reproduction(
        dossier_sha256="ab" * 32, operator_id="six", key_id="cd" * 32, at=MOMENT,
        tool_version="1", measurements=several, holes=holes, files={"aa" * 32: "log.csv"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def key() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


@pytest.mark.parametrize(
    ("made", "result"),
    [
        (made_of("equal", "within_interval"), "PASSED"),
        (made_of("equal", "not_reproduced"), "WARNED"),
        (made_of("not_reproduced", "different"), "FAILED"),
        (made_of(), "WARNED"),
        (made_of("equal", holes=(Hole(index=9, why="redacted"),)), "WARNED"),
        (made_of("equal", holes=(Hole(index=9, why="erased"),)), "PASSED"),
    ],
)
def test_a_record_says_the_same_when_it_is_read(made: Reproduction, result: str, key: Any) -> None:
    import json

    from shirube.ledger.envelope import payload_of

    written = reproduction_record.sign(made, key)
    assert reproduction_record.read(written, key.public_key()) == made
    said = json.loads(payload_of(written))
    assert said["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert said["predicate"]["result"] == result
    assert said["predicate"]["configuration"] == [
        {"name": "log.csv", "digest": {"sha256": "aa" * 32}}
    ]
    names = [said["predicate"][f"{kind}Tests"] for kind in ("passed", "warned", "failed")]
    assert sum(map(len, names)) == len(made.measurements)


def test_every_changed_byte_of_a_record_is_refused(key: Any) -> None:
    full = compare(3, SEALED, again(gap(0.2, 0.18, 0.22), seed=2), tools=("1", "1"))
    made = msgspec.structs.replace(made_of("equal"), measurements=(full,), seed=2)
    written = reproduction_record.sign(made, key)
    assert reproduction_record.read(written, key.public_key()) == made
    for at in range(len(written)):
        changed = written[:at] + bytes([written[at] ^ (1 << at % 8)]) + written[at + 1 :]
        with pytest.raises(RefusedDossier):
            reproduction_record.read(changed, key.public_key())


def test_a_receipt_is_no_record_and_a_long_file_is_not_read(key: Any) -> None:
    from shirube.ledger import envelope

    for content in (
        envelope.sign(b'{"predicate":{"shirube":{}}}', key),
        envelope.sign(b"{}", key),
        b"",
        b" " * (reproduction_record.MAX_BYTES + 1),
    ):
        with pytest.raises(RefusedDossier):
            reproduction_record.read(content, key.public_key())
