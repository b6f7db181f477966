# SPDX-License-Identifier: Apache-2.0
"""Cards that lie beside models and data: Hugging Face's README front matter, Croissant JSON-LD.

A card is what its author says. It is quoted, never believed over the manifest.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from typing import TYPE_CHECKING, Any, Literal

from shirube.terms.bom import Card, CardFile, CardMetric
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRONT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
_CROISSANT = re.compile(rb"mlcommons\.org/croissant", re.IGNORECASE)
_MODEL = {"pipeline_tag", "base_model", "library_name", "model-index", "model_name", "datasets"}
_DATASET = {"dataset_info", "configs", "size_categories", "task_categories", "pretty_name"}
_UNSAID = {"", "other", "unknown", "none"}
_LONG = 1_000


def read_card(data: bytes, file: str) -> tuple[Card | None, tuple[Text, ...]]:
    """Return the card in a file, None for a file that is none, and what could not be read."""
    if file.endswith(".md"):
        front = _FRONT.search(data)
        return _hugging_face(front[1], data, file) if front else (None, ())
    return _croissant(data, file) if _CROISSANT.search(data) else (None, ())


def _hugging_face(front: bytes, data: bytes, file: str) -> tuple[Card | None, tuple[Text, ...]]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        said = YAML(typ="safe", pure=True).load(io.StringIO(front.decode("utf-8")))
    except (YAMLError, ValueError, RecursionError) as error:
        return None, (_unread(file, error),)
    if said is None:
        return None, ()
    if not isinstance(said, dict):
        return None, (_unread(file, TypeError("the front matter is no mapping")),)
    model, dataset = bool(_MODEL & said.keys()), bool(_DATASET & said.keys())
    index = _first(said.get("model-index"))
    about: Literal["model", "dataset", ""] = ""
    if model != dataset:
        about = "model" if model else "dataset"
    return Card(
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        form="hugging_face",
        about=about,
        name=_text(index.get("name") or said.get("model_name") or said.get("pretty_name")),
        version=_text(said.get("version")),
        licence=_licence(said),
        creators=_texts(said.get("authors")),
        task=_text(said.get("pipeline_tag")),
        base_models=_texts(said.get("base_model")),
        datasets=_texts(said.get("datasets")),
        metrics=tuple(_metrics(said.get("model-index"))),
    ), ()


def _licence(said: dict[str, Any]) -> str:
    """Return the licence; *other* is told by its name, and without one it is unknown."""
    named = _text(_one(said.get("license")))
    if named.lower() in _UNSAID:
        named = _text(said.get("license_name"))
    return "" if named.lower() in _UNSAID else named


def _metrics(index: object) -> Iterator[CardMetric]:
    for model in _maps(index):
        for result in _maps(model.get("results")):
            dataset = _first(result.get("dataset"))
            for metric in _maps(result.get("metrics")):
                name, value = _text(metric.get("type") or metric.get("name")), metric.get("value")
                if name and isinstance(value, int | float | str) and not isinstance(value, bool):
                    yield CardMetric(
                        name=name,
                        value=str(value),
                        dataset=_text(dataset.get("name") or dataset.get("type")),
                    )


def _croissant(data: bytes, file: str) -> tuple[Card | None, tuple[Text, ...]]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        return None, (_unread(file, error),)
    if not isinstance(said, dict) or not _CROISSANT.search(
        json.dumps(_value(said, "conformsTo")).encode()
    ):
        return None, ()
    return Card(
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        form="croissant",
        about="dataset",
        name=_text(_value(said, "name")),
        description=_text(_value(said, "description"))[:_LONG],
        version=_text(_value(said, "version")),
        licence=_text(_named(_one(_value(said, "license")))),
        creators=_texts(_value(said, "creator") or _value(said, "publisher")),
        files=tuple(_files(_value(said, "distribution"))),
    ), ()


def _files(distribution: object) -> Iterator[CardFile]:
    for entry in _maps(distribution):
        name = _text(_value(entry, "contentUrl") or _value(entry, "name"))
        if name:
            yield CardFile(name=name, sha256=_text(_value(entry, "sha256")).lower())


def _value(said: dict[str, Any], key: str) -> Any:
    """Return a key of schema.org, Dublin Core or Croissant, with or without its prefix."""
    names = (key, f"sc:{key}", f"dct:{key}", f"cr:{key}", f"schema:{key}")
    return next((said[name] for name in names if name in said), None)


def _named(value: object) -> object:
    return (value.get("name") or value.get("url") or value.get("@id")) if _is(value) else value  # type: ignore[attr-defined]


def _is(value: object) -> bool:
    return isinstance(value, dict)


def _one(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _maps(value: object) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [entry for entry in listed if isinstance(entry, dict)]


def _first(value: object) -> dict[str, Any]:
    return next(iter(_maps(value)), {})


def _text(value: object) -> str:
    value = _named(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _texts(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(text for text in map(_text, listed) if text)


def _unread(file: str, error: Exception) -> Text:
    return Text.of(
        N_("{file} looks like a card, but cannot be read ({reason})."),
        file=file,
        reason=" ".join(f"{type(error).__name__}: {error}".split())[:160],
    )
