# SPDX-License-Identifier: Apache-2.0
"""Drafts that a person completes and signs: one folder per kind of document.

A folder ``documents/<kind>/`` with ``schema.json``, ``template.ja.md``, ``template.en.md`` and
``example.json`` *is* the kind; no list is edited. The schema says which facts the templates need,
so that a missing fact is an error that names it, never a hole in a published text.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shirube.terms.errors import Problem, Problems
from shirube.texts import Language, _

_ROOM = Path(__file__).parent
_FILES = ("schema.json", "template.ja.md", "template.en.md", "example.json")


def kinds() -> tuple[str, ...]:
    """Return the kinds of drafts that are here, sorted."""
    return tuple(sorted(path.parent.name for path in _ROOM.glob("*/schema.json")))


def example(kind: str) -> dict[str, Any]:
    """Return the example facts of a kind, complete and fictional."""
    found: dict[str, Any] = json.loads(_file(kind, "example.json"))
    return found


def title(kind: str) -> str:
    """Return what the kind is, in English, from its schema."""
    return str(json.loads(_file(kind, "schema.json")).get("title", kind))


def asked(kind: str) -> frozenset[str]:
    """Return the names of the facts that the kind's schema knows."""
    return frozenset(json.loads(_file(kind, "schema.json"))["properties"])


def draft(kind: str, facts: dict[str, Any], language: Language) -> str:
    """Write a draft in one language from the facts that its schema asks for.

    Raises
    ------
    Problem, Problems
        The kind is unknown, the extra ``reports`` is missing, or a fact is missing or of the wrong
        kind; every such fact is named.
    """
    _check(kind, facts)
    try:
        import jinja2
    except ImportError as error:
        raise Problem(
            _("Writing documents needs the extra reports, which is not installed."),
            remedy=_("Run: pip install 'shirube[reports]'"),
        ) from error
    # Markdown for people to edit: nothing is HTML here, so nothing is escaped.
    environment = jinja2.Environment(  # noqa: S701
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_file(kind, f"template.{language}.md"))
    return template.render(**facts).rstrip() + "\n"


def _check(kind: str, facts: dict[str, Any]) -> None:
    import jsonschema_rs

    validator = jsonschema_rs.validator_for(json.loads(_file(kind, "schema.json")))
    problems = [
        Problem(
            error.message,
            where="/".join(str(part) for part in error.instance_path) or kind,
            why=_("The document {kind} cannot be written without it.").format(kind=kind),
            remedy=_("Give the fact in the manifest, then write the document again."),
        )
        for error in validator.iter_errors(facts)
    ]
    if problems:
        raise Problems(problems)


def _file(kind: str, name: str) -> str:
    if kind not in kinds():
        raise Problem(
            _("There is no document named {kind}.").format(kind=kind),
            remedy=_("Documents are: {names}.").format(names=", ".join(kinds())),
        )
    return (_ROOM / kind / name).read_text(encoding="utf-8")


def write_new(kind: str) -> tuple[Path, ...]:
    """Write a new kind with all its files, complete at once, and never over another one."""
    home = _ROOM / kind
    if not kind.isidentifier() or kind != kind.lower():
        raise Problem(
            _("“{name}” cannot be an id.").format(name=kind),
            remedy=_("Use small letters, digits and _, beginning with a letter."),
        )
    if home.exists():
        raise Problem(
            _("The document {kind} exists already.").format(kind=kind),
            where=str(home),
            remedy=_("Choose another id; nothing is overwritten."),
        )
    home.mkdir()
    for name, content in _new_files(kind).items():
        (home / name).write_text(content, encoding="utf-8")
    return tuple(home / name for name in _FILES)


def _new_files(kind: str) -> dict[str, str]:
    text = {
        "type": "object",
        "properties": {"ja": {"type": "string"}, "en": {"type": "string"}},
        "required": ["ja", "en"],
        "additionalProperties": False,
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.replace("_", " ").capitalize(),
        "type": "object",
        "properties": {"operator": text, "date": {"type": "string", "format": "date"}},
        "required": ["operator", "date"],
        "additionalProperties": False,
    }
    facts = {"operator": {"ja": "株式会社見本", "en": "Sample Inc."}, "date": "2026-11-22"}
    return {
        "schema.json": json.dumps(schema, indent=2) + "\n",
        "example.json": json.dumps(facts, indent=2, ensure_ascii=False) + "\n",
        "template.ja.md": "# 新しい文書\n\n{{ operator.ja }}（{{ date }}）\n",
        "template.en.md": "# A new document\n\n{{ operator.en }} ({{ date }})\n",
    }
