# SPDX-License-Identifier: Apache-2.0
"""The one error of this room: a dossier that is refused, with the exact reason."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from shirube.ledger.errors import MalformedRecord, UnverifiedRecord
from shirube.terms.errors import Problem
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator


class RefusedDossier(Problem):
    """A file that is no dossier, breaks a limit, or does not say what its signature covers."""


def malformed(detail: str) -> RefusedDossier:
    """Return the refusal of a file that is not of the form of a dossier."""
    return RefusedDossier(
        _("This is not a dossier that can be read: {detail}.").format(detail=detail),
        why=_("Nothing in it is looked at further, so that a hostile file can do no harm."),
        remedy=_("Ask the operator for the file again; `shirube dossier seal` writes one."),
    )


def unverified(detail: str) -> RefusedDossier:
    """Return the refusal of a dossier whose content is not what was signed."""
    return RefusedDossier(
        _("The dossier does not hold: {detail}.").format(detail=detail),
        why=_("It was changed after signing, or it is not from the owner of this key."),
        remedy=_("Compare the key's fingerprint by another way, and ask for the file again."),
    )


@contextmanager
def refusing() -> Iterator[None]:
    """Refuse the dossier in which a signed record cannot be read or does not hold."""
    try:
        yield
    except MalformedRecord as problem:
        refused = malformed(problem.detail)
        refused.where = problem.where
        raise refused from problem
    except UnverifiedRecord as problem:
        refused = unverified(problem.detail)
        refused.where = problem.where
        raise refused from problem
