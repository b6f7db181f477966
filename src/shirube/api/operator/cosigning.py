# SPDX-License-Identifier: Apache-2.0
"""Ask witnesses to cosign the ledger's head (C2SP tlog-witness): as files, or at a given address.

``.shirube/witnessed/<authority>.checkpoint`` holds the last head that an authority cosigned, and
``.shirube/witnesses/<name>.checkpoint`` that of any other witness, its name percent-encoded. Beside
each lies a folder of the same name with the first word about every size that it saw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from shirube.api.operator import receipts
from shirube.evidence import keys, open_book
from shirube.evidence.handing_over import hand_over
from shirube.ledger import checkpoint as checkpoints
from shirube.ledger import cosignature, signatures, witness
from shirube.ledger import note as notes
from shirube.ledger.errors import MalformedNote, UnverifiedNote
from shirube.ledger.texts import decimal
from shirube.ledger.witness import Growth
from shirube.store.files import read_whole, write_whole
from shirube.terms.errors import Problem
from shirube.terms.ledger import Witnessed
from shirube.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from shirube.ledger.signatures import Verifier

_MAX_ANSWER_BYTES: Final = 65_536
_SECONDS: Final = 30.0
_MANY: Final = 5


def cosign_request(folder: Path, out: Path, *, witness_key: str, old: int | None = None) -> Growth:
    """Write the request to a witness as a file; an existing one is not overwritten.

    Parameters
    ----------
    folder, out
        The operator's folder, and the file to write.
    witness_key
        The witness's verifier key.
    old
        The size of the head that the witness saw last, when it is not the one that is kept here.
    """
    if out.exists():
        raise Problem(
            _("The file is there already; nothing is overwritten."),
            where=str(out),
            remedy=_("Name a new file."),
        )
    asked = _request(folder, signatures.parse_key(witness_key), old)
    write_whole(out, witness.render(asked))
    return asked


def cosign_add(folder: Path, answer: Path, *, witness_key: str) -> tuple[Witnessed, int]:
    """Take in a witness's answer: check it against the ledger's heads, and keep it.

    Returns
    -------
    tuple
        Who saw the head and when, and how many entries that head covers.

    Raises
    ------
    UnverifiedNote
        The witness cosigned none of this ledger's heads.
    """
    body = read_whole(answer, most=_MAX_ANSWER_BYTES).decode(errors="replace")
    return _keep(folder, body, signatures.parse_key(witness_key), where=str(answer))


def cosign_ask(folder: Path, url: str, *, witness_key: str) -> tuple[Witnessed, int]:
    """Ask the witness at an address that the user gave, and keep its answer.

    A witness that holds another head of this ledger says how large that one is, and is asked again
    from there.

    Raises
    ------
    Problem
        There is no answer, or the witness refuses; its reason is told.
    """
    verifier = signatures.parse_key(witness_key)
    asked = _request(folder, verifier, None)
    for _attempt in range(_MANY):
        status, body = _post(url, witness.render(asked))
        if status == 200:
            return _keep(folder, body, verifier, where=url)
        held = decimal(body.removesuffix("\n")) if status == 409 else None
        if held is None or held == asked.old:
            break
        asked = _request(folder, verifier, held)
    raise Problem(
        _("The witness does not cosign this head: {status} {reason}").format(
            status=status, reason=_reason(status)
        ),
        where=url,
        why=_("It vouches only for a head that grew from the one that it saw before."),
        remedy=_("Keep the head that it holds, if it shows another: that is a fork."),
    )


def _request(folder: Path, verifier: Verifier, old: int | None) -> Growth:
    with open_book(folder) as book:
        signed = book.checkpoint()
    if not signed:
        raise Problem(
            _("Nothing is signed in this ledger yet."),
            where=str(folder),
            remedy=_("`shirube check` measures and seals; then there is a head to be cosigned."),
        )
    held = receipts.read_kept(_path(folder, verifier.name))
    since = old if old is not None else checkpoints.parse(held)[0].size if held else 0
    size = checkpoints.parse(signed)[0].size
    if since > size:
        raise Problem(
            _("The witness holds a head over {held} entries; this ledger has {size}.").format(
                held=since, size=size
            ),
            where=str(folder),
            why=_("An older backup was restored here, or two histories exist under one name."),
            remedy=_("Bring back the newest folder .shirube."),
        )
    handed = hand_over(folder, [], since=since)
    return Growth(since, handed.consistency, handed.checkpoint)


def _keep(folder: Path, body: str, verifier: Verifier, *, where: str) -> tuple[Witnessed, int]:
    key = keys.public(folder)
    with open_book(folder) as book:
        signed = book.checkpoints()
    for rendered in reversed(signed):
        try:
            note = witness.with_lines(rendered, body)
            seen = cosignature.verify(note, verifier)
            head = checkpoints.verify(rendered, key.raw)
        except UnverifiedNote:
            continue
        except MalformedNote as problem:
            problem.where = where
            raise
        own = tuple(line for line in note.signatures if line.name in (head.origin, verifier.name))
        receipts.keep_head(_path(folder, verifier.name), notes.render(notes.Note(note.text, own)))
        return Witnessed(name=seen.name, key_id=seen.key_id, at=seen.at), head.size
    raise UnverifiedNote(
        _("The witness “{name}” cosigned none of this ledger's heads.").format(name=verifier.name),
        where=where,
        why=_("The answer is for another ledger, from another witness, or was changed."),
        remedy=_("Compare the witness's verifier key, and ask again."),
    )


def _path(folder: Path, name: str) -> Path:
    if receipts.is_authority(name):
        return receipts.path_of(folder, name)
    return folder / ".shirube" / "witnesses" / f"{quote(name, safe='')}.checkpoint"


def _post(url: str, body: bytes) -> tuple[int, str]:
    """Send a request to the address that the user named, and nowhere else: nothing is followed."""
    import http.client  # nothing else that Shirube does opens a connection

    parts = urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if parts.scheme not in kinds or not parts.hostname:
        raise Problem(
            _("{url} is no address of a witness.").format(url=url),
            remedy=_("It begins with http:// or https://, as its operator told you."),
        )
    path = f"{parts.path.removesuffix('/')}/add-checkpoint"
    try:
        connection = kinds[parts.scheme](parts.hostname, parts.port, timeout=_SECONDS)
        connection.request("POST", path, body)
        reply = connection.getresponse()
        text = reply.read(_MAX_ANSWER_BYTES).decode(errors="replace")
        connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Problem(
            _("The witness gave no answer."),
            where=url,
            why=str(error),
            remedy=_("Write the request as a file instead: `shirube ledger cosign request`."),
        ) from error
    return reply.status, text


def _reason(status: int) -> str:
    told = {
        400: _("the request could not be read"),
        403: _("it does not know the key that signed the head"),
        404: _("it does not know this ledger"),
        409: _("it holds another head of this size"),
        422: _("the proof does not lead from the head that it holds"),
    }
    return told.get(status, "")
