# SPDX-License-Identifier: Apache-2.0
"""The reference page of ``shirube.yaml``, written from the schema: one truth, two languages.

``python -m shirube.manifest.reference docs/reference`` writes both pages; a test compares them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from shirube.manifest import schema as schemas
from shirube.manifest.asking import is_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shirube.texts import Language

PAGES: dict[Language, str] = {"en": "manifest.md", "ja": "manifest.ja.md"}

_SECTIONS = {
    "operator": "operator", "contacts": "contact", "systems": "system",
    "systems[].risk_record": "risk_record", "systems[].risk_record.risks": "risk",
    "datasets": "dataset", "datasets[].columns": "column", "models": "model",
    "suppliers": "supplier", "documents": "document",
    "documents[].signatories": "signatory", "documents[].approvals": "approval",
    "measurements": "measurement", "explanations": "explanation",
}  # fmt: skip

_WORDS: dict[str, dict[Language, str]] = {
    "intro": {
        "en": """\
# shirube.yaml

[日本語](manifest.ja.md)

What an operator declares about its AI systems, data and documents. The file lies in the operator's
own repository and is written in UTF-8 (a BOM is accepted). This page is written from
`src/shirube/schemas/manifest.schema.json` (JSON Schema, draft 2020-12); a key that is not listed
here is an error that names its line.

- **`unknown`** may stand for every fact marked *may be unknown*. It becomes a question for whoever
  knows, and nothing is guessed in its place: what rests on it *could not be judged*.
- **A text in both languages** is written `{ja: …, en: …}`.
- **An id** is snake_case (small letters, digits, underscores). Evidence is kept under it.
- **A date** is written YYYY-MM-DD. Dates of what has happened must not lie in the future.
- **Files** are paths from the folder of `shirube.yaml`, with `*`, `?`, `[…]` and `**` if wanted.
  A relative path stays inside that folder; a file elsewhere needs its absolute path.
- A text need not be quoted: `version: 1.10` is the text 1.10. True and false are `true` and
  `false`; `yes` and `no` are texts.
""",
        "ja": """\
# shirube.yaml

[English](manifest.md)

事業者が、AIシステム、データ、文書について申告するファイルです。事業者自身のリポジトリに置き、
UTF-8で書きます（BOMがあっても構いません）。このページは
`src/shirube/schemas/manifest.schema.json`（JSON Schema draft 2020-12）から作られています。
ここにないキーはエラーになり、その行が示されます。

- 「unknown可」の事実には **`unknown`** と書けます。推測では埋めず、知っている人への質問にします。
  それに基づく期待事項は「判断できない」となります。
- **二言語の文**は `{ja: …, en: …}` と書きます。
- **id** は小文字の英字、数字、下線で書きます。証跡がこの名で残ります。
- **日付**は YYYY-MM-DD と書きます。すでに起きたことの日付が未来であってはいけません。
- **ファイル**は `shirube.yaml` のあるフォルダーからのパスで、`*`、`?`、`[…]`、`**` が使えます。
  相対パスはそのフォルダーの中に限ります。外のファイルは絶対パスで書きます。
- 文字列に引用符は要りません。`version: 1.10` は文字列の1.10です。真偽は `true` と `false` で、
  `yes` や `no` は文字列になります。
""",
    },
    "head": {
        "en": "| key | value | required | may be unknown | meaning |",
        "ja": "| キー | 値 | 必須 | unknown可 | 意味 |",
    },
    "top": {"en": "Top level", "ja": "最上位"},
    "yes": {"en": "yes", "ja": "はい"},
    "text": {"en": "text in both languages", "ja": "二言語の文"},
    "string": {"en": "text", "ja": "文字列"},
    "date": {"en": "date", "ja": "日付"},
    "boolean": {"en": "`true` or `false`", "ja": "`true` または `false`"},
    "integer": {"en": "whole number", "ja": "整数"},
    "object": {"en": "set of keys", "ja": "キーの組"},
    "list": {"en": "list: {item}", "ja": "一覧：{item}"},
    "one": {"en": "one of {choices}", "ja": "{choices} のいずれか"},
    "files": {"en": "path, pattern, or a list", "ja": "パス、ワイルドカード、その一覧"},
    "id": {"en": "id", "ja": "id"},
    "keys": {"en": "keys, see below", "ja": "キーの組（下記）"},
}  # fmt: skip


def page(language: Language) -> str:
    """Return the reference page in a language, as Markdown."""
    parts = [_WORDS["intro"][language], _section(_WORDS["top"][language], None, language)]
    parts += [_section(f"`{title}`", name, language) for title, name in _SECTIONS.items()]
    return "\n".join(parts)


def write(folder: Path) -> None:
    """Write both pages."""
    for language, name in PAGES.items():
        (folder / name).write_text(page(language), encoding="utf-8")


def _section(title: str, name: str | None, language: Language) -> str:
    schema = schemas.published()["$defs"][name] if name else schemas.published()
    rows = "\n".join(_rows(schema, language))
    return f"## {title}\n\n{_WORDS['head'][language]}\n|---|---|---|---|---|\n{rows}\n"


def _rows(schema: schemas.Schema, language: Language) -> Iterator[str]:
    yes = _WORDS["yes"][language]
    for key, item in schema["properties"].items():
        required = yes if key in schema["required"] else ""
        unknown = yes if schemas.accepts_unknown(item) else ""
        cells = (f"`{key}`", _value(item, language), required, unknown, _meaning(item, language))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _meaning(item: schemas.Schema, language: Language) -> str:
    """Return title, description and question of a key."""
    title = item["title"] if language == "en" else item["x-title-ja"]
    told = item.get("description" if language == "en" else "x-description-ja", "")
    asked = item.get("x-question", {}).get(language, "")
    stop = ". " if language == "en" else "。"
    return (f"{title[:1].upper()}{title[1:]}{stop}" + " ".join(filter(None, (asked, told)))).strip()


def _value(item: schemas.Schema, language: Language) -> str:
    """Say what may stand after a key."""
    known = schemas.resolve(item)
    if "enum" in known:
        choices = ", ".join(f"`{choice}`" for choice in known["enum"])
        return _WORDS["one"][language].format(choices=choices)
    if known.get("type") == "array":
        return _WORDS["list"][language].format(item=_value(known["items"], language))
    if "const" in known:
        return f"`{known['const']}`"
    return _WORDS[_kind(item, known)][language]


def _kind(item: schemas.Schema, known: schemas.Schema) -> str:
    if is_text(item):
        return "text"
    if known == schemas.published()["$defs"]["id"]:
        return "id"
    if isinstance(known["type"], list):
        return "files"
    if "properties" in known:
        return "keys"
    return "date" if known.get("format") == "date" else str(known["type"])


if __name__ == "__main__":
    write(Path(sys.argv[1]))
