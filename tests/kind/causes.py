"""Broken workloads on a cluster: what is wrong with each, and what has to be said of it.

Responsible for reading `causes/*.yaml`, for making all of them at once, each in a namespace of its
own, and for saying when each is broken. Whether podwatch names the cause is asked by
`test_causes.py`.
"""

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import yaml
from pytest_kind import KindCluster

from tests.claims import Line
from tests.kind.stage import Failed, Watch, apply, call, run

FOLDER = Path(__file__).with_name("causes")
SECONDS = {"quick": 90.0, "full": 240.0}
"""How long a workload of each tier may take until it is broken."""
OF_THE_CLUSTER = {"PersistentVolume", "StorageClass", "RuntimeClass"}
NEEDED = ("ServiceAccount/default", "ConfigMap/kube-root-ca.crt")
"""Without the one the API server refuses a namespace's Pods, without the other no volume with
their token can be mounted."""


class Then(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call of kubectl, and the line after which it is made."""

    after: dict[str, str]
    run: tuple[str, ...]


class Cause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first document of a file; the others are its objects.

    `until`: patterns for fields of podwatch's JSON lines. Each needs a line of its own; with the
    last one the line's Pod is broken.
    `about`: the owner to ask about, where no Pod can be made; or how the Pod's name begins, where
    the line is not about it.
    `says`: patterns, all to be found in the first sentence, in any case. `concept`: its lesson;
    empty where no Pod can be made.
    `before`: a program to call before it is made, with the worker's name for `{worker}`. `then`: a
    call of kubectl that breaks it. `namespace`: its labels.
    """

    wrong: str
    until: tuple[dict[str, str], ...]
    says: tuple[str, ...]
    concept: str = ""
    about: str = ""
    before: tuple[str, ...] = ()
    then: Then | None = None
    namespace: dict[str, str] = {}
    tier: str = "quick"


class Broken(msgspec.Struct, frozen=True):
    """A workload: where it is made, what it is, and what is claimed of it."""

    name: str
    cause: Cause
    objects: tuple[dict[str, Any], ...]

    @property
    def space(self) -> str:
        """Its namespace."""
        return f"cause-{self.name}"

    def target(self, lines: Sequence[Line]) -> str:
        """What `podwatch explain` is asked about, once the last line has shown its state."""
        about = self.cause.about
        if not about.startswith("pod/"):
            return about or f"pod/{lines[-1]['name']}"
        pods = (f"pod/{one['name']}" for one in lines if one.get("namespace") == self.space)
        return next(pod for pod in pods if pod.startswith(about))

    def unsaid(self, sentence: str) -> list[str]:
        """Which of the decisive words this sentence does not have."""
        return [word for word in self.cause.says if not re.search(word, sentence, re.IGNORECASE)]


def names() -> list[str]:
    """Of all broken workloads."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def broken(name: str) -> Broken:
    """One of them, as its file says."""
    cause, *objects = yaml.safe_load_all((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return Broken(name, msgspec.convert(cause, Cause), tuple(objects))


@contextmanager
def namespaces(all_: Sequence[Broken], cluster: KindCluster, folder: Path) -> Iterator[None]:
    """A new one for each, ready for its objects; at the end their removal begins.

    What is left of an earlier run is gone before.
    """
    spaces = [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": one.space, "labels": one.cause.namespace},
        }
        for one in all_
    ]
    rest = [one for one in objects_of(all_) if one["kind"] in OF_THE_CLUSTER]
    files = [listed(spaces, folder / "spaces.json"), listed(rest, folder / "of-cluster.json")]
    for file in files:
        call(cluster, "delete", "-f", file, "--ignore-not-found", "--timeout=200s")
    try:
        call(cluster, "apply", "-f", files[0])
        until_usable({one.space for one in all_}, cluster)
        yield
    finally:
        for file in files:
            call(cluster, "delete", "-f", file, "--ignore-not-found", "--wait=false")


def make(all_: Sequence[Broken], cluster: KindCluster, folder: Path) -> None:
    """Make all their objects. Failed if the API server refuses one of them."""
    worker = f"{cluster.name}-worker"
    for one in all_:
        if one.cause.before:
            run(*(part.replace("{worker}", worker) for part in one.cause.before))
    apply(cluster, listed(objects_of(all_), folder / "objects.json"))


def objects_of(all_: Sequence[Broken]) -> list[dict[str, Any]]:
    """Each object in its workload's namespace, if it can be in one."""
    return [placed(object_, one.space) for one in all_ for object_ in one.objects]


def placed(object_: dict[str, Any], space: str) -> dict[str, Any]:
    where = {} if object_["kind"] in OF_THE_CLUSTER else {"namespace": space}
    return {**object_, "metadata": {**object_["metadata"], **where}}


def listed(objects: Sequence[dict[str, Any]], file: Path) -> str:
    """A file for kubectl."""
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}), "utf-8")
    return str(file)


def until_usable(spaces: set[str], cluster: KindCluster) -> None:
    """Come back when Pods can be made in all these namespaces."""
    wanted = {(space, needed) for space in spaces for needed in NEEDED}
    deadline = time.monotonic() + 60
    while True:
        printed = call(cluster, "get", "serviceaccounts,configmaps", "-A", "-o", "json")
        missing = wanted - {
            (one["metadata"]["namespace"], f"{one['kind']}/{one['metadata']['name']}")
            for one in json.loads(printed)["items"]
        }
        if not missing:
            return
        if time.monotonic() > deadline:
            raise Failed(f"no Pods can be made: {sorted(missing)[0]} is missing")


def shown(
    all_: Sequence[Broken], watch: Watch, cluster: KindCluster
) -> Iterator[tuple[Broken, str]]:
    """Each workload as soon as it is broken, with what to ask about.

    It ends when all are broken, or when time is up for those that are not.
    """
    begun, read = time.monotonic(), 0
    pending = {one.space: one for one in all_}
    awaited = {one.space: list(one.cause.until) for one in all_}
    healthy = {one.space: one.cause.then for one in all_ if one.cause.then}
    while pending:
        last = begun + max(SECONDS[one.cause.tier] for one in pending.values())
        if not following(watch, read, last):
            return
        line = watch.parsed[read]
        read += 1
        space = line.get("namespace", "")
        if space in healthy and matches(healthy[space].after, line):
            call(cluster, *healthy.pop(space).run, "-n", space)
        if space not in pending:
            continue
        seen = next((one for one in awaited[space] if matches(one, line)), None)
        if seen is not None:
            awaited[space].remove(seen)
        if not awaited[space]:
            one = pending.pop(space)
            yield one, one.target(watch.parsed[:read])


def following(watch: Watch, read: int, deadline: float) -> bool:
    """Whether there is a line after so many, before the deadline."""
    try:
        return watch.wait_until(
            lambda: len(watch.parsed) > read, deadline, lambda: "there is no further line"
        )
    except Failed:
        if time.monotonic() < deadline:
            raise
        return False


def matches(patterns: dict[str, str], line: Line) -> bool:
    """Whether these fields of a line are so."""
    return all(re.search(pattern, str(line.get(key))) for key, pattern in patterns.items())
