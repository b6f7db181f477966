# SPDX-License-Identifier: Apache-2.0
"""Keep compiled packs: ``compiled.json``, valid for exactly the files that it was made from.

Of a shipped pack the copy lies beside ``pack.yaml``. Of any other it lies in the user's own cache:
a copy that came with a pack would say what it likes, and no signature over the pack's files covers
it. The key is the digest of the pack's files, of the vocabulary and of the compiled form; the body
has its own digest, so that a broken copy is never used.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from shirube.__about__ import __version__
from shirube.rules.names import choices
from shirube.terms.rule import Node, Pack, Rule, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "compiled.json"
FORM = 1
"""Raise this whenever the compiled form or a check changes."""


class Kept(msgspec.Struct, frozen=True):
    """A body under the key of all that it was made from, with its own digest."""

    key: str
    sha256: str
    body: str

    @classmethod
    def of(cls, key: str, body: str) -> Kept:
        """Return the body under its key."""
        return cls(key, _sha256(body), body)


def pack_files(folder: Path) -> dict[str, str]:
    """Return name -> SHA-256 of every YAML file of a pack, sorted: all that its rules come from."""
    named: dict[str, str] = {}
    for name, is_folder in _inside(str(folder)):
        if is_folder:
            inner = _inside(f"{folder}/{name}")
            named |= {
                f"{name}/{file}": f"{folder}/{name}/{file}" for file, deep in inner if not deep
            }
        else:
            named[name] = f"{folder}/{name}"
    return {
        name: hashlib.sha256(Path(file).read_bytes()).hexdigest()
        for name, file in sorted(named.items())
        if name.endswith(".yaml")
    }


def _inside(folder: str) -> list[tuple[str, bool]]:
    """Return the name of each file and folder in a folder, and whether it is a folder itself."""
    # Asked at each start for hundreds of folders: Path.glob takes three times as long.
    try:
        with os.scandir(folder) as entries:
            return [(one.name, one.is_dir()) for one in entries if one.is_dir() or one.is_file()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def pack_digest(files: Mapping[str, str]) -> str:
    """Return the SHA-256 over the names and digests of all files of a pack."""
    total = hashlib.sha256()
    for name, digest in files.items():
        total.update(f"{name}\0{digest}\n".encode())
    return total.hexdigest()


def names_digest(vocabulary: Vocabulary, kinds: Path) -> str:
    """Return the SHA-256 of all words against which a pack is checked.

    Parameters
    ----------
    vocabulary
        The names that conditions may use.
    kinds
        The file with the kinds of document; it may be missing.
    """
    total = hashlib.sha256(msgspec.json.encode(vocabulary, order="deterministic"))
    total.update(msgspec.json.encode(dict(choices()), order="deterministic"))
    total.update(kinds.read_bytes() if kinds.is_file() else b"")
    return total.hexdigest()


def kept(folder: Path, digest: str, names: str) -> Pack | None:
    """Return the compiled pack, or None when there is none for exactly these files."""
    body = read_kept(folder, FILE, key_of(digest, names))
    try:
        pack = msgspec.json.decode(body, type=Pack) if body else None
    except msgspec.DecodeError:
        return None
    return pack and msgspec.structs.replace(pack, rules=tuple(map(_with_tuples, pack.rules)))


def keep(folder: Path, pack: Pack, names: str) -> None:
    """Write the compiled pack beside its files; a folder that cannot be written does without."""
    body = msgspec.json.encode(pack).decode()
    write_kept(folder, FILE, Kept.of(key_of(pack.sha256, names), body))


def own_cache(folder: Path) -> Path:
    """Return where copies of a pack lie that did not come with Shirube: in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - a user without a home is no error here
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:32]
    return Path(base) / "shirube" / "packs" / name


def read_kept(folder: Path, name: str, key: str) -> str:
    """Return the body that was kept under exactly this key; empty where there is none."""
    try:
        found = msgspec.json.decode((folder / name).read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError):
        return ""
    return found.body if found == Kept.of(key, found.body) else ""


def write_kept(folder: Path, name: str, kept: Kept) -> None:
    """Write a body as a whole or not at all; a folder that cannot be written does without."""
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=folder, prefix=".compiled-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(msgspec.json.encode(kept))
            Path(written).chmod(0o644)
            Path(written).replace(folder / name)
        except OSError:
            Path(written).unlink(missing_ok=True)
            raise


def key_of(digest: str, names: str) -> str:
    """Return the key of what was made from these files with these words, by this version."""
    return f"{FORM}:{__version__}:{digest}:{names}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _with_tuples(rule: Rule) -> Rule:
    return msgspec.structs.replace(
        rule, applies_tree=_tuples(rule.applies_tree), shown_tree=_tuples(rule.shown_tree)
    )


def _tuples(node: Node) -> Node:
    return tuple(_tuples(tuple(part)) if isinstance(part, list | tuple) else part for part in node)
