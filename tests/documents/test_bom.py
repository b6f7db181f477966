# SPDX-License-Identifier: Apache-2.0
"""The bill of materials: strict-valid, the same bytes for the same input, nothing guessed."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import cyclonedx.schema
import msgspec
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from shirube import documents
from shirube.documents.bom import licences
from shirube.terms.bom import Bom, BomChange, Card, CardFile, CardMetric, Contents, Package
from shirube.terms.errors import Problem
from shirube.terms.evidence import Evidence, Withdrawal
from shirube.terms.manifest import Dataset, Declaration, Manifest, Model, Operator, Supplier, System
from shirube.terms.measurement import Input, Interval, Measurement, Value
from shirube.terms.subject import Subject
from shirube.terms.text import Text

NOW = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
SHA = "ab" * 32


def _manifest(*, licence: str | None = "Apache-2.0", country: str | None = "US") -> Manifest:
    return Manifest(
        file="shirube.yaml",
        operator=Operator(id="acme", name=Text("見本", "Acme"), kind="company", country="JP"),
        systems=(
            System(
                id="chat", name=Text("対話", "Chat"), models=("m",), datasets=("d",),
                suppliers=("cloud", "maker", "tools"),
            ),
        ),
        datasets=(Dataset(id="d", title=Text("記録", "Log"), files=("d.csv",), licence="my own"),),
        models=(
            Model(
                id="m", name=Text("模型", "Model"), version="1", files=("m.bin",),
                supplier="maker", training_data=("d",), licence=licence,
            ),
        ),
        suppliers=(
            Supplier(id="cloud", name=Text("雲", "Cloud"), layer="cloud", country="JP"),
            Supplier(id="maker", name=Text("作り手", "Maker"), layer="model", country=country),
            Supplier(id="tools", name=Text("道具", "Tools"), layer="software", country="DE"),
        ),
        measurements=(
            Declaration(id="gap", measure="disparity", dataset="d", system="chat"),
            Declaration(id="k", measure="anonymity", dataset="d"),
        ),
    )  # fmt: skip


def _run(index: int, name: str, number: float, failure: str = "") -> Evidence:
    made = Measurement(
        id=name, measure="disparity", version="1", subject=Subject("system", "chat"), dataset="d",
        inputs=(), arguments={}, seed=0, key=f"key-{index}", sample_size=4, method=None,
        engine="DuckDB", measured_at=NOW, seconds=0.1, failure=failure,
        values=(
            Value(name="max", value=number, interval=Interval(0.1, 0.3, "bootstrap")),
            Value(name="none", value=None, reason=Text("推定できません", "not estimable")),
        ),
    )  # fmt: skip
    return Evidence(
        index=index, sha256=f"{index:064x}", key_id="k", sealed_at=NOW, kind="measurement",
        measurement=made,
    )  # fmt: skip


CONTENTS = Contents(
    packages=(
        Package(ecosystem="npm", name="@a/b", version="2.0.0", licence="MIT", found_in=("p",)),
        Package(ecosystem="pypi", name="numpy", version="", found_in=("requirements.txt",)),
    ),
    cards=(
        Card(
            file="README.md", sha256=SHA, form="hugging_face", about="model", licence="mit",
            task="text-generation", base_models=("x/base",),
            metrics=(CardMetric(name="accuracy", value="0.5", dataset="JGLUE"),),
        ),
    ),
    files={
        "model:m": (Input(name="m.bin", sha256="01" * 32, bytes=7),),
        "dataset:d": (Input(name="d.csv", sha256="02" * 32, bytes=7),),
    },
)  # fmt: skip
EVIDENCE = (_run(0, "gap", 0.9), _run(1, "gap", 0.2), _run(2, "k", 5.0))


def _bom(
    manifest: Manifest | None = None,
    contents: Contents = CONTENTS,
    evidence: tuple[Evidence, ...] = EVIDENCE,
) -> Bom:
    declared = manifest or _manifest()
    return documents.bom(declared, declared.systems[0], contents, evidence, "1.0")


def _parts(made: Bom) -> dict[str, dict[str, Any]]:
    return {part["bom-ref"]: part for part in json.loads(made.text)["components"]}


def _differences(old: Bom, new: Bom) -> tuple[BomChange, ...]:
    return documents.bom_difference(old.text.encode(), new.text.encode(), names=("old", "new"))


def test_the_bill_is_strict_valid_whatever_is_known() -> None:
    empty = msgspec.structs.replace(
        _manifest(licence=None, country=None),
        systems=(System(id="chat", name=Text("対話", "Chat")),), models=(), measurements=(),
    )  # fmt: skip
    validator = JsonStrictValidator(SchemaVersion.V1_7)
    for made in (
        _bom(),
        _bom(_manifest(licence=None), Contents(), ()),
        _bom(empty, Contents(), ()),
    ):
        assert validator.validate_str(made.text) is None
    broken = _bom().text.replace('"value": "0.2"', '"value": 0.2')
    assert validator.validate_str(broken) is not None


@pytest.mark.parametrize(
    "words",
    ["http://[::1", 'https://a/<>"{}|^`', "a" * 1100, "日本 語\x00", "%zz", "//", "MIT OR ISC",
     "http://例え.jp/ライセンス"],
)  # fmt: skip
def test_no_words_of_cards_and_lock_files_make_the_bill_invalid(words: str) -> None:
    said = msgspec.structs.replace(
        CONTENTS.cards[0], licence=words, name=words, version=words, file=words[:99],
        creators=(words,), task=words, description=words,
    )  # fmt: skip
    package = Package(ecosystem="npm", name=words, version=words, licence=words, found_in=(words,))
    contents = msgspec.structs.replace(CONTENTS, cards=(said,), packages=(package,))
    declared = _manifest(licence=None)
    model = msgspec.structs.replace(declared.models[0], version=None)
    made = _bom(msgspec.structs.replace(declared, models=(model,)), contents)
    assert JsonStrictValidator(SchemaVersion.V1_7).validate_str(made.text) is None


def test_equal_input_gives_equal_bytes_and_other_input_another_serial_number() -> None:
    assert _bom().text == _bom().text
    assert _bom().serial_number != _bom(_manifest(country="FR")).serial_number
    assert _bom().serial_number in _bom().text


def test_the_last_run_speaks_as_text_with_its_interval_and_its_proof() -> None:
    model = _parts(_bom())["model:m"]
    assert model["modelCard"]["quantitativeAnalysis"]["performanceMetrics"] == [
        {
            "type": "gap.max",
            "value": "0.2",
            "confidenceInterval": {"lowerBound": "0.1", "upperBound": "0.3"},
        },
        {"type": "README.md: accuracy", "value": "0.5", "slice": "JGLUE"},
    ]
    assert {
        "name": "shirube:evidence:gap",
        "value": f"index=1; sha256={1:064x}; sealed=2026-11-22T01:00:00+00:00",
    } in model["properties"]
    assert {"name": "shirube:metric:k.max", "value": "5.0"} in _parts(_bom())["dataset:d"][
        "properties"
    ]


@pytest.mark.parametrize("how", ["withdrawn", "failed", "erased"])
def test_an_older_run_does_not_come_back(how: str) -> None:
    last = {
        "withdrawn": _run(1, "gap", 0.2),
        "failed": _run(1, "gap", 0.2, failure="no rows"),
        "erased": msgspec.structs.replace(_run(1, "gap", 0.2), erased_by=3),
    }[how]
    evidence = [_run(0, "gap", 0.9), last]
    if how == "withdrawn":
        back = Withdrawal(index=1, reason="wrong", author="Hana", date=NOW.date())
        evidence.append(
            Evidence(index=2, sha256=SHA, key_id="k", sealed_at=NOW, kind="withdrawal",
                     withdrawal=back)
        )  # fmt: skip
    made = _bom(evidence=tuple(evidence))
    assert "gap.max" not in made.text
    assert "The last run of gap (entry 1) failed, or was withdrawn or erased." in map(
        str, made.questions
    )


def test_what_nobody_said_is_a_question_and_not_in_the_bill() -> None:
    contents = msgspec.structs.replace(CONTENTS, cards=())
    made = _bom(_manifest(licence=None, country=None), contents, ())
    assert sorted(map(str, made.questions)) == [
        "datasets.d.location is not known.",
        "datasets.d.source is not known.",
        "gap has not been measured.",
        "k has not been measured.",
        "models.m.licence is not known.",
        "requirements.txt does not fix the version of numpy.",
        "suppliers.maker.country is not known.",
    ]
    model = _parts(made)["model:m"]
    assert "licenses" not in model
    assert model["supplier"] == {"name": "Maker"}
    assert "version" not in _parts(made)["pkg:pypi/numpy"]


def test_a_card_fills_a_gap_and_a_contradiction_is_told() -> None:
    filled = _bom(_manifest(licence=None))
    assert _parts(filled)["model:m"]["licenses"] == [{"license": {"id": "MIT"}}]
    told = _bom()
    assert _parts(told)["model:m"]["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert list(map(str, told.notes)) == [
        "models.m.licence: the manifest says Apache-2.0, the card README.md says mit."
    ]


def test_a_card_that_states_another_digest_or_fits_nothing_is_told() -> None:
    swapped = Card(
        file="croissant.json", sha256=SHA, form="croissant", about="dataset", name="d",
        files=(CardFile(name="https://x.example/d.csv", sha256="ff" * 32),),
    )  # fmt: skip
    stray = Card(file="far/README.md", sha256=SHA, form="hugging_face", about="model")
    made = _bom(contents=msgspec.structs.replace(CONTENTS, cards=(swapped, stray)))
    first, second = map(str, made.notes)
    assert first == (
        "d.csv is not the file that the card croissant.json describes: its SHA-256 begins "
        "020202020202, the card says ffffffffffff."
    )
    assert second.startswith("The card far/README.md was not used")


def test_licences_are_spdx_ids_only_where_the_schema_knows_them() -> None:
    schema = Path(cyclonedx.schema.__file__).parent / "_res" / "spdx.SNAPSHOT.schema.json"
    known = set(json.loads(schema.read_text(encoding="utf-8"))["enum"])
    assert set(licences.IDS) <= known
    for words, spdx in {
        "apache-2.0": "Apache-2.0", "CC BY 4.0": "CC-BY-4.0", "gpl": "", "MIT": "MIT",
        "https://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0",
        "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
    }.items():  # fmt: skip
        assert licences.spdx_id(words) == spdx


def test_no_change_is_no_difference() -> None:
    assert _differences(_bom(), _bom()) == ()


def test_each_change_is_told_in_words() -> None:
    contents = msgspec.structs.replace(
        CONTENTS,
        packages=(
            Package(ecosystem="npm", name="@a/b", version="3.0.0", licence="ISC"),
            Package(ecosystem="pypi", name="torch", version="2.4"),
        ),
        files=CONTENTS.files | {"model:m": (Input(name="m.bin", sha256="03" * 32, bytes=7),)},
    )
    changes = _differences(
        _bom(), _bom(_manifest(country="CN", licence="MIT"), contents, (_run(0, "gap", 0.4),))
    )
    assert sorted((one.kind, one.said.en) for one in changes) == [
        ("added", "torch 2.4 was added."),
        ("hash", "m.bin: the file's digest changed (SHA-256) from 010101010101 to 030303030303."),
        ("licence", "@a/b: the licence changed from MIT to ISC."),
        ("licence", "Model: the licence changed from Apache-2.0 to MIT."),
        ("metric", "Log: the figure k.max changed from 5.0 to not stated."),
        ("metric", "Model: the figure gap.max changed from 0.2 to 0.4."),
        ("removed", "numpy was removed."),
        ("supplier", "Maker: the supplier changed (country) from US to CN."),
        ("supplier", "Model: the supplier changed (country) from US to CN."),
        ("version", "@a/b: the version changed from 2.0.0 to 3.0.0."),
    ]


def test_several_versions_of_one_package_are_paired_by_version() -> None:
    def bill(*versions: str) -> bytes:
        parts = [
            {"type": "library", "name": "c", "version": one, "purl": f"pkg:npm/c@{one}"}
            for one in versions
        ]
        return json.dumps({"bomFormat": "CycloneDX", "components": parts}).encode()

    changes = documents.bom_difference(bill("1", "2"), bill("2", "3"), names=("a", "b"))
    assert [one.said.en for one in changes] == ["c 1 was removed.", "c 3 was added."]


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[1]", b'{"bomFormat":"CycloneDX","components":[1]}', b"[" * 9000, b"\xff",
     b'{"bomFormat":"CycloneDX","components":[{"type":"library"}]}',
     b'{"bomFormat":"CycloneDX","components":[{"name":"a","hashes":[1]}]}'],
)  # fmt: skip
def test_what_is_no_bill_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(Problem, match="This is no CycloneDX bill of materials") as told:
        documents.bom_difference(_bom().text.encode(), data, names=("old.json", "new.json"))
    assert told.value.where == "new.json"
