# SPDX-License-Identifier: Apache-2.0
"""An operator with a key, and the records that it seals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from shirube.evidence import keys
from shirube.evidence.keys import SigningKey
from shirube.terms.document import Document
from shirube.terms.evidence import DocumentSeal
from shirube.terms.measurement import Column, Detail, Input, Interval, Measurement, Value
from shirube.terms.subject import Subject
from shirube.terms.text import Text

NOW = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def key_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the keys of a test to itself."""
    directory = tmp_path / "keys"
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(directory))
    return directory


@pytest.fixture
def operator(tmp_path: Path) -> Path:
    """Return an operator's empty folder."""
    folder = tmp_path / "operator"
    folder.mkdir()
    return folder


@pytest.fixture
def key(operator: Path) -> SigningKey:
    """Return the operator's new key."""
    return keys.create("acme_credit", folder=operator)


@pytest.fixture
def now() -> dt.datetime:
    """Return the time at which the tests seal."""
    return NOW


@pytest.fixture
def measured() -> Callable[..., Measurement]:
    """Return a maker of measurements that use every kind of field."""

    def make(identifier: str = "release_k", **changes: object) -> Measurement:
        fields: dict[str, object] = {
            "id": identifier,
            "measure": "anonymity",
            "version": "1",
            "subject": Subject("dataset", "release"),
            "dataset": "release",
            "inputs": (Input(name="data/release.csv", sha256="ab" * 32, bytes=1234, rows=4),),
            "arguments": {"quasi_identifiers": ["SEX", "年齢"], "floor": 5, "population": None},
            "seed": 7,
            "key": f"key of {identifier}",
            "values": (
                Value(name="k", value=1, unit="count", sample_size=4),
                Value(name="gap", value=0.1, interval=Interval(-0.25, 1 / 3, "bootstrap")),
                Value(name="t_equal", value=None, reason=Text("推定できません。", "not estimable")),
            ),
            "sample_size": 4,
            "method": Text("同値類の数え上げ", "counting of classes"),
            "engine": "duckdb 2.0",
            "measured_at": NOW,
            "seconds": 0.25,
            "details": (
                Detail(
                    name="class_sizes",
                    title=Text("同値類の大きさ", "class sizes"),
                    columns=(Column("size", Text("大きさ", "size")),),
                    rows=((1, 0.5, "1", True, None),),
                ),
            ),
        }
        return Measurement(**(fields | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def policy() -> DocumentSeal:
    """Return a document that exists."""
    document = Document(id="policy", kinds=("governance_policy",), file="policy.md", published=True)
    return DocumentSeal(document=document, sha256="cd" * 32, bytes=99)
