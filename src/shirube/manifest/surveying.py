# SPDX-License-Identifier: Apache-2.0
"""What lies in a folder, as far as names and first lines tell; nothing is loaded or run.

A model file is never opened by its library: a pickle runs code when it is loaded.
"""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.terms.errors import Problem, ShirubeError
from shirube.terms.source import TableColumn
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Describe = Callable[[Path], tuple[TableColumn, ...]]

SKIPPED = {"node_modules", "venv", "env", "__pycache__", "site-packages", "build", "dist"}
_FILES, _DEPTH, _START = 20_000, 8, 256 * 1024

_TABLES = {".parquet", ".csv", ".tsv", ".jsonl", ".ndjson"}
_MODELS = {
    ".pkl": "", ".pickle": "", ".joblib": "", ".onnx": "onnx", ".safetensors": "neural_network",
    ".pt": "neural_network", ".pth": "neural_network", ".keras": "neural_network",
    ".h5": "neural_network", ".gguf": "language_model", ".cbm": "gradient_boosting",
    ".ubj": "gradient_boosting",
}  # fmt: skip
_TEXT_MODELS = {".txt": r"tree\r?\nversion=", ".json": r'\s*\{\s*"learner"\s*:'}
"""How the text forms of LightGBM and XGBoost start."""
LIBRARIES = {
    "scikit-learn": "sklearn", "xgboost": "xgboost", "lightgbm": "lightgbm",
    "catboost": "catboost", "torch": "torch", "tensorflow": "tensorflow", "keras": "keras",
    "transformers": "transformers", "openai": "openai", "anthropic": "anthropic",
    "google-genai": "google.genai", "google-generativeai": "google.generativeai",
    "cohere": "cohere", "mistralai": "mistralai", "langchain": "langchain",
    "llama-index": "llama_index", "vllm": "vllm", "llama-cpp-python": "llama_cpp",
    "diffusers": "diffusers", "spacy": "spacy", "prophet": "prophet", "statsmodels": "statsmodels",
}  # fmt: skip
"""Libraries that show AI at work: name of the package and of its import."""

_LICENCES = (
    ("Apache License", "Apache-2.0"), ("MIT License", "MIT"), ("BSD ", "BSD"),
    ("Attribution 4.0", "CC BY 4.0"), ("CC BY 4.0", "CC BY 4.0"), ("CC0", "CC0-1.0"),
    ("GNU GENERAL PUBLIC", "GPL"),
)  # fmt: skip


class SeenTable(msgspec.Struct, frozen=True, kw_only=True):
    """Files of one table: a pattern or a path, the columns, and why they could not be read."""

    files: str
    columns: tuple[str, ...] = ()
    trouble: str = ""


class SeenModel(msgspec.Struct, frozen=True):
    """A model file and the kind that its suffix tells."""

    file: str
    kind: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a model card: licence, data sets, base model."""

    file: str
    licence: str = ""
    datasets: tuple[str, ...] = ()
    base_model: str = ""


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """All that was seen; ``libraries`` holds for each library where it is named."""

    tables: tuple[SeenTable, ...] = ()
    models: tuple[SeenModel, ...] = ()
    libraries: dict[str, str] = {}
    licences: dict[str, str] = {}
    cards: tuple[Card, ...] = ()
    notebooks: tuple[str, ...] = ()
    more: bool = False


def survey(folder: Path, describe: Describe | None = None) -> Survey:
    """Look at a folder; ``describe`` returns the columns of a Parquet file."""
    names = list(_walk(folder))
    found = [folder / name for name in names]
    libraries: dict[str, str] = {}
    for path in found:
        for library in _libraries(path):
            libraries.setdefault(library, _name(path, folder))
    return Survey(
        tables=tuple(_tables(folder, found, describe)),
        models=tuple(_models(folder, found)),
        libraries=libraries,
        licences={_name(p, folder): kind for p in found if (kind := _licence(p)) is not None},
        cards=tuple(card for p in found if (card := _card(p, folder)) is not None),
        notebooks=tuple(_name(p, folder) for p in found if p.suffix == ".ipynb"),
        more=len(names) >= _FILES,
    )


def _walk(folder: Path) -> Iterator[str]:
    count = 0
    for root, folders, files in os.walk(folder):
        depth = len(Path(root).relative_to(folder).parts)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in SKIPPED and depth < _DEPTH
        )
        for name in sorted(files):
            path = Path(root, name)
            if not name.isprintable() or name.startswith(".") or not path.is_file():
                continue
            count += 1
            yield _name(path, folder)
            if count >= _FILES:
                return


def _tables(folder: Path, found: list[Path], describe: Describe | None) -> Iterator[SeenTable]:
    """Files whose names differ in digits only (months of a log) are one table."""
    groups: dict[str, list[Path]] = {}
    for path in found:
        if path.suffix.lower() in _TABLES:
            groups.setdefault(re.sub(r"\d+", "*", _name(path, folder)), []).append(path)
    for pattern, paths in groups.items():
        together = len(paths) > 1 and sorted(folder.glob(pattern)) == sorted(paths)
        for files, path in (
            [(pattern, paths[0])] if together else [(_name(path, folder), path) for path in paths]
        ):
            columns, trouble = _columns(path, describe)
            yield SeenTable(files=files, columns=columns, trouble=trouble)


def _columns(path: Path, describe: Describe | None) -> tuple[tuple[str, ...], str]:
    try:
        if path.stat().st_size == 0:
            return (), _("the file is empty")
        if path.suffix.lower() != ".parquet":
            return tuple(_header(path)), ""
        return tuple(column.name for column in describe(path)) if describe else (), ""
    except (ShirubeError, OSError, ValueError, csv.Error) as error:
        told = error.found if isinstance(error, Problem) else str(error)
        return (), told.splitlines()[0].replace(str(path), path.name)


def _header(path: Path) -> list[str]:
    start = _start(path)
    lines = start.splitlines()
    line = lines[0] if lines else ""
    if path.suffix.lower() in {".jsonl", ".ndjson"}:
        first = json.loads(line) if line else {}
        return [str(key) for key in first] if isinstance(first, dict) else []
    separator = max(",\t;|", key=line.count)
    return [name for name in next(csv.reader([line], delimiter=separator), []) if name]


def _start(path: Path) -> str:
    """Return the first lines as text, of UTF-8 or else CP932."""
    with path.open("rb") as file:
        data = file.read(_START)
    whole = data if len(data) < _START else data[: data.rfind(b"\n") + 1] or data
    try:
        return whole.decode("utf-8-sig")
    except UnicodeDecodeError:
        return whole.decode("cp932", errors="replace")


def _models(folder: Path, found: list[Path]) -> Iterator[SeenModel]:
    for path in found:
        kind = _MODELS.get(path.suffix.lower())
        written = _TEXT_MODELS.get(path.suffix)
        if written and re.match(written, _start(path)):
            kind = "gradient_boosting"
        if kind is not None:
            yield SeenModel(_name(path, folder), kind)


def _libraries(path: Path) -> Iterator[str]:
    name = path.name.lower()
    if path.suffix == ".ipynb":
        text = _start(path)
        for library, module in LIBRARIES.items():
            if re.search(rf"\b(?:import|from)\s+{re.escape(module)}\b", text):
                yield library
    elif name.startswith("requirements") or name in {"pyproject.toml", "environment.yml"}:
        text = _start(path).lower()
        for library in LIBRARIES:
            if re.search(rf"(?m)(?:^|[\"'\s-]){re.escape(library)}(?:$|[\"'\s=<>~!\[;,])", text):
                yield library


def _licence(path: Path) -> str | None:
    if not re.match(r"(?i)licen[cs]e|copying", path.name):
        return None
    text = _start(path)[:4000]
    return next((name for words, name in _LICENCES if words.lower() in text.lower()), "")


def _card(path: Path, folder: Path) -> Card | None:
    """Read the YAML between the dashes at the head of a README."""
    if path.name.lower() != "readme.md":
        return None
    found = re.match(r"---\r?\n(.*?)\r?\n---", _start(path), re.DOTALL)
    head = _plain_yaml(found[1]) if found else None
    if not isinstance(head, dict) or not {"license", "datasets", "base_model"} & set(head):
        return None
    return Card(
        file=_name(path, folder),
        licence=_word(head.get("license")),
        datasets=tuple(_word(name) for name in _many(head.get("datasets"))),
        base_model=", ".join(_word(name) for name in _many(head.get("base_model"))),
    )


def _plain_yaml(text: str) -> object:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError):
        return None


def _many(value: Any) -> list[object]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def _word(value: object) -> str:
    return " ".join(str(value).split())[:200] if isinstance(value, str | int | float) else ""


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
