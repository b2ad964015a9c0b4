"""What `diagnose` costs a program: the time a Pod, and what importing it takes.

Over all versions of all Pods of the bundled recordings, with its sentence read. Targets, as ratios
to `json.loads` of the Pod in the same run: at most 5.5, whether it comes typed with all that is
about it, as a dict or as bytes (80 µs where json.loads takes 14.5). The import, beside that of
msgspec, which it can't do without: at most 2.1 times the CPU time (60 ms where msgspec takes 29),
and at most 25 MB, Python included. The quickest of several rounds counts: other processes only
add.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, NamedTuple

import msgspec

from podwatch import diagnose
from podwatch.core.diagnosis import diagnosed
from podwatch.core.kube import KubeObject, Pod
from podwatch.core.stream import Observed
from podwatch.core.surroundings import Objects, Surroundings
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read

ROUNDS = 9
MOST = 5.5
MOST_OF_MSGSPEC = 2.1
MEGABYTES = 25


class Case(NamedTuple):
    """One version of a Pod in each form, what is about it, and when."""

    pod: Pod
    around: Surroundings
    at: datetime
    data: bytes
    values: Any


def cases() -> list[Case]:
    """Every version of every Pod of the recordings."""
    found = []
    for name in names():
        known: dict[str, KubeObject] = {}
        for item in read(scenario(name).recording):
            if isinstance(item, Observed):
                one = item.object
                known[one.metadata.uid] = one
                if isinstance(one, Pod) and item.type != "DELETED":
                    around = Objects(known.values()).around(one)
                    data = msgspec.json.encode(one)
                    found.append(Case(one, around, item.at, data, json.loads(data)))
    return found


def microseconds(pods: Sequence[Case], ask: Callable[[Case], object]) -> float:
    """Of CPU time a Pod."""
    started = process_time()
    for one in pods:
        ask(one)
    return (process_time() - started) / len(pods) * 1e6


FORMS: dict[str, Callable[[Case], object]] = {
    "json.loads of the Pod": lambda one: json.loads(one.data),
    "typed, with all about it": lambda one: diagnosed(one.pod, one.around, one.at).sentence,
    "a dict": lambda one: diagnose(one.values, now=one.at).sentence,
    "bytes": lambda one: diagnose(one.data, now=one.at).sentence,
}


def imported(module: str, folder: str) -> tuple[float, float]:
    """Milliseconds of CPU time and megabytes that a process takes which imports it.

    Compiled as an installed package is: the code is in `folder` from the second time on.
    """
    told = "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    env = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", f"{module}\n{told}"]
    done = subprocess.run(command, check=True, capture_output=True, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return taken * 1000, int(done.stdout) / 1024


def importing() -> bool:
    """Measure the import, print, say whether a target is missed."""
    modules = ("pass", "import msgspec", "from podwatch import diagnose")
    with TemporaryDirectory() as folder:
        for module in modules:
            imported(module, folder)
        rounds = [[imported(module, folder) for module in modules] for _ in range(ROUNDS)]
    (bare, _), (peer, _), (own, megabytes) = (
        tuple(min(one[at][number] for one in rounds) for number in (0, 1)) for at in range(3)
    )
    own, peer = own - bare, peer - bare  # Python itself starts without podwatch, too
    print(
        f"from podwatch import diagnose: {own:.0f} ms, msgspec alone {peer:.0f}, ratio "
        f"{own / peer:.1f} (target: at most {MOST_OF_MSGSPEC}); {megabytes:.0f} MB (at most "
        f"{MEGABYTES})"
    )
    return own / peer > MOST_OF_MSGSPEC or megabytes > MEGABYTES


def main() -> int:
    """Measure, print, say whether the targets hold."""
    pods = cases()
    started = process_time()
    diagnose(pods[0].pod)
    print(
        f"the first diagnosis, which reads the states: {(process_time() - started) * 1000:.0f} ms"
    )
    for ask in FORMS.values():
        microseconds(pods, ask)  # each text of a cluster is decoded once
    rounds = [[microseconds(pods, ask) for ask in FORMS.values()] for _ in range(ROUNDS)]
    missed = False
    for number, name in enumerate(FORMS):
        own, bare = (min(one[at] for one in rounds) for at in (number, 0))
        ratio = own / bare
        missed |= ratio > MOST
        print(f"{name:26} {own:6.1f} µs a Pod, ratio {ratio:4.1f} (target: at most {MOST})")
    return int(importing() or missed)


if __name__ == "__main__":
    sys.exit(main())
