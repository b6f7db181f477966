# SPDX-License-Identifier: Apache-2.0
"""Sign packs, and keep the list of signers that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from shirube import assessment, measures, rules
from shirube.api.clock import now
from shirube.api.operator.workspace import Workspace
from shirube.evidence import keys, pack_signatures, signers
from shirube.terms.errors import Problem, Problems
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.terms.provenance import Signer


class SignedPack(msgspec.Struct, frozen=True, kw_only=True):
    """A pack that was signed: what it is, with which key, and where the signature lies."""

    pack: str
    version: str
    sha256: str
    files: int
    key_id: str
    signature: str


def sign_pack(folder: Path, key_name: str, *, create: bool = False) -> SignedPack:
    """Sign a pack with a key of the user's key directory; only one that passes its check.

    ``create`` makes the key where there is none.
    """
    vocabulary = measures.vocabulary()
    if rules.is_shipped(folder):
        raise Problem(
            _("This pack came with Shirube."),
            where=str(folder),
            why=_(
                "It is covered by the package that it came in; a signature inside would be lost"
                " with the next version."
            ),
            remedy=_("Copy the folder into a place of your own to change it and sign it."),
        )
    pack = rules.load_pack(folder, vocabulary)
    problems = assessment.check_pack(folder, vocabulary)
    if problems:
        raise Problems(problems)
    missing = create and not keys.exists(key_name)
    key = keys.create(key_name, folder=folder) if missing else keys.load(key_name, folder=folder)
    files = rules.pack_files(folder)
    signature = pack_signatures.sign(folder.resolve(), pack, files, key, now())
    return SignedPack(
        pack=pack.id,
        version=pack.version,
        sha256=pack.sha256,
        files=len(files),
        key_id=key.public.key_id,
        signature=str(signature),
    )


def trust_signer(source: Path, name: str, fingerprint: str, folder: Path | None = None) -> Signer:
    """Take in a signer: ``source`` is a public key, or a pack that the key signed."""
    inside = source.is_dir()
    key = pack_signatures.signing_key(source) if inside else keys.read_public(source)
    return signers.add(_place(folder), key, name, fingerprint, now())


def distrust_signer(wanted: str, folder: Path | None = None) -> Signer:
    """Take a signer off the list, by name or fingerprint."""
    return signers.remove(_place(folder), wanted)


def known_signers(folder: Path | None = None) -> tuple[Signer, ...]:
    """Return the signers that are known to the user and, with a folder, to those who work in it."""
    return tuple(signers.known(_place(folder)).values())


def _place(folder: Path | None) -> Path | None:
    return Workspace.at(folder).folder if folder else None
