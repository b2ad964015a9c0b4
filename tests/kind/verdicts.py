"""Workloads and the verdicts that are right for them: each judged by podwatch and asked of kubectl.

Responsible for reading `verdicts/*.yaml`, for one run of a workload in a namespace of its own, in
which both wait at the same time, and for the table of what came out. Whether that is right is asked
by `test_verdicts.py`. What heals a workload, or breaks it, happens when the cluster has shown what
its file names; nothing waits for a fixed time but what has to outlast a grace.
"""

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml
from pytest_kind import KindCluster

from podwatch.core.kube import WORKLOAD_KINDS
from tests.bench.kind import WORKLOADS
from tests.claims import Line
from tests.command import PODWATCH
from tests.kind.causes import listed, matches
from tests.kind.stage import Failed, Watch, apply, call, new_namespace, run

FOLDER = Path(__file__).with_name("verdicts")
AT_ONCE = 6
"""So many runs at a time: they mostly wait."""
SECONDS = 320.0
"""How long a step or a verdict may be waited for until something has gone wrong."""
PATIENCE = 3.0
"""For so many seconds after podwatch gave up kubectl has to go on to be said to wait."""
WITHIN = 2.0
"""A verdict falls so many seconds after what decides it, at the latest."""

Kubectl = Literal["met", "fails", "waits"]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A program that is called while both wait.

    `after`: patterns for fields of a line of podwatch's JSON in this namespace; none: as soon as
    podwatch has listed what there is. `rest`: so many seconds later. `run`: the program; `given` is
    its standard input. Both may have places that are filled.
    """

    run: str
    after: dict[str, str] = {}
    rest: float = 0.0
    given: str = ""


class Decisive(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The item of the stream that decides: the first object of this kind that shows this.

    `shows` is a pattern for the object as JSON. `later`: how many seconds of grace follow. `tried`:
    in them the kubelet has to have failed again, of which Events with this reason tell; two graces
    are the most.
    """

    kind: str
    shows: str = ""
    type: str = ""
    later: float = 0.0
    tried: str = ""

    def instant(self, items: Sequence[dict[str, Any]]) -> float | None:
        """When it decides, by the items' time; None if there is no such object among them."""
        begun = next((item["t"] for item in items if self._is(item)), None)
        if begun is None or not self.tried:
            return None if begun is None else begun + self.later
        again = (item["t"] for item in items if self._tells(item))
        tried = next(again, begun + 2 * self.later)
        return float(min(max(begun + self.later, tried), begun + 2 * self.later))

    def _is(self, item: dict[str, Any]) -> bool:
        return (
            item["item"] == "observed"
            and item["object"]["kind"] == self.kind
            and self.type in {"", item["type"]}
            and re.search(self.shows, json.dumps(item["object"])) is not None
        )

    def _tells(self, item: dict[str, Any]) -> bool:
        if item["item"] != "observed" or not re.fullmatch(
            self.tried, item["object"].get("reason", "")
        ):
            return False
        times = (item["object"].get(key) for key in ("firstTimestamp", "lastTimestamp"))
        first, last = (datetime.fromisoformat(time) for time in times if time is not None)
        pause = item["object"]["message"] == "Error: ImagePullBackOff"  # no new try
        return not pause and (last - first).total_seconds() >= self.later * 2 / 3


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first document of a file; the others are its objects, unless it names a workload of
    `make bench-kind` in `made`.

    `expect`: what podwatch is asked, `exits` its right exit code, `says` a pattern for its sentence
    and cause. `kubectl`: what it is asked, `there` what comes of it; `because`: why that is another
    verdict. `before` happens before both wait, `then` while they do, `afterwards` once podwatch is
    done, `undo` at the end. `alone`: what it does to the cluster would disturb others. `namespace`:
    its labels.
    """

    about: str
    expect: str
    exits: int
    says: str = ""
    decisive: Decisive | None = None
    kubectl: str = ""
    there: Kubectl
    because: str = ""
    made: str = ""
    before: tuple[Step, ...] = ()
    then: tuple[Step, ...] = ()
    afterwards: tuple[Step, ...] = ()
    undo: tuple[str, ...] = ()
    alone: bool = False
    namespace: dict[str, str] = {}
    tier: Literal["quick", "full"] = "full"

    @property
    def asks(self) -> list[str]:
        """What kubectl is asked: that which stands nearest to what podwatch expects."""
        if self.kubectl:
            return shlex.split(self.kubectl)
        target = shlex.split(self.expect)[0]
        kind, _, _ = target.partition("/")
        if kind in {"deployment", "statefulset", "daemonset"}:
            return ["rollout", "status", target]
        condition = {"job": "Complete", "pod": "Ready"}[kind]
        return ["wait", f"--for=condition={condition}", target, f"--timeout={SECONDS:.0f}s"]


class Workload(msgspec.Struct, frozen=True):
    """One of the files."""

    name: str
    claim: Claim
    objects: tuple[dict[str, Any], ...]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What came out once, with podwatch's recording; `failed`: what went wrong with the test."""

    workload: Workload
    number: int
    exit_code: int = -1
    verdict: Line = {}
    errors: str = ""
    kubectl: str = ""
    kubectl_said: str = ""
    recording: Path
    failed: str = ""

    @property
    def sentence(self) -> str:
        """What podwatch said."""
        return f"{self.verdict.get('sentence', self.errors)} {self.verdict.get('cause', '')}"

    @property
    def lag(self) -> float | None:
        """How many seconds after what decides, or its grace, the verdict fell; None if nothing did.

        By the stream's time, which is that of the recording.
        """
        decisive = self.workload.claim.decisive
        if decisive is None or "t" not in self.verdict:
            return None
        items = [json.loads(line) for line in self.recording.read_text("utf-8").splitlines()]
        instant = decisive.instant(items)
        lists = (
            item["t"]
            for item in items
            if item["item"] == "synced" and item["scope"]["kind"] in WORKLOAD_KINDS
        )
        known = max(lists, default=0.0)
        return None if instant is None else float(self.verdict["t"]) - max(instant, known)

    @property
    def right(self) -> bool:
        """Whether podwatch's verdict is."""
        claim = self.workload.claim
        said = re.search(claim.says, self.sentence, re.IGNORECASE)
        return self.exit_code == claim.exits and said is not None


# ── the files ──


def names() -> list[str]:
    """Of all workloads."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def workload(name: str) -> Workload:
    """One of them, as its file says."""
    claim, *objects = yaml.safe_load_all((FOLDER / f"{name}.yaml").read_text("utf-8"))
    made = msgspec.convert(claim, Claim)
    if made.made:
        objects = list(yaml.safe_load_all((WORKLOADS / f"{made.made}.yaml").read_text("utf-8")))
    return Workload(name, made, tuple(objects))


# ── the runs ──


def perform_all(
    wanted: Sequence[Workload],
    times: int,
    cluster: KindCluster,
    watch: Watch,
    folder: Path,
    ended: Callable[[Run], None] = lambda _run: None,
) -> list[Run]:
    """Each workload so many times, some of them at once; those that have to be alone at the end.

    `watch` is a running `podwatch ns -A -o json`: what it shows is what the steps come after.
    """
    together = [one for one in wanted if not one.claim.alone]
    alone = [one for one in wanted if one.claim.alone]
    runs: list[Run] = []
    for some, at_once in ((together, AT_ONCE), (alone, 1)):
        with ThreadPoolExecutor(at_once) as pool:
            made = [(one, number) for number in range(1, times + 1) for one in some]
            for done in pool.map(
                lambda each: perform(each[0], each[1], cluster, watch, folder), made
            ):
                ended(done)
                runs.append(done)
    return runs


def perform(
    workload: Workload, number: int, cluster: KindCluster, watch: Watch, folder: Path
) -> Run:
    """One run, in a new namespace; whatever goes wrong with the test is a part of it."""
    space = f"verdict-{workload.name}-{number}"
    recording = folder / f"{space}.jsonl"
    done = Run(workload=workload, number=number, recording=recording)
    try:
        with new_namespace(cluster, space):
            return _performed(done, space, cluster, watch, folder)
    except Failed as error:
        return msgspec.structs.replace(done, failed=str(error))


def _performed(done: Run, space: str, cluster: KindCluster, watch: Watch, folder: Path) -> Run:
    claim, objects = done.workload.claim, done.workload.objects
    steps = _Steps(space, cluster, watch)
    if claim.namespace:
        labels = (f"{key}={value}" for key, value in claim.namespace.items())
        call(cluster, "label", "namespace", space, *labels)
    if objects:
        file = Path(listed(objects, folder / f"{space}.json"))
        file.write_text(steps.filled(file.read_text("utf-8")), "utf-8")
        apply(cluster, file, "-n", space)
    own = ("-n", space, "--kubeconfig", str(cluster.kubeconfig_path))
    expect = [PODWATCH, "expect", *shlex.split(claim.expect), *own, "-o", "json"]
    kubectl = [str(cluster.kubectl_path), *own, *claim.asks]
    said = {name: folder / f"{space}.{name}" for name in ("verdict", "errors", "kubectl")}
    try:
        steps.take(claim.before)
        with (
            _running(
                [*expect, "--record", str(done.recording)], said["verdict"], said["errors"]
            ) as ours,
            _running(kubectl, said["kubectl"]) as theirs,
        ):
            _until_listed(done.recording, ours)
            steps.take(claim.then, ours)
            code = _code(ours, SECONDS, "podwatch has no verdict")
            steps.take(claim.afterwards, None)
            kubectl_code: int | None = None
            with suppress(Failed):
                patience = PATIENCE if claim.there == "waits" else SECONDS
                kubectl_code = _code(theirs, patience, "kubectl still waits")
    finally:
        steps.undo(claim.undo)
    came = {None: "waits", 0: "met"}.get(kubectl_code, "fails")
    lines = said["verdict"].read_text("utf-8").splitlines()
    return msgspec.structs.replace(
        done,
        exit_code=code,
        verdict=json.loads(lines[-1]) if lines else {},
        errors=said["errors"].read_text("utf-8").strip(),
        kubectl=came,
        kubectl_said=said["kubectl"].read_text("utf-8").strip(),
    )


@contextmanager
def _running(command: Sequence[str], out: Path, errors: Path | None = None) -> Iterator[Any]:
    """A process that writes to these files; ended at the end, if it is not."""
    with out.open("w") as stdout, (errors or out).open("a") as stderr:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def _code(process: "subprocess.Popen[bytes]", seconds: float, or_else: str) -> int:
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise Failed(or_else) from None


def _until_listed(recording: Path, ours: "subprocess.Popen[bytes]") -> None:
    """Come back when podwatch knows what there is, or has ended."""
    deadline = time.monotonic() + 60
    while ours.poll() is None:
        lines = recording.read_text("utf-8").splitlines() if recording.exists() else []
        scopes = json.loads(lines[0])["scopes"] if lines else [None]
        if sum('{"item":"synced"' in line for line in lines) >= len(scopes):
            return
        if time.monotonic() > deadline:
            raise Failed("podwatch did not list what there is")
        time.sleep(0.1)


class _Steps:
    """What happens in one namespace: each step after what it waits for."""

    def __init__(self, space: str, cluster: KindCluster, watch: Watch) -> None:
        self._space, self._cluster, self._watch = space, cluster, watch
        self._read = len(watch.parsed)

    def take(self, steps: Sequence[Step], until: "subprocess.Popen[bytes] | None" = None) -> None:
        """All of them, in order; none any more once this process is done."""
        for step in steps:
            line = self._awaited(step.after, until) if step.after else {}
            if line is None or (until is not None and until.poll() is not None):
                return
            if step.rest:
                time.sleep(step.rest)
            if until is None:  # what the next one waits for comes of this one
                self._read = len(self._watch.parsed)
            self._call(step.run, step.given, line)

    def undo(self, commands: Sequence[str]) -> None:
        """Where there is nothing left to undo, that is no failure."""
        for command in commands:
            with suppress(Failed):
                self._call(command, "", {})

    def filled(self, text: str, line: Line | None = None) -> str:
        """The text with its places filled; `line`: what podwatch told of a Pod."""
        line = line or {}
        places = {
            "{space}": self._space,
            "{python}": sys.executable,
            "{here}": str(FOLDER.parent),
            "{worker}": f"{self._cluster.name}-worker",
            "{pod}": line.get("name", ""),
            "{uid}": line.get("uid", ""),
            "{now}": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        for place, value in places.items():
            text = text.replace(place, value)
        return text

    def _awaited(
        self, patterns: dict[str, str], until: "subprocess.Popen[bytes] | None"
    ) -> Line | None:
        """The line that it comes after; None if the process is done before."""
        found: list[Line | None] = []

        def seen() -> list[Line | None]:
            while not found and self._read < len(self._watch.parsed):
                line = self._watch.parsed[self._read]
                self._read += 1
                if line.get("namespace") == self._space and matches(patterns, line):
                    found.append(line)
            if not found and until is not None and until.poll() is not None:
                found.append(None)
            return found

        self._watch.wait_until(
            seen, time.monotonic() + SECONDS, lambda: f"{self._space}: nothing shows {patterns}"
        )
        return found[0]

    def _call(self, command: str, given: str, line: Line) -> None:
        given = self.filled(given, line)
        program, *arguments = (self.filled(part, line) for part in shlex.split(command))
        if program == "kubectl":
            call(self._cluster, "-n", self._space, *arguments, given=given)
        else:
            run(program, *arguments, given=given)


# ── what came out ──


def table(runs: Sequence[Run]) -> list[str]:
    """A row for each workload: what is right, podwatch's exit codes, kubectl's outcomes."""
    rows = [("workload", "right", "podwatch", "after the cause", "kubectl", "")]
    for name in dict.fromkeys(one.workload.name for one in runs):
        own = [one for one in runs if one.workload.name == name]
        claim = own[0].workload.claim
        lags = [one.lag for one in own]
        good = all(one.right and one.kubectl == claim.there for one in own)
        rows.append(
            (
                name,
                str(claim.exits),
                " ".join(str(one.exit_code) for one in own),
                " ".join("-" if lag is None else f"{lag:.2f}" for lag in lags),
                " ".join(one.kubectl or "?" for one in own),
                "" if good else "✖",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
