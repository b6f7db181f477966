# SPDX-License-Identifier: Apache-2.0
"""OpenSSF model signatures: a signed list of a model's files that other tools verify too.

The format knows elliptic curves of NIST only. An operator whose ledger key is Ed25519 therefore
signs models with a second key, ``<operator id>_models.pem`` beside the first one; the ledger
vouches for it, because the sealed record of a signature names its public half.

References
----------
https://github.com/sigstore/model-transparency, OpenSSF Model Signing v1.0
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shirube.evidence import keys
from shirube.store.files import write_whole
from shirube.terms.errors import Problem
from shirube.terms.evidence import ModelSignature
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.evidence.keys import SigningKey

    Files = Sequence[Path]

FOLDER = ".shirube/models"


def signing_key(operator_id: str, folder: Path) -> SigningKey:
    """Return the key that signs this operator's models, made when it is first needed.

    It is the ledger's own key where that is one over P-256.
    """
    from cryptography.hazmat.primitives.asymmetric import ec

    own = keys.load(operator_id, folder=folder)
    if isinstance(own.private, ec.EllipticCurvePrivateKey):
        return own
    name = f"{operator_id}_models"
    if keys.exists(name):
        return keys.load(name, folder=folder)
    return keys.create(name, algorithm="p256", folder=folder)


def sign(model: str, files: Files, key: SigningKey, folder: Path) -> ModelSignature:
    """Sign the files of a model and keep the signature in the operator's folder.

    Parameters
    ----------
    model
        The model's id; it names the signature's file.
    files
        All files of the model, at least one; no symbolic links.
    key
        A key over P-256.
    folder
        The operator's folder.

    Raises
    ------
    Problem
        The extra ``models`` is missing, or a file cannot be read or is a link.
    """
    signing, hashing = _library("signing"), _library("hashing")
    root, chosen = _root(files)
    with tempfile.TemporaryDirectory() as aside:
        written = Path(aside) / "signature"
        config = signing.Config().use_elliptic_key_signer(private_key=key.path)
        try:
            config.set_hashing_config(_chosen(hashing, chosen)).sign(root, written)
        except (ValueError, OSError) as error:
            raise _unusable(model, error) from error
        content = written.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    home = folder / FOLDER
    home.mkdir(parents=True, exist_ok=True)
    write_whole(path(folder, model, digest), content)
    write_whole(home / "public_key.pem", key.public.pem)
    return ModelSignature(sha256=digest, public_key=key.public.pem.decode())


def path(folder: Path, model: str, digest: str) -> Path:
    """Return where the signature of this digest lies."""
    return folder / FOLDER / f"{model}-{digest[:16]}.sig"


def holds(model: str, files: Files, signature: ModelSignature, folder: Path) -> str:
    """Return why the signature does not hold over these files; empty when it does.

    Raises
    ------
    Problem
        The extra ``models`` is missing.
    """
    verifying = _library("verifying")
    kept = path(folder, model, signature.sha256)
    try:
        content = kept.read_bytes()
    except OSError:
        return _("The file of the signature is missing: {file}").format(file=kept.name)
    if hashlib.sha256(content).hexdigest() != signature.sha256:
        return _("The file of the signature was changed after it was sealed.")
    root, chosen = _root(files)
    with tempfile.TemporaryDirectory() as aside:
        # The key of the sealed record, not one that lies beside the signature.
        public = Path(aside) / "public_key.pem"
        public.write_text(signature.public_key, encoding="ascii")
        config = verifying.Config().use_elliptic_key_verifier(public_key=public)
        try:
            config.set_ignore_unsigned_files(chosen is not None).verify(root, kept)
        except (ValueError, OSError) as error:
            # The library lists digests of both sides; which file differs is told beside this.
            if str(error).startswith("Signature mismatch"):
                return _("The files are not those that were signed.")
            return _("The signature cannot be verified: {reason}").format(reason=error)
    return ""


def _root(files: Files) -> tuple[Path, list[Path] | None]:
    """Return what is signed: the one file, or the folder of all files, and which they are."""
    if len(files) == 1:
        return files[0], None
    return Path(os.path.commonpath([file.parent for file in files])), list(files)


def _chosen(hashing: Any, files: list[Path] | None) -> object:
    """Return a hashing configuration for these files of a folder and no others."""

    class Chosen(hashing.Config):  # type: ignore[misc]  # imported late
        def hash(self, model_path: Path, *, files_to_hash: object = None) -> object:
            return super().hash(model_path, files_to_hash=files)

    return Chosen()


def _library(part: str) -> Any:
    import importlib

    try:
        return importlib.import_module(f"model_signing.{part}")
    except ImportError as error:
        raise Problem(
            _("Signing models needs the extra “models”."),
            why=_("Without it the files are bound by their digests only, which `check` does."),
            remedy=_("Run: pip install 'shirube[models]'"),
        ) from error


def _unusable(model: str, error: Exception) -> Problem:
    return Problem(
        _("The files of the model {model} cannot be signed: {reason}").format(
            model=model, reason=error
        ),
        why=_("A signature covers every file as it lies on the disk; links have no bytes."),
        remedy=_("Name the files themselves under files: in the manifest."),
    )
