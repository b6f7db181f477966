# SPDX-License-Identifier: Apache-2.0
"""``shirube authority init|register|rotate|revoke|keys|receive|receipt|cosign|witness``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shirube.cli.lazy import Group
from shirube.cli.moments import Moment, shown
from shirube.cli.options import json_option, lang_option
from shirube.cli.output import print_json
from shirube.terms.errors import ExitCode
from shirube.texts import N_, _

if TYPE_CHECKING:
    import datetime as dt

    from shirube.terms.receipt import Receipt, Registration

command = Group(
    "authority", help=N_("Register operators, receive dossiers and give receipts, as an authority.")
)

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@command.command(
    "init",
    help=N_(
        "Begin an authority's folder and make its key, which signs receipts and cosigns operators' "
        "heads as a witness."
    ),
)
@click.argument("folder", type=_FOLDER)
@click.argument("authority_id", metavar="ID")
@json_option
@lang_option
def init(folder: Path, authority_id: str, as_json: bool) -> None:
    """Begin."""
    from shirube.api import authority

    office = authority.init_office(folder, authority_id)
    if as_json:
        print_json(office)
        return
    click.echo(_("The authority {id} is in {folder}.").format(id=office.id, folder=folder))
    click.echo(
        _("Give operators {file}; its id is {id}.").format(
            file=folder / "public_key.pem", id=office.key_id
        )
    )
    click.echo(_("As a witness: {key}").format(key=office.verifier_key))


@command.command(
    "register",
    help=N_("Take in an operator's public key, after comparing its fingerprint by another way."),
)
@click.argument("folder", type=_FOLDER)
@click.argument("operator_id", metavar="OPERATOR")
@click.argument("public_key", type=_FILE)
@click.option(
    "--fingerprint",
    required=True,
    help=N_("The key's id as the operator told it by another way, at least 16 digits."),
)
@click.option("--corporate-number", required=True, help=N_("The operator's 13 digits."))
@click.option("--approver", required=True, help=N_("Who answers for this registration."))
@json_option
@lang_option
def register(
    folder: Path,
    operator_id: str,
    public_key: Path,
    fingerprint: str,
    corporate_number: str,
    approver: str,
    as_json: bool,
) -> None:
    """Register an operator."""
    from shirube.api import authority

    known = authority.register_operator(
        folder,
        operator_id,
        public_key,
        fingerprint=fingerprint,
        corporate_number=corporate_number,
        approver=approver,
    )
    if as_json:
        print_json(known)
        return
    click.echo(
        _("The operator {id} is registered with the key {key}.").format(
            id=known.operator_id, key=known.key_id
        )
    )


@command.command(
    "rotate",
    help=N_(
        "Take in the key that an operator's ledger passed to, from the entry that the former key "
        "signed. When that one is revoked, the new fingerprint must be told by another way."
    ),
)
@click.argument("folder", type=_FOLDER)
@click.argument("operator_id", metavar="OPERATOR")
@click.argument("entry", type=_FILE)
@click.option("--approver", required=True, help=N_("Who answers for this registration."))
@click.option(
    "--fingerprint",
    default="",
    help=N_("The new key's id as the operator told it by another way, at least 16 digits."),
)
@json_option
@lang_option
def rotate(
    folder: Path, operator_id: str, entry: Path, approver: str, fingerprint: str, as_json: bool
) -> None:
    """Take a new key in."""
    from shirube.api import authority

    known = authority.rotate(folder, operator_id, entry, approver=approver, fingerprint=fingerprint)
    _tell_keys(known, as_json)


@command.command(
    "revoke",
    help=N_(
        "Enter that a key of an operator is revoked from a time on. What this authority cosigned "
        "before stays good; what the key signed since is refused."
    ),
)
@click.argument("folder", type=_FOLDER)
@click.argument("operator_id", metavar="OPERATOR")
@click.argument("key_id", metavar="KEY")
@click.option(
    "--from",
    "since",
    type=Moment(),
    required=True,
    help=N_("From when its signatures count no more: 2026-11-22 or 2026-11-22T09:00+09:00."),
)
@click.option("--reason", required=True, help=N_("Why it is revoked."))
@click.option("--approver", required=True, help=N_("Who answers for this."))
@json_option
@lang_option
def revoke(
    folder: Path,
    operator_id: str,
    key_id: str,
    since: dt.datetime,
    reason: str,
    approver: str,
    as_json: bool,
) -> None:
    """Revoke a key."""
    from shirube.api import authority

    known = authority.revoke(
        folder, operator_id, key_id, since=since, reason=reason, approver=approver
    )
    _tell_keys(known, as_json)


@command.command("keys", help=N_("List an operator's keys with their dates."))
@click.argument("folder", type=_FOLDER)
@click.argument("operator_id", metavar="OPERATOR")
@json_option
@lang_option
def list_keys(folder: Path, operator_id: str, as_json: bool) -> None:
    """List the keys."""
    from shirube.api import authority

    _tell_keys(authority.registration(folder, operator_id), as_json)


@command.command(
    "receive",
    help=N_(
        "Verify a dossier of a registered operator, cosign its head if it extends the one held, "
        "and write the signed receipt. Ends with 1 when the dossier is refused."
    ),
)
@click.argument("folder", type=_FOLDER)
@click.argument("operator_id", metavar="OPERATOR")
@click.argument("file", metavar="DOSSIER", type=_FILE)
@json_option
@lang_option
def receive(folder: Path, operator_id: str, file: Path, as_json: bool) -> int:
    """Receive a dossier."""
    from shirube.api import authority

    authority.receive(folder, operator_id, file)
    return _answer(*authority.receipt_of(folder, file), as_json)


@command.command("receipt", help=N_("Show the receipt that was given for a dossier."))
@click.argument("folder", type=_FOLDER)
@click.argument("file", metavar="DOSSIER", type=_FILE)
@json_option
@lang_option
def receipt(folder: Path, file: Path, as_json: bool) -> int:
    """Show a receipt."""
    from shirube.api import authority

    return _answer(*authority.receipt_of(folder, file), as_json)


@command.command(
    "cosign",
    help=N_(
        "Answer an operator's request to cosign its ledger's head (C2SP tlog-witness), from file "
        "to file. Ends with 1 when it is refused."
    ),
)
@click.argument("folder", type=_FOLDER)
@click.argument("request", type=_FILE)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The file for the answer."),
)
@json_option
@lang_option
def cosign(folder: Path, request: Path, out: Path, as_json: bool) -> int:
    """Answer a request."""
    from shirube.api import authority

    decided = authority.answer_request(folder, request, out)
    if as_json:
        print_json({"status": decided.status, "body": decided.body, "file": out})
    elif decided.status == 200:
        click.echo(_("The head is cosigned; the answer is {file}.").format(file=out))
    else:
        click.echo(
            _("Refused with {status}. The answer is {file}.").format(
                status=decided.status, file=out
            )
        )
    return ExitCode.OK if decided.status == 200 else ExitCode.NOT_SHOWN


@command.command(
    "witness",
    help=N_(
        "Answer such requests over HTTP (add-checkpoint) until it is stopped. Only this machine "
        "reaches it unless --listen names another address."
    ),
)
@click.argument("folder", type=_FOLDER)
@click.option(
    "--listen",
    default="127.0.0.1:7380",
    show_default=True,
    help=N_("Address and port, for example 127.0.0.1:7380."),
)
@lang_option
def witness(folder: Path, listen: str) -> None:
    """Serve."""
    from shirube.api.authority.witness_server import make_server

    server = make_server(folder, listen, tell=lambda line: click.echo(line, err=True))
    click.echo(_("Listening at {url}; stop with Ctrl-C.").format(url=server.url))
    try:
        server.serve_forever()
    finally:
        server.server_close()


def _tell_keys(known: Registration, as_json: bool) -> None:
    from shirube.api import authority

    listed = authority.key_list(known)
    if as_json:
        print_json(listed)
        return
    for key in listed:
        until = _("in use") if key.until is None else _("until {at}").format(at=shown(key.until))
        click.echo(
            _("{key}: registered {at}, {until}").format(
                key=key.key_id, at=shown(key.since), until=until
            )
        )
        if key.revoked_from:
            click.echo(
                _("  revoked from {at} on: {reason}").format(
                    at=shown(key.revoked_from), reason=key.reason
                )
            )


def _answer(given: Receipt, path: Path, as_json: bool) -> int:
    if as_json:
        print_json(given)
    else:
        from shirube.cli.dossier import tell_receipt

        tell_receipt(given)
        click.echo(_("The receipt is {file}.").format(file=path))
    return ExitCode.NOT_SHOWN if given.refusal else ExitCode.OK
