# SPDX-License-Identifier: Apache-2.0
"""A reproduction as a signed record: an in-toto test result about the dossier.

Each measurement is a test, named by its entry and id: passed when it was equal or within its
interval, warned when it could not be measured again, failed when it was different. The files that
were measured are the configuration. Our own field beside them carries every verdict with its cause
and its values, as decimal texts.

References
----------
https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md (v0.1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from shirube.dossier import statement
from shirube.dossier.errors import malformed, refusing
from shirube.ledger import envelope, strict_json
from shirube.ledger.envelope import STATEMENT_TYPE, EnvelopeKey
from shirube.terms.reproduction import MeasuredAgain, Reproduction
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shirube.ledger.signatures import PrivateKey, PublicKey

PREDICATE: Final = "https://in-toto.io/attestation/test-result/v0.1"
MAX_BYTES: Final = 16 * 1024 * 1024
_OWN: Final = "shirube"


def sign(made: Reproduction, private: PrivateKey) -> bytes:
    """Return the record as a signed envelope."""
    return envelope.sign(_render(made), private)


@refusing()
def read(content: bytes, key: PublicKey) -> Reproduction:
    """Return what a record says, after the key of who signed it verified it.

    Raises
    ------
    RefusedDossier
        It is no such record, or the key did not sign it.
    """
    if len(content) > MAX_BYTES:
        raise malformed(_("a record of a reproduction is not that long"))
    payload = EnvelopeKey(key).verify(content)
    said = strict_json.parse(payload)
    try:
        made = msgspec.convert(said["predicate"][_OWN], Reproduction, strict=False)
        same = _render(made) == payload
    except (KeyError, TypeError, ValueError) as error:
        raise malformed(_("it is no record of a reproduction")) from error
    if not same:
        raise malformed(_("it is no record of a reproduction"))
    return made


def _render(made: Reproduction) -> bytes:
    """Write the statement; it follows from the reproduction alone, so it can be written again."""
    failed = [one for one in made.measurements if one.verdict == "different"]
    warned = [one for one in made.measurements if one.verdict == "not_reproduced"]
    passed = [one for one in made.measurements if one not in failed and one not in warned]
    doubtful = warned or not passed or any(hole.why == "redacted" for hole in made.holes)
    files = [
        {"name": name, "digest": {"sha256": digest}} for digest, name in sorted(made.files.items())
    ]
    return strict_json.dump(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": "dossier", "digest": {"sha256": made.dossier_sha256}}],
            "predicateType": PREDICATE,
            "predicate": {
                "result": "FAILED" if failed else "WARNED" if doubtful else "PASSED",
                "configuration": files,
                "passedTests": _names(passed),
                "warnedTests": _names(warned),
                "failedTests": _names(failed),
                _OWN: statement.spelled(msgspec.to_builtins(made)),
            },
        }
    )


def _names(several: Iterable[MeasuredAgain]) -> list[str]:
    return [f"{one.index} {one.id}" for one in several]
