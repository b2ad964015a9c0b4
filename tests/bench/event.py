"""What one event costs from its bytes to its lines, beside what the bytes alone cost.

Targets, as ratios to `json.loads` of the same bytes in the same run: a light event (one condition
of an unscheduled Pod) at most 4, a heavy one (readiness, two restarted containers) at most 10.
The process that it is measured in does nothing else; `beside_kubectl` has the whole one.
"""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import process_time
from typing import Any

from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import Observed
from podwatch.renderers.lines import Lines
from podwatch.sources.cluster.wire import wire
from tests.bench.beside_kubectl import KINDS, PODS, pod
from tests.build import PODS as SCOPE
from tests.build import START, opened, synced

EVENTS = 4_000
ROUNDS = 5
MOST = {"light": 4.0, "heavy": 10.0}


def events(status: Callable[[int], dict[str, Any]]) -> list[bytes]:
    """The lines of a watch, as an API server writes them."""
    return [
        json.dumps({"type": "MODIFIED", "object": version(number, status)}).encode()
        for number in range(EVENTS)
    ]


def version(number: int, status: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    """A Pod with the status that it has after its patch."""
    made = pod(number % PODS)
    name = made["metadata"]["name"]
    meta = {"namespace": SCOPE.namespace, "uid": f"{name}-uid", "resourceVersion": f"{number + 1}"}
    return {**made, "metadata": {**made["metadata"], **meta}, "status": status(number)}


def told(lines: list[bytes]) -> float:
    """Microseconds of CPU an event, from its bytes to its lines."""
    session, written = Session(catalog()), list[str]()
    renderer, decode = Lines(written.append, lambda: None), wire("Pod").change
    for item in (opened(), synced()):
        session.feed(item)
    started = process_time()
    for number, line in enumerate(lines):
        change, t = decode(line), 1 + number / 100
        at = START + timedelta(seconds=t)
        renderer.show(
            session.feed(Observed(at=at, t=t, scope=SCOPE, type=change.type, object=change.object))
        )
    assert len(written) >= EVENTS - PODS
    return (process_time() - started) / EVENTS * 1e6


def parsed(lines: list[bytes]) -> float:
    """Microseconds of CPU an event, for `json.loads` alone."""
    started = process_time()
    for line in lines:
        json.loads(line)
    return (process_time() - started) / EVENTS * 1e6


def main() -> int:
    """Measure, print, say whether the targets hold."""
    missed = False
    for name, (status, _) in KINDS.items():
        lines = events(status)
        rounds = [(told(lines), parsed(lines)) for _ in range(ROUNDS)]
        own, bare = (median(times) for times in zip(*rounds, strict=True))
        ratio = median(own / bare for own, bare in rounds)
        print(f"{name}: {own:.0f} µs from {len(lines[-1])} bytes to lines, json.loads {bare:.0f}")
        print(f"podwatch / json.loads: {ratio:.1f} (target: at most {MOST[name]:.0f})")
        missed |= ratio > MOST[name]
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
