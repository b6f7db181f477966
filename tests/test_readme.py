# SPDX-License-Identifier: Apache-2.0
"""What the pages tell a reader to type exists, and both languages tell the same."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from shirube.cli.__main__ import cli

ROOT = Path(__file__).parents[1]
ENGLISH = [
    ROOT / "README.md",
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if page.with_suffix(".ja.md").exists()),
]
PAGES = [
    *ENGLISH,
    *(page.with_suffix(".ja.md") for page in ENGLISH),
    ROOT / "CONTRIBUTING.md",
    ROOT / "examples" / "operator" / "README.md",
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
TYPED = re.compile(r"^(?:- )?(?:run: )?(?:[A-Z_]+=\S+ )*(shirube|make)\s+(\S.*)$")


def _typed(text: str) -> list[str]:
    """Return the command lines of a text, without comments, continued lines joined."""
    joined = text.replace("\\\n", " ")
    found = (TYPED.match(line.strip()) for line in joined.splitlines())
    return [" ".join(shlex.split(line.group(0), comments=True)) for line in found if line]


def _blocks(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [line for _name, block in FENCE.findall(text) for line in _typed(block)]


def _spans(page: Path) -> list[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return [line for span in SPAN.findall(text) for line in _typed(span)]


def _links(page: Path) -> list[str]:
    """Return where a page leads; its own twin is left out, and so is the language of a target."""
    found = LINK.findall(page.read_text(encoding="utf-8"))
    plain = [target.replace(".ja.md", ".md") for target in found]
    return [target for target in plain if target != page.name.replace(".ja.md", ".md")]


def _recipes() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))


def _complaint(line: str) -> str:
    """Say what does not exist of a command line; nothing when all of it does."""
    program, *words = shlex.split(line[TYPED.match(line).start(1) :])  # type: ignore[union-attr]
    if program == "make":
        return "" if words[0] in _recipes() else f"make has no recipe {words[0]}"
    command: click.Command = cli
    context = click.Context(cli)
    options = {"--help", *(flag for each in cli.params for flag in each.opts)}
    for word in words:
        flag = word.partition("=")[0]
        if flag.startswith("-"):
            if flag not in options:
                return f"{command.name} has no option {flag}"
        elif isinstance(command, click.Group):
            if re.fullmatch(r"[A-Z/_]+|…", word):  # a place for a name, such as NAME or PACK/RULE
                return ""
            found = command.get_command(context, word)
            if found is None:
                return f"{command.name} has no command {word}"
            command = found
            options |= {flag for each in command.params for flag in each.opts}
    return ""


def _lack(line: str) -> str:
    """Say what a whole command line lacks, or has too much of."""
    program, *words = shlex.split(line[TYPED.match(line).start(1) :])  # type: ignore[union-attr]
    if program == "make" or {"NAME", "PACK/RULE", "…"} & set(words) or "|" in words:
        return ""
    words = words[: words.index(">")] if ">" in words else words
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words.pop(0))
        if found is None:
            return ""  # an option of the group, or a place for a name: looked at above
        command = found
    if {"--help", "--version"} & set(words) or isinstance(command, click.Group):
        return ""
    told, rest, _order = command.make_parser(click.Context(command)).parse_args(list(words))
    required = [each for each in command.params if each.required]
    missing = [
        each.name for each in required if not isinstance(told.get(each.name), str | tuple | list)
    ]
    return f"lacks {missing}" if missing else f"has {rest} too much" if rest else ""


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_and_option_that_a_page_names_exists(page: Path) -> None:
    complaints = [(line, _complaint(line)) for line in [*_blocks(page), *_spans(page)]]
    assert [each for each in complaints if each[1]] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_of_a_block_is_whole(page: Path) -> None:
    complaints = [(line, _lack(line)) for line in _blocks(page)]
    assert [each for each in complaints if each[1]] == []


@pytest.mark.parametrize("page", ENGLISH, ids=_name)
def test_a_page_has_the_same_commands_in_both_languages(page: Path) -> None:
    other = page.with_suffix(".ja.md")
    assert [_in_english(line) for line in _blocks(other)] == [
        _in_english(line) for line in _blocks(page)
    ]


def _in_english(line: str) -> str:
    """A page may show the option of its own language."""
    return re.sub(r"--(lang|only) (ja|en)", r"--\1 xx", line)


def test_both_readmes_lead_to_the_same_places() -> None:
    assert _links(ROOT / "README.ja.md") == _links(ROOT / "README.md")


def test_each_readme_leads_to_the_other() -> None:
    assert "(README.ja.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(README.md)" in (ROOT / "README.ja.md").read_text(encoding="utf-8")


def test_the_first_page_names_the_main_job() -> None:
    told = _blocks(ROOT / "README.md")
    for wanted in ("make demo", "make test", "shirube init", "shirube check", "shirube report"):
        assert any(line.startswith(wanted) for line in told)


def test_each_way_to_add_that_contributing_names_is_a_command() -> None:
    told = [line.split()[2] for line in _spans(ROOT / "CONTRIBUTING.md") if " new " in line]
    command = cli.get_command(click.Context(cli), "new")
    assert isinstance(command, click.Group)
    assert sorted(told) == sorted(command.commands)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("shirube check FOLDER --lang ja", ""),
        ("shirube measure NAME TABLE", ""),
        ("shirube measure anonymity t.csv --quasi-identifiers sex", ""),
        ("shirube chek FOLDER", "cli has no command chek"),
        ("shirube ledger forge", "ledger has no command forge"),
        ("shirube check --fast", "check has no option --fast"),
        ("make tea", "make has no recipe tea"),
    ],
)
def test_what_does_not_exist_is_noticed(line: str, complaint: str) -> None:
    assert _complaint(line) == complaint


def test_comments_continued_lines_and_variables_are_read_as_a_shell_would() -> None:
    block = "A=1 shirube check . # so\nshirube measure drift t.csv \\\n  --period day\ncp a b\n"
    assert _typed(block) == ["A=1 shirube check .", "shirube measure drift t.csv --period day"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("shirube bom write SYSTEM FOLDER --out FILE", ""),
        ("shirube bom write SYSTEM FOLDER", "lacks ['out']"),
        ("shirube check FOLDER OTHER", "has ['OTHER'] too much"),
    ],
)
def test_what_is_not_whole_is_noticed(line: str, complaint: str) -> None:
    assert _lack(line) == complaint
