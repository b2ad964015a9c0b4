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
    return subprocess.run(
        [PODWATCH, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        env=ENVIRONMENT | env,
        check=False,
    )
