# SPDX-License-Identifier: Apache-2.0
"""Keep compiled packs: ``compiled.json`` beside ``pack.yaml``, valid for exactly these files.

The key is the digest of the pack's files, of the vocabulary and of the compiled form; the body has
its own digest, so that a broken copy is never used.
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
    from collections.abc import Iterator

FILE = "compiled.json"
FORM = 1
"""Raise this whenever the compiled form or a check changes."""


class _Kept(msgspec.Struct, frozen=True):
    key: str
    sha256: str
    body: str


def pack_digest(folder: Path) -> str:
    """Return the SHA-256 over the names and digests of all YAML files of a pack, sorted."""
    total = hashlib.sha256()
    for file in _files(folder):
        inner = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(folder).as_posix()}\0{inner}\n".encode())
    return total.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    found = [*folder.glob("*.yaml"), *folder.glob("*/*.yaml")]
    yield from sorted(found, key=lambda file: file.relative_to(folder).as_posix())


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
    try:
        found = msgspec.json.decode((folder / FILE).read_bytes(), type=_Kept)
        if found.key != _key(digest, names) or found.sha256 != _sha256(found.body):
            return None
        pack = msgspec.json.decode(found.body, type=Pack)
    except (OSError, msgspec.DecodeError):
        return None
    return msgspec.structs.replace(pack, rules=tuple(map(_with_tuples, pack.rules)))


def keep(folder: Path, pack: Pack, names: str) -> None:
    """Write the compiled pack beside its files; a folder that cannot be written does without."""
    body = msgspec.json.encode(pack).decode()
    sealed = msgspec.json.encode(_Kept(_key(pack.sha256, names), _sha256(body), body))
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(dir=folder, prefix=".compiled-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(sealed)
            Path(name).chmod(0o644)
            Path(name).replace(folder / FILE)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def _key(digest: str, names: str) -> str:
    return f"{FORM}:{__version__}:{digest}:{names}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _with_tuples(rule: Rule) -> Rule:
    return msgspec.structs.replace(
        rule, applies_tree=_tuples(rule.applies_tree), shown_tree=_tuples(rule.shown_tree)
    )


def _tuples(node: Node) -> Node:
    return tuple(_tuples(tuple(part)) if isinstance(part, list | tuple) else part for part in node)
