# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL's troubles in our words. libpq's own words name users and hosts, and are not told."""

from __future__ import annotations

import psycopg
from psycopg import errors as found

from shirube.terms.errors import InternalError, Problem, ShirubeError
from shirube.texts import _


def problem_of(error: psycopg.Error, where: str) -> ShirubeError:
    """Return our error for one that a query had; ``where`` names database and table."""
    told: dict[type[psycopg.Error], tuple[str, str]] = {
        found.InsufficientPrivilege: (
            _("The user of the database may not read the table."),
            _("Ask for SELECT on the table, or name another user."),
        ),
        found.UndefinedTable: (
            _("The table is not there (any more)."),
            _("Check its name and schema; a view may have been dropped meanwhile."),
        ),
        found.UndefinedColumn: (
            _("The columns of the table have changed meanwhile."),
            _("Measure again."),
        ),
        found.QueryCanceled: (
            _("The server broke off the counting: its time limit was reached."),
            _("Ask for a longer statement_timeout for this user."),
        ),
        found.DiskFull: (
            _("The server's disk is full."),
            _("Counting needs room on the server for what does not fit into its memory."),
        ),
        found.OutOfMemory: (
            _("The server has too little memory for the counting."),
            _("Ask for fewer columns at once."),
        ),
        found.SerializationFailure: (
            _("The server broke off the counting, because the table is being changed."),
            _("Measure again, best on the primary server."),
        ),
    }
    for kind, (message, remedy) in told.items():
        if isinstance(error, kind):
            return Problem(message, where=where, remedy=remedy)
    if isinstance(error, psycopg.OperationalError):
        return Problem(
            _("The connection to the server was lost."),
            where=where,
            remedy=_("See whether the server runs, and measure again."),
        )
    if error.sqlstate and error.sqlstate.startswith("22"):  # data exceptions, raised by a view
        return Problem(
            _("A value of the table cannot be read (PostgreSQL's error {code}).").format(
                code=error.sqlstate
            ),
            where=where,
            remedy=_("A view may compute something that fails for some rows; read it in psql."),
        )
    return InternalError(f"PostgreSQL refused a query ({error.sqlstate}, {type(error).__name__})")


def no_connection(error: psycopg.Error, where: str) -> Problem:
    """Return the problem of a server that does not let us in."""
    message = str(error)
    if "password" in message:
        return Problem(
            _("The server refuses the password, or was given none."),
            where=where,
            why=_("Shirube never takes a password from the manifest or the command line."),
            remedy=_("Set PGPASSWORD, or write the password into ~/.pgpass."),
        )
    if "does not exist" in message and "database" in message:
        return Problem(
            _("The server has no such database."),
            where=where,
            remedy=_("Check the last part of the address."),
        )
    if "FATAL" in message:
        return Problem(
            _("The server refuses the connection for this user."),
            where=where,
            remedy=_("Check the user of the address, and the server's pg_hba.conf."),
        )
    return Problem(
        _("No PostgreSQL server answers at this address."),
        where=where,
        remedy=_("Check host and port, and see whether the server runs."),
    )
