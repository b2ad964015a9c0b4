"""The commands as one program, and its beginning and end as a process.

Everything but Typer is imported inside the commands, so that `--help` is quick.
"""

import atexit
import io
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from podwatch.cli import about
from podwatch.cli.appearance import has_color, has_theme
from podwatch.cli.classroom import class_
from podwatch.cli.examples import EXAMPLES, written
from podwatch.cli.exercise import exercise
from podwatch.cli.exits import guarded, unwritable_output
from podwatch.cli.expect import expect
from podwatch.cli.explain import explain
from podwatch.cli.program import COMPLETE, Command, Program
from podwatch.cli.replay import demo, replay
from podwatch.cli.scenario import scenario
from podwatch.cli.tour import tour
from podwatch.cli.watch import ns, pod, watch
from podwatch.errors import ExitCode

app = typer.Typer(
    cls=Program,
    add_completion=False,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog=written(EXAMPLES[""]),
)
COMMANDS = (
    ("watch", watch, "Watch the Pods of workloads, through their rollouts."),
    ("ns", ns, "Watch the Pods of namespaces."),
    ("pod", pod, "Watch one Pod, or a few."),
    ("explain", explain, "Explain a word, a message, a Pod or a workload."),
    ("expect", expect, "Wait until Pods are as expected, or say why they won't be."),
    ("replay", replay, "Play a recording."),
    ("tour", tour, "Take the course on Pods; needs no cluster."),
    ("demo", demo, "Play a recorded lesson; needs no cluster."),
    ("exercise", exercise, "Mend broken workloads, and have it checked."),
    ("class", class_, "Show a class of learners: who is stuck, on what."),
    ("scenario", scenario, "Perform a lesson on your cluster, live."),
    ("completion", about.completion, "Print a script for tab completion in a shell."),
    ("help", about.help_, "Show how to use a command."),
    ("version", about.version, "Print the version."),
)
PLAIN = (about.completion, about.help_, about.version)
"""What they print has no colour, wherever it goes."""
DRAWS = (watch, ns, pod, explain, replay, tour, demo, class_, scenario)
"""What they print is drawn in a theme."""


def _dressed(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """With the options about how it looks."""
    if command in PLAIN:
        return command
    return has_color(has_theme(command) if command in DRAWS else command)


for name, command, short in COMMANDS:
    app.command(
        name,
        cls=Command,
        short_help=short,
        epilog=written(EXAMPLES.get(name, ())),
        # of `explain -1073741510` an exit code; it refuses itself what looks like an option
        context_settings={"ignore_unknown_options": command is explain},
    )(guarded(_dressed(command)))


def _version(asked: bool) -> None:
    if asked:
        about.version()
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Watch the real Pods of a cluster and understand what happens to them.

    Options may come before or after the command and the targets; podwatch COMMAND --help lists
    them.
    """
    if ctx.invoked_subcommand is None:
        typer.echo(_welcome(program()))


def _welcome(program: str) -> str:
    """A few lines for somebody who just typed the name: what to type next, by what is there."""
    from podwatch.sources.cluster.kubeconfig import exists, kubeconfig_paths

    lines = ["podwatch watches the real Pods of a cluster and explains what happens to them.", ""]
    tour = (f"{program} tour", "a course on Pods; needs no cluster")
    demo = (f"{program} demo", "a recorded lesson; needs no cluster")
    live = (f"{program} ns", "the Pods of your current namespace, live")
    one = (f"{program} pod NAME", "one Pod, which may not exist yet")
    workload = (f"{program} deploy/NAME", "a workload's Pods, through its rollouts")
    help_ = (f"{program} --help", "everything else")
    if any(map(exists, kubeconfig_paths(None))):
        rows = [live, one, workload, tour, demo, help_]
    else:
        lines.append("There is no kubeconfig here, so begin without a cluster:")
        rows = [tour, demo, help_]
    width = max(len(command) for command, _ in rows)
    return "\n".join([*lines, *(f"  {command:{width}}  {meaning}" for command, meaning in rows)])


def program() -> str:
    """How it was called: as itself, or as a plugin of kubectl."""
    called = Path(sys.argv[0]).name
    return "kubectl podwatch" if called.startswith("kubectl-podwatch") else "podwatch"


def complete() -> None:
    """Answer kubectl, which asks what completes the words of its plugin."""
    sys.argv[1:1] = [COMPLETE]
    run()


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
    ended_with: list[int] = []
    atexit.register(_leave_threads_behind, ended_with)
    try:
        app(prog_name=program())
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
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # its terminal may be gone
                stream.flush()
        os._exit(ended_with[0])


def _open_missing_streams() -> None:
    """A standard stream that was closed before is as good as /dev/null; none is a file's number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
