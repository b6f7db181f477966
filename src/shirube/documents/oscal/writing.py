# SPDX-License-Identifier: Apache-2.0
"""Write an OSCAL document, after it was held against its schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from shirube.terms.errors import InternalError

_SCHEMAS: Final = Path(__file__).parents[2] / "schemas" / "oscal"
_FILES: Final = {
    "catalog": "oscal_catalog_schema.json",
    "mapping-collection": "oscal_mapping_schema.json",
    "assessment-results": "oscal_assessment-results_schema.json",
}


def oscal_text(document: dict[str, Any]) -> str:
    """Return the document as JSON; a document that its schema refuses is never written."""
    (model,) = document
    error = next(_validator(model).iter_errors(document), None)
    if error is not None:
        place = "/".join(map(str, error.instance_path))
        raise InternalError(f"OSCAL {model}, {place}: {error.message}")
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


@cache
def _validator(model: str) -> Any:
    import jsonschema_rs

    schema = json.loads((_SCHEMAS / _FILES[model]).read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(schema)
