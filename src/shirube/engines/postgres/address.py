# SPDX-License-Identifier: Apache-2.0
"""Addresses of PostgreSQL databases: where one is, never how to get in.

``postgresql://user@host:port/database?sslmode=require``. A password is refused, because addresses
stand in the manifest and in shells' histories: libpq takes it from ``PGPASSWORD`` or ``~/.pgpass``.
So is every setting that would change what the server does.
"""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from shirube.terms.errors import Problem
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

SCHEMES = ("postgresql", "postgres")
SETTINGS = (
    "connect_timeout", "host", "port", "service", "sslcert", "sslkey", "sslmode", "sslrootcert",
    "target_session_attrs", "user",
)  # fmt: skip


def is_address(place: str) -> bool:
    """Say whether a text is meant as the address of a PostgreSQL database."""
    return place.partition("://")[0] in SCHEMES and "://" in place


def settings(address: str) -> dict[str, str]:
    """Return libpq's settings for an address.

    Raises
    ------
    Problem
        A password stands in it (the message does not repeat it), or a setting that is not allowed.
    """
    parts = _split(address)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.password is not None or any("password" in key for key in given):
        raise Problem(
            _("The address of the database holds a password."),
            why=_("Addresses stand in the manifest and in histories, where others read them."),
            remedy=_("Take it out; PGPASSWORD or ~/.pgpass can hold it."),
        )
    for key in given:
        if key not in SETTINGS:
            raise Problem(
                _("The address of the database has a setting {name} that is not used here.").format(
                    name=repr(key)
                ),
                remedy=did_you_mean(key, SETTINGS)
                or _("Settings are: {names}.").format(names=", ".join(SETTINGS)),
            )
    found = {
        "host": unquote(parts.hostname or ""),
        "port": str(parts.port or ""),
        "user": unquote(parts.username or ""),
        "dbname": database(address),
    }
    return {key: value for key, value in {**found, **given}.items() if value}


def database(address: str) -> str:
    """Return the name of the database, which is all of an address that evidence carries."""
    return unquote(_split(address).path.strip("/"))


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError as error:
        raise _malformed() from error
    if parts.scheme not in SCHEMES or parts.fragment:
        raise _malformed()
    return parts


def _malformed() -> Problem:
    return Problem(
        _("This is not the address of a PostgreSQL database."),
        remedy=_("Write it as {form}.").format(form="postgresql://user@host:5432/database"),
    )
