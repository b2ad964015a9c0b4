"""`podwatch help`, `podwatch version` and `podwatch completion`: about the program itself."""

from pathlib import Path
from typing import Annotated, Any

from typer import Argument, BadParameter, Context, echo

from podwatch import __version__
from podwatch.cli import completion as completions
from podwatch.errors import close_match

SHELLS = ("bash", "zsh", "fish", "powershell")


def help_(
    ctx: Context,
    command: Annotated[
        str,
        Argument(metavar="COMMAND", help="Which command.", autocompletion=completions.commands),
    ] = "",
) -> None:
    """Show what podwatch can do, or how a command is used."""
    root = ctx.find_root()
    if not command:
        echo(root.get_help())
        return
    commands: Any = getattr(root.command, "commands", {})
    if command not in commands:
        raise BadParameter(
            f'there is no command "{command}": {close_match(command, commands)}'
            f"the commands are {', '.join(commands)}"
        )
    asked = commands[command]
    echo(asked.get_help(asked.context_class(asked, info_name=command, parent=root)))


def version() -> None:
    """Print the version."""
    echo(f"podwatch {__version__}")


def completion(
    shell: Annotated[
        str,
        Argument(
            metavar="SHELL",
            help=f"{', '.join(SHELLS[:-1])} or {SHELLS[-1]}.",
            autocompletion=lambda: list(SHELLS),
        ),
    ],
) -> None:
    """Print the script that completes podwatch's commands, options and names in a shell."""
    shell = "powershell" if shell == "pwsh" else shell
    if shell not in SHELLS:
        raise BadParameter(
            f'there is no completion for "{shell}": {close_match(shell, SHELLS)}'
            f"there is one for {', '.join(SHELLS)}"
        )
    script = Path(__file__).parent / "scripts" / f"completion.{shell}"
    echo(script.read_text("utf-8"), nl=False)
