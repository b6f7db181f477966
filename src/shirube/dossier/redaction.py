# SPDX-License-Identifier: Apache-2.0
"""Remove parts of a dossier: the holes are seen, and what remains verifies against the same root.

Nothing is signed anew, so whoever holds a dossier can redact it, and nobody can add to it. A part's
digest stays in the signed statement; evidence and findings carry salts, so it tells nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.dossier import archive, sealing
from shirube.dossier.errors import RefusedDossier
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shirube.dossier.verification import Opened


def redact(given: Opened, names: Sequence[str]) -> bytes:
    """Return the file without the parts of these names.

    Raises
    ------
    RefusedDossier
        There is no such part, or it cannot be removed.
    """
    for name in names:
        kind = name.partition("/")[0]
        if name not in given.parts or kind not in ("evidence", "findings", "documents"):
            raise RefusedDossier(
                _("“{name}” is no part that can be removed.").format(name=name),
                why=_("Evidence, findings and files of documents can; proofs and signatures stay."),
                remedy=_("`shirube dossier open` lists the parts."),
            )
    gone = set(names)
    members = {name: content for name, content in given.members.items() if name not in gone}
    for member, kind in ((archive.EVIDENCE, "evidence"), (archive.FINDINGS, "findings")):
        rows = sealing.split(members[member])
        named = [name for name in given.parts if name.startswith(f"{kind}/")]
        kept = zip(named, rows, strict=True)
        members[member] = sealing.lines(b"" if name in gone else row for name, row in kept)
    return archive.write(members)
