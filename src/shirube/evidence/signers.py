# SPDX-License-Identifier: Apache-2.0
"""Known signers of packs: names for fingerprints, kept by those who compared them.

::

    <key directory>/signers.json           the user's own list, beside the user's keys
    <operator>/.shirube/signers.json       what holds for everybody who works in this folder

Whoever can write a list can make a stranger known. The user's own lies where nobody else can write;
that of a folder travels with the folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from shirube.evidence import keys
from shirube.store.files import read_whole, write_whole
from shirube.terms.errors import Problem
from shirube.terms.provenance import Signer
from shirube.texts import _

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from shirube.evidence.keys import PublicKey

FILE: Final = "signers.json"
_MAX_BYTES: Final = 1024 * 1024
_SHORTEST: Final = 16


def place(folder: Path | None) -> Path:
    """Return where the list lies: of an operator's folder or, without one, the user's own."""
    return folder / ".shirube" / FILE if folder else keys.directory() / FILE


def known(folder: Path | None = None) -> dict[str, Signer]:
    """Return key id -> signer; the user's own name for a key counts before the folder's."""
    found = {**(_read(place(folder)) if folder else {}), **_read(place(None))}
    return dict(sorted(found.items(), key=lambda item: item[1].name))


def add(
    folder: Path | None, key: PublicKey, name: str, fingerprint: str, now: dt.datetime
) -> Signer:
    """Take in a signer, after the fingerprint was compared by another way.

    Raises
    ------
    Problem
        The fingerprint is not that of the key, or the key or the name is in the list already.
    """
    told = fingerprint.lower().replace(":", "").replace(" ", "")
    if len(told) < _SHORTEST or not key.key_id.startswith(told):
        raise Problem(
            _("The fingerprint is not that of this key, which is {id}.").format(id=key.key_id),
            why=_("Somebody may have put another key in its place on the way."),
            remedy=_("Ask the signer for the first 16 or more digits by telephone or letter."),
        )
    file = place(folder)
    held = _read(file)
    for other in held.values():
        if key.key_id == other.key_id or name == other.name:
            raise Problem(
                _("{name} is known already, with the key {id}.").format(
                    name=other.name, id=other.key_id[:16]
                ),
                where=str(file),
                why=_("A name stands for one key, so that a signature says who signed."),
                remedy=_("Give another name, or run `shirube rules distrust` for the old key."),
            )
    signer = Signer(key_id=key.key_id, name=name, public_key=key.pem.decode(), added_at=now)
    _write(file, {**held, key.key_id: signer})
    return signer


def remove(folder: Path | None, wanted: str) -> Signer:
    """Take a signer off the list, by name or by the first 16 or more digits of the key id."""
    file = place(folder)
    held = _read(file)
    for signer in held.values():
        begun = len(wanted) >= _SHORTEST and signer.key_id.startswith(wanted.lower())
        if wanted == signer.name or begun:
            _write(file, {key: one for key, one in held.items() if key != signer.key_id})
            return signer
    raise Problem(
        _("No signer is known as {name}.").format(name=wanted),
        where=str(file),
        remedy=_("shirube rules signers lists them."),
    )


def _read(file: Path) -> dict[str, Signer]:
    try:
        content = read_whole(file, most=_MAX_BYTES)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from error
    try:
        listed = msgspec.json.decode(content, type=list[Signer])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _unreadable(file, str(error)) from error
    for signer in listed:
        if keys.parse_public(signer.public_key.encode(), file).key_id != signer.key_id:
            raise _unreadable(file, _("a key is not the one that its fingerprint names"))
    return {signer.key_id: signer for signer in listed}


def _write(file: Path, signers: dict[str, Signer]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(file, msgspec.json.format(msgspec.json.encode(list(signers.values()))))


def _unreadable(file: Path, detail: str) -> Problem:
    return Problem(
        _("The list of known signers cannot be read ({detail}).").format(detail=detail),
        where=str(file),
        why=_("Without it nobody can say whose signature is believed here."),
        remedy=_("Restore it from a backup, or move it away and name the signers again."),
    )
