# SPDX-License-Identifier: Apache-2.0
"""The published JSON Schemas of the statements, made from the same types that the codec walks.

They are committed (``schemas/statement_*.schema.json``), so that others can validate evidence
without this program; a test holds file and code together. After a change in ``terms``, write them
again with ``python -m shirube.evidence.schemas``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, get_args

from msgspec import inspect as shapes

from shirube.evidence import statement as statements
from shirube.ledger.envelope import STATEMENT_TYPE
from shirube.store.files import write_whole
from shirube.terms.evidence import RECORDS, EvidenceKind

FOLDER: Final = Path(__file__).parent.parent / "schemas"
_DIGEST: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_INTEGER: Final = "^-?(0|[1-9][0-9]*)$"
_DECIMAL: Final = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-][0-9]+)?$"
_FREE: Final = {"$ref": "#/$defs/free"}

Schema = dict[str, Any]


def path(kind: EvidenceKind) -> Path:
    """Return where the schema of one kind of statement lies."""
    return FOLDER / f"statement_{kind}.schema.json"


def schema(kind: EvidenceKind) -> Schema:
    """Return the JSON Schema of one kind of statement: the payload of the DSSE envelope."""
    predicate = {
        "salt": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "sealed_at": {"type": "string", "format": "date-time"},
        "tool": _object({"name": {"type": "string"}, "version": {"type": "string"}}),
        kind: _of(shapes.type_info(RECORDS[kind])),
    }
    subject = _object({"name": {"type": "string"}, "digest": _object({"sha256": _DIGEST})})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://shirube-governance.github.io/schemas/{path(kind).name}",
        "$comment": "SPDX-License-Identifier: Apache-2.0",
        "title": f"in-toto Statement v1 about a {kind}",
        "description": "The payload of the DSSE envelope. Every number is a decimal string.",
        **_object(
            {
                "_type": {"const": STATEMENT_TYPE},
                "subject": {"type": "array", "minItems": 1, "items": subject},
                "predicateType": {"const": statements.predicate_type(kind)},
                "predicate": _object(predicate),
            }
        ),
        "$defs": {"free": _free()},
    }


def written(kind: EvidenceKind) -> bytes:
    """Return the file's content."""
    return (json.dumps(schema(kind), ensure_ascii=False, indent=2) + "\n").encode()


def _of(shape: shapes.Type) -> Schema:
    if isinstance(shape, shapes.StructType):
        fields = {field.encode_name: _of(field.type) for field in shape.fields}
        return _object(fields, [field.encode_name for field in shape.fields if field.required])
    if isinstance(shape, shapes.UnionType):
        others = [kind for kind in shape.types if not isinstance(kind, shapes.NoneType)]
        return {"anyOf": [{"type": "null"}, _of(others[0])]} if len(others) == 1 else _FREE
    if isinstance(shape, shapes.VarTupleType | shapes.ListType):
        return {"type": "array", "items": _of(shape.item_type)}
    if isinstance(shape, shapes.DictType):
        return {"type": "object", "additionalProperties": _of(shape.value_type)}
    return _plain(shape)


def _plain(shape: shapes.Type) -> Schema:
    if isinstance(shape, shapes.LiteralType):
        return {"enum": list(shape.values)}
    plain: dict[type[shapes.Type], Schema] = {
        shapes.StrType: {"type": "string"},
        shapes.BoolType: {"type": "boolean"},
        shapes.IntType: {"type": "string", "pattern": _INTEGER},
        shapes.FloatType: {"type": "string", "pattern": _DECIMAL},
        shapes.DateType: {"type": "string", "format": "date"},
        shapes.DateTimeType: {"type": "string", "format": "date-time"},
    }
    return plain.get(type(shape), _FREE)


def _free() -> Schema:
    """Return the schema of a value whose type the field leaves open."""
    marks = {
        "number": {"type": "string", "pattern": _DECIMAL},
        "date": {"type": "string", "format": "date"},
        "datetime": {"type": "string"},
        "map": {"type": "object", "additionalProperties": _FREE},
    }
    return {
        "anyOf": [
            {"type": ["null", "boolean", "string"]},
            {"type": "array", "items": _FREE},
            *(_object({mark: inner}) for mark, inner in marks.items()),
        ]
    }


def _object(fields: Schema, required: list[str] | None = None) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(fields) if required is None else required,
        "properties": fields,
    }


if __name__ == "__main__":
    for _kind in get_args(EvidenceKind):
        write_whole(path(_kind), written(_kind))
