# SPDX-License-Identifier: Apache-2.0
"""Lock files and cards of a folder: what is read, what is told, and that nothing is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shirube import catalogue
from shirube.catalogue import lock_files
from shirube.catalogue.cards import read_card
from shirube.terms.bom import CardFile, CardMetric, Package
from shirube.terms.errors import Problem
from shirube.terms.manifest import Dataset, Manifest, Model, Operator
from shirube.terms.text import Text

if TYPE_CHECKING:
    from pathlib import Path


def _read(name: str, text: str) -> tuple[list[tuple[str, str]], tuple[Text, ...]]:
    reader = lock_files.reader(name)
    assert reader
    packages, notes = reader(text, name)
    return [(one.name, one.version) for one in packages], notes


def _manifest(**fields: Any) -> Manifest:
    return Manifest(
        file="shirube.yaml", operator=Operator(id="acme", name=Text("見本", "Acme"), kind=None),
        **fields,
    )  # fmt: skip


def test_a_requirements_file_fixes_only_what_two_equal_signs_fix() -> None:
    text = (
        "# comment\n-r other.txt\nTorch[cuda]==2.4.1 ; python_version > '3.8'  # why\n"
        "numpy>=2\nscikit_learn == 1.7.0 \\\n    --hash=sha256:abc\n"
        "mine @ https://example.org/mine.whl\nzope.interface===6\n../here\n"
    )
    found, notes = _read("requirements-dev.txt", text)
    assert found == [
        ("torch", "2.4.1"), ("numpy", ""), ("scikit-learn", "1.7.0"), ("mine", ""),
        ("zope-interface", "6"),
    ]  # fmt: skip
    assert [str(note) for note in notes] == [
        "requirements-dev.txt:9: this line names no package and was left out: ../here"
    ]


def test_uv_and_poetry_lock_files_leave_the_project_itself_out() -> None:
    text = (
        '[[package]]\nname = "acme"\nversion = "1"\nsource = { editable = "." }\n'
        '[[package]]\nname = "NumPy"\nversion = "2.3.1"\n'
        '[[package]]\nname = "dynamic"\n'
    )
    for name in ("uv.lock", "poetry.lock"):
        assert _read(name, text) == ([("numpy", "2.3.1"), ("dynamic", "")], ())


def test_every_form_of_package_lock_is_read() -> None:
    third = {"packages": {
        "": {"name": "acme"}, "src/part": {"version": "1.0.0"},
        "node_modules/part": {"link": True, "resolved": "src/part"},
        "node_modules/@a/b": {"version": "2.0.0", "license": "MIT"},
        "node_modules/@a/b/node_modules/c": {"version": "3.0.0"},
    }}  # fmt: skip
    first = {"dependencies": {"@a/b": {"version": "2.0.0",
                                       "dependencies": {"c": {"version": "3.0.0"}}}}}  # fmt: skip
    wanted = [("@a/b", "2.0.0"), ("c", "3.0.0")]
    for form in (third, first):
        assert _read("package-lock.json", json.dumps(form)) == (wanted, ())


@pytest.mark.parametrize("name", ["uv.lock", "package-lock.json"])
@pytest.mark.parametrize("text", ["", "{", "[[package]]\n", '{"packages": [1]}', "[" * 9000])
def test_a_broken_lock_file_is_told_and_stops_nothing(name: str, text: str) -> None:
    found, notes = _read(name, text)
    assert found == []
    assert len(notes) == (0 if name == "uv.lock" and text == "" else 1)


@given(st.binary(max_size=200), st.sampled_from(["README.md", "x.json"]))
def test_no_bytes_break_the_reading_of_a_card(tail: bytes, name: str) -> None:
    read_card(b"---\n" + tail + b"\n---\n", name)
    read_card(b'{"conformsTo": "http://mlcommons.org/croissant/1.1", ' + tail, name)


@given(st.text(max_size=200), st.sampled_from(["uv.lock", "package-lock.json", "requirements.txt"]))
def test_no_text_breaks_the_reading_of_a_lock_file(text: str, name: str) -> None:
    _read(name, text)


CARD = """---
license: other
license_name: hotaru-1
base_model: [hotaru/base]
datasets: [a/b]
pipeline_tag: text-generation
model-index:
- name: chat
  results:
  - dataset: {name: JGLUE, type: jglue}
    metrics: [{type: accuracy, value: 0.5}, {type: broken, value: [1]}]
---
# Words
"""


def test_a_model_card_is_read_from_its_front_matter() -> None:
    card, notes = read_card(CARD.encode(), "models/chat/README.md")
    assert card
    assert notes == ()
    assert (card.about, card.name, card.licence, card.folder) == (
        "model", "chat", "hotaru-1", "models/chat",
    )  # fmt: skip
    assert card.base_models == ("hotaru/base",)
    assert card.metrics == (CardMetric(name="accuracy", value="0.5", dataset="JGLUE"),)


def test_a_readme_without_front_matter_is_no_card_and_a_broken_one_is_told() -> None:
    assert read_card(b"# Words\n---\nlicense: mit\n---\n", "README.md") == (None, ())
    card, notes = read_card(b"---\nlicense: [mit\n---\n", "README.md")
    assert card is None
    assert "README.md looks like a card, but cannot be read" in str(notes[0])


def test_a_croissant_file_is_read_with_and_without_prefixes() -> None:
    plain = {
        "@context": {"sc": "https://schema.org/"}, "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1", "name": "inquiries",
        "license": ["https://creativecommons.org/licenses/by/4.0/"],
        "creator": [{"@type": "Person", "name": "Hana"}, "Taro"],
        "distribution": [{"name": "f", "contentUrl": "data/a.csv", "sha256": "AB"}],
    }  # fmt: skip
    prefixed = {
        (f"dct:{key}" if key == "conformsTo" else key if key[0] == "@" else f"sc:{key}"): value
        for key, value in plain.items()
    }
    for form in (plain, prefixed):
        card, _notes = read_card(json.dumps(form).encode(), "croissant.json")
        assert card
        assert (card.name, card.licence) == (
            "inquiries", "https://creativecommons.org/licenses/by/4.0/",
        )  # fmt: skip
        assert card.creators == ("Hana", "Taro")
        assert card.files == (CardFile(name="data/a.csv", sha256="ab"),)
    assert read_card(b'{"about": "mlcommons.org/croissant"}', "x.json") == (None, ())


def test_a_folder_gives_each_package_once_and_only_the_files_asked_for(tmp_path: Path) -> None:
    for name, text in {
        "requirements.txt": "numpy==2.3.1\n", "app/requirements.txt": "numpy==2.3.1\n",
        ".venv/requirements.txt": "hidden==1\n", "node_modules/x/package-lock.json": "{",
        "m.bin": "weights", "d.csv": "a\n1\n", "config.json": "{}",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    declared = _manifest(
        models=(
            Model(id="m", name=Text("模", "M"), files=("m.bin",)),
            Model(id="other", name=Text("他", "Other"), files=("absent.bin",)),
        ),
        datasets=(Dataset(id="d", title=Text("表", "D"), files=("d.csv",)),),
    )
    held = catalogue.contents(declared, tmp_path, ["m"], ["d"])
    assert held.packages == (
        Package(
            ecosystem="pypi", name="numpy", version="2.3.1",
            found_in=("app/requirements.txt", "requirements.txt"),
        ),
    )  # fmt: skip
    assert {key: [one.name for one in files] for key, files in held.files.items()} == {
        "model:m": ["m.bin"],
        "dataset:d": ["d.csv"],
    }
    assert held.notes == ()
    with pytest.raises(Problem, match=r"There is no file absent\.bin"):
        catalogue.contents(declared, tmp_path, ["other"], [])
