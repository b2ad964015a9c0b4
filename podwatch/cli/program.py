"""The program and its commands as Typer shows them: usage, help and errors.

Responsible for one form of help and of errors for all commands; which command is meant is
`podwatch.cli.line`'s business.
"""

import os
import sys
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

from podwatch.cli.exits import complain
from podwatch.cli.line import arranged, normal
from podwatch.errors import PodwatchError
from podwatch.renderers.ci_log import harmless_streams

COMPLETE = "__complete"
"""What a shell asks, as of every program that is made with Cobra; see `podwatch.cli.shell`."""


class Command(TyperCommand):
    """A command; its options stand in the help under the heading that they name."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What is required stands without brackets, as for kubectl."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments without the type that Python has for them, options by their headings."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": []}
        for param in self.get_params(ctx):
            if (record := param.get_help_record(ctx)) is None:
                continue
            if isinstance(param, TyperOption):
                sections.setdefault(param.rich_help_panel or "Options", []).append(record)
            else:
                sections["Arguments"].append((record[0].partition(" <")[0], record[1]))
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples as they are written, a line each."""
        _write_examples(self.epilog, ctx, formatter)


class Program(TyperGroup):
    """All commands, the one that is meant where only targets are named, and the way out."""

    @cached_property
    def takes(self) -> dict[str, bool]:
        """The options of all commands, and whether they have a value."""
        return {
            name: not (param.is_flag or param.count)
            for command in (self, *self.commands.values())
            for param in command.params
            if isinstance(param, TyperOption)
            for name in param.opts
        }

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, once the command stands first."""
        given = normal(args, self.takes)
        return super().parse_args(ctx, arranged(given, self.commands, self.takes))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """With a command, or only with targets."""
        formatter.write_usage(ctx.command_path, "[OPTIONS] [TARGET]...")
        formatter.write_usage(ctx.command_path, "COMMAND [OPTIONS] ...", "       ")

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples as they are written, a line each."""
        _write_examples(self.epilog, ctx, formatter)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run to the end of the process; what is written wrong is said here."""
        with harmless_streams(os.environ):
            sys.exit(self._ended(list(sys.argv[1:] if args is None else args), *rest, **extra))

    def _ended(self, given: list[str], *rest: Any, **extra: Any) -> int:
        try:
            if given[:1] == [COMPLETE]:
                from podwatch.cli.shell import answer

                return answer(self, given[1:])
            code = super().main(given, *rest, **{**extra, "standalone_mode": False})
        except PodwatchError as error:
            complain(error.message, error.hint)
            code = error.exit_code
        except TyperException as error:
            code = _refused(error, next((word for word in given if word in self.commands), ""))
        except typer.Abort:
            code = 1
        return int(code or 0)


def _refused(error: TyperException, command: str) -> int:
    """Say what is wrong with the command line; a few errors don't say of which command they are."""
    said = error.format_message().removeprefix("Invalid value: ").removesuffix(".")
    said = said.replace(": Value error, ", ": ")  # pydantic's own
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else f"podwatch {command}".rstrip()
    complain(said[:1].lower() + said[1:], f"{path} --help")
    return error.exit_code


def _write_examples(examples: str | None, ctx: Any, formatter: Any) -> None:
    """Each with what it does beside it, or below it where the terminal is too narrow for any."""
    if examples:
        called = examples.replace("podwatch ", f"{ctx.find_root().info_name} ").splitlines()
        with formatter.section("Examples"):
            indent = " " * formatter.current_indent
            narrow = any(len(indent + line) > formatter.width for line in called)
            for line in called:
                command, _, about = line.partition("  ")
                folded = f"{command}\n{indent}    {about.strip()}" if narrow and about else line
                formatter.write(f"{indent}{folded}\n")
