# SPDX-License-Identifier: Apache-2.0
"""Commands that load when they are called, and help that is translated when it is shown."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from shirube.cli.layout import Context
from shirube.texts import LANGUAGES, N_, _

PIPE_CLOSED = 128 + 13  # as a shell names an end by SIGPIPE
HELP_JSON = N_("Print the result as JSON.")
HELP_LANG = N_("Language (default: from the locale).")


class _Translated:
    """Mixin for commands: help, epilog and option help are message ids until they are shown."""

    context_class: type[click.Context] = Context

    help: str | None
    epilog: str | None
    params: list[click.Parameter]

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language in use."""
        told = [option for option in self.params if isinstance(option, click.Option)]
        kept = (self.help, self.epilog, [(option.help, option.metavar) for option in told])
        self.help = _(self.help) if self.help else self.help
        self.epilog = _(self.epilog) if self.epilog else self.epilog
        for option in told:
            option.help = _(option.help) if option.help else option.help
            option.metavar = option.metavar or _value(option)
        try:
            super().format_help(context, formatter)  # type: ignore[misc]
        finally:
            self.help, self.epilog = kept[0], kept[1]
            for option, texts in zip(told, kept[2], strict=True):
                option.help, option.metavar = texts

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence of the help, in the language in use."""
        del limit
        return (_(self.help) if self.help else "").split("\n", 1)[0]


def _value(option: click.Option) -> str | None:
    """Name what an option takes; Click names these kinds of values in English only."""
    if option.is_flag or option.count or option.nargs != 1:
        return None
    if isinstance(option.type, type(click.STRING)):
        return _("TEXT")
    if isinstance(option.type, type(click.INT)):
        return _("WHOLE NUMBER")
    return _("NUMBER") if isinstance(option.type, type(click.FLOAT)) else None


class Command(_Translated, click.Command):
    """A command whose help is translated when it is shown."""


class Group(_Translated, click.Group):
    """A group whose help is translated; its commands are ours as well."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_lang_option())

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for an unknown one, name those that are near."""
        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            known = self.list_commands(ctx)
            raise click.exceptions.NoSuchCommand(args[0], possibilities=known, ctx=ctx)
        return super().resolve_command(ctx, args)


Group.group_class = Group


def _lang_option() -> click.Option:
    """Return ``--lang``, whose value was read before parsing began."""
    return click.Option(
        ["--lang"], type=click.Choice(LANGUAGES), expose_value=False, help=HELP_LANG
    )


class LazyGroup(Group):
    """The top group: a command's module is imported when the command is called."""

    def __init__(self, *args: Any, commands_by_name: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._short_help = commands_by_name

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order a newcomer needs them."""
        del ctx
        return list(self._short_help)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return its ``command``."""
        del ctx
        if cmd_name not in self._short_help:
            return None
        module = import_module(f"shirube.cli.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; when nobody reads its output any more, end as other tools do."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Said here because Click would end with 1, which means *not shown*.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(PIPE_CLOSED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing one of them."""
        del ctx
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(text)) for name, text in self._short_help.items()])
