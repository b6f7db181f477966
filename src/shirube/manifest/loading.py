# SPDX-License-Identifier: Apache-2.0
"""``shirube.yaml`` to a frozen ``Manifest``, or every problem at once with file and line."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shirube.manifest.text import read_text
from shirube.terms.errors import InternalError, Problems
from shirube.terms.japan import JAPAN
from shirube.terms.manifest import Manifest

if TYPE_CHECKING:
    from shirube.manifest.reading import Reading

NAME = "shirube.yaml"
_NAMED = {"contacts": "name", "systems": "name", "models": "name", "suppliers": "name"}
_NAMED |= {"datasets": "title"}


def load(path: str | Path, *, today: dt.date | None = None) -> Manifest:
    """Read a manifest.

    Parameters
    ----------
    path
        The file, or the folder that holds ``shirube.yaml``.
    today
        The day that dates are held against; by default today in Japan.

    Returns
    -------
    Manifest
        With ``unknown`` (keys of unknown facts) and ``lines`` (where each key stands).

    Raises
    ------
    Problem, Problems
        Everything that is wrong, each with its line.
    """
    file = Path(path)
    if file.is_dir():
        file /= NAME
    return parse(read_text(file), str(file), today=today)


def parse(text: str, file: str, *, today: dt.date | None = None) -> Manifest:
    """Read a manifest from its text; ``file`` is the name that problems and places carry."""
    return _parsed(text, file, today or dt.datetime.now(JAPAN).date())


@lru_cache(maxsize=4)
def _parsed(text: str, file: str, today: dt.date) -> Manifest:
    """Read one text once: a journey and the steps that it calls ask for the same manifest."""
    from shirube.manifest import checks, validation
    from shirube.manifest.reading import read

    reading = read(text, file)
    problems = [*reading.problems, *validation.validate(reading)]
    if isinstance(reading.data, dict):
        problems += checks.check(reading, today)
    if problems:
        raise Problems(sorted(problems, key=lambda problem: getattr(problem.where, "line", 0) or 0))
    return _record(reading)


def _record(reading: Reading) -> Manifest:
    data = _normal(reading.data)
    try:
        return msgspec.convert(
            {
                **data,
                "file": reading.file,
                "unknown": list(reading.unknown),
                "lines": reading.lines,
            },
            Manifest,
        )
    except msgspec.ValidationError as error:
        raise InternalError(f"{reading.file}: {error}") from error


def _normal(data: dict[str, Any]) -> dict[str, Any]:
    """Bring what may be written in short into the form of the records."""
    operator = {"kind": None, **_called(data["operator"], "name")}
    lists = {
        name: [_called(item, key) for item in data.get(name, ())] for name, key in _NAMED.items()
    }
    for item in (*lists["datasets"], *lists["models"]):
        if isinstance(item.get("files"), str):
            item["files"] = [item["files"]]
    explanations = []
    for item in data.get("explanations", ()):
        kind, _colon, name = item["subject"].partition(":")
        explanations.append({**item, "subject": {"kind": kind, "id": name}})
    rest = {key: value for key, value in data.items() if key != "shirube"}
    return {**rest, **lists, "operator": operator, "explanations": explanations}


def _called(item: dict[str, Any], key: str) -> dict[str, Any]:
    """While its name is unknown, a thing is called by its id."""
    return {key: {"ja": item["id"], "en": item["id"]}, **item}
