# SPDX-License-Identifier: Apache-2.0
"""The published JSON Schema of ``shirube.yaml``: the one list of what may be written, and how.

Each property that may be ``unknown`` says so by ``anyOf: [..., {const: unknown}]`` and carries the
question that is then asked. Reading takes the unknown facts out first and checks the rest against
the *strict* schema, so that a message names the expected value and not two alternatives.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent / "schemas" / "manifest.schema.json"
UNKNOWN = "unknown"

Schema = dict[str, Any]


@cache
def published() -> Schema:
    """Return the schema as it is published."""
    schema: Schema = json.loads(FILE.read_text(encoding="utf-8"))
    return schema


@cache
def strict() -> Schema:
    """Return the schema for a manifest whose unknown facts were taken out."""
    schema: Schema = _strict(published())
    return schema


def resolve(schema: Schema) -> Schema:
    """Follow ``$ref`` and, for a fact that may be unknown, return the schema of the known fact."""
    if "anyOf" in schema and accepts_unknown(schema):
        return resolve(schema["anyOf"][0])
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return resolve(published()["$defs"][name])
    return schema


def accepts_unknown(schema: Schema) -> bool:
    """Say whether this fact may be ``unknown``."""
    return {"const": UNKNOWN} in schema.get("anyOf", ())


def child(schema: Schema, key: str | int) -> Schema:
    """Return the schema of a property or of the items of a list; empty where nothing is said."""
    schema = resolve(schema)
    if isinstance(key, int):
        items: Schema = schema.get("items", {})
        return items
    found: Schema = schema.get("properties", {}).get(key, {})
    return found


def at(*path: str | int) -> Schema:
    """Return the schema that stands at a place of the manifest."""
    schema = published()
    for part in path:
        schema = child(schema, part)
    return schema


def of_key(key: str) -> Schema:
    """Return the schema of a key by ids (``systems.credit_screening.sector``).

    An id stands where the schema has a list; a column's name may itself hold full stops.
    """
    return _of_parts(published(), key.split(".")) or {}


def wants_text(schema: Schema) -> bool:
    """Say whether a text is expected, so that an unquoted ``1.10`` stays the text it is."""
    schema = resolve(schema)
    if "enum" in schema:
        return all(isinstance(value, str) for value in schema["enum"])
    kinds = schema.get("type", ())
    return kinds == "string" or "string" in kinds


def choices(schema: Schema) -> tuple[str, ...]:
    """Return the allowed values as they are written: an enumeration's, or true and false."""
    schema = resolve(schema)
    if schema.get("type") == "array":
        return choices(schema.get("items", {}))
    if schema.get("type") == "boolean":
        return ("true", "false")
    return tuple(str(value) for value in schema.get("enum", ()))


def _of_parts(schema: Schema, parts: list[str]) -> Schema | None:
    if not parts:
        return schema
    inner = resolve(schema)
    if "items" in inner:
        longest = max(1, len(parts) - 1)
        tries = (_of_parts(inner["items"], parts[count:]) for count in range(1, longest + 1))
        return next((found for found in tries if found), None)
    here = inner.get("properties", {}).get(parts[0])
    return _of_parts(here, parts[1:]) if here else None


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    if accepts_unknown(node):
        rest = {key: value for key, value in node.items() if key != "anyOf"}
        return _strict(rest | node["anyOf"][0])
    return {key: _strict(value) for key, value in node.items()}
