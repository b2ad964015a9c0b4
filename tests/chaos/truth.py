"""A cluster of a few dozen Pods that live and die, and a log of every version.

Responsible for the truth: it knows no network and no faults.
"""

import copy
import json
import random
import threading
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

NAMESPACE = "shop"
LAST = "the-end"
"""The name of the Pod that is created last: who has seen it has seen everything."""
SELECTED = "web"
"""The value of the label `app` that a selection is for."""

Type = Literal["ADDED", "MODIFIED", "DELETED"]


@dataclass(frozen=True, slots=True)
class Version:
    """One write. `app` is its label, `was` the one before; empty where there is no Pod."""

    number: int
    type: Type
    uid: str
    name: str
    app: str
    was: str
    object: dict[str, Any]
    before: dict[str, Any] | None
    at: datetime
    poison: bool = False
    """Whether podwatch can't read the object of this version."""


@dataclass(frozen=True, slots=True)
class Event:
    """A version as one stream has it: in a selection, entering is ADDED and leaving DELETED."""

    type: Type
    version: Version
    object: dict[str, Any]

    @property
    def key(self) -> tuple[int, str, str]:
        return (self.version.number, self.type, self.version.uid)


def as_seen(version: Version, selector: str) -> Event | None:
    """What a watch with this selector (empty: all Pods) says of a version."""
    if not selector:
        return Event(version.type, version, _served(version.object, version))
    before, now = version.was == SELECTED, version.app == SELECTED
    if version.type == "DELETED":
        return Event("DELETED", version, _served(version.object, version)) if before else None
    if now:
        type_: Type = "MODIFIED" if before else "ADDED"
        return Event(type_, version, _served(version.object, version))
    if before and version.before is not None:  # the object as it was, with the new version
        left = copy.deepcopy(version.before)
        left["metadata"]["resourceVersion"] = str(version.number)
        return Event("DELETED", version, _served(left, version))
    return None


def _served(item: dict[str, Any], version: Version) -> dict[str, Any]:
    return {**item, "status": {"containerStatuses": 7}} if version.poison else item


class Truth:
    """The Pods now and all that was. Everything is done under `changed`."""

    def __init__(self, rng: random.Random, pods: int = 30, kept: int = 2000) -> None:
        self.changed = threading.Condition()
        self.log: list[Version] = []
        self.numbers: list[int] = []
        self.floor = 0
        """Up to which version the history is gone."""
        self._kept = kept
        self._rng = rng
        self._number = 1000
        self._now: dict[str, Version] = {}
        self._uids = 0
        self._lives: dict[str, Iterator[dict[str, Any]]] = {}
        self._names = [f"pod-{number:02d}" for number in range(pods)]
        for _ in range(4 * pods):
            self.step()
        self.compact(0)

    @property
    def number(self) -> int:
        """The version of the last write."""
        return self._number

    def step(self) -> None:
        """One write to a random Pod."""
        self._live(self._rng.choice(self._names))

    def finish(self) -> Version:
        """The last write: a Pod that all selections have."""
        self._lives[LAST] = iter([_created(SELECTED)])
        self._live(LAST)
        return self.log[-1]

    def compact(self, keep: int) -> None:
        """Forget the history but for the last versions."""
        with self.changed:
            self.floor = self.numbers[-keep - 1] if keep < len(self.numbers) else self.floor

    def after(self, number: int) -> list[Version]:
        """The versions since."""
        return self.log[bisect_right(self.numbers, number) :]

    def snapshot(self, number: int, selector: str) -> list[dict[str, Any]]:
        """The Pods as they were then, by name."""
        there: dict[str, Version] = {}
        for version in self.log[: bisect_right(self.numbers, number)]:
            if version.type == "DELETED":
                there.pop(version.name, None)
            else:
                there[version.name] = version
        return [
            _served(version.object, version)
            for _, version in sorted(there.items())
            if not selector or version.app == selector
        ]

    def pod(self, name: str) -> dict[str, Any] | None:
        """The Pod that has the name now."""
        version = self._now.get(name)
        return version.object if version else None

    def _live(self, name: str) -> None:
        last = self._now.get(name)
        if name not in self._lives:
            self._lives[name] = _life(self._rng)
        item = next(self._lives[name], None)
        if last is None:
            self._uids += 1
        uid = last.uid if last else f"uid-{self._uids}"
        if item is None:
            assert last is not None
            del self._lives[name], self._now[name]
            self._write("DELETED", name, uid, last, copy.deepcopy(last.object))
        else:
            self._write("MODIFIED" if last else "ADDED", name, uid, last, copy.deepcopy(item))

    def _write(
        self, type_: Type, name: str, uid: str, last: Version | None, item: dict[str, Any]
    ) -> None:
        with self.changed:
            self._number += self._rng.choice((1, 1, 1, 2, 7))  # other kinds are written too
            own = {"name": name, "namespace": NAMESPACE, "uid": uid}
            item["metadata"] = {**item["metadata"], **own, "resourceVersion": str(self._number)}
            version = Version(
                self._number,
                type_,
                uid,
                name,
                "" if type_ == "DELETED" else item["metadata"]["labels"]["app"],
                last.app if last else "",
                item,
                last.object if last else None,
                datetime.now(UTC),
                poison=name != LAST and self._rng.random() < 0.02,
            )
            if type_ != "DELETED":
                self._now[name] = version
            self.log.append(version)
            self.numbers.append(self._number)
            if len(self.numbers) > self._kept:
                self.floor = max(self.floor, self.numbers[-self._kept - 1])
            self.changed.notify_all()


# ── a Pod's life ──


def _created(app: str) -> dict[str, Any]:
    return {
        "metadata": {"labels": {"app": app}, "creationTimestamp": "2026-01-01T10:00:00Z"},
        "spec": {"containers": [{"name": "app", "image": "busybox:1.36"}]},
        "status": {"phase": "Pending"},
    }


def _condition(type_: str, value: str, reason: str = "") -> dict[str, str]:
    return {"type": type_, "status": value, "reason": reason}


def _life(rng: random.Random) -> Iterator[dict[str, Any]]:
    """The versions of one Pod until it is gone: always the same object, changed in place."""
    pod = _created(rng.choice((SELECTED, SELECTED, "db")))
    status, meta = pod["status"], pod["metadata"]
    yield pod
    status["conditions"] = [_condition("PodScheduled", "True")]
    pod["spec"]["nodeName"] = f"worker-{rng.randint(1, 3)}"
    yield pod
    container: dict[str, Any] = {"name": "app", "restartCount": 0, "lastState": {}}
    status["containerStatuses"] = [container]
    container["state"] = {"waiting": {"reason": "ContainerCreating"}}
    yield pod
    for run in range(rng.randint(1, 4)):
        container["state"] = {"running": {"startedAt": "2026-01-01T10:00:05Z"}}
        container.update(containerID=f"containerd://{rng.getrandbits(64):x}", restartCount=run)
        status["phase"] = "Running"
        yield pod
        for ready in rng.choice((["True"], ["True", "False"], ["True", "False", "True"])):
            container["ready"] = ready == "True"
            status["conditions"] = [
                _condition("PodScheduled", "True"),
                _condition("Ready", ready, "" if ready == "True" else "ContainersNotReady"),
            ]
            yield pod
        if rng.random() < 0.4:
            meta["labels"] = {"app": "db" if meta["labels"]["app"] == SELECTED else SELECTED}
            yield pod
        ended = {"exitCode": 1, "reason": "Error", "containerID": container["containerID"]}
        container["state"] = {"terminated": ended}
        yield pod
        container["lastState"] = {"terminated": ended}
        container["state"] = {"waiting": {"reason": "CrashLoopBackOff"}}
        yield pod
    meta["deletionTimestamp"] = "2026-01-01T10:05:00Z"
    meta["deletionGracePeriodSeconds"] = 30
    yield pod


def line(type_: str, item: dict[str, Any]) -> bytes:
    """One line of a watch."""
    return json.dumps({"type": type_, "object": item}, separators=(",", ":")).encode() + b"\n"
