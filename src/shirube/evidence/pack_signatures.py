# SPDX-License-Identifier: Apache-2.0
"""Signed packs: an in-toto Statement over every file of a pack, in ``signature.dsse.json`` in it.

The first subject is the pack, by the digest that findings and dossiers name; the others are its
files, so that a changed one can be told by name. The predicate carries the signer's public key: the
signature can always be held against it, and whose key it is says the list of known signers alone.

1. The envelope is one of ours, and its own key signed it.
2. The pack is the one that was signed, and each of its files is as it was; none is more or less.
3. The key is known here under a name, or it is not.

References
----------
https://github.com/in-toto/attestation/tree/main/spec/v1, https://github.com/secure-systems-lab/dsse
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from shirube.__about__ import __version__
from shirube.evidence import keys
from shirube.ledger import envelope, strict_json
from shirube.rules import pack_digest
from shirube.store.files import read_whole, write_whole
from shirube.terms.errors import Problem, Problems
from shirube.terms.provenance import Provenance
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from shirube.evidence.keys import PublicKey, SigningKey
    from shirube.terms.provenance import Signer
    from shirube.terms.rule import Pack

FILE: Final = "signature.dsse.json"
PREDICATE: Final = "https://github.com/shirube-governance/shirube/predicates/pack/v1"
MAX_BYTES: Final = 4 * 1024 * 1024


class RefusedPack(Problem):
    """A file of a pack is not what the signature in the pack says."""


def sign(
    folder: Path, pack: Pack, files: Mapping[str, str], key: SigningKey, now: dt.datetime
) -> Path:
    """Sign a pack as it is now; a signature that was there is written over. Returns its file.

    ``files`` are the digests of the pack's files, from ``rules.pack_files``.
    """
    digests = {pack.id: pack_digest(files), **files}
    statement = {
        "_type": envelope.STATEMENT_TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": digest}} for name, digest in digests.items()
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "version": pack.version,
            "signed_at": now.astimezone(dt.UTC).isoformat(),
            "tool": {"name": "shirube", "version": __version__},
            "public_key": key.public.pem.decode(),
        },
    }
    written = folder / FILE
    write_whole(written, envelope.sign(strict_json.dump(statement), key.private))
    return written


def vouching(known: Mapping[str, Signer]) -> Callable[[Path, Mapping[str, str]], Provenance]:
    """Return what says who answers for a pack, with the signers that are known, by key id.

    It raises ``Problems`` for a pack whose signature does not hold, one for each file that differs.
    """

    def vouch(folder: Path, files: Mapping[str, str]) -> Provenance:
        if not (folder / FILE).exists():
            return Provenance(origin="unsigned")
        try:
            key, signed_at, signed = _read(folder / FILE)
        except Problem as problem:
            raise Problems([problem]) from problem
        problems = tuple(_differing(folder, files, signed))
        if problems:
            raise Problems(problems)
        signer = known.get(key.key_id)
        return Provenance(
            origin="known_key" if signer else "unknown_key",
            key_id=key.key_id,
            signer=signer.name if signer else "",
            signed_at=signed_at,
        )

    return vouch


def signing_key(folder: Path) -> PublicKey:
    """Return the key that signed a pack: its own word, to be compared by another way."""
    return _read(folder / FILE)[0]


def _read(file: Path) -> tuple[PublicKey, dt.datetime, dict[str, str]]:
    """Read a signature that its own key made; return key, time, and name -> digest."""
    try:
        content = read_whole(file, most=MAX_BYTES)
        # The payload is looked into before it is verified, for the key alone.
        said = strict_json.parse(base64.b64decode(strict_json.parse(content)["payload"]))
        key = keys.parse_public(said["predicate"]["public_key"].encode(), file)
        said = strict_json.parse(envelope.EnvelopeKey(key.raw).verify(content))
        return (key, *_told(said))
    except Problem as problem:
        raise _refused(problem.found, file) from problem
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(_("This is no signature of a rule pack."), file) from error


def _told(said: Any) -> tuple[dt.datetime, dict[str, str]]:
    names = [subject["name"] for subject in said["subject"]]
    signed = {subject["name"]: subject["digest"]["sha256"] for subject in said["subject"]}
    signed_at = dt.datetime.fromisoformat(said["predicate"]["signed_at"])
    ours = (said["_type"], said["predicateType"]) == (envelope.STATEMENT_TYPE, PREDICATE)
    if not ours or len(signed) != len(names) or signed_at.tzinfo is None:
        raise ValueError
    return signed_at, signed


def _differing(folder: Path, files: Mapping[str, str], signed: dict[str, str]) -> Iterator[Problem]:
    """Tell every file that is not as it was signed, or that the pack is another one."""
    name = next(iter(signed))
    listed = {file: digest for file, digest in signed.items() if file != name}
    for file in sorted(listed.keys() | files.keys()):
        if file not in files:
            yield _refused(_("The file was signed and is not there."), folder / file)
        elif file not in listed:
            yield _refused(_("The file was added after the pack was signed."), folder / file)
        elif listed[file] != files[file]:
            yield _refused(_("The file was changed after the pack was signed."), folder / file)
    if name != folder.name:
        yield _refused(
            _("The signature is for the pack “{other}”.").format(other=name), folder / FILE
        )
    elif listed == files and signed[name] != pack_digest(files):
        yield _refused(_("The signature names another digest of the pack."), folder / FILE)


def _refused(found: str, where: Path) -> RefusedPack:
    return RefusedPack(
        found,
        where=str(where),
        why=_("The pack is refused: a signature that does not hold is worse than none."),
        remedy=_(
            "Get the pack again from its signer. If the change is yours, sign it anew with your own"
            " key: shirube rules sign PACK_DIR --key NAME."
        ),
    )
