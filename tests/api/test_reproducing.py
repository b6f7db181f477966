# SPDX-License-Identifier: Apache-2.0
"""A stranger who has the dossier, the public key and the data measures again."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shirube.api import operator
from shirube.dossier import RefusedDossier
from shirube.evidence import keys as key_files
from shirube.measures import registry
from shirube.terms.errors import Problem

if TYPE_CHECKING:
    from shirube.terms.reproduction import MeasuredAgain, Reproduction

# Read with the declared format and encoding only: the suffix says nothing, the bytes are CP932.
SOURCE = "age,area,illness\n" + "".join(
    f"{age},{area},{illness}\n"
    for age, area, illness in (
        ("30代", "東", "a"), ("30代", "東", "b"), ("40代", "西", "a"), ("50代", "西", "c"),
    )
)  # fmt: skip
FURTHER = """\
  - {id: release_codes, measure: linking_codes, dataset: release, arguments: {original: source}}
  - id: source_anonymity
    measure: anonymity
    dataset: source
    arguments: {quasi_identifiers: [age, area]}
  - id: base_anonymity
    measure: anonymity
    dataset: base
    arguments: {quasi_identifiers: [age, area]}
"""
DATASETS = """\
  - id: source
    title: {ja: 元の表, en: Source}
    files: source.data
    format: csv
    encoding: cp932
    role: training
  - id: base
    title: {ja: 台帳, en: Base}
    database: app.db
    table: people
    role: training
documents:
"""


class Stranger:
    """What somebody else has: the file, the key, and a folder with data under other names."""

    def __init__(self, place: Path) -> None:
        self.file, self.key, self.data = place / "d", place / "key.pem", place / "data"

    def reproduce(self, **more: Any) -> Reproduction:
        return operator.reproduce(self.file, self.key, self.data, **more)

    def again(self, **more: Any) -> dict[str, MeasuredAgain]:
        return {one.id: one for one in self.reproduce(**more).measurements}


@pytest.fixture
def stranger(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stranger:
    (folder / "source.data").write_text(SOURCE, encoding="cp932")
    with sqlite3.connect(folder / "app.db") as base:
        base.execute("CREATE TABLE people (age TEXT, area TEXT)")
        base.executemany(
            "INSERT INTO people VALUES (?, ?)", [("30s", "e"), ("30s", "e"), ("4", "w")]
        )
    base.close()
    manifest = folder / "shirube.yaml"
    text = manifest.read_text(encoding="utf-8").replace("documents:\n", DATASETS) + FURTHER
    manifest.write_text(text, encoding="utf-8")
    assert operator.check(folder).failed == ()
    other = tmp_path / "stranger"
    (other / "data" / "deep").mkdir(parents=True)
    operator.seal_dossier(folder, other / "d")
    shutil.copy(folder / key_files.PUBLIC_KEY, other / "key.pem")
    for name, to in (("release.csv", "r.csv"), ("source.data", "deep/s"), ("app.db", "copy.db")):
        shutil.copy(folder / name, other / "data" / to)
    shutil.rmtree(folder)
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "nowhere"))
    return Stranger(other)


def test_a_stranger_finds_the_same_and_writes_nothing(stranger: Stranger) -> None:
    before = _state(stranger.data)
    made = stranger.reproduce()
    assert sorted(one.id for one in made.measurements) == [
        "base_anonymity", "release_anonymity", "release_codes", "source_anonymity",
    ]  # fmt: skip
    assert {(one.verdict, one.differences) for one in made.measurements} == {("equal", ())}
    assert (made.operator_id, made.holes, len(made.files)) == ("six", (), 3)
    assert _state(stranger.data) == before


def _state(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Return every file and folder with its time and content."""
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }


def test_changed_data_are_the_cause_and_the_values_are_told(stranger: Stranger) -> None:
    changed = stranger.data / "release.csv"
    # Without its last row, (50s, west), the smallest class has two rows: k was 1 and is 2.
    content = (stranger.data / "r.csv").read_text(encoding="utf-8").splitlines()[:-1]
    (stranger.data / "r.csv").unlink()
    changed.write_text("\n".join(content) + "\n", encoding="utf-8")
    found = stranger.again()
    one = found["release_anonymity"]
    assert (one.verdict, one.cause, one.differences[0].what) == ("different", "data", "release.csv")
    (k,) = [value for value in one.values if value.name == "k"]
    assert (k.sealed, k.found, k.agreement) == ("1", "2", "different")
    assert found["release_codes"].cause == "data"
    assert found["source_anonymity"].verdict == "equal"


def test_data_that_cannot_be_read_any_more_are_other_data(stranger: Stranger) -> None:
    (stranger.data / "r.csv").unlink()
    (stranger.data / "release.csv").write_bytes(b"")
    one = stranger.again()["release_anonymity"]
    assert (one.verdict, one.cause, one.values) == ("different", "data", ())
    assert one.reason is not None
    assert "is empty" in one.reason.en


def test_missing_data_and_unknown_measures_are_told_with_their_reason(
    stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(stranger.data / "deep")
    known = {name: file for name, file in registry._files().items() if name != "linking_codes"}
    monkeypatch.setattr(registry, "_files", lambda: known)
    found = stranger.again()
    assert {one.verdict for name, one in found.items() if name != "release_anonymity"} == {
        "not_reproduced", "equal"
    }  # fmt: skip
    reasons = [str(found[name].reason) for name in ("release_codes", "source_anonymity")]
    assert "There is no measure named 'linking_codes'" in reasons[0]
    assert "not at hand: source.data" in reasons[1]


def test_another_seed_is_told(stranger: Stranger) -> None:
    made = stranger.reproduce(seed=5, indexes=[stranger.again()["release_anonymity"].index])
    (one,) = made.measurements
    assert (made.seed, one.verdict, [each.what for each in one.differences]) == (
        5,
        "equal",
        ["seed"],
    )


def test_holes_are_told_and_a_wrong_index_refused(stranger: Stranger) -> None:
    index = stranger.again()["release_codes"].index
    less = stranger.file.with_name("less")
    operator.redact_dossier(stranger.file, stranger.key, less, [f"evidence/{index}"])
    stranger.file = less
    made = stranger.reproduce()
    assert [(hole.index, hole.why) for hole in made.holes] == [(index, "redacted")]
    assert len(made.measurements) == 3
    with pytest.raises(Problem, match=f"no measurement at index {index}"):
        stranger.reproduce(indexes=[index])


def test_a_dossier_that_does_not_hold_is_not_measured(stranger: Stranger) -> None:
    content = bytearray(stranger.file.read_bytes())
    content[len(content) // 2] ^= 1
    stranger.file.write_bytes(content)
    with pytest.raises(RefusedDossier):
        stranger.reproduce()


def test_the_method_of_another_version_is_named(
    stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    import msgspec

    newer = msgspec.structs.replace(registry.get("anonymity"), version="99")
    monkeypatch.setitem(registry._registered, "anonymity", newer)
    one = stranger.again()["release_anonymity"]
    assert (one.verdict, [each.what for each in one.differences]) == ("equal", ["method"])
    # How the bytes were read is in the key of the older method only, and this file does not tell.
    found = stranger.again()["source_anonymity"]
    assert found.verdict == "not_reproduced"
    assert "suffix" in str(found.reason)


def test_a_signed_record_is_about_one_dossier(
    stranger: Stranger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "office"))
    office = key_files.create("bureau")
    public = tmp_path / "bureau.pem"
    public.write_bytes(office.public.pem)
    made, record = stranger.reproduce(), tmp_path / "record.json"
    operator.sign_reproduction(made, "bureau", record)
    assert operator.read_reproduction(record, public, stranger.file) == made
    with pytest.raises(RefusedDossier, match="another dossier"):
        operator.read_reproduction(record, public, stranger.key)
    with pytest.raises(RefusedDossier):
        operator.read_reproduction(record, stranger.key, stranger.file)
    with pytest.raises(Problem, match="nothing is overwritten"):
        operator.sign_reproduction(made, "bureau", record)
