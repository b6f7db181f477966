# SPDX-License-Identifier: Apache-2.0
"""Take in a dossier that somebody else made: it is verified in a process of its own.

That process may use so much memory and time and no more, cannot write a file, and has no network.
Whatever a hostile file does to it ends there, and here it becomes one refusal.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

import msgspec

from shirube import texts
from shirube.dossier.errors import RefusedDossier, malformed
from shirube.dossier.signers import Revoked, Seen
from shirube.ledger.signatures import render_key
from shirube.terms.dossier import DossierVerified
from shirube.terms.errors import InternalError
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.ledger.signatures import Verifier

CHILD: Final = "shirube.dossier.intake_child"
WALL_SECONDS: Final = 120
_STOPPED: Final = 70  # what the child ends with when it met one of its limits


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is asked; the bytes of the dossier follow on the next line."""

    public_key: str
    language: texts.Language
    witnesses: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    roots: str = ""
    revoked: tuple[Revoked, ...] = ()
    seen: tuple[Seen, ...] = ()


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why the child refused."""

    found: str
    where: str
    why: str
    remedy: str


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What the child says: one of the two."""

    verified: DossierVerified | None = None
    refused: Refused | None = None


def inspect(
    content: bytes,
    pem: bytes,
    *,
    witnesses: Sequence[Verifier] = (),
    clocks: Sequence[Verifier] = (),
    roots: str = "",
    revoked: Sequence[Revoked] = (),
    seen: Sequence[Seen] = (),
) -> DossierVerified:
    """Verify the bytes of a dossier in a process of its own; see ``verification.verify``.

    Parameters
    ----------
    content
        The file, of at most the size that a dossier may have.
    pem
        The operator's public key.
    witnesses
        Witnesses whose cosignature must be there.
    clocks
        Witnesses whose word about older heads counts.
    roots
        Certificates (PEM) that are trusted for time stamps.
    revoked, seen
        What the reader knows itself of the operator's keys and heads.

    Raises
    ------
    RefusedDossier
        It does not hold, or its check met a limit.
    """
    asked = Asked(
        public_key=pem.decode(),
        language=texts.language(),
        witnesses=tuple(render_key(one) for one in witnesses),
        clocks=tuple(render_key(one) for one in clocks),
        roots=roots,
        revoked=tuple(revoked),
        seen=tuple(seen),
    )
    try:
        child = subprocess.run(  # noqa: S603 - the Python that runs us, with our own module
            [sys.executable, "-P", "-m", CHILD],
            input=msgspec.json.encode(asked) + b"\n" + content,
            capture_output=True,
            check=False,
            timeout=WALL_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise _stopped() from error
    if child.returncode < 0 or child.returncode == _STOPPED:
        raise _stopped()
    try:
        answered = msgspec.json.decode(child.stdout, type=Answered)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InternalError(child.stderr.decode(errors="replace")[-400:]) from error
    if answered.verified is not None:
        return answered.verified
    if answered.refused is None:
        raise malformed(_("its check gave no answer"))
    refused = answered.refused
    raise RefusedDossier(
        refused.found, where=refused.where or None, why=refused.why, remedy=refused.remedy
    )


def _stopped() -> RefusedDossier:
    return RefusedDossier(
        _("The check of this dossier needed more memory or time than any honest one does."),
        why=_("It was stopped in a process of its own; nothing else was touched."),
        remedy=_("Ask the operator what this file is, by another way."),
    )
