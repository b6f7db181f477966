# SPDX-License-Identifier: Apache-2.0
"""Time stamps (RFC 3161): a third party's signed word that these bytes were there at a time.

A token is read and verified by ``rfc3161-client`` (extra ``timestamps``). That reader is strict:
what real authorities send may break a rule of DER (a SET of certificates out of order is common)
and is then *unreadable here*, which is said and never hidden, for another tool may read it.

References
----------
https://www.rfc-editor.org/rfc/rfc3161, https://www.rfc-editor.org/rfc/rfc5816
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.util
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from shirube.terms.errors import Problem
from shirube.terms.ledger import Stamp
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

MAX_STAMP_BYTES: Final = 65_536
_PACKAGE: Final = "rfc3161_client"
# What the reader raises over bytes that are no honest token, besides its own errors.
_STRANGE: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
_DIGESTS: Final = (hashlib.sha256, hashlib.sha384, hashlib.sha512)


class StampProblem(Problem):
    """A time stamp that cannot be asked for, or is on something else."""


def available() -> bool:
    """Tell whether the extra ``timestamps`` is installed."""
    return importlib.util.find_spec(_PACKAGE) is not None


def request(message: bytes, digest: Literal["sha256", "sha512"] = "sha256") -> bytes:
    """Return the request for a stamp on the message, with a nonce, asking for certificates.

    Raises
    ------
    StampProblem
        The extra is not installed.
    """
    if not available():
        raise StampProblem(
            _("Time stamps need the extra “timestamps”, which is not installed."),
            remedy=_("Run: pip install 'shirube[timestamps]'"),
        )
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    algorithm = HashAlgorithm(digest.upper())
    return bytes(TimestampRequestBuilder(message, algorithm).build().as_bytes())


def on_which(token: bytes, messages: Mapping[int, bytes]) -> int | None:
    """Return which of the messages a stamp names; None where it names none of them.

    A token that the strict reader refuses is searched for the digest itself: enough to keep it in
    the right place, and nothing is believed for it.
    """
    found = _decoded(token)
    for number, message in messages.items():
        digests = [digest(message).digest() for digest in _DIGESTS]
        if isinstance(found, str):
            if any(digest in token for digest in digests):
                return number
        elif found.tst_info.message_imprint.message in digests:
            return number
    return None


def read(
    token: bytes, message: bytes, *, leaves: int, file: str, roots: Sequence[Certificate] = ()
) -> Stamp:
    """Return what a stamp says, and whether it holds under the roots that are trusted.

    Parameters
    ----------
    token
        The authority's reply (``TimeStampResp``, DER), as it came.
    message
        What it should be on.
    leaves, file
        How many entries the message covers, and where the token lies: for whoever is told.
    roots
        Certificates that the reader trusts for time stamps. Without one, nothing is verified.

    Returns
    -------
    Stamp
        ``verified``, ``present`` (no root was given), ``unreadable`` or ``refused``, with why.
    """
    found = _decoded(token)
    bare = Stamp(
        leaves=leaves, file=file, sha256=hashlib.sha256(token).hexdigest(), state="unreadable"
    )
    if isinstance(found, str):
        return _with(bare, reason=found)
    try:
        told = _with(bare, **_told(found))
    except _STRANGE as error:
        return _with(bare, reason=str(error)[:200])
    if on_which(token, {0: message}) is None:
        return _with(told, state="refused", reason=_("it is on something else"))
    if not roots:
        return _with(told, state="present", reason=_("no root certificate was given"))
    return _with(told, **_judged(found, message, roots))


def read_roots(pem: bytes, where: str) -> tuple[Certificate, ...]:
    """Read the certificates of a PEM file.

    Raises
    ------
    StampProblem
        There is none in it.
    """
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return tuple(load_pem_x509_certificates(pem))
    except ValueError as error:
        raise StampProblem(
            _("The file holds no certificate in PEM form."),
            where=where,
            why=_("A time stamp is worth as much as the root that its authority leads to."),
            remedy=_("Take the root certificate from the time-stamping authority's own site."),
        ) from error


def _decoded(token: bytes) -> TimeStampResponse | str:
    """Return the reply, or why it cannot be read here."""
    if not available():
        return _("the extra “timestamps” is not installed")
    from rfc3161_client import decode_timestamp_response

    try:
        found = decode_timestamp_response(token)
        named = found.tst_info.message_imprint.message  # a refusal carries no token
    except _STRANGE as error:
        return str(error)[:200]
    return found if named else _("it names nothing")


def _told(found: TimeStampResponse) -> dict[str, object]:
    info = found.tst_info
    return {
        "at": info.gen_time.astimezone(dt.UTC),
        "policy": info.policy.dotted_string,
        "serial": str(info.serial_number),
        "authority": _name(found),
    }


def _name(found: TimeStampResponse) -> str:
    """Return what the authority calls itself, or, where it does not, its certificate's name."""
    from cryptography.x509 import DirectoryName, load_der_x509_certificate

    if isinstance(found.tst_info.name, DirectoryName):
        return found.tst_info.name.value.rfc4514_string()
    signed = {(one.issuer, one.serial_number) for one in found.signed_data.signer_infos}
    certificates = map(load_der_x509_certificate, found.signed_data.certificates)
    names = [
        one.subject.rfc4514_string()
        for one in certificates
        if (one.issuer, one.serial_number) in signed
    ]
    return names[0] if names else ""


def _judged(
    found: TimeStampResponse, message: bytes, roots: Sequence[Certificate]
) -> dict[str, object]:
    from rfc3161_client import VerificationError, VerifierBuilder

    try:
        VerifierBuilder(roots=list(roots)).build().verify_message(found, message)
    except (VerificationError, *_STRANGE) as error:
        return {"state": "refused", "reason": str(error)[:200]}
    return {"state": "verified", "reason": ""}


def _with(stamp: Stamp, **changes: object) -> Stamp:
    return msgspec.structs.replace(stamp, **changes)
