"""What an event costs `podwatch ns` beside `kubectl get pods -w`, on a real API server.

Both watch the same 200 Pods, whose status is patched 4,000 times: lightly (one condition) and
heavily (readiness flips and two containers are restarted: six transitions). Targets: podwatch's
CPU per event at most a sixth of kubectl's for a light patch, half of it for a heavy one; from a
light patch to its line 95 % within 250 ms. The cluster is a new kind cluster, deleted at the end.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from kubernetes import client, config

from tests.bench.watching import cpu_seconds
from tests.command import PODWATCH
from tests.kind.clusters import NoCluster, fresh, tools

CLUSTER = "podwatch-bench"
PODS = 200
PATCHES = 4_000
WRITERS = 2
SOON = 0.250
QUANTILE = 0.95
CONDITION = "example.com/Number"
CONTAINERS = ("app", "log-forwarder")


class Watcher:
    """A command that watches; the time at which each line of it came."""

    def __init__(self, command: list[str], kubeconfig: Path) -> None:
        self.lines: list[tuple[float, str]] = []
        self._process = subprocess.Popen(
            command,
            env={**os.environ, "KUBECONFIG": str(kubeconfig)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append((time.monotonic(), line))

    def cpu(self) -> float:
        """The seconds of CPU that it used so far, user and system."""
        return cpu_seconds(self._process.pid)

    def until_quiet(self, least: int, within: float) -> None:
        """Wait until so many lines came, then until none comes for two seconds."""
        deadline = time.monotonic() + within
        while len(self.lines) < least and time.monotonic() < deadline:
            time.sleep(0.1)
        while self.lines and time.monotonic() - self.lines[-1][0] < 2:
            time.sleep(0.1)


def pod(number: int) -> dict[str, Any]:
    """A Pod of the usual size that no scheduler takes."""
    return {
        "metadata": {
            "name": f"web-{number:03d}",
            "labels": {"app": "web", "team": "bench", "pod-template-hash": "846575c5cf"},
        },
        "spec": {
            "schedulerName": "nobody",
            "containers": [
                {
                    "name": name,
                    "image": "busybox:1.36",
                    "env": [{"name": f"SETTING_{n}", "value": "x" * 40} for n in range(20)],
                    "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
                    "readinessProbe": {"httpGet": {"path": "/", "port": 8080}},
                }
                for name in CONTAINERS
            ],
        },
    }


def light(number: int) -> dict[str, Any]:
    """A status in which one condition is another one."""
    return {"conditions": [{"type": CONDITION, "status": "True", "reason": f"Number{number}"}]}


def heavy(number: int) -> dict[str, Any]:
    """A status in which, besides, both containers are restarted and readiness has changed."""
    ready = "True" if number // PODS % 2 else "False"
    return {
        "phase": "Running",
        "conditions": [*light(number)["conditions"], {"type": "Ready", "status": ready}],
        "containerStatuses": [
            {
                "name": name,
                "ready": ready == "True",
                "restartCount": number // PODS,
                "image": "busybox:1.36",
                "imageID": "",
                "containerID": f"containerd://{name}-{number}",
                "state": {"running": {"startedAt": "2026-01-01T00:00:02Z"}},
                "lastState": {
                    "terminated": {
                        "exitCode": 1,
                        "reason": "Error",
                        "startedAt": "2026-01-01T00:00:00Z",
                        "finishedAt": "2026-01-01T00:00:01Z",
                        "containerID": f"containerd://{name}-{number - PODS}",
                    }
                },
            }
            for name in CONTAINERS
        ],
    }


KINDS = {"light": (light, 1 / 6), "heavy": (heavy, 1 / 2)}
"""What a patch says, and at most how much of kubectl's CPU it may cost."""


def measured(
    kubeconfig: Path, kubectl: Path, namespace: str, status: Callable[[int], dict[str, Any]]
) -> tuple[float, float, list[float]]:
    """Microseconds of CPU per event of podwatch and of kubectl; seconds from patch to line."""
    core = client.CoreV1Api(config.new_client_from_config(str(kubeconfig)))
    core.create_namespace({"metadata": {"name": namespace}})
    until = time.monotonic() + 60
    while not core.list_namespaced_service_account(namespace).items and time.monotonic() < until:
        time.sleep(0.2)
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda n: core.create_namespaced_pod(namespace, pod(n)), range(PODS)))
    size = len(json.dumps(core.list_namespaced_pod(namespace, limit=1).to_dict(), default=str))
    print(f"{PODS} Pods, the first one takes {size} bytes", flush=True)
    ours = [PODWATCH, "ns", namespace, "-o", "lines"]
    theirs = [str(kubectl), "get", "pods", "-n", namespace, "-w"]
    sent: dict[int, float] = {}

    def patch(number: int) -> None:
        sent[number] = time.monotonic()
        core.patch_namespaced_pod_status(
            f"web-{number % PODS:03d}", namespace, {"status": status(number)}
        )

    with Watcher(ours, kubeconfig) as podwatch, Watcher(theirs, kubeconfig) as other:
        for one in (podwatch, other):
            one.until_quiet(PODS, within=60)
        before = podwatch.cpu(), other.cpu(), len(other.lines)
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(patch, range(PATCHES)))
        podwatch.until_quiet(PODS + PATCHES, within=30)
        other.until_quiet(PODS + PATCHES, within=30)
        cpu = podwatch.cpu() - before[0], other.cpu() - before[1]
        theirs_seen = len(other.lines) - before[2]
    if theirs_seen < PATCHES:
        raise RuntimeError(f"kubectl showed {theirs_seen} of {PATCHES} changes")
    arrived: dict[int, float] = {}
    for at, line in podwatch.lines:
        for number in re.findall(r"Number(\d+)", line):
            arrived.setdefault(int(number), at)
    missing = sent.keys() - arrived.keys()
    if missing:
        raise RuntimeError(f"podwatch did not show {len(missing)} of {PATCHES} changes")
    delays = sorted(arrived[number] - sent[number] for number in sent)
    return cpu[0] / PATCHES * 1e6, cpu[1] / PATCHES * 1e6, delays


def main() -> int:
    """Measure, print, say whether the targets hold."""
    try:
        use = tools()
    except NoCluster as error:
        print(f"this needs a kind cluster, but there is {error}", file=sys.stderr)
        return 1
    with TemporaryDirectory() as folder, fresh(CLUSTER, use, Path(folder)) as cluster:
        missed = [
            name
            for name, (status, most) in KINDS.items()
            if not held(name, most, *measured(cluster.kubeconfig_path, use.kubectl, name, status))
        ]
    return int(bool(missed))


def held(name: str, most: float, own: float, theirs: float, delays: list[float]) -> bool:
    """Print what was measured; whether its targets hold."""
    late = delays[int(len(delays) * QUANTILE)]
    print(f"{name} patches")
    print(f"podwatch ns -o lines   {own:7.0f} µs of CPU an event")
    print(f"kubectl get pods -w    {theirs:7.0f} µs of CPU an event")
    print(f"podwatch / kubectl: {own / theirs:.2f} (target: at most {most:.2f})")
    print(
        f"from a patch to its line: median {delays[len(delays) // 2] * 1000:.0f} ms, "
        f"{QUANTILE:.0%} within {late * 1000:.0f} ms (target {SOON * 1000:.0f})"
    )
    return own / theirs <= most and (name != "light" or late <= SOON)


if __name__ == "__main__":
    sys.exit(main())
