# SPDX-License-Identifier: Apache-2.0
"""A stranger who has the dossier, the public key and the data measures again."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.api.conftest import MANIFEST, RELEASE

from shirube.api import operator
from shirube.api.operator.reproducing_child import look_for
from shirube.catalogue import FilesAtHand
from shirube.dossier import RefusedDossier
from shirube.evidence import keys as key_files
from shirube.evidence import open_book
from shirube.terms.errors import Problem
from shirube.terms.evidence import ModelSeal
from shirube.terms.manifest import Model
from shirube.terms.measurement import Input
from shirube.terms.text import Text

if TYPE_CHECKING:
    from shirube.terms.reproduction import Reproduction

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


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """An operator that seals four measurements of three tables, and is gone afterwards."""
    place, other = tmp_path_factory.mktemp("operator"), tmp_path_factory.mktemp("stranger")
    manifest = MANIFEST.replace("documents:\n", DATASETS) + FURTHER
    (place / "shirube.yaml").write_text(manifest, encoding="utf-8")
    (place / "release.csv").write_text(RELEASE, encoding="utf-8")
    (place / "policy.md").write_text("# Policy\n", encoding="utf-8")
    (place / "source.data").write_text(SOURCE, encoding="cp932")
    with closing(sqlite3.connect(place / "app.db")) as base, base:
        base.execute("CREATE TABLE people (age TEXT, area TEXT)")
        people = [("30s", "e"), ("30s", "e"), ("40s", "w")]
        base.executemany("INSERT INTO people VALUES (?, ?)", people)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHIRUBE_KEY_DIR", str(tmp_path_factory.mktemp("keys")))
        key_files.create("six", folder=place)
        assert operator.check(place).failed == ()
        _seal_variants(place, VARIANTS)
        operator.seal_dossier(place, other / "d")
    shutil.copy(place / key_files.PUBLIC_KEY, other / "key.pem")
    (other / "data" / "deep").mkdir(parents=True)
    for name, to in (("release.csv", "r.csv"), ("source.data", "deep/s"), ("app.db", "copy.db")):
        shutil.copy(place / name, other / "data" / to)
    shutil.rmtree(place)
    return Stranger(other)


@pytest.fixture(scope="module")
def first(handed_over: Stranger) -> Reproduction:
    before = _state(handed_over.data)
    made = handed_over.reproduce()
    assert _state(handed_over.data) == before  # nothing was written
    return made


@pytest.fixture
def stranger(handed_over: Stranger, tmp_path: Path) -> Stranger:
    """A copy that a test may change."""
    shutil.copytree(handed_over.file.parent, tmp_path / "stranger")
    return Stranger(tmp_path / "stranger")


def _state(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Return every file and folder with its time and content."""
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }


def _index(made: Reproduction, name: str) -> int:
    return next(one.index for one in made.measurements if one.id == name)


def test_a_stranger_finds_the_same(first: Reproduction) -> None:
    own = [one for one in first.measurements if one.id not in VARIANTS]
    assert sorted(one.id for one in own) == [
        "base_anonymity", "release_anonymity", "release_codes", "source_anonymity",
    ]  # fmt: skip
    assert {(one.verdict, one.differences) for one in own} == {("equal", ())}
    assert (first.operator_id, first.holes, len(first.files)) == ("six", (), 3)


def test_changed_missing_and_broken_data_have_their_causes(stranger: Stranger) -> None:
    # Without its last row, (50s, west), the smallest class has two rows: k was 1 and is 2.
    content = (stranger.data / "r.csv").read_text(encoding="utf-8").splitlines()[:-1]
    (stranger.data / "r.csv").unlink()
    (stranger.data / "release.csv").write_text("\n".join(content) + "\n", encoding="utf-8")
    shutil.rmtree(stranger.data / "deep")
    (stranger.data / "copy.db").unlink()
    (stranger.data / "app.db").write_bytes(b"no database any more")
    found = {one.id: one for one in stranger.reproduce().measurements}
    changed = found["release_anonymity"]
    assert (changed.verdict, changed.cause) == ("different", "data")
    assert changed.differences[0].what == "release.csv"
    (k,) = [value for value in changed.values if value.name == "k"]
    assert (k.sealed, k.found, k.agreement) == ("1", "2", "different")
    for name in ("release_codes", "source_anonymity"):
        assert found[name].verdict == "not_reproduced"
        assert "not at hand: source.data" in str(found[name].reason)
    broken = found["base_anonymity"]
    assert (broken.verdict, broken.cause, broken.values) == ("different", "data", ())
    assert broken.reason is not None


def test_a_model_whose_file_was_exchanged_is_another_one(tmp_path: Path) -> None:
    files = {"model/weights.bin": b"sealed", "model/config.json": b"{}"}
    sealed = ModelSeal(
        model=Model(id="credit", name=Text("与信", "Credit")),
        files=tuple(
            Input(name=name, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
            for name, content in files.items()
        ),
    )

    def verdict() -> str:
        return look_for(7, sealed, FilesAtHand(tmp_path)).verdict

    assert verdict() == "not_given"
    (tmp_path / "model").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert verdict() == "same"
    (tmp_path / "model/weights.bin").write_bytes(b"Sealed")  # as long as before
    assert verdict() == "different"
    (tmp_path / "model/config.json").unlink()
    assert verdict() == "different"


def test_holes_and_another_seed_are_told(stranger: Stranger, first: Reproduction) -> None:
    index, less = _index(first, "release_codes"), stranger.file.with_name("less")
    operator.redact_dossier(stranger.file, stranger.key, less, [f"evidence/{index}"])
    stranger.file = less
    made = stranger.reproduce(seed=5)
    assert [(hole.index, hole.why) for hole in made.holes] == [(index, "redacted")]
    own = [one for one in made.measurements if one.id not in VARIANTS]
    assert (made.seed, len(own), {one.verdict for one in own}) == (5, 3, {"equal"})
    assert {each.what for one in own for each in one.differences} == {"seed"}
    with pytest.raises(Problem, match=f"no measurement at index {index}"):
        stranger.reproduce(indexes=[index])


def test_a_dossier_that_does_not_hold_is_not_measured(stranger: Stranger) -> None:
    content = bytearray(stranger.file.read_bytes())
    content[len(content) // 2] ^= 1
    stranger.file.write_bytes(content)
    with pytest.raises(RefusedDossier):
        stranger.reproduce()


def test_a_signed_record_is_about_one_dossier(
    handed_over: Stranger, first: Reproduction, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "office"))
    public, record = tmp_path / "bureau.pem", tmp_path / "record.json"
    public.write_bytes(key_files.create("bureau").public.pem)
    operator.sign_reproduction(first, "bureau", record)
    assert operator.read_reproduction(record, public, handed_over.file) == first
    with pytest.raises(RefusedDossier, match="another dossier"):
        operator.read_reproduction(record, public, handed_over.key)
    with pytest.raises(RefusedDossier):
        operator.read_reproduction(record, handed_over.key, handed_over.file)
    with pytest.raises(Problem, match="nothing is overwritten"):
        operator.sign_reproduction(first, "bureau", record)


# --- Records that somebody else wrote, or that a later or an earlier Shirube did -----------------

MADE = {"quasi_identifiers": ["age", "area"]}
VARIANTS: dict[str, dict[str, Any]] = {
    "older": {"version": "0"},
    "unknown": {"measure": "nobody_knows"},
    "strange": {"arguments": MADE | {"horoscope": True}},
    "nameless": {"measure": "linking_codes", "arguments": {"original": "other"}},
    "fileless": {"inputs": ()},
}


def _seal_variants(folder: Path, variants: dict[str, dict[str, Any]]) -> None:
    """Seal what only another program than this Shirube could have sealed."""
    made = next(one.measurement for one in operator.list_evidence(folder) if one.measurement)
    records = [
        msgspec.structs.replace(made, **{"id": name, **one}) for name, one in variants.items()
    ]
    with open_book(folder, key=key_files.load("six", folder=folder)) as book:
        book.seal(records, now=dt.datetime.now(dt.UTC))


def test_another_version_an_unknown_measure_and_unknown_arguments(first: Reproduction) -> None:
    found = {one.id: one for one in first.measurements}
    assert (found["older"].verdict, found["older"].differences[0].what) == ("equal", "method")
    told = {name: str(one.reason) for name, one in found.items() if one.reason}
    assert "There is no measure named 'nobody_knows'" in told["unknown"]
    assert "no argument horoscope" in told["strange"]
    assert "does not say which files were its table original" in told["nameless"]
    assert "does not say which files" in told["fileless"]


@pytest.mark.full
def test_records_that_mean_harm_are_stopped_and_the_others_go_on(folder: Path) -> None:
    (folder / "release.csv").write_text(
        "age,area,illness,token,yes\n" + f"30s,east,a,{'ab' * 16},1\n" * 9, encoding="utf-8"
    )
    rates, tokens = {"attributes": ["area"], "prediction": "yes"}, {"columns": ["token"]}
    operator.check(folder)
    _seal_variants(
        folder,
        {
            "huge": {"measure": "group_fairness", "arguments": rates | {"replicates": 10**12}},
            "longer": {"measure": "token_reversal", "arguments": tokens | {"tries": 10**12}},
            "after": {},
        },
    )
    operator.seal_dossier(folder, folder / "d")
    key = folder / key_files.PUBLIC_KEY
    made = operator.reproduce(folder / "d", key, folder, seconds=4).measurements
    found = {one.id: one for one in made}
    assert {found[name].verdict for name in ("release_anonymity", "after")} == {"equal"}
    assert {found[name].verdict for name in ("huge", "longer")} == {"not_reproduced"}
    assert "more memory than is allowed" in str(found["huge"].reason)
    assert "longer than 4 seconds" in str(found["longer"].reason)
