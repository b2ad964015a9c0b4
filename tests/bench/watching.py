"""One watch of a local server that holds many Pods: what it takes, until its stream is open.

Responsible for starting the server and who watches it, and for the measuring of that process.
What is compared with what, and the targets, are the benches'.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from tests.bench.terminal import on_terminal
from tests.fake_api import kubeconfig

PODWATCH = [
    sys.executable,
    "-P",
    "-c",
    "from podwatch.cli import main; main()",
    "ns",
    "--kubeconfig",
]
"""What watches the namespace of the kubeconfig that follows. With $PYTHONPATH, of another tree."""


@dataclass(frozen=True)
class Watching:
    """`shown`: seconds from the first byte of the list to all Pods on the screen.

    `cpu`: seconds of CPU time until they are shown and the watches are open; `peak`: megabytes.
    """

    shown: float
    cpu: float
    peak: float


def watching(pods: int, command: Sequence[str] = PODWATCH, *, watches: int = 2) -> Watching:
    """Run it on a kubeconfig until it says how many Pods there are and has so many watches."""
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.server", str(pods)],
            stdout=subprocess.PIPE,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout is not None
            address = f"http://127.0.0.1:{int(server.stdout.readline())}"
            config = kubeconfig(Path(folder), address, namespace="bench")
            with on_terminal([*command, config], columns=140, rows=45) as terminal:
                shown = terminal.started + terminal.read_until(f"{pods} Pods".encode(), within=60)
                first = float(server.stdout.readline())
                for _ in range(watches):
                    assert server.stdout.readline() == "watch\n"
                pid = terminal.process.pid
                cpu = cpu_seconds(pid)
                sleep(1.0)  # what comes after the first frame may take memory, too
                return Watching(shown - first, cpu, megabytes(pid, "VmHWM"))
        finally:
            server.kill()


def cpu_seconds(pid: int) -> float:
    """The CPU time of a process so far, user and system."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int | str, which: str) -> float:
    """The memory of a process: that it has now (VmRSS), or the most that it had (VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{which}:"))
