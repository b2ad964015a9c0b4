"""How quickly podwatch starts, beside a bare Typer app and beside a script with the client.

Targets: `podwatch --help` at most 1.5 times that app's `--help`; the first frame of
`podwatch demo` and of `podwatch ns` at most 3 times. Neither --help nor demo imports
`kubernetes`. Until 200 Pods are shown and their watch is open, `podwatch ns` takes at most 0.6
times the CPU time of a script that lists and watches them as the official client's examples do.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.terminal import on_terminal
from tests.bench.watching import PODWATCH, watching
from tests.command import loaded_by

ROUNDS = 9
PODS = 200
MOST_OF_SCRIPT = 0.6
BARE = """
import typer
app = typer.Typer()

@app.command()
def one(name: str, count: int = 1) -> None: "Say it."

@app.command()
def two(name: str) -> None: "Say it otherwise."

app()
"""
SCRIPT = """
import sys
from kubernetes import client, config, watch
config.load_kube_config(sys.argv[1])
core = client.CoreV1Api()
pods = core.list_namespaced_pod("bench")
print(len(pods.items), "Pods", flush=True)
version = pods.metadata.resource_version
for event in watch.Watch().stream(core.list_namespaced_pod, "bench", resource_version=version):
    print(event["type"], event["object"].metadata.name)
"""


def seconds(command: list[str]) -> float:
    """How long a command takes."""
    started = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def first_frame(command: list[str], text: bytes) -> float:
    """How long a command takes until its first frame is on its terminal."""
    with on_terminal(command) as terminal:
        return terminal.read_until(text, within=20)


def main() -> int:
    """Measure in turns, print the table, say whether the targets hold."""
    podwatch = str(Path(sys.executable).with_name("podwatch"))
    with TemporaryDirectory() as folder:
        bare = Path(folder, "bare.py")
        bare.write_text(BARE)
        kubeconfig = Path(folder, "none")
        runs: dict[str, Callable[[], float]] = {
            "bare Typer app --help": lambda: seconds([sys.executable, str(bare), "--help"]),
            "podwatch --help": lambda: seconds([podwatch, "--help"]),
            "podwatch demo, first frame": lambda: first_frame([podwatch, "demo"], b"podwatch"),
            "podwatch ns, first frame": lambda: first_frame(
                [podwatch, "ns", "--kubeconfig", str(kubeconfig)], b"podwatch"
            ),
        }
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(ROUNDS):
            for name, run in runs.items():
                taken[name].append(run())
    floor = median(taken["bare Typer app --help"])
    targets = {
        "podwatch --help": 1.5,
        "podwatch demo, first frame": 3,
        "podwatch ns, first frame": 3,
    }
    failed = False
    print(f"{'start':30} {'median ms':>10} {'ratio':>6} {'target':>7}")
    for name, times in taken.items():
        ratio, target = median(times) / floor, targets.get(name)
        failed |= target is not None and ratio > target
        print(f"{name:30} {median(times) * 1000:10.0f} {ratio:6.2f} {target or '':>7}")
    script = [sys.executable, "-c", SCRIPT]
    own, its = zip(
        *((watching(PODS, PODWATCH).cpu, watching(PODS, script, watches=1).cpu) for _ in range(5)),
        strict=True,
    )
    ratio = median(one / other for one, other in zip(own, its, strict=True))
    failed |= ratio > MOST_OF_SCRIPT
    print(
        f"CPU until the watch of {PODS} Pods is open: podwatch ns {median(own):.2f} s, a script "
        f"with the client {median(its):.2f} s, ratio {ratio:.2f} (target {MOST_OF_SCRIPT})"
    )
    for arguments in (["--help"], ["demo", "-o", "lines"]):
        heavy = loaded_by(*arguments) & {"kubernetes", "urllib3", "yaml"}
        failed |= bool(heavy)
        print(f"podwatch {' '.join(arguments)} imports {', '.join(heavy) or 'nothing heavy'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
