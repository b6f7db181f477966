# SPDX-License-Identifier: Apache-2.0
"""What a folder holds of what its systems are made of: lock files, cards, files by digest."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube.catalogue import lock_files
from shirube.catalogue.cards import read_card
from shirube.catalogue.documents import inputs
from shirube.terms.bom import Card, Contents, Package
from shirube.terms.errors import Problem, Problems
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shirube.terms.manifest import Manifest
    from shirube.terms.measurement import Input

_SKIPPED = {"node_modules", "venv", "env", "__pycache__", "site-packages"}
_DEPTH, _LARGEST = 8, 64 * 1024 * 1024
_CARDS = (".json", ".jsonld")
_LARGEST_CARD = 4 * 1024 * 1024


def contents(
    manifest: Manifest, folder: str | Path, models: Sequence[str], datasets: Sequence[str]
) -> Contents:
    """Return packages and cards of the folder, and the files of these models and data sets.

    Folders of installed packages, hidden ones and those deeper than eight levels are not looked at.

    Raises
    ------
    Problem, Problems
        A file that the manifest names is missing or cannot be read.
    """
    home = Path(folder)
    packages: list[Package] = []
    cards: list[Card] = []
    notes: list[Text] = []
    for path in _walk(home):
        name = path.relative_to(home).as_posix()
        read = lock_files.reader(path.name)
        is_card = path.name.lower() == "readme.md" or path.suffix.lower() in _CARDS
        if read is None and not is_card:
            continue
        try:
            if path.stat().st_size > (_LARGEST if read else _LARGEST_CARD):
                if read:
                    notes.append(Text.of(N_("{file} is too large to be read."), file=name))
                continue
            data = path.read_bytes()
        except OSError as error:
            notes.append(
                Text.of(N_("{file} cannot be read: {reason}."), file=name, reason=error.strerror)
            )
            continue
        if read:
            found, told = read(data.decode("utf-8", "replace"), name)
            packages += found
        else:
            card, told = read_card(data, name)
            cards += [card] if card else []
        notes += told
    return Contents(
        packages=_merged(packages),
        cards=tuple(cards),
        files=_files(manifest, home, models, datasets),
        notes=tuple(notes),
    )


def _walk(home: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(home):
        inside = Path(root)
        depth = len(inside.relative_to(home).parts)
        folders[:] = sorted(
            name
            for name in folders
            if name not in _SKIPPED and not name.startswith(".") and depth < _DEPTH
        )
        yield from (inside / name for name in sorted(names) if not (inside / name).is_symlink())


def _merged(packages: list[Package]) -> tuple[Package, ...]:
    """Return each package once, in a fixed order, with every file that names it."""
    merged: dict[tuple[str, str, str], Package] = {}
    for package in packages:
        key = (package.ecosystem, package.name, package.version)
        held = merged.get(key, package)
        merged[key] = msgspec.structs.replace(
            held,
            licence=held.licence or package.licence,
            found_in=tuple(sorted({*held.found_in, *package.found_in})),
        )
    return tuple(merged[key] for key in sorted(merged))


def _files(
    manifest: Manifest, home: Path, models: Sequence[str], datasets: Sequence[str]
) -> dict[str, tuple[Input, ...]]:
    found: dict[str, tuple[Input, ...]] = {}
    problems: list[Problem] = []
    named = [
        *((f"model:{one.id}", f"models.{one.id}.files", one.files)
          for one in manifest.models if one.id in models),
        *((f"dataset:{one.id}", f"datasets.{one.id}.files", one.files)
          for one in manifest.datasets if one.id in datasets),
    ]  # fmt: skip
    for key, place, patterns in named:
        try:
            found[key] = inputs(patterns, home, manifest.place(place)) if patterns else ()
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
    return found
