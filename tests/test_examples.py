"""The programs of examples/ do what they say, with Pods that a real cluster had."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import Any

import msgspec
import pytest

from examples.airflow_like import TaskFailed, run
from examples.jupyterhub_like import CanNotStart, Seen, progress
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.stream import Observed
from podwatch.scenarios import scenario
from podwatch.sources.recording import read
from tests.cases import cases


def seen(name: str, pod: str = "") -> list[Seen]:
    """The versions of a Pod of a recording as dicts, each with the Events until then."""
    events: dict[str, Any] = {}
    versions = []
    for item in read(scenario(name).recording):
        if not isinstance(item, Observed) or item.type == "DELETED":
            continue
        plain = json.loads(msgspec.json.encode(item.object))
        if isinstance(item.object, PodEvent):
            events[item.object.metadata.uid] = plain
        if isinstance(item.object, Pod) and pod in {"", item.object.metadata.name}:
            versions.append(Seen(plain, list(events.values()), item.at))
    return versions


class Recorded:
    """A client that answers what a recording has; the last version for good."""

    def __init__(self, name: str) -> None:
        versions = seen(name)
        self._all: Iterator[Seen] = chain(versions, repeat(versions[-1]))
        self.now = versions[0].at
        self._newest = versions[0]

    def pod(self) -> Any:
        self._newest = next(self._all)
        self.now = max(self.now, self._newest.at)
        return self._newest.pod

    def events(self) -> Sequence[Any]:
        return list(self._newest.events)

    def sleep(self, seconds: float) -> None:
        self.now = datetime.fromtimestamp(self.now.timestamp() + seconds, self.now.tzinfo)


def run_recorded(name: str) -> None:
    client = Recorded(name)
    run(client, now=lambda: client.now, sleep=client.sleep)


def test_a_task_that_ends_well_is_done() -> None:
    run_recorded("job-succeeds")


@cases(
    "name words",
    {
        "an image that is missing": ("missing-image", ["image", "busybox:1.36-typo"]),
        "a program that fails": ("container-fails", ["exit code", "kubectl logs"]),
        "a crash loop, once the patience is over": ("crash-loop", ["CrashLoopBackOff"]),
        "no node that fits": ("unschedulable", ["node"]),
    },
)
def test_a_task_that_is_not_done_fails_with_the_cause(name: str, words: list[str]) -> None:
    with pytest.raises(TaskFailed) as raised:
        run_recorded(name)
    for word in words:
        assert word in str(raised.value)


def test_who_waits_for_a_server_sees_how_far_it_is() -> None:
    lines = list(progress(seen("readiness-late")))
    assert len(lines) == len(dict.fromkeys(lines)) >= 3
    assert any("waiting for" in line for line in lines)
    assert "ready" in lines[-1].lower()


def test_who_waits_for_a_restart_sees_until_when() -> None:
    after_an_end = seen("crash-loop")[-1:]
    assert any(re.search(r"next start in \d+ s$", line) for line in progress(after_an_end))


def test_who_waits_in_vain_is_told_at_once() -> None:
    lines = progress(seen("missing-image"))
    with pytest.raises(CanNotStart, match="Ask whoever"):
        list(lines)
