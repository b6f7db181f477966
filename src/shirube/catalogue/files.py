# SPDX-License-Identifier: Apache-2.0
"""The files that the manifest names: patterns expanded in a fixed order, inside the folder.

A relative path stays inside the manifest's folder, also through symbolic links; whoever means a
file elsewhere writes its absolute path.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube.terms.errors import Problem
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.place import Place

_WILD = frozenset("*?[")
_NEAR = 2_000  # files looked at for a suggestion


class Found(msgspec.Struct, frozen=True):
    """A file that was found: its path, and its name as seen from the manifest's folder."""

    path: Path
    name: str


def expand(patterns: Sequence[str], folder: Path, where: Place) -> tuple[Found, ...]:
    """Return the files of all patterns, each pattern in sorted order, no file twice.

    Raises
    ------
    Problem
        A file is missing, is no regular file, or lies outside the folder.
    """
    found: dict[Path, Found] = {}
    for pattern in patterns:
        for path in _matches(pattern, folder, where):
            found.setdefault(path, Found(path, _name(path, folder)))
    return tuple(found.values())


def unreadable(error: OSError, where: Place) -> Problem:
    """Return the problem of a file that the system does not let us read."""
    name = Path(str(error.filename)).name if error.filename else ""
    return Problem(
        _("The file {name} cannot be read: {reason}.").format(name=name, reason=error.strerror),
        where=where,
        remedy=_("Check the permissions of the file and the disk it lies on."),
    )


def _matches(pattern: str, folder: Path, where: Place) -> list[Path]:
    path = Path(pattern).expanduser()
    explicit = path.is_absolute()
    inside = None if explicit else folder.resolve()
    real: dict[str, str] = {}  # folders without symbolic links: one for many files
    full = path if explicit else folder / path
    # A file may bear a bracket in its name; only what does not exist as it stands is a pattern.
    if os.path.lexists(full) or not _WILD & set(pattern):
        return [_file(full, pattern, folder, inside, where, real)]
    base = Path(full.anchor) if explicit else folder
    relative = str(full.relative_to(base))
    try:
        matches = sorted(item for item in base.glob(relative) if item.is_file())
    except (OSError, ValueError, NotImplementedError) as error:
        raise _unusable(pattern, where, str(error)) from error
    if not matches:
        raise _missing(full, pattern, folder, where)
    return [_file(item, _name(item, folder), folder, inside, where, real) for item in matches]


def _file(
    full: Path, shown: str, folder: Path, inside: Path | None, where: Place, folders: dict[str, str]
) -> Path:
    """Return the file if it can be used; ``folders`` has what was resolved before."""
    try:
        real = _real(full, folders)
        mode = real.stat().st_mode
    except FileNotFoundError:
        raise _missing(full, shown, folder, where) from None
    except OSError as error:
        raise _unusable(shown, where, str(error)) from error
    if inside is not None and not real.is_relative_to(inside):
        raise Problem(
            _("{file} leads out of the manifest's folder.").format(file=shown),
            where=where,
            why=_("What is measured must not change with the place the folder is copied to."),
            remedy=_("Copy the file into the folder, or write its absolute path."),
        )
    if stat.S_ISDIR(mode):
        raise Problem(
            _("{file} is a folder.").format(file=shown),
            where=where,
            remedy=_("Name the files in it, for example {file}/*.parquet.").format(
                file=shown.rstrip("/")
            ),
        )
    if not stat.S_ISREG(mode):
        raise _unusable(shown, where, _("it is not a regular file"))
    return full


def _real(full: Path, folders: dict[str, str]) -> Path:
    """Return the path without symbolic links; a folder is resolved once for all of its files."""
    above, name = os.path.split(full)
    if above not in folders:
        folders[above] = os.path.realpath(above, strict=True)
    real = Path(folders[above], name)
    if name == os.pardir or real.is_symlink():
        real = Path(os.path.realpath(real, strict=True))
    return real


def _missing(full: Path, shown: str, folder: Path, where: Place) -> Problem:
    remedy = _near(full, folder)
    return Problem(
        _("There is no file {file}.").format(file=shown),
        where=where,
        why=_("Paths start from the folder of the manifest."),
        remedy=remedy or _("Put the file there, or correct the path."),
    )


def _near(full: Path, folder: Path) -> str:
    """Suggest a file of the same folder with a near name, else one of that name anywhere."""
    known: dict[str, str] = {}
    for count, (root, folders, names) in enumerate(os.walk(folder)):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        known |= {_name(Path(root, name), folder): name for name in sorted(names)}
        if count > _NEAR or len(known) > _NEAR:
            break
    same = [path for path, name in known.items() if name == full.name]
    if same:
        return _("Did you mean {name}?").format(name=same[0])
    return did_you_mean(_name(full, folder), known)


def _unusable(shown: str, where: Place, reason: str) -> Problem:
    return Problem(
        _("{file} cannot be used: {reason}.").format(file=shown, reason=reason),
        where=where,
        remedy=_("Name a regular file that can be read."),
    )


def _name(path: Path, folder: Path) -> str:
    """Return the path from the folder with forward slashes; only the last part of others."""
    try:
        return path.relative_to(folder).as_posix()
    except ValueError:
        return path.name
