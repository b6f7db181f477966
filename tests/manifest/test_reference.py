# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path
from typing import get_type_hints

import jsonschema_rs
import msgspec
import pytest
from ruamel.yaml import YAML

from shirube.manifest import reference
from shirube.manifest import schema as schemas
from shirube.terms import manifest as terms
from shirube.terms.document import Document, Signatory

DOCS = Path(__file__).parents[2] / "docs" / "reference"

RECORDS = {
    "operator": terms.Operator,
    "contact": terms.Contact,
    "system": terms.System,
    "risk_record": terms.RiskRecord,
    "risk": terms.Risk,
    "dataset": terms.Dataset,
    "column": terms.DatasetColumn,
    "model": terms.Model,
    "supplier": terms.Supplier,
    "document": Document,
    "signatory": Signatory,
    "measurement": terms.Declaration,
    "explanation": terms.Explanation,
}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_reference_page_is_written_from_the_schema(language: str) -> None:
    # Write it anew with: python -m shirube.manifest.reference docs/reference
    page = DOCS / reference.PAGES[language]
    assert page.read_text(encoding="utf-8") == reference.page(language)


def test_the_schema_is_a_schema() -> None:
    jsonschema_rs.meta.validate(schemas.published())


@pytest.mark.parametrize("name", RECORDS)
def test_the_schema_has_exactly_the_fields_of_the_record(name: str) -> None:
    properties = schemas.published()["$defs"][name]["properties"]
    assert set(properties) == {field.name for field in msgspec.structs.fields(RECORDS[name])}


@pytest.mark.parametrize("name", RECORDS)
def test_choices_of_the_schema_are_those_of_the_record(name: str) -> None:
    hints = get_type_hints(RECORDS[name])
    for key, item in schemas.published()["$defs"][name]["properties"].items():
        choices = schemas.choices(item)
        if choices and choices != ("true", "false"):
            assert all(f"'{choice}'" in str(hints[key]) for choice in choices), key
            assert str(hints[key]).count("'") == 2 * len(choices), key


def _properties(schema: object) -> list[dict[str, object]]:
    if isinstance(schema, list):
        return [item for part in schema for item in _properties(part)]
    if not isinstance(schema, dict):
        return []
    found = list(schema.get("properties", {}).values())
    return found + [item for part in schema.values() for item in _properties(part)]


def test_every_key_is_told_in_both_languages_and_every_unknown_is_a_question() -> None:
    for item in _properties(schemas.published()):
        assert item["title"] and item["x-title-ja"], item
        assert ("description" in item) == ("x-description-ja" in item)
        if schemas.accepts_unknown(item):
            assert item["x-question"]["ja"] and item["x-question"]["en"]


def test_what_loads_is_also_valid_under_the_published_schema(text: str) -> None:
    # Unquoted digits are numbers to other YAML tools; the page asks for text there.
    data = YAML(typ="safe", pure=True).load(text.replace("7123456789012", "'7123456789012'"))
    data["models"][0]["version"] = "1.10"
    data = YAML(typ="rt").load(_as_text(data))
    assert list(jsonschema_rs.Draft202012Validator(schemas.published()).iter_errors(data)) == []


def _as_text(data: object) -> str:
    """Write dates as texts, as JSON has them."""
    return msgspec.json.encode(data).decode()
