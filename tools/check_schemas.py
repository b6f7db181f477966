# SPDX-License-Identifier: Apache-2.0
"""Every schema is a valid JSON Schema, and closed: an unknown key is an error."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema_rs

SCHEMAS = Path(__file__).parent.parent / "src" / "shirube"


def main() -> int:
    """Return 1 when a schema is wrong."""
    wrong = []
    found = sorted(SCHEMAS.rglob("*schema.json"))
    for path in found:
        schema = json.loads(path.read_text(encoding="utf-8"))
        try:
            jsonschema_rs.validator_for(schema)
        except (ValueError, jsonschema_rs.ValidationError) as error:
            wrong.append(f"{path.name}: {error}")
        wrong += [f"{path.name}: {place} is open" for place in _open(schema, "")]
    print("\n".join(wrong) or f"schemas: {len(found)} are valid and closed")
    return 1 if wrong or not found else 0


def _open(schema: object, place: str) -> list[str]:
    """Return the objects with named properties that would let an unknown key pass."""
    if isinstance(schema, list):
        return [
            found
            for number, item in enumerate(schema)
            for found in _open(item, f"{place}/{number}")
        ]
    if not isinstance(schema, dict):
        return []
    closed = "additionalProperties" in schema or "unevaluatedProperties" in schema
    typed = schema.get("type") == "object" and "properties" in schema
    here = [place or "/"] if typed and not closed else []
    return here + [found for key, item in schema.items() for found in _open(item, f"{place}/{key}")]


if __name__ == "__main__":
    sys.exit(main())
