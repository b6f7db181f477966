# SPDX-License-Identifier: Apache-2.0
"""The operator's signing key: made once, kept in the user's key directory, never in a repository.

``$SHIRUBE_KEY_DIR``, or ``shirube/keys`` under the user's configuration directory (0700), holds
``<operator id>.pem`` (0600, PKCS#8). Ed25519 is the default; P-256 is for keys that hardware
holds. The public half goes into ``.shirube/public_key.pem``, so that a stranger can verify. A
key's id is the SHA-256 of its SubjectPublicKeyInfo:
``openssl pkey -pubin -in public_key.pem -outform DER | sha256sum``.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final, Literal, cast

from shirube.ledger.envelope import EnvelopeKey
from shirube.store import faults
from shirube.store.files import read_whole
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from shirube.ledger.signatures import PrivateKey
    from shirube.ledger.signatures import PublicKey as RawPublicKey

PUBLIC_KEY: Final = ".shirube/public_key.pem"
_MAX_PEM_BYTES: Final = 16_384
_OPERATOR_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")


class KeyProblem(Problem):
    """A key that is missing, exists already, is not safe where it lies, or is no key of ours."""


@dataclass(frozen=True)
class PublicKey:
    """A public key, its PEM form and its id."""

    raw: RawPublicKey
    pem: bytes
    key_id: str

    @cached_property
    def for_envelopes(self) -> EnvelopeKey:
        """Return the key as envelopes are verified with it."""
        return EnvelopeKey(self.raw)


@dataclass(frozen=True)
class SigningKey:
    """An operator's private key with its public half; never printed, never written elsewhere."""

    operator_id: str
    path: Path
    public: PublicKey
    private: PrivateKey

    def __repr__(self) -> str:
        """Name the key without showing it."""
        return f"SigningKey({self.operator_id!r}, {self.public.key_id[:16]})"


def directory() -> Path:
    """Return the user's key directory: ``$SHIRUBE_KEY_DIR`` or the configuration directory's."""
    chosen = os.environ.get("SHIRUBE_KEY_DIR")
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "shirube" / "keys"


def key_path(operator_id: str, *, successor: bool = False) -> Path:
    """Return where this operator's key lies, or would lie; or the one that it will hand over to."""
    if not _OPERATOR_ID.fullmatch(operator_id):
        raise KeyProblem(
            _("“{id}” cannot be an operator's id.").format(id=operator_id),
            why=_("The id names the key file and the ledger."),
            remedy=_("Use small letters, digits and underscores, beginning with a letter."),
        )
    return directory() / (f"{operator_id}.next.pem" if successor else f"{operator_id}.pem")


def create(
    operator_id: str,
    *,
    algorithm: Literal["ed25519", "p256"] = "ed25519",
    folder: Path | None = None,
    successor: bool = False,
) -> SigningKey:
    """Make a new key for the operator and keep it; an existing one is never overwritten.

    Parameters
    ----------
    operator_id
        Whose key it is.
    algorithm
        Ed25519, or ECDSA over P-256 where hardware or policy asks for it.
    folder
        The operator's folder, in which no private key may lie.
    successor
        Make the key that the one in use will hand over to.

    Raises
    ------
    KeyProblem
        There is a key already, or the key directory lies inside the operator's folder.
    """
    from cryptography.hazmat.primitives import serialization

    path = key_path(operator_id, successor=successor)
    _refuse_inside(path, folder)
    pem = _generate(algorithm).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write_new(path, pem)
    return load(operator_id, folder=folder, successor=successor)


def promote(operator_id: str) -> Path:
    """Put the successor in the place of the key in use; return where the former one is kept."""
    current, coming = key_path(operator_id), key_path(operator_id, successor=True)
    kept = current.parent / "retired" / f"{_private_id(current)}.pem"
    with faults.told(current):
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        if not kept.exists():
            os.link(current, kept)
        coming.replace(current)
    return kept


def load(operator_id: str, *, folder: Path | None = None, successor: bool = False) -> SigningKey:
    """Load the operator's key after looking whether it is safe where it lies.

    Raises
    ------
    KeyProblem
        There is none; others can read it; git tracks it; it lies in the operator's folder; or the
        file is no private key of a kind that Shirube signs with.
    """
    path = key_path(operator_id, successor=successor)
    if not path.is_file():
        raise KeyProblem(
            _("There is no signing key for “{id}”.").format(id=operator_id),
            where=str(path),
            why=_("Without it, nothing can be added to the ledger; reading needs no key."),
            remedy=_("Run `shirube init`, or set SHIRUBE_KEY_DIR to where the key lies."),
        )
    _refuse_inside(path, folder)
    _refuse_tracked(path)
    _refuse_open(path)
    private = _private(path)
    return SigningKey(operator_id, path, public_from(private.public_key()), private)


def exists(operator_id: str, *, successor: bool = False) -> bool:
    """Tell whether there is a key file for this operator."""
    return key_path(operator_id, successor=successor).is_file()


def public(folder: Path) -> PublicKey:
    """Return the public key that an operator's folder carries."""
    return read_public(folder / PUBLIC_KEY)


def read_public(path: Path) -> PublicKey:
    """Read a public key file (PEM, SubjectPublicKeyInfo, nothing beside it).

    Raises
    ------
    KeyProblem
        The file is missing or is not exactly such a key.
    """
    try:
        pem = read_whole(path, most=_MAX_PEM_BYTES)
    except OSError as error:
        raise _not_public(path, error.strerror or str(error)) from error
    return parse_public(pem, path)


def parse_public(pem: bytes, where: Path) -> PublicKey:
    """Read a public key that stands in a file beside other things; ``where`` is for messages.

    Raises
    ------
    KeyProblem
        It is not exactly such a key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        raw = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _not_public(where, _("it cannot be read as PEM")) from error
    if not _is_ours(raw):
        raise _not_public(where, _("it is neither Ed25519 nor P-256"))
    key = public_from(cast("RawPublicKey", raw))
    if key.pem != pem:
        raise _not_public(where, _("it holds something beside the key"))
    return key


def public_from(raw: RawPublicKey) -> PublicKey:
    """Return the record of a public key."""
    from cryptography.hazmat.primitives import serialization

    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = raw.public_bytes(serialization.Encoding.PEM, spki)
    der = raw.public_bytes(serialization.Encoding.DER, spki)
    return PublicKey(raw, pem, hashlib.sha256(der).hexdigest())


def _is_ours(key: object) -> bool:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        return isinstance(key.curve, ec.SECP256R1)
    return isinstance(key, ed25519.Ed25519PrivateKey | ed25519.Ed25519PublicKey)


def _generate(algorithm: str) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if algorithm == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate()


def _write_new(path: Path, pem: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(pem)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError:
            path.unlink(missing_ok=True)  # half a key would stand in the way of a whole one
            raise
    except OSError as error:
        if isinstance(error, FileExistsError) and path.exists():
            raise KeyProblem(
                _("There is a signing key already; it was left as it is."),
                where=str(path),
                why=_("What the old key signed could never be continued with a new one."),
                remedy=_(
                    "Use the key that is there, or move it away first if it must be replaced."
                ),
            ) from error
        raise KeyProblem(
            _("The signing key could not be written ({detail}).").format(
                detail=error.strerror or str(error)
            ),
            where=str(path),
            remedy=_("Set SHIRUBE_KEY_DIR to a folder that only you can read and write."),
        ) from error


def _private_id(path: Path) -> str:
    return public_from(_private(path).public_key()).key_id


def _private(path: Path) -> PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm, OSError) as error:
        raise _not_private(path) from error
    if not _is_ours(private):
        raise _not_private(path)
    return cast("PrivateKey", private)


def _refuse_inside(path: Path, folder: Path | None) -> None:
    if folder is not None and path.resolve().is_relative_to(folder.resolve()):
        raise KeyProblem(
            _("The signing key would lie inside the operator's folder."),
            where=str(path),
            why=_("Whoever receives the folder could sign in the operator's name."),
            remedy=_("Set SHIRUBE_KEY_DIR to a folder outside, or unset it."),
        )


def _refuse_tracked(path: Path) -> None:
    git = which("git")
    if git is None:
        return
    real = path.resolve()
    # A key behind a symbolic link is tracked where it really lies. Inside a hook, git's own
    # variables would point at another repository; one of another owner must answer as well.
    settings = ["-c", "safe.directory=*", "-c", "core.fsmonitor=false"]
    answer = subprocess.run(  # noqa: S603 - git, with the path of the key as its only argument
        [git, *settings, "-C", str(real.parent), "ls-files", "--error-unmatch", "--", real.name],
        capture_output=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    )
    if answer.returncode == 0:
        raise KeyProblem(
            _("The signing key is tracked by git."),
            where=str(path),
            why=_("Everybody who can read the repository, now or later, can sign with it."),
            remedy=_(
                "Take it as known to others: make a new key outside the repository, and remove this"
                " one from the repository."
            ),
        )


def _refuse_open(path: Path) -> None:
    if os.name == "nt":
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    around = stat.S_IMODE(path.parent.stat().st_mode)
    if around & 0o022 and not around & stat.S_ISVTX:
        raise KeyProblem(
            _("Others can write to the key directory (its mode is {mode}).").format(
                mode=f"{around:04o}"
            ),
            where=str(path.parent),
            why=_("Whoever can write there can put another key in the place of yours."),
            remedy=_("Run `chmod 700` on the directory."),
        )
    if mode & 0o077:
        raise KeyProblem(
            _("Others can read the signing key (its mode is {mode}).").format(mode=f"{mode:04o}"),
            where=str(path),
            why=_("Whoever reads it can sign in the operator's name."),
            remedy=_("Run `chmod 600` on the file, and think whether somebody has read it."),
        )


def _not_public(path: Path, detail: str) -> KeyProblem:
    return KeyProblem(
        _("This is not a public key that Shirube can use: {detail}.").format(detail=detail),
        where=str(path),
        why=_("Without the operator's public key no signature can be checked."),
        remedy=_("Ask the operator for the file public_key.pem and compare its fingerprint."),
    )


def _not_private(path: Path) -> KeyProblem:
    return KeyProblem(
        _("This is not a private key that Shirube can sign with."),
        where=str(path),
        why=_("Expected is an Ed25519 or P-256 key, PKCS#8, PEM, without a password."),
        remedy=_("Restore the key file from its backup."),
    )
