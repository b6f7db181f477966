# SPDX-License-Identifier: Apache-2.0
"""Approvals with separation of duties, bound to the digest of what was approved.

A document is *approved as it stands* where an approval names the digest of the file as it was
sealed, and whoever approved is somebody other than the owner. An approval of other bytes says
nothing about these; who wrote a text cannot vouch for it alone.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.terms.document import Approval
    from shirube.terms.evidence import DocumentSeal

_NO_DIGEST = N_("Only an address is declared, so that no digest can be compared.")
_NONE = N_("No approval names the digest of the file.")
_CHANGED = N_(
    "The file changed after it was approved on {date}: approved was {approved}, sealed is {sealed}."
)
_NO_OWNER = N_("It is not stated who is responsible for the document.")
_SAME = N_("Who approved it is also responsible for it ({name}).")


def approved_as_is(seal: DocumentSeal) -> tuple[bool | None, Text | None]:
    """Tell whether a sealed document is approved as it stands, and if not, why.

    Parameters
    ----------
    seal
        The document as it was declared when it was sealed, with the digest of its bytes.

    Returns
    -------
    answer : bool or None
        None where it cannot be told: there is no digest to compare, or no owner to differ from.
    why : Text or None
        The reason of every answer but True; None for a document that is stated to be absent.
    """
    document = seal.document
    if document.absent:
        return False, None
    if not document.approvals:
        return False, Text.of(_NONE)
    if not seal.sha256:
        return None, Text.of(_NO_DIGEST)
    fitting = [each for each in document.approvals if each.sha256 == seal.sha256]
    if not fitting:
        last = max(document.approvals, key=lambda each: each.date)
        return False, Text.of(
            _CHANGED, date=last.date, approved=last.sha256[:12], sealed=seal.sha256[:12]
        )
    return _by_another(document.owner, fitting)


def _by_another(
    owner: str | None, approvals: Sequence[Approval]
) -> tuple[bool | None, Text | None]:
    """Tell whether somebody other than the owner approved; nobody is told apart from no owner."""
    if owner is None:
        return None, Text.of(_NO_OWNER)
    if all(_plain(each.by) == _plain(owner) for each in approvals):
        return False, Text.of(_SAME, name=owner)
    return True, None


def _plain(name: str) -> str:
    """Return a name without what does not tell people apart: spaces, width, capitals."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
