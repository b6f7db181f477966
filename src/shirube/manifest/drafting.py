# SPDX-License-Identifier: Apache-2.0
"""A first ``shirube.yaml`` from what lies in a folder: what was not seen is ``unknown``.

Guesses stand in comments as proposals, so that a person decides each of them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from shirube.manifest import schema as schemas
from shirube.manifest.guessing import column_kind, snake_case
from shirube.manifest.loading import NAME, parse
from shirube.manifest.surveying import Card, SeenModel, SeenTable, Survey, survey
from shirube.terms.errors import InternalError, Problem, Problems
from shirube.terms.place import Place
from shirube.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from shirube.terms.source import TableColumn
    from shirube.terms.text import Text

_COLUMNS = 200  # columns of one table that are written out
_PROVIDERS = {
    "openai": "OpenAI", "anthropic": "Anthropic", "google-genai": "Google",
    "google-generativeai": "Google", "cohere": "Cohere", "mistralai": "Mistral AI",
}  # fmt: skip
_GENERATIVE = {*_PROVIDERS, "langchain", "llama-index", "vllm", "llama-cpp-python", "diffusers"}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_WORDS = {"true", "false", "null", "unknown"}

_HEAD = """\
# shirube.yaml
# {seen_ja}
# {seen_en}
# 見えなかった事実は unknown です。質問として書き出し、知っている人に尋ねられます。
# What was not seen is `unknown`: it can be written out as questions for whoever knows.
# 提案(proposal)はコメントだけで、事実として扱われません。確かめてから値にしてください。
# A proposal is a comment only and never counts as a fact: confirm it, then make it the value.
"""
_TAIL = """\
# 窓口と文書は、あるものだけを書きます。 Contacts and documents: write those that exist.
# contacts:
#   - {id: complaints, purpose: complaints, name: {ja: 相談窓口, en: Contact desk}, email: unknown}
# documents:
#   - {id: governance_policy, kinds: [governance_policy], file: docs/policy.md, date: unknown}
"""


def draft(
    folder: str | Path,
    *,
    operator_id: str | None = None,
    name: Text | None = None,
    describe: Callable[[Path], tuple[TableColumn, ...]] | None = None,
) -> str:
    """Return a commented manifest for a folder; it loads without a problem.

    Parameters
    ----------
    folder
        Where tables, models, notebooks, requirements, licences and model cards are looked for.
    operator_id, name
        The operator's id (by default from the folder's name) and official name.
    describe
        Returns the columns of a Parquet file; without it, none are listed. Of other tables the
        first line is read here, so that a big folder is drafted at once.

    Raises
    ------
    Problem
        There is no such folder, or the id is not snake_case.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise Problem(
            _("There is no such folder."),
            where=str(folder),
            remedy=_("Name the folder that holds the tables and models."),
        )
    seen = survey(folder, describe)
    identity = operator_id or snake_case(folder.resolve().name, "operator")
    text = "\n".join(_lines(seen, identity, name))
    try:
        parse(text, NAME)
    except (Problem, Problems) as problem:
        if operator_id is not None and not re.fullmatch(r"[a-z][a-z0-9_]*", operator_id):
            raise
        raise InternalError(f"draft of {folder.name}: {problem}") from problem
    return text


def write_draft(
    folder: str | Path,
    *,
    operator_id: str | None = None,
    name: Text | None = None,
    describe: Callable[[Path], tuple[TableColumn, ...]] | None = None,
) -> Path:
    """Write the draft as ``shirube.yaml`` in the folder; never overwrites one.

    Raises
    ------
    Problem
        The file is there already, or cannot be written.
    """
    path = Path(folder) / NAME
    if path.exists() or path.is_symlink():
        raise _exists(path)
    text = draft(folder, operator_id=operator_id, name=name, describe=describe)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise Problem(
            _("The draft could not be written: {reason}.").format(reason=error.strerror),
            where=str(path),
            remedy=_("Permit writing in the folder, or make room."),
        ) from error
    return path


def _exists(path: Path) -> Problem:
    return Problem(
        _("There is a shirube.yaml already."),
        where=Place(str(path)),
        why=_("A draft never overwrites what somebody has written."),
        remedy=_("Go on with that file, or move it away first."),
    )


def _lines(seen: Survey, identity: str, name: Text | None) -> Iterator[str]:
    """Yield the manifest line by line, in the order of the schema."""
    readable = [table for table in seen.tables if not table.trouble]
    datasets = list(_named((table.files for table in readable), "table"))
    models = list(_named((model.file for model in seen.models), "model"))
    yield _head(seen)
    yield "shirube: 1"
    yield ""
    yield "operator:"
    yield f"  id: {identity}"
    known = {"name": f"{{ja: {_quoted(name.ja)}, en: {_quoted(name.en)}}}"} if name else {}
    yield from _facts("operator", known, {}, "  ")
    yield ""
    yield "systems:"
    yield f"  - id: {identity if identity.endswith('_system') else f'{identity}_system'}"
    yield from _facts("system", {}, _system_proposals(seen), "    ")
    yield from _references("models", models)
    yield from _references("datasets", datasets)
    tables = list(zip(datasets, readable, strict=True))
    yield from _block("datasets", (_dataset(*table, seen) for table in tables))
    seen_models = zip(models, seen.models, strict=True)
    yield from _block("models", (_model(*model, seen) for model in seen_models))
    yield from _block("suppliers", _suppliers(seen))
    yield from _block("measurements", (_measured(*table) for table in tables))
    yield ""
    yield _TAIL


def _head(seen: Survey) -> str:
    counts = (len(seen.tables), len(seen.models), len(seen.notebooks), len(seen.libraries))
    ja = "見えたもの: 表 {}、モデル {}、ノートブック {}、AIライブラリ {}".format(*counts)
    en = "Seen: tables {}, models {}, notebooks {}, AI libraries {}".format(*counts)
    lines = [_HEAD.format(seen_ja=ja, seen_en=en).rstrip("\n")]
    lines += [f"# - {library} ({file})" for library, file in seen.libraries.items()]
    lines += [f"# - {file}: {kind or '?'}" for file, kind in seen.licences.items()]
    lines += [
        f"# - {card.file}: base_model {_comment(card.base_model)}"
        for card in seen.cards
        if card.base_model
    ]
    lines += [
        f"# - {table.files}: 読めません / cannot be read: {_comment(table.trouble)}"
        for table in seen.tables
        if table.trouble
    ]
    if seen.more:
        lines.append(
            "# ファイルが多いため途中まで見ました。 The folder was not looked at to its end."
        )
    return "\n".join(lines)


def _facts(
    name: str, known: dict[str, str], proposals: dict[str, str], indent: str
) -> Iterator[str]:
    """Yield each fact of the schema that may be unknown, with its title and choices."""
    for key, schema in schemas.published()["$defs"][name]["properties"].items():
        if key in known:
            yield f"{indent}{key}: {known[key]}"
        elif schemas.accepts_unknown(schema):
            notes = [f"{schema['x-title-ja']} / {schema['title']}"]
            notes += [" | ".join(schemas.choices(schema))] if schemas.choices(schema) else []
            if key in proposals:
                notes.append(f"提案 / proposal: {_comment(proposals[key])}")
            yield f"{indent}{key}: unknown  # {'; '.join(notes)}"


def _system_proposals(seen: Survey) -> dict[str, str]:
    generative = [library for library in seen.libraries if library in _GENERATIVE]
    return {"generative": f"true ({', '.join(generative)})"} if generative else {}


def _references(key: str, ids: list[str]) -> Iterator[str]:
    if ids:
        yield f"    {key}: [{', '.join(ids)}]"


def _block(key: str, items: Iterable[Iterable[str]]) -> Iterator[str]:
    lines = [line for item in items for line in item]
    if lines:
        yield from ("", f"{key}:", *lines)


def _dataset(identity: str, table: SeenTable, seen: Survey) -> Iterator[str]:
    yield f"  - id: {identity}"
    yield f"    files: {_scalar(table.files)}"
    # A card beside a table may be the model's or the code's: its licence is a proposal here.
    card = _card_beside(table.files, seen.cards)
    licence = _licence_beside(table.files, seen.licences)
    if card and card.licence and not licence:
        licence = f"{card.licence} ({card.file})"
    proposals = {"licence": licence} if licence else {}
    # Format and encoding are found by reading; they need no answer of a person.
    lines = _facts("dataset", {}, proposals, "    ")
    yield from (line for line in lines if not line.startswith(("    format:", "    encoding:")))
    yield from _declared_columns(table)


def _declared_columns(table: SeenTable) -> Iterator[str]:
    names = [name for name in dict.fromkeys(table.columns) if name and name.isprintable()]
    if names:
        yield "    columns:"
    for name in names[:_COLUMNS]:
        guess = column_kind(name)
        note = f"  # 提案 / proposal: {guess}" if guess else ""
        yield f"      - {{name: {_scalar(name)}, kind: unknown}}{note}"
    if len(names) > _COLUMNS:
        rest = len(names) - _COLUMNS
        yield f"      # ほか{rest}列 / and {rest} more columns"


def _model(identity: str, model: SeenModel, seen: Survey) -> Iterator[str]:
    yield f"  - id: {identity}"
    yield f"    files: {_scalar(model.file)}"
    known: dict[str, str] = {}
    card = _card_beside(model.file, seen.cards)
    if card and card.licence:
        known["licence"] = f"{_scalar(card.licence)}  # {card.file}"
    if card and card.datasets:
        names = ", ".join(card.datasets)
        ja, en = f"モデルカードの記載: {names}", f"As the model card says: {names}"
        known["training_data_origins"] = f"{{ja: {_quoted(ja)}, en: {_quoted(en)}}}  # {card.file}"
    licence = _licence_beside(model.file, seen.licences)
    proposals = {"licence": licence} if licence else {}
    if model.kind:
        proposals["kind"] = model.kind
    yield from _facts("model", known, proposals, "    ")


def _suppliers(seen: Survey) -> Iterator[list[str]]:
    used: dict[str, str] = {}
    for library, file in seen.libraries.items():
        if library in _PROVIDERS:
            used.setdefault(_PROVIDERS[library], f"{library} ({file})")
    for name, where in used.items():
        known = {"name": f"{{ja: {_quoted(name)}, en: {_quoted(name)}}}"}
        facts = _facts("supplier", known, {"layer": "model"}, "    ")
        identity = name.lower().replace(" ", "_")
        yield [f"  - id: {identity}  # {_comment(where)}", *facts]


def _measured(identity: str, table: SeenTable) -> Iterator[str]:
    """Declare the search for personal data; propose what needs a decision about columns."""
    yield f"  - {{id: {identity}_personal_data, measure: personal_data, dataset: {identity}}}"
    kinds: dict[str, list[str]] = {}
    for column in table.columns[:_COLUMNS]:
        kinds.setdefault(str(column_kind(column)), []).append(column)
    quasi = [*kinds.get("quasi_identifier", []), *kinds.get("attribute", [])]
    if quasi:
        listed = ", ".join(_scalar(name) for name in quasi)
        yield "  # 提案 / proposal:"
        yield f"  # - {{id: {identity}_anonymity, measure: anonymity, dataset: {identity},"
        yield f"  #    arguments: {{quasi_identifiers: [{listed}]}}}}"


def _named(files: Iterable[str], otherwise: str) -> Iterator[str]:
    """Yield an id for each file, from its name, with a number where it is taken."""
    taken: set[str] = set()
    for number, file in enumerate(files, 1):
        stem = snake_case(Path(file).stem.replace("*", " "), f"{otherwise}_{number}")
        identity, count = stem, 1
        while identity in taken:
            count += 1
            identity = f"{stem}_{count}"
        taken.add(identity)
        yield identity


def _card_beside(file: str, cards: Iterable[Card]) -> Card | None:
    return next((card for card in cards if Path(card.file).parent == Path(file).parent), None)


def _licence_beside(file: str, licences: dict[str, str]) -> str:
    for path, kind in licences.items():
        if Path(path).parent == Path(file).parent:
            return f"{kind or '?'} ({path})"
    return ""


def _scalar(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    """Keep a comment on its line."""
    return "".join(character if character.isprintable() else " " for character in text)
