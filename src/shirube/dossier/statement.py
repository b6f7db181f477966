# SPDX-License-Identifier: Apache-2.0
"""What the operator signs: an in-toto Statement whose subjects are all parts of the dossier.

Each part is named and bound by its SHA-256: the checkpoint, the proofs, every piece of evidence,
every finding, every document that was chosen. A part that was redacted is missing from the file,
and its digest still stands here: the hole is seen, and the rest verifies as before.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import msgspec

from shirube.dossier.errors import malformed, refusing
from shirube.ledger import strict_json
from shirube.ledger.envelope import STATEMENT_TYPE
from shirube.terms.dossier import DossierHead
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping

PREDICATE: Final = "https://github.com/shirube-governance/shirube/predicates/dossier/v1"


def render(head: DossierHead, parts: Mapping[str, str]) -> bytes:
    """Return the payload: the head, and the SHA-256 of every part by its name."""
    told = msgspec.to_builtins(head)
    if not head.keys:  # a ledger that was never handed over is written as it always was
        del told["keys"]
    return strict_json.dump(
        {
            "_type": STATEMENT_TYPE,
            "subject": [
                {"name": name, "digest": {"sha256": digest}} for name, digest in parts.items()
            ],
            "predicateType": PREDICATE,
            "predicate": spelled(told),
        }
    )


@refusing()
def parse(payload: bytes) -> tuple[DossierHead, dict[str, str]]:
    """Read a payload back.

    Raises
    ------
    RefusedDossier
        It is no statement about a dossier, or written in another way than ``render`` does.
    """
    value = strict_json.parse(payload)
    try:
        named = {subject["name"]: subject["digest"]["sha256"] for subject in value["subject"]}
        parts = msgspec.convert(named, dict[str, str])
        head = msgspec.convert(value["predicate"], DossierHead, strict=False)
        same = render(head, parts) == payload and head.sealed_at.tzinfo is not None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise malformed(_("its statement is not one about a dossier")) from error
    if not same:
        raise malformed(_("its statement is not one about a dossier"))
    return head, parts


def spelled(value: object) -> object:
    """Return plain values with every number as the shortest decimal that reads back the same."""
    if isinstance(value, dict):
        return {str(key): spelled(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [spelled(inner) for inner in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    return value
