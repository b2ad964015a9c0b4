"""10,000 Pods in one namespace: how soon they are on the screen, and in how much memory.

Target: within 1.5 s of the first byte of the list, under 200 MB at the peak.
"""

import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.terminal import on_terminal

PODS = 10_000
ROUNDS = 3
SECONDS = 1.5
MEGABYTES = 200
KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: bench
contexts: [{name: bench, context: {cluster: bench, user: bench, namespace: bench}}]
clusters: [{name: bench, cluster: {server: "http://127.0.0.1:PORT"}}]
users: [{name: bench, user: {}}]
"""


def peak_megabytes(pid: int) -> float:
    """The most memory that a process had so far."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("this system does not say how much memory a process had")


def once(folder: Path) -> tuple[float, float]:
    """Seconds from the list's first byte to all Pods on the screen, and peak megabytes."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.server", str(PODS)], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            kubeconfig = folder / "config"
            kubeconfig.write_text(KUBECONFIG.replace("PORT", server.stdout.readline().strip()))
            podwatch = str(Path(sys.executable).with_name("podwatch"))
            command = [podwatch, "ns", "--kubeconfig", str(kubeconfig)]
            with on_terminal(command, columns=140, rows=45) as terminal:
                shown = terminal.started + terminal.read_until(f"{PODS} Pods".encode(), within=60)
                first = float(server.stdout.readline())
                return shown - first, peak_megabytes(terminal.process.pid)
        finally:
            server.kill()


def main() -> int:
    """Measure, print, say whether the targets hold."""
    with TemporaryDirectory() as folder:
        runs = [once(Path(folder)) for _ in range(ROUNDS)]
    seconds, megabytes = median(run[0] for run in runs), median(run[1] for run in runs)
    print(f"{PODS} Pods on the screen {seconds:.2f} s after the first byte (target {SECONDS})")
    print(f"peak memory {megabytes:.0f} MB (target {MEGABYTES})")
    return int(seconds > SECONDS or megabytes > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
