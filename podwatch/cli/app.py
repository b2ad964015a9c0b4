"""The commands as one program, and its beginning and end as a process.

Everything but Typer is imported inside the commands, so that `--help` is quick.
"""

import atexit
import io
import os
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from podwatch import __version__
from podwatch.cli.exits import guarded, unwritable_output
from podwatch.cli.expect import expect
from podwatch.cli.explain import explain
from podwatch.cli.replay import demo, replay
from podwatch.cli.watch import ns, pod
from podwatch.errors import ExitCode

app = typer.Typer(
    add_completion=True,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (ns, pod, replay, demo, explain, expect):
    # of `explain -1073741510` an exit code; it refuses itself what looks like an option
    settings = {"ignore_unknown_options": command is explain}
    app.command(context_settings=settings)(guarded(command))


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"podwatch {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Watch the real Pods of a cluster and understand what happens to them."""
    if ctx.invoked_subcommand is None:
        typer.echo(_welcome(program()))


def _welcome(program: str) -> str:
    """A few lines for somebody who just typed the name: what to type next, by what is there."""
    from podwatch.sources.cluster.kubeconfig import exists, kubeconfig_paths

    lines = ["podwatch watches the real Pods of a cluster and explains what happens to them.", ""]
    demo = (f"{program} demo", "a lesson that was recorded on a real cluster; needs no cluster")
    live = (f"{program} ns", "the Pods of your current namespace, live")
    one = (f"{program} pod NAME", "one Pod, which may not exist yet")
    help_ = (f"{program} --help", "everything else")
    if any(map(exists, kubeconfig_paths(None))):
        rows = [live, one, demo, help_]
    else:
        lines.append("There is no kubeconfig here, so begin without a cluster:")
        rows = [demo, help_]
    return "\n".join([*lines, *(f"  {command:28} {meaning}" for command, meaning in rows)])


def program() -> str:
    """How it was called: as itself, or as a plugin of kubectl."""
    called = Path(sys.argv[0]).name
    return "kubectl podwatch" if called.startswith("kubectl-podwatch") else "podwatch"


def run() -> None:
    """Run the program to its end."""
    _open_missing_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        if isinstance(sys.stdout.buffer, io.RawIOBase):
            # PYTHONUNBUFFERED, usual in containers, would make every line a system call, and lose
            # what a full pipe does not take of it; what has to be seen at once is flushed anyway.
            encoding, number = sys.stdout.encoding, sys.stdout.fileno()
            sys.stdout = open(number, "w", encoding=encoding, closefd=False)  # noqa: SIM115
        # An arrow that the encoding lacks (a pipe on Windows, say) is no reason to fail.
        sys.stdout.reconfigure(errors="replace")
    # Completion is the shell's for one word: as a plugin it would take the place of kubectl's own.
    completes = {"--install-completion", "--show-completion"} & set(sys.argv)
    ended_with: list[int] = []
    atexit.register(_leave_threads_behind, ended_with)
    try:
        app(prog_name="podwatch" if completes else program())
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):  # of --help, say: no command was run
            sys.exit(ExitCode.BROKEN_PIPE)
        if isinstance(leaving.code, int):
            ended_with.append(leaving.code)
        raise
    except OSError as error:
        sys.exit(unwritable_output(error))


def _leave_threads_behind(ended_with: list[int]) -> None:
    """End the process at once where threads still read from a cluster.

    Not by `Cluster.stop`: that takes a millisecond, but 5 s where a thread connects to a host that
    does not answer, while ^C has to be answered at once; and the interpreter's own way out can trip
    over threads that are left. This was registered first, so it runs after all else that has to be
    done at the end: the client keeps a kubeconfig's keys in temporary files.
    """
    if ended_with and threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended_with[0])


def _open_missing_streams() -> None:
    """A standard stream that was closed before is as good as /dev/null; none is a file's number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
