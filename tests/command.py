"""A command of podwatch: called in this process, as a start costs more than most of what is asked,
or run in a process of its own, where that is what is asked."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from podwatch.cli.app import app

PODWATCH = str(Path(sys.executable).with_name("podwatch"))
OF_CI = {name for name in os.environ if name.startswith("GITHUB_")}
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in OF_CI} | {
    "KUBECONFIG": "",
    "HOME": "/nonexistent",
}
"""Without a kubeconfig, and outside of any CI system."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def called(*arguments: str, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Without a terminal; `given` is its standard input."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        done = CliRunner().invoke(
            app,
            arguments,
            input=given,
            env={**dict.fromkeys(OF_CI), **ENVIRONMENT, **env},
            prog_name="podwatch",
            catch_exceptions=False,
        )
    finally:  # a command answers signals in its own way, and nobody else shall
        for number, answer in before.items():
            signal.signal(number, answer)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """As a shell would, without a terminal."""
    return run_program(PODWATCH, *arguments, **env)


def completed(line: str, **env: str) -> list[str]:
    """What a shell offers for the last word of a line, as kubectl asks its plugins for it."""
    done = called("__complete", *line.split(" ")[1:], **env)
    assert (done.returncode, done.stderr) == (0, "")
    *offered, directive = done.stdout.splitlines()
    assert directive in {":0", ":4", ":6"}
    return [value.partition("\t")[0] for value in offered]


def run_program(
    program: str | Path, *arguments: str | Path, given: str = "", cwd: str = ".", **env: str
) -> subprocess.CompletedProcess[str]:
    """Another program, in the same way; `given` is its standard input."""
    return subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        input=given,
        timeout=60,
        cwd=cwd,
        env=ENVIRONMENT | env,
        check=False,
    )


def loaded(code: str) -> set[str]:
    """The modules that a process has loaded once it has run this code."""
    last = "\nimport sys\nprint('', *sys.modules, file=sys.stderr)"
    done = run_program(sys.executable, "-c", code + last)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a run of podwatch loads which ends well."""
    asked = f"import sys\nsys.argv = {['podwatch', *arguments]!r}\n"
    ended = "except SystemExit as end: assert not end.code, end.code"
    return loaded(f"{asked}from podwatch.cli import main\ntry: main()\n{ended}")
