"""A spawner that tells the person who waits for their server what it waits for, and until when.

It gives `diagnose` what kubectl prints, as it is. Watch a Pod of your current namespace:
python examples/jupyterhub_like.py POD
"""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from podwatch import Diagnosis, diagnose


class Seen(NamedTuple):
    """What the cluster answered at a moment: JSON, dicts or objects of a client."""

    pod: Any
    events: Any
    at: datetime


class CanNotStart(Exception):
    """Waiting makes no sense; the text says why, who can change it, and how."""


def progress(versions: Iterable[Seen]) -> Iterator[str]:
    """A line for each piece of news until it is ready; CanNotStart once it can't be."""
    shown = ""
    for seen in versions:
        diagnosis = diagnose(seen.pod, events=seen.events, now=seen.at)
        if diagnosis.permanent:
            raise CanNotStart(f"{diagnosis.sentence} Ask {diagnosis.who}. {diagnosis.cure}")
        line = news(diagnosis, seen.at)
        if line != shown:
            yield line
        shown = line
        if diagnosis.state.startswith("ready"):
            return


def news(diagnosis: Diagnosis, now: datetime) -> str:
    """What a progress bar has room for."""
    if diagnosis.until is not None:
        seconds = max((diagnosis.until - now).total_seconds(), 0)
        return f"{diagnosis.fact}: {diagnosis.waits_for} in {seconds:.0f} s"
    if diagnosis.waits_for:
        return f"{diagnosis.fact}: waiting for {diagnosis.waits_for}"
    return diagnosis.fact


def polled(name: str) -> Iterator[Seen]:
    """What kubectl prints about the Pod, every two seconds."""
    about = f"involvedObject.name={name}"
    while True:
        pod, events = (
            subprocess.run(["kubectl", "get", *what, "-o", "json"], check=True, stdout=-1).stdout
            for what in (["pod", name], ["events", "--field-selector", about])
        )
        yield Seen(pod, events, datetime.now(UTC))
        time.sleep(2)


if __name__ == "__main__":
    try:
        for line in progress(polled(sys.argv[1])):
            print(line, flush=True)
    except CanNotStart as reason:
        sys.exit(f"it can't start: {reason}")
