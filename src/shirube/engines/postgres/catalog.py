# SPDX-License-Identifier: Apache-2.0
"""What a PostgreSQL database holds: its tables and views, and the columns of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shirube.engines import sql
from shirube.engines.postgres.dialect import UNLIMITED
from shirube.engines.queried.texts import BYTES
from shirube.terms.errors import Problem
from shirube.terms.source import TableColumn
from shirube.texts import _
from shirube.texts.suggestion import did_you_mean

if TYPE_CHECKING:
    from shirube.engines.postgres.session import PostgresSession

_TYPES = {
    "bool": ("BOOLEAN", "boolean"),
    "int2": ("SMALLINT", "number"),
    "int4": ("INTEGER", "number"),
    "int8": ("BIGINT", "number"),
    "float4": ("FLOAT", "number"),
    "float8": ("DOUBLE", "number"),
    "numeric": (UNLIMITED, "number"),
    "date": ("DATE", "time"),
    "time": ("TIME", "time"),
    "timestamp": ("TIMESTAMP", "time"),
    "timestamptz": ("TIMESTAMP WITH TIME ZONE", "time"),
    "text": ("VARCHAR", "text"),
    "varchar": ("VARCHAR", "text"),
    "bpchar": ("VARCHAR", "text"),
    "char": ("VARCHAR", "text"),
    "name": ("VARCHAR", "text"),
    "citext": ("VARCHAR", "text"),
    "uuid": ("VARCHAR", "text"),
}
"""PostgreSQL's types, by the names that the engines share, with our kinds."""

_RELATIONS = (
    "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition"
    " AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'"
    " AND has_schema_privilege(n.oid, 'USAGE')"
)
_COLUMNS = (
    "SELECT a.attname, coalesce(b.typname, t.typname), coalesce(b.typtype, t.typtype),"
    " CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END,"
    " format_type(a.atttypid, a.atttypmod)"
    " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
    " LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype"
    " WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped"
    " ORDER BY a.attnum"
)


def relations(session: PostgresSession) -> list[str]:
    """Return the tables and views that the user may read, as ``schema.table``, sorted."""
    readable = "has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT')"
    found = session.rows(f"{_RELATIONS} AND ({readable})")
    return sorted(f"{schema}.{table}" for schema, table in found)


def find(session: PostgresSession, wanted: str) -> str:
    """Return the full name of a table: the schema may be left out where it is ``public``.

    Raises
    ------
    Problem
        There is no such table, or its rows would come through a policy that hides some.
    """
    name = wanted if "." in wanted else f"public.{wanted}"
    found = session.rows("SELECT to_regclass(%s) IS NOT NULL", given=[quoted(name)])
    if not found[0][0]:
        known = relations(session)
        raise Problem(
            _("The database has no table {name}.").format(name=wanted),
            where=session.where,
            remedy=did_you_mean(name, known)
            or _("Its tables are: {names}.").format(
                names=", ".join(known[:20]) + (" …" if len(known) > 20 else "")
            ),
        )
    hidden = "SELECT row_security_active(to_regclass(%s))"
    if session.rows(hidden, given=[quoted(name)])[0][0]:
        raise Problem(
            _("A policy of row-level security hides rows of the table from this user."),
            where=f"{session.where}#{name}",
            why=_("A count of some rows would stand as the count of all."),
            remedy=_("Measure as a user that has BYPASSRLS, or name a view of the rows meant."),
        )
    return name


def columns(session: PostgresSession, name: str) -> tuple[TableColumn, ...]:
    """Return the columns of a table with the types that the engines share."""
    found = session.rows(_COLUMNS, given=[quoted(name)])
    return tuple(_column(*row) for row in found)


def quoted(name: str) -> str:
    """Return ``schema.table`` in quotes; a dot may stand in the name of the table."""
    schema, _dot, table = name.partition(".")
    return f"{sql.name(schema)}.{sql.name(table)}"


def _column(name: str, type: str, sort: str, modifier: int, written: str) -> TableColumn:
    if sort == "e":  # an enumeration
        return TableColumn(name, "VARCHAR", "text")
    shared, kind = _TYPES.get(type, (written, "other"))
    if type == "numeric" and modifier >= 0:
        # The modifier packs precision and scale (which may be below 0) into one number.
        precision, scale = (modifier - 4) >> 16 & 0xFFFF, ((modifier - 4 & 0x7FF) ^ 1024) - 1024
        shared = f"DECIMAL({precision},{scale})" if precision <= 38 and scale >= 0 else UNLIMITED
    note = _("bytes are not looked at") if shared in BYTES else ""
    return TableColumn(name, shared, kind, note)
