"""The dashboard while thousands of Pods start, on fake nodes of the cluster of $KUBECONFIG.

    python -m tests.bench.fleet [--pods 4000] [--rate 40]

It needs Nodes with the label type=kwok whose kubelets somebody plays (https://kwok.sigs.k8s.io).
Pods are offered at a fixed rate; what the API server takes is printed. Targets: at most 25 % of a
core for the dashboard, and no Pod missed: at the end it counts as many as the API server.
"""

import argparse
import re
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from os import read, write
from typing import Any

from kubernetes import client, config

from tests.bench.terminal import OnTerminal, on_terminal
from tests.bench.watching import cpu_seconds
from tests.command import PODWATCH

NAMESPACE = "podwatch-fleet"
WRITERS = 16
MOST = 25.0
"""Percent of a core."""
WITHIN = 600.0
"""In how many seconds all Pods have to run."""
SUMMARY = re.compile(rb"watched [^\n]*?(\d+) gaps?; (\d+) Pods? there \((\d+) ready\)")


def pod(number: int) -> dict[str, Any]:
    """A Pod for a fake node."""
    return {
        "metadata": {"name": f"web-{number:05d}", "labels": {"app": "web"}},
        "spec": {
            "nodeSelector": {"type": "kwok"},
            "tolerations": [{"key": "kwok.x-k8s.io/node", "operator": "Exists"}],
            "containers": [{"name": "app", "image": "busybox:1.36"}],
        },
    }


def offered(core: client.CoreV1Api, pods: int, rate: float) -> float:
    """Create the Pods, none before its time; how many a second it was in the end."""
    started = time.monotonic()

    def create(number: int) -> None:
        time.sleep(max(started + number / rate - time.monotonic(), 0.0))
        core.create_namespaced_pod(NAMESPACE, pod(number))

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(create, range(pods)))
    return pods / (time.monotonic() - started)


def running(core: client.CoreV1Api) -> int:
    """How many of them run, as the API server says."""
    found = core.list_namespaced_pod(
        NAMESPACE, field_selector="status.phase=Running", limit=1, resource_version="0"
    )
    left = found.metadata.remaining_item_count or 0
    return len(found.items) + left


@contextmanager
def namespace(core: client.CoreV1Api) -> Iterator[None]:
    """A namespace of its own, which is deleted at the end."""
    core.create_namespace({"metadata": {"name": NAMESPACE}})
    try:
        until = time.monotonic() + 60
        while not core.list_namespaced_service_account(NAMESPACE).items:
            assert time.monotonic() < until, "the namespace got no ServiceAccount"
            time.sleep(0.2)
        yield
    finally:
        core.delete_collection_namespaced_pod(NAMESPACE, grace_period_seconds=0)
        core.delete_namespace(NAMESPACE)


def drain(terminal: OnTerminal, last: list[bytes]) -> None:
    """Take what it draws, as a terminal does; the end of it is kept."""
    while True:
        try:
            got = read(terminal.fd, 65536)
        except OSError:
            return
        if not got:
            return
        last[0] = (last[0] + got)[-20_000:]


def main() -> int:
    """Measure, print, say whether the targets hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=4_000)
    parser.add_argument("--rate", type=float, default=40.0)
    options = parser.parse_args()
    core = client.CoreV1Api(config.new_client_from_config())
    with namespace(core), on_terminal([PODWATCH, "ns", NAMESPACE]) as terminal:
        terminal.read_until(b"live", within=30)
        last = [b""]
        reader = threading.Thread(target=drain, args=(terminal, last), daemon=True)
        reader.start()
        cpu, began = cpu_seconds(terminal.process.pid), time.monotonic()
        rate = offered(core, options.pods, options.rate)
        while (there := running(core)) < options.pods and time.monotonic() - began < WITHIN:
            time.sleep(1.0)
        seconds = time.monotonic() - began
        percent = (cpu_seconds(terminal.process.pid) - cpu) / seconds * 100
        time.sleep(2.0)
        write(terminal.fd, b"q")
        terminal.process.wait(10)
        reader.join(5)
    said = SUMMARY.search(last[0])
    gaps, pods, ready = (int(one) for one in said.groups()) if said else (-1, 0, 0)
    print(f"{there} of {options.pods} Pods run after {seconds:.0f} s: {rate:.1f} new ones a second")
    print(f"dashboard: {percent:.1f} % of a core (target: at most {MOST:g} %)")
    print(f"it counts {pods} Pods, {ready} ready, {gaps} gaps (target: {there}, {there}, 0)")
    return int(percent > MOST or (gaps, pods, ready) != (0, there, there))


if __name__ == "__main__":
    sys.exit(main())
