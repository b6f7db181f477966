# SPDX-License-Identifier: Apache-2.0
"""Files at hand in a folder, found by what evidence says of them: the digest first, then the name.

Nothing is written. Only files of the size that is asked for are read for their digest, each once.
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube.catalogue.digests import digest
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.terms.measurement import Input
    from shirube.terms.source import Progress


class AtHand(msgspec.Struct, frozen=True):
    """The file for an input, and whether it has the digest that was asked for."""

    path: Path
    sha256: str
    same: bool


class FilesAtHand:
    """The files of a folder and of those below it.

    Parameters
    ----------
    folder
        Where to look. Folders behind links are not entered; links to files are followed.
    progress
        Told which file is being read.
    """

    def __init__(self, folder: Path, progress: Progress | None = None) -> None:
        self._folder, self._progress = folder, progress
        self._by_size: dict[int, list[Path]] = defaultdict(list)
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        self._digests: dict[Path, str] = {}
        for root, folders, names in os.walk(folder):
            folders.sort()
            for name in sorted(names):
                path = Path(root) / name
                if path.is_file():
                    self._by_size[path.stat().st_size].append(path)
                    self._by_name[name].append(path)

    def find(self, wanted: Input) -> AtHand | None:
        """Return the file with the input's digest, else the only one of its name; None without.

        A name may be a path, as a model's files have: what ends in all of it is meant before what
        ends in its last part.

        Raises
        ------
        Problem
            Several files bear the name and none has the digest, or a file cannot be read.
        """
        name = wanted.name.partition("#")[0]  # a table of a database is named behind it
        alike = self._by_size.get(wanted.bytes, []) if wanted.sha256 else []
        for path in sorted(alike, key=lambda path: path.name != name):
            if self._digest(path, asked=path.name == name) == wanted.sha256:
                return AtHand(path, wanted.sha256, True)
        named = self._by_name.get(name.rpartition("/")[2], [])
        named = [path for path in named if path.as_posix().endswith(f"/{name}")] or named
        if len(named) > 1:
            raise Problem(
                _(
                    "Several files are named {name}, and none has the digest that was sealed."
                ).format(name=name),
                where=str(self._folder),
                remedy=_("Give a folder that holds only the one that is meant."),
            )
        return AtHand(named[0], self._digest(named[0], asked=True), False) if named else None

    def _digest(self, path: Path, *, asked: bool) -> str:
        """Return a file's digest; one that cannot be read matters only if it is asked for."""
        if path not in self._digests:
            if self._progress:
                self._progress(_("Reading {file}").format(file=path.name), None)
            try:
                self._digests[path] = digest(path).sha256
            except OSError as error:
                if not asked:
                    return ""
                raise Problem(
                    _("The file {name} cannot be read: {reason}.").format(
                        name=path.name, reason=error.strerror
                    ),
                    where=str(path),
                    remedy=_("Check the permissions of the file and the disk it lies on."),
                ) from error
        return self._digests[path]
