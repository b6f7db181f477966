# SPDX-License-Identifier: Apache-2.0
"""The generated reference: the command line, the measures, the rules.

``write`` writes ``docs/reference/cli*.md`` (committed, compared by ``check``) and the pages of
measures and rules under ``build/docs`` (a new rule or measure touches no committed page).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from shirube import texts
from shirube.api import operator
from shirube.cli.__main__ import cli
from shirube.documents import wording
from shirube.texts import LANGUAGES, Language, _, using

ROOT = Path(__file__).parent.parent
COMMITTED = ROOT / "docs" / "reference"
BUILT = ROOT / "build" / "docs"


def cli_page(language: Language) -> str:
    """Return the page of all commands, as their ``--help`` says them."""
    with using(language):
        title = {"en": "Command line", "ja": "コマンドライン"}[language]
        made = {
            "en": "Generated from the program's own help; `make docs` writes it anew.",
            "ja": "プログラムのヘルプから生成しています。`make docs` で更新します。",
        }[language]
        parts = [f"# {title}\n\n{made}\n"]
        parts += _commands(cli, click.Context(cli, info_name="shirube", terminal_width=80))
    return "\n".join(parts)


def _commands(command: click.Command, context: click.Context) -> list[str]:
    told = command.get_help(context).rstrip()
    if command.name == "measure":
        # Which measures there are is told by their own pages: a new one touches no committed page.
        told = re.split(r"\n(?:Commands|コマンド):", told)[0].rstrip()
    parts = [f"## `{context.command_path}`\n\n```text\n{told}\n```\n"]
    if isinstance(command, click.Group) and command.name != "measure":
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                inner = click.Context(child, info_name=name, parent=context, terminal_width=80)
                parts += _commands(child, inner)
    return parts


def measure_page(name: str, language: Language) -> str:
    """Return the page of one measure: what it is, its arguments, its values, its method."""
    measure = operator.describe_measure(name)
    with using(language):
        rows = [
            f"| `{item.name}` | {item.type} | {item.default if not item.required else '–'} |"
            f" {_(item.help) if item.help else ''} |"
            for item in measure.parameters
        ]
        values = [f"| `{name}.{item.name}` | {item.title} |" for item in measure.produces]
        return "\n".join(
            [
                f"# `{name}`: {measure.title}\n\n{measure.description}\n",
                "| " + _("Argument") + " | " + _("Kind") + " | " + _("Default") + " | |",
                "| --- | --- | --- | --- |",
                *rows,
                "\n| " + _("Value") + " | |\n| --- | --- |",
                *values,
                f"\n```text\n{measure.documentation}\n```\n",
            ]
        )


def rules_page(language: Language) -> str:
    """Return the page of all rules, by instrument."""
    with using(language):
        parts = []
        for pack in operator.load_packs():
            parts.append(f"# {pack.title}\n\n{pack.issuer} · {pack.instrument_url}\n")
            for rule in pack.rules:
                marks = ", ".join(words for _code, words in wording.marks(rule))
                parts.append(
                    f"## {rule.title}\n\n`{rule.ref}` · {wording.footing(rule.footing)}"
                    f"{' · ' + marks if marks else ''}\n\n{rule.expectation}\n\n`{rule.shown}`\n"
                )
        return "\n".join(parts)


def pages() -> tuple[dict[Path, str], dict[Path, str]]:
    """Return the committed pages and the built ones."""
    suffix = {"en": ".md", "ja": ".ja.md"}
    committed = {COMMITTED / f"cli{suffix[lang]}": cli_page(lang) for lang in LANGUAGES}
    built = {BUILT / f"rules{suffix[lang]}": rules_page(lang) for lang in LANGUAGES}
    for name in operator.measure_names():
        for lang in LANGUAGES:
            built[BUILT / "measures" / f"{name}{suffix[lang]}"] = measure_page(name, lang)
    return committed, built


def main(task: str) -> int:
    """Write the pages, or compare the committed ones with what would be written."""
    committed, built = pages()
    for page, text in built.items():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    if task == "write":
        for page, text in committed.items():
            page.write_text(text, encoding="utf-8")
        print(f"reference: wrote {len(committed) + len(built)} pages")
        return 0
    stale = [
        page.name
        for page, text in committed.items()
        if not page.exists() or page.read_text(encoding="utf-8") != text
    ]
    print(f"reference: stale, run make docs: {', '.join(stale)}" if stale else "reference: current")
    return 1 if stale else 0


if __name__ == "__main__":
    texts.use("en")
    sys.exit(main(sys.argv[1]))
