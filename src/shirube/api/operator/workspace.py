# SPDX-License-Identifier: Apache-2.0
"""The operator's folder: where the manifest, the ledger and the caches lie."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shirube.terms.errors import Problem
from shirube.texts import _

MANIFEST = "shirube.yaml"


@dataclass(frozen=True)
class Workspace:
    """A folder with a manifest in it."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Workspace:
        """Open the folder; raises ``Problem`` where there is no manifest."""
        if not folder.is_dir():
            raise no_folder(folder)
        if not (folder / MANIFEST).is_file():
            raise Problem(
                _("There is no {name} in this folder.").format(name=MANIFEST),
                where=str(folder),
                why=_("The manifest says which systems, data and measurements there are."),
                remedy=_("Run shirube init in the folder to draft one, or name another folder."),
            )
        return cls(folder.resolve())

    @property
    def manifest(self) -> Path:
        """The manifest's file."""
        return self.folder / MANIFEST

    @property
    def cache(self) -> Path:
        """Where counts of log files are kept; safe to delete, never to be handed out."""
        return self.folder / ".shirube" / "cache"

    def keep_cache_private(self) -> None:
        """Make the cache's folder readable by its owner only, and unknown to git.

        Counts can describe single people. A folder that cannot be written keeps no cache either.
        """
        with suppress(OSError):
            self.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.cache.chmod(0o700)
            (self.cache / ".gitignore").write_text("*\n", encoding="utf-8")


def no_folder(folder: Path) -> Problem:
    """Return the problem that a folder does not exist."""
    return Problem(
        _("There is no such folder."),
        where=str(folder),
        remedy=_("Check the path; it is taken from the folder in which you are."),
    )
