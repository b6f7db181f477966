# SPDX-License-Identifier: Apache-2.0
"""Lock files: which packages, in which versions. Read as data; nothing is installed or asked.

``uv.lock`` and ``poetry.lock`` (TOML), ``package-lock.json`` (versions 1 to 3), and requirements
files, of which only ``name==version`` fixes a version.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from shirube.terms.bom import Package
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Read = tuple[tuple[Package, ...], tuple[Text, ...]]

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?P<rest>.*)"
)
_FIXED = re.compile(r"={2,3}\s*(?P<version>[^\s,;*]+)\s*(?:;.*)?$")
_OTHER = re.compile(r"(@|[<>=!~,;(]|$)")


def reader(name: str) -> Callable[[str, str], Read] | None:
    """Return the reader of a file with this name, or None for a file that locks nothing."""
    if name in {"uv.lock", "poetry.lock"}:
        return _toml
    if name in {"package-lock.json", "npm-shrinkwrap.json"}:
        return _npm
    if name.startswith("requirements") and name.endswith(".txt"):
        return _requirements
    return None


def _toml(text: str, file: str) -> Read:
    try:
        listed = tomllib.loads(text).get("package", [])
        found = tuple(_locked(entry, file) for entry in listed if not _own(entry))
    except (tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError) as error:
        return (), (_unread(file, error),)
    return found, ()


def _locked(entry: dict[str, Any], file: str) -> Package:
    version = entry.get("version", "")
    return Package(
        ecosystem="pypi",
        name=normalised(str(entry["name"])),
        version=version if isinstance(version, str) else "",
        found_in=(file,),
    )


def _own(entry: dict[str, Any]) -> bool:
    """Tell whether the entry is the locked project itself, which is no part of itself."""
    source = entry.get("source", {})
    return isinstance(source, dict) and bool({"virtual", "editable"} & source.keys())


def _npm(text: str, file: str) -> Read:
    try:
        lock = json.loads(text)
        listed = lock["packages"].items() if "packages" in lock else _nested(lock["dependencies"])
        found = tuple(_node(place, entry, file) for place, entry in listed if place)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return (), (_unread(file, error),)
    return tuple(package for package in found if package), ()


def _nested(listed: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Walk the first form of the file, where packages hold packages."""
    for name, entry in listed.items():
        yield f"node_modules/{name}", entry
        yield from _nested(entry.get("dependencies", {}))


def _node(place: str, entry: dict[str, Any], file: str) -> Package | None:
    if entry.get("link") or "node_modules/" not in place:
        return None  # a folder of the same project
    licence, version = entry.get("license", ""), entry.get("version", "")
    return Package(
        ecosystem="npm",
        name=str(entry.get("name") or place.rpartition("node_modules/")[2]),
        version=version if isinstance(version, str) else "",
        licence=licence if isinstance(licence, str) else "",
        found_in=(file,),
    )


def _requirements(text: str, file: str) -> Read:
    found: list[Package] = []
    notes: list[Text] = []
    for number, line in _lines(text):
        if line.startswith("-"):
            continue  # an option; a file that -r names is found by its own name
        match = _REQUIREMENT.fullmatch(line)
        rest = match["rest"] if match else ""
        if match is None or not _OTHER.match(rest):
            notes.append(
                Text.of(
                    N_("{file}:{line}: this line names no package and was left out: {text}"),
                    file=file, line=number, text=line[:80],
                )
            )  # fmt: skip
            continue
        fixed = _FIXED.match(rest)
        found.append(
            Package(
                ecosystem="pypi",
                name=normalised(match["name"]),
                version=fixed["version"] if fixed else "",
                found_in=(file,),
            )
        )
    return tuple(found), tuple(notes)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield logical lines: continued ones joined, without comments and options of their own."""
    held, start = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        start = start if held else number
        held += raw.removesuffix("\\")
        if raw.endswith("\\"):
            held += " "
            continue
        line = re.split(r"(?:^|\s)#|\s--\w", held, maxsplit=1)[0].strip()
        held = ""
        if line:
            yield start, line


def normalised(name: str) -> str:
    """Return a Python package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _unread(file: str, error: Exception) -> Text:
    return Text.of(
        N_("{file} cannot be read as a lock file ({reason}); its packages are missing."),
        file=file,
        reason=f"{type(error).__name__}: {error}"[:160],
    )
